"""Receives inbound messages: each is processed once, in one transaction with all its effects.

A message is identified by the hash of its bytes, so a process may die at any point: committed work is not
repeated, and uncommitted messages are fetched again.
"""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, select

from followup.domain.inbound.message_kind import InboundKind
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.shared.reason import Reason
from followup.errors import InvalidFile, NotFound, Unreachable
from followup.mail.mailbox.mailbox import Ending, Mailbox
from followup.mail.mailbox.open_mailbox import mailbox_for
from followup.mail.parse_inbound import ParsedMessage, UnreadableEmail, read_arrived, read_head
from followup.services.documents.documents import InboundMessageDocument
from followup.services.documents.serializers import instant
from followup.services.inbound import apply_message
from followup.services.inbound.interpret_message import Meaning, meaning_of
from followup.services.shared import parse_input
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import find, ref, ref_of
from followup.store.engine import reading, writing
from followup.store.tables import NO_REASON, Case, Email, InboundMail
from followup.workspace import Workspace

BATCH = 50
_ENDINGS = {InboundKind.UNKNOWN: Ending.FOR_A_PERSON, InboundKind.UNREADABLE: Ending.UNREADABLE}
"""The ending of each kind that needs attention. Messages of all other kinds count as processed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The result of processing one message, for the log and for people: references, never an address.

    `known` says that it was processed before; `ref` is None if nothing was written."""

    kind: InboundKind
    known: bool = False
    ref: str | None = None
    case: str | None = None
    email: str | None = None
    why: Reason[MessageReason] | None = None

    @property
    def reason(self) -> str | None:
        """What was done, or why nothing was, as a sentence."""
        return None if self.why is None else self.why.text


@dataclass(slots=True)
class Harvest:
    """The messages found in a mailbox."""

    receipts: list[Receipt] = field(default_factory=list)

    def to_document(self) -> dict[str, Any]:
        """The JSON document of `inbound poll`: the number of messages, by kind, and how many were known."""
        new = [receipt for receipt in self.receipts if not receipt.known]
        return {
            "fetched": len(self.receipts),
            "known": len(self.receipts) - len(new),
            **{kind.value: sum(receipt.kind is kind for receipt in new) for kind in InboundKind},
            "messages": [
                {
                    "ref": receipt.ref,
                    "kind": receipt.kind.value,
                    "case": receipt.case,
                    "email": receipt.email,
                    "reason": receipt.reason,
                    "reason_code": receipt.why.code.value if receipt.why else None,
                }
                for receipt in new
            ],
        }


def mailbox_of(rules: Configuration) -> Mailbox:
    """The mailbox in the settings. Raises InvalidFile if none is set or the URL is of no known kind."""
    url = rules.settings.inbound_url
    if url is None:
        raise InvalidFile(
            "No mailbox is set, so nobody knows where answers arrive.",
            hint="Set inbound_url in followup.toml, as imaps://user@host/INBOX; with a password in it, set "
            "FOLLOWUP_INBOUND_URL instead.",
            code="no_inbound_url",
        )
    return mailbox_for(url, rules.settings.inbound_password_command, rules.log_ins)


def poll(
    engine: Engine,
    rules: Configuration,
    mailbox: Mailbox,
    *,
    now: Callable[[], datetime],
    stopping: Callable[[], bool] = lambda: False,
    on_receipt: Callable[[Receipt], None] = lambda _receipt: None,
    dry_run: bool = False,
) -> Harvest:
    """Process every new message of a mailbox, batch by batch, and mark it there. With `dry_run`, report only
    what would be done, and change nothing in the database or the mailbox.

    Raises Unreachable or InvalidFile if the mailbox cannot be read, NotFound or InvalidFile if the key that
    verifies tokens is missing; messages processed before that stay processed."""
    rules.workspace.secret_key()
    harvest, looked_at = Harvest(), set[str]()
    with mailbox.open() as opened:
        while not stopping():
            # A message that cannot be marked must not block those after it.
            new = [name for name in opened.new(BATCH + len(looked_at)) if name not in looked_at]
            if not new:
                break
            for name in new[:BATCH]:
                if stopping():
                    break
                looked_at.add(name)
                raw = opened.fetch(name)
                if raw is None:
                    continue
                receipt = foresee(engine, rules, raw) if dry_run else receive(engine, rules, raw, now=now())
                if not dry_run:
                    opened.mark(name, _ENDINGS.get(receipt.kind, Ending.DONE))
                harvest.receipts.append(receipt)
                on_receipt(receipt)
    return harvest


