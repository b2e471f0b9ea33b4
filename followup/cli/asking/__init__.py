"""Asking a person on a terminal: one question, one answer, whatever is pasted or typed ahead."""
