"""followup coach."""
