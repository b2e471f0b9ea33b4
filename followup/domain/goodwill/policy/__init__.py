"""The policy: which gesture may be offered for a case. Facts, conditions, amounts, rules, guards, authority,
reasons.
"""
