"""Writing exercises for agents, and their progress."""