def receive(
    engine: Engine, rules: Configuration, raw: bytes, *, now: datetime, anew: bool = False
) -> Receipt:
    """Process one message, unless it was processed before; with `anew`, also if it could not be parsed then.

    A message that cannot be parsed, or that causes an unexpected error, is quarantined, so that those after
    it are processed."""
    digest = hashlib.sha256(raw).hexdigest()
    with reading(engine) as session:
        known = _row(session, digest)
    if known is not None and not (anew and known.kind is InboundKind.UNREADABLE):
        return _receipt(known, known=True)
    try:
        arrived, is_whole = _parsed(engine, rules, raw, digest)
        if not is_whole:
            _put_aside(rules.workspace, digest, raw)
        with writing(engine) as session:
            receipt = _dealt_with(session, rules, arrived, digest, now, anew=anew)
        if is_whole:
            quarantined(rules.workspace, digest).unlink(missing_ok=True)
        return receipt
    except UnreadableEmail as error:
        why = MessageReason.UNREADABLE.of(error.message)
    except (SQLAlchemyError, OSError, Unreachable, InvalidFile, NotFound):
        # These errors are not the message's fault; the next attempt may succeed.
        raise
    except Exception as error:
        # Keep only the type: the text of an error may quote the message.
        why = MessageReason.BROKE.of(error=type(error).__name__)
    _put_aside(rules.workspace, digest, raw)
    with writing(engine) as session:
        row = _row(session, digest)
        if row is not None:
            return _receipt(row, known=True)
        kept = InboundMail(digest=digest, received_at=now, kind=InboundKind.UNREADABLE, **why.columns())
        return _kept(session, kept)


def _parsed(engine: Engine, rules: Configuration, raw: bytes, digest: str) -> tuple[ParsedMessage, bool]:
    """The message, and whether all of it could be parsed.

    One whose content cannot be parsed still counts if its header fields prove which case it is about:
    somebody wrote, so the case's emails stop, and a person opens the file. Raises UnreadableEmail if they
    prove nothing."""
    try:
        return read_arrived(raw), True
    except UnreadableEmail as error:
        arrived = read_head(raw)
        with reading(engine) as session:
            if meaning_of(session, rules, arrived).case is None:
                raise
        file, said = quarantined(rules.workspace, digest), error.message.rstrip(".")
        text = f"An email that we cannot read ({said}). Open it in a mail program: {file}"
        return replace(arrived, text=text, text_with_questions=text), False


def _dealt_with(
    session: Session, rules: Configuration, arrived: ParsedMessage, digest: str, now: datetime, *, anew: bool
) -> Receipt:
    row = _row(session, digest)
    if row is None:
        row = InboundMail(digest=digest, received_at=now, kind=arrived.kind)
    elif not (anew and row.kind is InboundKind.UNREADABLE):
        # Another process has processed the message meanwhile.
        return _receipt(row, known=True)
    meaning = meaning_of(session, rules, arrived)
    effect = apply_message.carry_out(session, rules, arrived, meaning, now=now)
    # Flush, so that the note has its number.
    session.flush()
    for name, value in (NO_REASON if effect.why is None else effect.why.columns()).items():
        setattr(row, name, value)
    row.note_id = effect.note.id if effect.note else None
    row.kind = meaning.kind
    row.message_id = meaning.message_id
    row.case_id = meaning.case.id if meaning.case else None
    row.email_id = meaning.email.id if meaning.email else None
    row.address = meaning.address
    row.text = _kept_text(arrived, meaning)
    row.permanent = meaning.for_good
    row.cause = meaning.cause
    return _kept(session, row)


def _kept_text(arrived: ParsedMessage, meaning: Meaning) -> str | None:
    """The text of what a program wrote about a case, so that a person can read it; a reply is a note."""
    if meaning.kind not in (InboundKind.AUTO_REPLY, InboundKind.NOTICE) or meaning.case is None:
        return None
    return (arrived.text or arrived.whole_text).strip()[: parse_input.LONGEST_TEXT] or None


