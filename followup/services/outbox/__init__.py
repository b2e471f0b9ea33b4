"""Emails on their way: claimed, checked, transmitted, recorded; and previews of those to come."""
