"""The followup command: parse the arguments, call the application, print the answer."""
