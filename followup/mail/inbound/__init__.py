"""Reading what arrives: an email taken apart, and each kind it may be. `parse_inbound.py` asks in order."""
