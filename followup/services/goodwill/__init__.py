"""Goodwill: policy, gestures, approvals, vouchers, budgets, ledger."""
