"""What may be offered for a case: facts, conditions, amounts, rules, guards, authority, and the reasons."""
