"""Imports: how the rows of another system's file become cases."""
