"""Gestures, approvals, vouchers, budgets and policy files, one function per command."""
