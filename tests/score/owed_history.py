"""What a customer is owed, by what happened: written from the tables and the notes of a test, without the
program's own model.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, text

WEEK = timedelta(days=7)
WITHIN = timedelta(days=9)
"""Longer than five business days with a weekend and a holiday between them."""

LATEST = timedelta(days=16)
"""By when a refund or a gift is there: at most ten business days, and a holiday."""


@dataclass
class History:
    """What a test did to one case. `bounced` are numbers of emails that came back; `content` is when the
    customer said that all is well."""

    number: int
    opened: datetime
    distressed: bool = False
    told: list[datetime] = field(default_factory=list)
    touched: list[datetime] = field(default_factory=list)
    wrote: datetime | None = None
    content: bool = False
    suppressed: bool = False
    paused: tuple[datetime, datetime | None] | None = None
    bounced: set[int] = field(default_factory=set)

    def was_told(self, since: datetime) -> bool:
        """Whether a person has told the customer since then."""
        return any(moment >= since for moment in self.told)


def owed(connection: Connection, history: History, now: datetime) -> list[str]:
    """What the customer is owed now that no scheduled email will bring in its time. Each must be on the
    list."""
    case = _one(connection, "SELECT status FROM cases WHERE id = :number", history)
    emails = _many(
        connection,
        "SELECT o.id, o.state, o.held_code, o.step, o.sent_at, o.due_at, e.started_at, e.gesture_id, o.kind, "
        "o.template, o.gesture_id AS own "
        "FROM outbox o LEFT JOIN enrolment e ON e.id = o.enrolment_id "
        "WHERE o.case_id = :number AND o.kind IN ('step', 'single')",
        history,
    )
    beside = _many(
        connection,
        "SELECT t.email_id, t.gesture_id FROM emailgesture t JOIN outbox o ON o.id = t.email_id "
        "WHERE o.case_id = :number",
        history,
    )
    told_beside = {(row.email_id, row.gesture_id) for row in beside}
    gestures = _many(
        connection,
        "SELECT g.id, g.kind, g.state, g.issued_at, g.ended_at, g.requested_at, "
        "(SELECT v.state FROM voucher v WHERE v.gesture_id = g.id) AS voucher, "
        "(SELECT COUNT(*) FROM outbox o WHERE o.gesture_id = g.id AND o.template = 'approval-delayed' "
        "AND o.sent_at IS NOT NULL) AS announced FROM gesture g WHERE g.case_id = :number",
        history,
    )
    telling = [row for row in emails if row.kind == "step" or row.template == "given-later"]
    arrived = [row for row in telling if row.sent_at and row.id not in history.bounced]
    is_open, found = case.status == "open", []

    def is_coming(row: Any) -> bool:
        if row.state not in ("scheduled", "deferred", "claimed") or row.held_code:
            return False
        if history.suppressed or case.status == "closed":
            return False
        if history.paused:
            since, until = history.paused
            return now <= (until + timedelta(days=4) if until else since + WEEK)
        return bool(_at(row.due_at) + timedelta(days=4) >= now)

    def will_hear(since: datetime) -> bool:
        return any(row.started_at and _at(row.started_at) > since and is_coming(row) for row in emails)

    if case.status == "undone":
        return _of_a_mistake(history, emails, gestures)
    if history.distressed and not history.content and not history.was_told(history.opened):
        found.append("a call, in real need")
    wrote = history.wrote
    if wrote and not history.content and not history.was_told(wrote):
        answered = any(row.started_at and _at(row.started_at) > wrote for row in arrived)
        if not answered and not will_hear(wrote):
            found.append("an answer")
    for gesture in gestures:
        about = [
            row
            for row in telling
            if gesture.id in (row.gesture_id, row.own) or (row.id, gesture.id) in told_beside
        ]
        by_email = any(row in arrived for row in about)
        ended = _at(gesture.ended_at)
        if gesture.issued_at is None:
            spoken = ended and any(_at(row.sent_at) >= ended for row in arrived)
            if gesture.announced and ended and not (spoken or history.was_told(ended) or will_hear(ended)):
                found.append(f"what was decided about gesture {gesture.id}")
            continue
        issued = _at(gesture.issued_at)
        known = by_email or history.was_told(issued)
        if gesture.state == "issued" and gesture.kind == "callback":
            found += [] if history.was_told(issued) else [f"the call of gesture {gesture.id}"]
        elif gesture.state in ("issued", "expired") and not known:
            firsts = [row for row in about if row.step == 1 or row.kind == "single"]
            in_time = now <= issued + WITHIN or bool(history.paused)
            if not (in_time and any(is_coming(row) for row in firsts)):
                found.append(f"a word about gesture {gesture.id}")
        if gesture.state == "issued" and gesture.kind in ("refund", "gift") and now > issued + LATEST:
            found.append(f"the money of gesture {gesture.id}")
        is_void = gesture.state == "void" or gesture.voucher == "void"
        if is_void and ended and not history.was_told(ended):
            before = any(issued <= moment < ended for moment in history.told)
            if by_email or before:
                found.append(f"a correction about gesture {gesture.id}")
    moments = [history.opened, *history.touched, *history.told]
    moments += [_at(row.sent_at) for row in emails if row.sent_at]
    moments += [_at(gesture.ended_at) for gesture in gestures if gesture.ended_at]
    waits = any(gesture.state in ("pending", "held") for gesture in gestures)
    if is_open and now > max(moments) + WITHIN and not waits and not any(is_coming(row) for row in emails):
        found.append("an end")
    return found


def _of_a_mistake(history: History, emails: list[Any], gestures: list[Any]) -> list[str]:
    """What the customer of a case that was logged by mistake is owed: to hear so, if they heard of it."""
    went = [row for row in emails if row.sent_at or row.state == "in_doubt"]
    heard = [_at(row.sent_at or row.due_at) for row in went if row.id not in history.bounced]
    given = [row for row in gestures if row.issued_at and row.ended_at]
    times = [(_at(row.issued_at), _at(row.ended_at)) for row in given if "void" in (row.state, row.voucher)]
    in_person = any(issued <= moment < ended for moment in history.told for issued, ended in times)
    is_told = history.was_told(max([*heard, *(ended for _, ended in times)], default=history.opened))
    return ["that it was a mistake"] if (heard or in_person) and not is_told else []


def _at(value: Any) -> Any:
    """An instant as stored: SQLite gives text without a zone."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if value is not None and value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    return value


def _one(connection: Connection, query: str, history: History) -> Any:
    return connection.execute(text(query), {"number": history.number}).one()


def _many(connection: Connection, query: str, history: History) -> list[Any]:
    return list(connection.execute(text(query), {"number": history.number}).all())
