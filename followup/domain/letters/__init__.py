"""The content of emails: words of each language, and the sincerity lint."""
