"""Erasing people: `followup customer erase`."""

from typing_extensions import TypedDict

from followup.application.door import Caller, Reading, Writing, change_once, look_up, works
from followup.application.progress import ShowProgress, show_nothing
from followup.errors import FollowupError, Refused, WrongUsage
from followup.services.people import customers
from followup.services.privacy import erasure, retention
from followup.services.privacy.erasure import ErasureFigures
from followup.services.privacy.personal_data import dossier_of
from followup.services.privacy.retention import DueForErasure
from followup.store import scrub

_EVERYBODY = 1_000_000


class Cleared(TypedDict):
    """Whether the deleted bytes were cleared from the database file (None for a dry run); if not, why the
    daemon has to do it."""

    cleared: bool | None
    not_cleared_because: str | None


class _ErasedDocument(ErasureFigures):
    dry_run: bool


class ErasureDocument(_ErasedDocument, Cleared):
    """What was, or would be, removed, stopped and kept of a person."""


class ExpiredErasureDocument(Cleared):
    """The erasure of people whose `retention_days` are over: how many are erased, how many are still due, and
    the figures of each."""

    retention_days: int
    erased: int
    due: int
    people: list[ErasureFigures] | list[DueForErasure]
    dry_run: bool


class NotConfirmed(WrongUsage):
    """The erasure was not confirmed; it cannot be undone. `question` is what to ask a person."""

    def __init__(self, question: str) -> None:
        super().__init__("It cannot be undone, so say that it is meant: --yes", code="not_confirmed")
        self.question = question


@works("customer erase", changes=True)
def erase_customer(
    caller: Caller, email: str, because: str | None = None, yes: bool = False, dry_run: bool = False
) -> ErasureDocument:
    """Erase a person, as a manager: names, addresses, free text, emails. Amounts stay, without the person.
    With `dry_run`, report only what would be removed.

    Raises NotConfirmed without `yes`, WrongUsage if no agent acts, and as `erasure.erase`."""
    if dry_run:
        return look_up(caller, lambda work: _foreseen(work, email))
    if because is None:
        raise WrongUsage(
            "--because is missing.",
            hint="Say what for: they asked, or a rule wants it.",
            code="erasure_without_reason",
        )
    if not yes:
        raise NotConfirmed(f"Erase {email} for good?")

    def change(work: Writing) -> _ErasedDocument:
        _ = work.actor.needed_agent
        person = customers.find_customer(work.session, email)
        done = erasure.erase(
            work.session, work.configuration, person, now=work.now, actor=work.actor, because=because
        )
        return {**done, "dry_run": False}

    # The key stands for the arguments of the whole command.
    content = {"email": email, "because": because, "expired": False, "yes": yes, "dry_run": dry_run}
    document = change_once(caller, "customer erase", content, change)
    return {**document, **_clear(caller)}


def _foreseen(work: Reading, email: str) -> ErasureDocument:
    dossier = dossier_of(work.session, customers.find_customer(work.session, email))
    return {**erasure.preview(work.configuration, dossier), "dry_run": True, **_NOTHING_TO_CLEAR}


@works("customer erase --expired", changes=True)
def erase_expired_customers(
    caller: Caller,
    yes: bool = False,
    dry_run: bool = False,
    *,
    progress: ShowProgress = show_nothing,
) -> ExpiredErasureDocument:
    """Erase everybody whose retention_days are over, as a manager; with `dry_run`, report only who is due.

    Each batch is a transaction of its own, so that others can write in between. Takes no idempotency key.
    Raises NotConfirmed without `yes` if somebody is due, Refused if retention_days is not set, and as
    `retention.erase_due`."""
    days = caller.place.configuration.settings.retention_days
    if days is None:
        raise Refused(
            "retention_days is not set, so nobody is kept too long.",
            hint="Set it in followup.toml, for instance retention_days = 1095.",
            code="no_retention",
        )
    if caller.key is not None:
        raise WrongUsage(
            "--key is for one customer.",
            hint="Run it again as it is: nobody is erased twice.",
            code="key_for_several",
        )
    if dry_run:
        found = look_up(caller, _due)
        return {
            "retention_days": days,
            "erased": 0,
            "due": len(found),
            "people": found,
            "dry_run": True,
            **_NOTHING_TO_CLEAR,
        }
    due = look_up(caller, lambda work: retention.count_due(work.session, work.configuration, now=work.now))
    if due and not yes:
        raise NotConfirmed(f"Erase {due:,} customers for good?")
    erased: list[ErasureFigures] = []
    with progress("Erasing") as told:
        while batch := change_once(caller, "customer erase", {}, _erase_batch):
            erased += batch
            told(min(len(erased) / max(due, 1), 1.0))
    return {
        "retention_days": days,
        "erased": len(erased),
        "due": due - len(erased),
        "people": erased,
        "dry_run": False,
        **_clear(caller),
    }


def _due(work: Reading) -> list[DueForErasure]:
    return retention.preview_due(work.session, work.configuration, now=work.now, limit=_EVERYBODY)


def _erase_batch(work: Writing) -> list[ErasureFigures]:
    _ = work.actor.needed_agent
    return retention.erase_due(work.session, work.configuration, now=work.now, actor=work.actor)


_NOTHING_TO_CLEAR: Cleared = {"cleared": None, "not_cleared_because": None}


def _clear(caller: Caller) -> Cleared:
    """Clear the deleted bytes from the database file. If the database is too busy, the daemon does it
    later."""
    try:
        scrub.clear(caller.place.engine)
    except FollowupError as error:
        return {"cleared": False, "not_cleared_because": error.message}
    return {"cleared": True, "not_cleared_because": None}
