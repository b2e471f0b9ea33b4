"""The gate: what keeps a text of a person from going to a customer as it stands."""
