"""Shared by all rooms of the domain: money, enumerations, time zones, reasons, TOML."""
