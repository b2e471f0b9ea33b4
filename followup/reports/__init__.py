"""Questions that managers ask, apart from the forms of the answers."""
