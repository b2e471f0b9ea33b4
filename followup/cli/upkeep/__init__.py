"""followup init | demo | doctor | audit | db."""
