"""Keys that tell people apart, and how often one may be written to."""
