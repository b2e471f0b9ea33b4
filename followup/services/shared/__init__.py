"""What every room uses: actors, audit log, idempotency, references, configuration, input parsing."""
