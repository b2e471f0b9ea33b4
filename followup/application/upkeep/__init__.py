"""Workspaces and databases: creation, maintenance and checks, one function per command."""
