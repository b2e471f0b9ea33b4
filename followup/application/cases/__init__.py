"""Cases: open, list, show, change and close, one function per command."""
