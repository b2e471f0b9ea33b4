"""Emails that come back for our sake: when sending to customers is held back, and when it goes on.

A broken SPF record, an expired domain or a listed server makes whole providers refuse us. Each email that is
sent meanwhile is one that its customer does not get, so sending waits for somebody to mend it; single emails
try whether it is mended."""

from datetime import datetime, timedelta

WITHIN = timedelta(days=1)
"""Emails sent before this are not counted."""

PROBE_EVERY = timedelta(minutes=30)
"""A mail server that refuses an email after it was handed over mostly says so within minutes."""

ENOUGH_PROBES = 3
"""So many single emails in a row must not come back before the others go."""

_LEAST = 3
_SHARE = 5
"""One in so many: a single provider that dislikes us does not stop what others accept."""


def is_too_many(returned: int, sent: int) -> bool:
    """Whether so many of the emails sent came back for our sake that the rest has to wait: three at least,
    and a fifth of all."""
    return returned >= _LEAST and returned * _SHARE >= sent


def may_probe(probed_at: datetime | None, now: datetime) -> bool:
    """Whether a single email may try. A time ahead of `now` was written by a clock that was wrong."""
    return probed_at is None or probed_at > now or now - probed_at >= PROBE_EVERY


def is_over(probes: int, probed_at: datetime | None, now: datetime) -> bool:
    """Whether enough probes went, and the last has had time to come back."""
    return probes >= ENOUGH_PROBES and may_probe(probed_at, now)
