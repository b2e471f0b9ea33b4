"""Personal data: export, erasure, retention."""
