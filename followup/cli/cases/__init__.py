"""followup case."""
