"""followup inbound."""
