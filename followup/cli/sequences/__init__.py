"""followup sequence."""
