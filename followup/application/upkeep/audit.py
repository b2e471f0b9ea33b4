"""The audit log, who changed what, when and why: `followup audit`."""

from typing_extensions import TypedDict

from followup.application.door import Reading, reads
from followup.services.documents import serializers
from followup.services.documents.documents import AuditEventDocument
from followup.services.shared import audit
from followup.services.upkeep import watermark


class BrokenLinkDocument(TypedDict):
    """An event that was changed, or that does not follow the one before it."""

    event: int
    why: str


class NewestEventDocument(TypedDict):
    """The newest event of the log: number 0 and an empty hash if there is none."""

    event: int
    hash: str


class AuditVerificationDocument(TypedDict):
    """Whether the log is intact. `missing` says which events that the daemon has seen are gone."""

    ok: bool
    broken: list[BrokenLinkDocument]
    missing: str | None
    newest: NewestEventDocument


@reads("audit log")
def list_events(work: Reading, subject: str | None = None, limit: int = 50) -> list[AuditEventDocument]:
    """The newest `limit` events, of one subject (a reference) or of all, oldest first."""
    return [serializers.audit_event(row) for row in audit.events(work.session, subject, limit)]


@reads("audit verify")
def verify(work: Reading) -> AuditVerificationDocument:
    """Verify that every event carries the hash of the one before it, and that the newest event that the
    daemon has seen is still there. Raises InvalidFile if the watermark cannot be read."""
    broken: list[BrokenLinkDocument] = [
        {"event": number, "why": why} for number, why in audit.broken_links(work.session)
    ]
    missing = watermark.missing_event(work.session, watermark.read(work.place.workspace))
    newest = watermark.of(work.session)
    return {
        "ok": not broken and missing is None,
        "broken": broken,
        "missing": missing,
        "newest": {"event": newest.event, "hash": newest.event_hash},
    }
