"""How long a test waits for what should have come at once."""

LONGEST_SECONDS = 600
"""Against hanging only: under load one command has taken more than five minutes, which is no failure."""
