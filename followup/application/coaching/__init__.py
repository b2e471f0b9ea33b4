"""Practice in writing to customers."""
