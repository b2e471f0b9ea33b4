"""Writing emails and handing them over."""
