"""Kinds of email that can arrive."""
