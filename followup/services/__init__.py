"""Use cases: each function owns its transaction and takes `session`, `now` and `actor`."""
