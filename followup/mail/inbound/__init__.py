"""Parsing inbound email: its parts, and detectors of each kind, which `parse_inbound.py` calls in order."""
