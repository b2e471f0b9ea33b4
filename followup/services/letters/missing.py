"""What the agent has still to say so that the first letter of a case goes out. It runs at the desk, so
nothing here loads what writes letters."""

from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.cases.case import Feeling, NoteUse, Severity
from followup.domain.letters import needed
from followup.domain.letters.reason_phrases import facts_named
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Case, Customer, Note

_NOTHING = frozenset({"", "0", "0.0", "0.00", "no", "false"})


class _Recorded(TypedDict):
    """What is recorded of a case, as far as its first letter needs it."""

    severity: Severity
    feeling: Feeling | None
    says_event: bool
    answered: bool


def hints_for(session: Session, rules: Configuration, case: Case) -> tuple[str, ...]:
    """Sentences that say what to add, with the command; none for a case that is over."""
    return () if case.status.is_over else needed.missing(ref(case), **_recorded(session, rules, case))


def is_held(session: Session, rules: Configuration, case: Case) -> bool:
    """Whether the first letter of a case is held as things stand, for what the hints name."""
    return needed.is_held(**_recorded(session, rules, case))


def _recorded(session: Session, rules: Configuration, case: Case) -> _Recorded:
    language = session.get_one(Customer, case.customer_id).locale.partition("-")[0]
    phrases = rules.settings.reason_phrases(case.reason, language)
    given = {
        **case.facts,
        "order": case.order_ref,
        "order_value": case.order_value_minor,
        "occurred_on": case.occurred_on,
        "promised": case.promised,
    }
    recorded = [name for name, value in given.items() if str(value or "").lower() not in _NOTHING]
    phrase = phrases.choose(case.responsibility, recorded) if phrases else None
    told = select(Note.id).where(col(Note.case_id) == case.id, col(Note.use) == NoteUse.TELL)
    return {
        "severity": case.severity,
        "feeling": case.feeling,
        "says_event": needed.says_what_happened(case.what_happened, facts_named(phrase or "")),
        "answered": bool(case.answer) or session.exec(told).first() is not None,
    }
