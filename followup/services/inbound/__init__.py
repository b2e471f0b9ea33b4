"""Inbound email: received, interpreted, applied."""
