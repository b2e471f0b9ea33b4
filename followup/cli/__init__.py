"""The followup command: parse, call a service, print."""
