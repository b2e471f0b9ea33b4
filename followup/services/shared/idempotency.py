"""Idempotency keys (`--key`): repeating a command with its key returns the first answer and
changes nothing."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from followup.errors import Refused
from followup.store.tables import AnsweredKey

TAKEN_OUT: dict[str, Any] = {"erased": True}
"""Replaces a stored answer about an erased customer. The key stays used."""


def fingerprint(content: Mapping[str, Any]) -> str:
    """A hash of a command's arguments."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def first_answer(
    session: Session, key: str, command: str, content: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The first answer to this key, or None if the key is new. Raises Refused if the key was used with
    another command or other arguments."""
    found = session.get(AnsweredKey, key)
    if found is None:
        return None
    if found.answer == TAKEN_OUT:
        raise Refused(
            f"What key {key!r} was used for was about somebody who was erased; the answer is not kept.",
            hint="The change was made once, and is not made again. Use a new key for a new change.",
            code="erased",
        )
    if found.command != command or found.content_sha256 != fingerprint(content):
        raise Refused(
            f"Key {key!r} was used before, by `{found.command}` with other content.",
            hint="Use a new key for a new change.",
            code="key_conflict",
        )
    return found.answer


def remember(
    session: Session,
    key: str,
    command: str,
    content: Mapping[str, Any],
    answer: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Store the answer to a key, in the transaction of the change."""
    session.add(
        AnsweredKey(
            key=key,
            command=command,
            content_sha256=fingerprint(content),
            answer=answer,
            answered_at=now,
        )
    )
    session.flush()
