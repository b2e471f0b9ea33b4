"""Reading what arrives: an email taken apart, and each kind it may be. `mail/arrived.py` asks in order."""
