"""Agents, customers and suppressed addresses."""
