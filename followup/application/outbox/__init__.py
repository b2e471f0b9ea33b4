"""The outbox and the daemon that sends it, one function per command."""
