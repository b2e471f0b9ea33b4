"""Agents, customers and suppressed addresses, one function per command."""
