"""Personal data: export and erasure, one function per command."""
