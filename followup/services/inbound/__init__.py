"""Email that arrives: read, understood, and what comes of it."""
