"""Asking the name server and mail servers about the domain that emails are sent from."""
