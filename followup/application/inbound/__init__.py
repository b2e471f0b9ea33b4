"""Inbound email from customers and mail servers, one function per command."""
