"""What customers and mail servers write to us, one function per command."""
