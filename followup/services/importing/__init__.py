"""Files of other systems: cases, customers and suppressions taken in."""
