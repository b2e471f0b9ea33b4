"""When emails are due: sequences, business days, the send window."""
