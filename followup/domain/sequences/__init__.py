"""Sequences of emails and their due times: business days, the send window, enrolments."""
