"""Sequences: enrolments of cases, single emails, emails to colleagues."""
