"""What is held about a person: export, erasure, retention."""
