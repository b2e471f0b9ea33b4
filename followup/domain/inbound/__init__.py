"""Inbound email: its kinds, and what became of it."""
