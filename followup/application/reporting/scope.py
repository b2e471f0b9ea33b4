"""What a report is asked about, from what was typed."""

from datetime import date

from followup.application.door import Reading
from followup.errors import WrongUsage
from followup.reports.scope import Scope


def scope_of(work: Reading, since: str | None, until: str | None, *, drill: bool = False) -> Scope:
    """The days from `since` to `until` in the workspace's zone, seen now.

    Raises WrongUsage for what is no date, and where the last day is before the first."""
    settings = work.place.workspace.settings
    return Scope(
        since=_day(since),
        until=_day(until),
        timezone=settings.timezone,
        currency=settings.currency,
        now=work.now,
        drill=drill,
    )


def words_of(by: list[str] | None) -> list[str]:
    """The words that say what the rows of a report are: each was given by itself, or with commas between."""
    return [word.strip() for given in by or [] for word in given.split(",")]


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUsage(
            f"{text!r} is not a date.", hint="Write it as 2026-11-23.", code="bad_report_date"
        ) from error
