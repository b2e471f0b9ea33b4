"""The checks of `followup doctor --domain`: what receivers ask of the domain that emails are sent from."""
