"""followup report."""
