"""Reports on request, and reports on a schedule."""
