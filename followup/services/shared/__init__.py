"""Who acts, the audit log, idempotency, references, configuration: what every room stands on."""
