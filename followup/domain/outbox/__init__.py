"""The outbox: kinds, states and reasons of emails, retries, and the rate limit of a mail server."""
