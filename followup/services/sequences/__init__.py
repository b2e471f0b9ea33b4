"""Series of emails: a case is enrolled, and each step becomes a row of the outbox."""
