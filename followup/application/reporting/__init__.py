"""Reports on request and on a schedule, one function per command."""
