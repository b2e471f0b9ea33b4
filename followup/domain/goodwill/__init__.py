"""Policy, gestures, vouchers and budgets as pure calculation."""
