"""What makes an email sincere."""
