"""The health of a workspace: housekeeping, doctor, restored copies, live daemons."""
