"""Email: templates, composing, delivery over SMTP and to files, mailboxes, parsing what arrives. No
database.
"""
