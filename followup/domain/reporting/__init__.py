"""When reports are sent, and what is odd enough to be reported."""
