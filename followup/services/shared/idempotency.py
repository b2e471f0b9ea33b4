"""`--key`: the same key twice makes the change once and gives the first answer again."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from followup.errors import Refused
from followup.store.tables import AnsweredKey

TAKEN_OUT: dict[str, Any] = {"erased": True}
"""What is left of an answer that was about somebody who was erased: the key is still used up."""


def fingerprint(content: Mapping[str, Any]) -> str:
    """A hash of what a command was asked to do."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def first_answer(
    session: Session, key: str, command: str, content: Mapping[str, Any]
) -> dict[str, Any] | None:
    """What the first command with this key answered, or None. Refuses the key for anything else."""
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
    """Keep the answer, in the transaction of the change."""
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
