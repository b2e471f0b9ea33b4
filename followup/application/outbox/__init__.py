"""Emails on their way and the daemon that sends them, one function per command."""
