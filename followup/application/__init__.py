"""One function per command: the only door to a workspace for the command line, the daemon and web pages.

A function takes the caller and their input as text, owns its transaction, and returns a typed document.
"""
