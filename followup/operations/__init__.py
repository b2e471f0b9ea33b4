"""The surroundings of the daemon: signals, systemd, logs, metrics, heartbeat."""
