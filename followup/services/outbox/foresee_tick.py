"""What a tick would do with each due email now: the same checks and the same text, and nothing is written."""

from datetime import datetime

from sqlmodel import Session

from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument
from followup.services.outbox import dispatcher, presend_checks
from followup.services.outbox.kinds.registry import kind_of
from followup.services.outbox.presend_checks import PresendVerdict
from followup.services.shared.configuration import Configuration


class KeptBackEmailDocument(EmailDocument):
    """A due email that would not go. `decision` is skip, end, defer, hold or fail; `because` says why, and
    `until` when it is looked at again."""

    decision: str
    because: str
    because_code: str
    until: str | None


def foresee(
    session: Session, rules: Configuration, *, now: datetime, limit: int
) -> tuple[list[EmailDocument], list[KeptBackEmailDocument]]:
    """The due emails that would go, with their recipients and subjects, and those that would not.

    Each email is judged alone, so an email that waits only because another one to the same customer goes
    first is among those that go."""
    going: list[EmailDocument] = []
    kept_back: list[KeptBackEmailDocument] = []
    emails = dispatcher.due(session, now=now, limit=limit)
    for situation in presend_checks.looked_at(session, rules, emails, now=now):
        kind = kind_of(situation.email)
        written, verdict = kind.forecast(situation)
        verdict = kind.look_again(situation) or verdict
        document = serializers.email(situation.email)
        if written is not None:
            document["subject"] = written.subject
        if verdict is None:
            going.append(document)
        else:
            kept_back.append(_kept_back(document, verdict))
    return going, kept_back


def _kept_back(document: EmailDocument, verdict: PresendVerdict) -> KeptBackEmailDocument:
    return {
        **document,
        "decision": verdict.decision.value,
        "because": verdict.reason.text if verdict.found is None else f"{verdict.reason}: {verdict.found}",
        "because_code": verdict.reason.code.value,
        "until": serializers.instant(verdict.until),
    }
