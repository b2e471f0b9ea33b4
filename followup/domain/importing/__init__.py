"""The map of an import: how the rows of another system's file become cases."""
