"""One class for each kind of email: its presend checks, how it is written, and how `outbox why`
describes it."""
