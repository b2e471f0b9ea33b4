"""How long a test waits for what should have come at once."""

LONGEST_SECONDS = 300
"""Against hanging only: a loaded machine has taken over a minute for one command, and that is no failure."""
