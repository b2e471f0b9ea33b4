"""What is held about a person: given out and erased, one function per command."""
