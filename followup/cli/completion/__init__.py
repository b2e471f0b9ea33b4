"""Completion in shells: what may follow on a command line, answered before a person notices the wait."""
