"""Imports from other systems: cases, customers and suppressions."""
