"""Sequences, and the cases on their way through them, one function per command."""
