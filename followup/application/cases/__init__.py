"""Cases: opened, looked at, changed and closed, one function per command."""
