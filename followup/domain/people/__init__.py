"""People: agents, fields of customers, keys that identify the same person, suppressions, contact
frequency.
"""
