"""What `followup doctor` looks at, one module for each place in which something can be wrong."""
