"""Suppressed addresses: `followup suppression add`, `remove` and `list`."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from followup.application.door import Caller, Reading, Writing, look_up, reads, works, writes
from followup.application.several import SeveralDocument, ShowPart, change_each, show_no_part
from followup.domain.inbound.bounce_cause import BounceCause
from followup.errors import WrongUsage, missing
from followup.services.people import suppressions
from followup.services.people.suppressions import SuppressionDocument as SuppressionDocument
from followup.services.shared import parse_input


class AddedSuppressionDocument(SuppressionDocument):
    """A suppression. `added` is false if it existed already; it is then unchanged."""

    added: bool


class RemovedSeveralDocument(SeveralDocument):
    """What became of the suppressions of several addresses; `done` are the removed ones."""

    done: list[SuppressionDocument]


@writes("suppression add")
def add_suppression(
    work: Writing,
    address: str | None = None,
    reason: str | None = None,
    because: str | None = None,
    token: str | None = None,
) -> AddedSuppressionDocument:
    """Suppress an address; the reason defaults to manual. Or suppress the customer whose unsubscribe link
    carried `token`, which excludes all other arguments.

    Raises WrongUsage for arguments that exclude each other and for an invalid address, Refused for a token
    with a wrong signature, NotFound if its customer is gone."""
    if (token is None) is (address is None) or (token is not None and (reason or because)):
        raise WrongUsage(
            "Give an address, or --token alone.",
            hint="See: followup suppression add --help",
            code="suppress_whom",
        )
    if address is not None and because is None:
        raise WrongUsage(
            "--because is missing.",
            hint="Say why nobody is to write there.",
            code="suppression_without_reason",
        )
    word = suppressions.reason_of(reason or "manual")
    if token is not None:
        suppressed = suppressions.unsubscribe(
            work.session, work.configuration, token, now=work.now, actor=work.actor
        )
    else:
        suppressed = suppressions.suppress(
            work.session, address or "", word, now=work.now, actor=work.actor, because=because
        )
    return {**suppressions.document(suppressed.row), "added": suppressed.is_new}


@writes("suppression remove")
def remove_suppression(work: Writing, address: str, because: str) -> SuppressionDocument:
    """Remove the suppression of an address. Raises NotFound if it is not suppressed, Refused if only a
    manager may, WrongUsage."""
    lifted = suppressions.lift(work.session, address, now=work.now, actor=work.actor, because=because)
    return suppressions.document(lifted)


@works("suppression remove --several", changes=True)
def remove_suppressions(
    caller: Caller,
    addresses: Sequence[str] = (),
    because: str = "",
    *,
    cause: str | None = None,
    since: str | None = None,
    dry_run: bool = False,
    on_progress: ShowPart = show_no_part,
) -> RemovedSeveralDocument:
    """Remove the suppressions of several addresses, each as `remove_suppression`: of those that are named, or
    of all that were suppressed because email came back for a `cause`, on the day `since` or later, in the
    workspace's time zone. With `dry_run`, only say which. Raises WrongUsage."""
    if bool(addresses) is (cause is not None):
        raise WrongUsage(
            "Name an address, or give --cause and --since.",
            hint='For our own trouble: followup suppression remove --cause sender --since DATE --because "…"',
            code="suppression_of_whom",
        )
    if cause is not None:
        word = parse_input.word("cause", cause, BounceCause)
        if since is None:
            raise missing("--cause needs --since.", hint="Say since when: --since 2026-11-23")
        begins = since
        addresses = look_up(caller, lambda work: _bounced(work, word, begins))
    several, done = change_each(
        caller, remove_suppression, addresses, {"because": because}, dry_run=dry_run, on_progress=on_progress
    )
    return {**several, "done": done}


def _bounced(work: Reading, cause: BounceCause, since: str) -> list[str]:
    rules = work.configuration
    first = parse_input.day("--since", since, today=rules.today(work.now))
    return suppressions.bounced_for(work.session, cause, first, ZoneInfo(rules.settings.timezone))


@reads("suppression list")
def list_suppressions(
    work: Reading, reason: str | None = None, limit: int = 100
) -> list[SuppressionDocument]:
    """The newest suppressions, of one reason or of all, newest first. Raises WrongUsage."""
    found = suppressions.list_suppressions(work.session, reason=reason, limit=limit)
    return [suppressions.document(row) for row in found]
