"""The scope of a report, parsed from the command's options."""

from datetime import date

from followup.application.door import Reading
from followup.errors import WrongUsage
from followup.reports.scope import Scope


def scope_of(work: Reading, since: str | None, until: str | None, *, drill: bool = False) -> Scope:
    """The days from `since` to `until` in the workspace's time zone, as of now.

    Raises WrongUsage for an invalid date, and if the last day is before the first."""
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
    """The words that define the rows of a report. Each option may hold one word, or several separated by
    commas."""
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
