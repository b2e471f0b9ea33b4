"""States of an email, retries, and the rate of a mail server."""