def foresee(engine: Engine, rules: Configuration, raw: bytes) -> Receipt:
    """The expected result of a message, as far as it can be known without processing it. Writes nothing."""
    digest = hashlib.sha256(raw).hexdigest()
    with reading(engine) as session:
        known = _row(session, digest)
    if known is not None:
        return _receipt(known, known=True)
    try:
        arrived, _is_whole = _parsed(engine, rules, raw, digest)
    except UnreadableEmail as error:
        return Receipt(kind=InboundKind.UNREADABLE, why=MessageReason.UNREADABLE.of(error.message))
    with reading(engine) as session:
        return _foreseen(meaning_of(session, rules, arrived))


def _foreseen(meaning: Meaning) -> Receipt:
    return Receipt(
        kind=meaning.kind,
        case=ref(meaning.case) if meaning.case else None,
        email=ref(meaning.email) if meaning.email else None,
        why=meaning.idle
        or (apply_message.SAID[meaning.answer] if meaning.answer else None)
        or (MessageReason.BY_ADDRESS.of() if meaning.by_address else None),
    )


def _row(session: Session, digest: str) -> InboundMail | None:
    return session.exec(select(InboundMail).where(col(InboundMail.digest) == digest)).first()


def _kept(session: Session, row: InboundMail) -> Receipt:
    session.add(row)
    session.flush()
    return _receipt(row, known=False)


def _receipt(row: InboundMail, *, known: bool) -> Receipt:
    return Receipt(
        kind=row.kind,
        known=known,
        ref=ref(row),
        case=ref_of(Case, row.case_id) if row.case_id else None,
        email=ref_of(Email, row.email_id) if row.email_id else None,
        why=row.why,
    )


def _put_aside(workspace: Workspace, digest: str, raw: bytes) -> None:
    """Quarantine the bytes in a file that only its owner can read. The file is written atomically."""
    folder = workspace.quarantine_dir
    # Parents that `mkdir` makes are open to others.
    folder.parent.mkdir(mode=0o700, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    # Workspaces are under version control, and personal messages must stay out of it.
    (folder.parent / ".gitignore").write_text("*\n", encoding="ascii")
    partial = folder / f".{digest}.{os.getpid()}.partial"
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(quarantined(workspace, digest))
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


# ---- Lists and documents


def list_mail(
    session: Session, *, kind: str | None, case_id: int | None = None, limit: int = 50
) -> list[InboundMail]:
    """The newest `limit` messages of a kind and about a case, newest first. Raises WrongUsage."""
    query = select(InboundMail).order_by(col(InboundMail.id).desc()).limit(limit)
    if kind:
        query = query.where(col(InboundMail.kind) == parse_input.word("kind", kind, InboundKind))
    if case_id is not None:
        query = query.where(col(InboundMail.case_id) == case_id)
    return list(session.exec(query).all())


def find_mail(session: Session, text: str) -> InboundMail:
    """The message with a reference such as M-0012. Raises WrongUsage or NotFound."""
    return find(session, InboundMail, text)


def document(row: InboundMail, workspace: Workspace) -> InboundMessageDocument:
    """The JSON document of a message. `file` is the path of a message that could not be parsed."""
    aside = quarantined(workspace, row.digest) if row.kind is InboundKind.UNREADABLE else None
    return {
        "ref": ref(row),
        "received_at": instant(row.received_at),
        "kind": row.kind.value,
        "case": ref_of(Case, row.case_id) if row.case_id else None,
        "email": ref_of(Email, row.email_id) if row.email_id else None,
        "address": row.address,
        "permanent": row.permanent,
        "cause": row.cause.value if row.cause else None,
        "text": row.text,
        "reason": row.reason,
        "reason_code": row.reason_code.value if row.reason_code else None,
        "message_id": row.message_id,
        "file": str(aside) if aside is not None and aside.exists() else None,
    }


def quarantined(workspace: Workspace, digest: str) -> Path:
    """The path of a quarantined message."""
    return workspace.quarantine_dir / f"{digest}.eml"
