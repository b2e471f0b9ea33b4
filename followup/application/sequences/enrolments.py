"""The enrolments of cases in sequences: `followup sequence enrol`, `pause`, `resume` and `unenrol`."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from followup.application.door import Writing, writes
from followup.errors import Refused
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument
from followup.services.people import customers
from followup.services.sequences import enrolments, sender_eligibility
from followup.services.shared import parse_input
from followup.services.shared.references import ref
from followup.store.tables import Case


class EnrolmentDocument(TypedDict):
    """The newest enrolment of a case; None if it never had one. `because` is why the enrolment ended,
    `paused_until` when a pause ends by itself."""

    case: str
    sequence: str | None
    state: str | None
    because: str | None
    because_code: str | None
    paused_until: str | None
    emails: list[EmailDocument]


@writes("sequence enrol")
def enrol(
    work: Writing, case: str, sequence: str | None = None, because: str | None = None
) -> EnrolmentDocument:
    """Enrol a case that has no active enrolment. Its emails tell of the newest issued gesture, unless one has
    told of it.

    Raises Refused if the case must not be enrolled, WrongUsage if enrolling it needs a reason, NotFound."""
    found = cases.find_case(work.session, case)
    made = enrolments.enrol(
        work.session,
        work.configuration,
        found,
        enrolments.untold_gesture(work.session, found),
        now=work.now,
        actor=work.actor,
        sequence=sequence,
        by_hand=True,
        because=because,
    )
    if made is None:
        why = sender_eligibility.not_enrolled_because(work.session, found, now=work.now, by_hand=True)
        raise Refused(
            f"{case} cannot be enrolled: {why}.",
            hint=f"See: followup sequence timeline {case}",
            code="cannot_enrol",
        )
    return _enrolment(work, found)


@writes("sequence pause")
def pause(work: Writing, case: str, because: str, until: str | None = None) -> EnrolmentDocument:
    """Pause the emails of a case until it is resumed, or until the morning of a day, by the customer's clock.

    Raises Refused if it is in no sequence, WrongUsage for a day that is not ahead."""
    found = cases.find_case(work.session, case)
    zone = ZoneInfo(customers.customer_of(work.session, found).timezone)
    today = work.now.astimezone(zone).date()
    day = None if until is None else parse_input.day_ahead("until", until, today=today)
    enrolments.pause(
        work.session,
        found,
        now=work.now,
        actor=work.actor,
        because=because,
        until=None if day is None else datetime.combine(day, time(), zone).astimezone(UTC),
    )
    return _enrolment(work, found)


@writes("sequence resume")
def resume(work: Writing, case: str) -> EnrolmentDocument:
    """Resume the emails of a paused case. Raises Refused if it is not paused."""
    found = cases.find_case(work.session, case)
    enrolments.resume(work.session, found, now=work.now, actor=work.actor)
    return _enrolment(work, found)


@writes("sequence unenrol")
def unenrol(work: Writing, case: str, because: str) -> EnrolmentDocument:
    """Stop the emails of a case permanently. Raises Refused if it is in no sequence."""
    found = cases.find_case(work.session, case)
    enrolments.unenrol(work.session, found, now=work.now, actor=work.actor, because=because)
    return _enrolment(work, found)


def _enrolment(work: Writing, case: Case) -> EnrolmentDocument:
    newest = enrolments.newest_enrolment(work.session, case)
    return {
        "case": ref(case),
        "sequence": newest.sequence if newest else None,
        "state": newest.state.value if newest else None,
        "because": newest.ended_because if newest else None,
        "because_code": newest.ended_code.value if newest and newest.ended_code else None,
        "paused_until": serializers.instant(newest.paused_until) if newest else None,
        "emails": [serializers.email(row) for row in enrolments.emails_of(work.session, case)],
    }
