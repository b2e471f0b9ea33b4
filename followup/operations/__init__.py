"""What surrounds a daemon: signals, the service manager, logs, figures for monitoring."""
