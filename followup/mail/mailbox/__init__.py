"""Sources of inbound email: an IMAP folder, a Maildir or a folder of files. `mailbox.py` has their
interface.
"""
