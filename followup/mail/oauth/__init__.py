"""Logging in to mail servers with OAuth 2: the log-in itself, and the tokens that are kept and refreshed."""
