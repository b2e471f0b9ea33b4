"""Money, words, time zones and TOML: what every room of the domain stands on."""
