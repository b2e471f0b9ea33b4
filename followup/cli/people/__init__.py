"""followup agent | customer | suppression."""
