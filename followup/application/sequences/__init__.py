"""Sequences and enrolments, one function per command."""
