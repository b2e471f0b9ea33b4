"""A workspace and its database, made, looked after and examined, one function per command."""
