"""The words of a case, its outcome, and hints about what is missing."""
