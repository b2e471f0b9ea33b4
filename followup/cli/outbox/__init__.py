"""followup outbox | template | daemon."""
