"""Imports from other systems: cases, customers and suppressions, one function per command."""
