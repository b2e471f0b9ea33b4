"""The checks of `followup doctor`, one module for each part of the system."""
