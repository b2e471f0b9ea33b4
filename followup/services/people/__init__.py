"""Agents and customers: whom we serve, who serves them, and who must not be written to."""
