"""Reports that are asked for, and reports that are sent on a schedule, one function per command."""
