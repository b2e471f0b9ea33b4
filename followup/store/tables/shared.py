"""Who changed what, and the answers that are given again when their key comes again."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field

from followup.store.columns import DatabaseTable


class AuditEvent(DatabaseTable, table=True):
    """Who changed what, when and why. Append-only; `hash` covers the row and the hash before it.

    Only the reason, which somebody put into words, can be taken out, when a person is erased. It has a salt
    that goes with it, so that nobody can find the words again by trying them against the hash."""

    id: int | None = Field(default=None, primary_key=True)
    happened_at: datetime
    actor: str
    action: str
    subject: str = Field(index=True)
    because: str | None = Field(default=None, sa_type=Text)
    because_salt: str | None = None
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    previous_hash: str
    hash: str = Field(unique=True)


class AnsweredKey(DatabaseTable, table=True):
    """The first answer to a write that carried `--key`, given again when the key comes again."""

    key: str = Field(primary_key=True)
    command: str
    content_sha256: str
    answer: dict[str, Any] = Field(sa_type=JSON)
    answered_at: datetime
