"""Whether an email reads as if somebody listened: rules E1 to E14 hold it for a person, W1 to W7 warn."""
