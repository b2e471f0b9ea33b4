"""The outbox: claim, presend checks, transmit, record the result; and previews of emails to come."""
