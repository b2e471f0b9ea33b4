"""Cases: severities, statuses and outcomes, why a case needs a person, and hints about missing details."""
