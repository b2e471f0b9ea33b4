"""Policy, gestures, approvals, vouchers, budgets and the ledger: what may be given, and what was."""
