"""The sincerity lint: rules E1 to E18 hold an email for a person, rules W1 to W7 warn."""
