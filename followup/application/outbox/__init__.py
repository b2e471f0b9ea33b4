"""Emails to come and gone out, what they say, and who sends them, one function per command."""
