"""Reading what arrives: taking an email apart, and each kind it may be. `mail/arrived.py` asks them in order."""
