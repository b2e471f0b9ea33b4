"""Service recovery done properly."""

__version__ = "0.1.0"
