"""The enrolments of cases in sequences: `followup sequence enrol`, `pause`, `resume` and `unenrol`."""

from typing_extensions import TypedDict

from followup.application.door import Writing, writes
from followup.errors import Refused
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument
from followup.services.sequences import enrolments, sender_eligibility
from followup.services.shared.references import ref
from followup.store.tables import Case


class EnrolmentDocument(TypedDict):
    """The newest enrolment of a case; None if it never had one. `because` is why the enrolment ended."""

    case: str
    sequence: str | None
    state: str | None
    because: str | None
    because_code: str | None
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
def pause(work: Writing, case: str, because: str) -> EnrolmentDocument:
    """Pause the emails of a case until it is resumed. Raises Refused if it is in no sequence."""
    found = cases.find_case(work.session, case)
    enrolments.pause(work.session, found, now=work.now, actor=work.actor, because=because)
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
        "emails": [serializers.email(row) for row in enrolments.emails_of(work.session, case)],
    }
