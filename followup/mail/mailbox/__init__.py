"""Where emails to us arrive: an IMAP folder, a Maildir or a folder of files; `ways.py` is common to them."""
