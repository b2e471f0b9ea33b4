"""Several approvals or gestures at once: `approval approve`, `gesture pay` and `gesture request` of many."""

from collections.abc import Sequence

from followup.application.door import Caller, Reading, look_up, works
from followup.application.goodwill import approvals as one_approval
from followup.application.goodwill import gestures as one_gesture
from followup.application.goodwill.gestures import RequestedGestureDocument
from followup.application.several import SeveralDocument, ShowPart, change_each, show_no_part
from followup.domain.shared.amount_text import named_currency
from followup.domain.shared.word import listed
from followup.errors import WrongUsage, missing
from followup.services.cases import cases
from followup.services.documents.documents import ApprovalDocument, GestureDocument
from followup.services.goodwill import approvals, known_reasons, ungiven_cases
from followup.services.shared import currencies, parse_input
from followup.services.shared.references import ref


class ApprovedSeveralDocument(SeveralDocument):
    """What became of several approvals."""

    done: list[ApprovalDocument]


class PaidSeveralDocument(SeveralDocument):
    """What became of several payments."""

    done: list[GestureDocument]


class RequestedSeveralDocument(SeveralDocument):
    """What became of requests for several cases."""

    done: list[RequestedGestureDocument]


@works("approval approve --several", changes=True)
def approve_several(
    caller: Caller,
    references: Sequence[str] = (),
    *,
    all_below: str | None = None,
    because: str | None = None,
    as_requested: bool = False,
    dry_run: bool = False,
    on_progress: ShowPart = show_no_part,
) -> ApprovedSeveralDocument:
    """Approve several gestures as `approve`, each by itself: those that are named, or all of others that wait
    and are worth less than `all_below`, which needs a reason. With `dry_run`, only say what would become of
    them. Raises WrongUsage."""
    if bool(references) is (all_below is not None):
        raise WrongUsage(
            "Name what to approve, or give --all-below.",
            hint="See what waits: followup approval list",
            code="approve_which",
        )
    if all_below is not None:
        if not (because or "").strip():
            raise missing("--all-below needs its reason.", hint='Say it once for all: --because "…"')
        limit = all_below
        references = look_up(caller, lambda work: _waiting_below(work, limit))
    several, done = change_each(
        caller,
        one_approval.approve,
        references,
        {"because": because, "as_requested": as_requested},
        dry_run=dry_run,
        on_progress=on_progress,
    )
    return {**several, "done": done}


def _waiting_below(work: Reading, limit: str) -> list[str]:
    settings = work.configuration.settings
    currency = currencies.meant(settings, None, limit, label="--all-below")
    below = parse_input.money("--all-below", limit, currency, settings.locale)
    found = approvals.waiting_below(work.session, below, work.acting().needed_agent, now=work.now)
    return [ref(approval) for approval in found]


def _chosen(work: Reading, currency: str | None) -> str | None:
    return currencies.meant(work.configuration.settings, currency) if currency else None


def _require_one_currency(work: Reading, references: Sequence[str], amount: str) -> None:
    """Raise WrongUsage for an amount whose currency is not written, for cases in several currencies: the same
    digits are worth something else in each."""
    if named_currency(amount, work.configuration.settings.all_currencies) is not None:
        return
    found = sorted({cases.find_case(work.session, reference).currency for reference in references})
    if len(found) > 1:
        raise WrongUsage(
            f"These cases are in {listed(found)}, and {amount} is an amount in neither.",
            hint=f"Request for one currency at a time: --reason … --currency {found[0]}, or name them.",
            code="amount_for_two_currencies",
        )


@works("gesture pay --several", changes=True)
def pay_several(
    caller: Caller,
    references: Sequence[str],
    *,
    because: str | None = None,
    dry_run: bool = False,
    on_progress: ShowPart = show_no_part,
) -> PaidSeveralDocument:
    """Record that several gestures have reached their customers, each as `pay_gesture`. With `dry_run`, only
    say what would become of them."""
    several, done = change_each(
        caller,
        one_gesture.pay_gesture,
        references,
        {"because": because},
        dry_run=dry_run,
        on_progress=on_progress,
    )
    return {**several, "done": done}


@works("gesture request --several", changes=True)
def request_several(
    caller: Caller,
    references: Sequence[str] = (),
    *,
    reason: str | None = None,
    since: str | None = None,
    until: str | None = None,
    kind: str | None = None,
    amount: str | None = None,
    because: str | None = None,
    hold: bool = False,
    currency: str | None = None,
    dry_run: bool = False,
    on_progress: ShowPart = show_no_part,
) -> RequestedSeveralDocument:
    """Request a gesture for several cases, each as `request_gesture`: for those that are named, or for all
    open cases of a reason that happened on days of the workspace's time zone and were given nothing; of
    these only the ones in `currency`, if it is named. With `dry_run`, only say what would become of them.
    Raises WrongUsage, also for an amount without a currency for cases in several."""
    if bool(references) is (reason is not None):
        raise WrongUsage(
            "Name a case, or give --reason and --from.",
            hint="For everybody who was hit: followup gesture request --reason REASON --from DATE --dry-run",
            code="request_for_whom",
        )
    if reason is None and (since or until or currency):
        raise WrongUsage(
            "--from, --to and --currency choose cases of a reason.",
            hint="Leave them out, or give --reason instead of a case.",
            code="days_without_reason",
        )
    if reason is not None:
        if since is None:
            raise missing("--reason needs --from.", hint="Say since when it happened: --from 2026-11-23")
        wanted = known_reasons.read(caller.place.configuration, reason)
        first, last = parse_input.days(since, until)
        assert first is not None
        references = look_up(
            caller,
            lambda work: [
                ref(case)
                for case in ungiven_cases.ungiven(
                    work.session,
                    wanted,
                    first,
                    last or first,
                    work.configuration.settings.timezone,
                    currency=_chosen(work, currency),
                )
            ],
        )
    if amount:
        bare = amount
        look_up(caller, lambda work: _require_one_currency(work, references, bare))
    given = {"kind": kind, "amount": amount, "because": because, "hold": hold}
    several, done = change_each(
        caller, one_gesture.request_gesture, references, given, dry_run=dry_run, on_progress=on_progress
    )
    return {**several, "done": done}
