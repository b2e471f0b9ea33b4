"""Reporting: schedules of reports, kinds of exceptions, and comparison of agents."""
