"""Add a code to every reason: of emails, of gestures, of inbound emails

Revision: 0005, after 0004

Stored sentences are converted to codes with their values. An unknown sentence gets the code `other` and is
kept.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from followup.store.word_checks import add_word_column

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


_EMAIL_REASONS = """
    paused earlier_held earlier_not_sent outside_hours outside_business_hours too_soon too_often
    away lint voucher_used voucher_void voucher_expired case_closed case_resolved decided
    nothing_to_follow nothing_promised no_consent enough gesture_void gesture_rejected
    gesture_withdrawn gesture_expired series_ended schedule_removed answered all_well not_yet
    reopened distressed suppressed nobody_left erasure in_sequence written_to another_case
    cannot_be_written writing_broke mail_server result_unknown worker_stopped worker_died
    stopped_first takes_nothing restored_copy planned planned_at_once written_to_file held came_back
    complaint held_by released_by skipped_by cancelled_by retried_by sent_by not_sent_by paused_by
    resumed_by ended_by person other
"""

_MESSAGE_REASONS = """
    own to_a_colleague erased twice no_case no_case_automatic not_proved foreign_token put_off_often
    nothing_due nobody_left put_off made_right not_yet nobody_there did_not_arrive no_more_emails
    unreadable broke other
"""

_EMAIL_SENTENCES = {
    "the sequence is paused": "paused",
    "outside the hours in which this customer is written to": "outside_hours",
    "outside business hours": "outside_business_hours",
    "this customer is written to about something else first, or was just now": "too_soon",
    "this customer was written to often enough for now": "too_often",
    "they seem to be away": "away",
    "the sincerity lint found fault with it, so a person reads it first": "lint",
    "the voucher was used before this email went": "voucher_used",
    "the voucher was taken back before this email went": "voucher_void",
    "the voucher expired before this email went": "voucher_expired",
    "the case is closed": "case_closed",
    "the case is resolved, so nobody asks whether it arrived": "case_resolved",
    "it was decided already": "decided",
    "the first email was left out, so there is nothing to follow up": "nothing_to_follow",
    "nothing was promised": "nothing_promised",
    "this email offers a discount, and the customer has not agreed to marketing": "no_consent",
    "three emails about one case are enough": "enough",
    "the gesture was taken back": "gesture_void",
    "the gesture was rejected": "gesture_rejected",
    "the gesture was withdrawn": "gesture_withdrawn",
    "the gesture expired": "gesture_expired",
    "its sequence ended": "series_ended",
    "its schedule was removed": "schedule_removed",
    "the customer has answered, so a person does": "answered",
    "they say that all is well now": "all_well",
    "they say that it is not made right yet": "not_yet",
    "the case was opened again, so a person writes": "reopened",
    "the customer is distressed, so a person must call": "distressed",
    "the customer was erased, so nobody writes": "nobody_left",
    "the customer was erased": "erasure",
    "it is in a sequence already": "in_sequence",
    "this customer was written to about it already, and nobody apologises twice": "written_to",
    "they had another bad experience with us within 90 days, so a person writes or calls": "another_case",
    "its worker stopped before sending": "worker_stopped",
    "its worker stopped while the email was on its way": "worker_died",
    "the daemon was stopped first": "stopped_first",
    "the database is a restored copy, so it may have gone out already": "restored_copy",
    "the same moment": "planned_at_once",
    "its recipient called it unwanted": "complaint",
    "let the sequence go on": "resumed_by",
}

_MESSAGE_SENTENCES = {
    "it is an email of ours that came round": "own",
    "it is about somebody who was erased, so nothing of it was kept": "erased",
    "it came before, in another copy": "twice",
    "it is about no case we know": "no_case",
    "it is about no case we know; nothing was done": "no_case_automatic",
    "it does not prove that it is about an email of ours, so nothing was done": "not_proved",
    "it asks for no more emails with a token that is not ours": "foreign_token",
    "no email was due, so nothing was done": "nothing_due",
    "nobody is left here who could be written to": "nobody_left",
    "they say that all is well now": "made_right",
    "they say that it is not made right yet": "not_yet",
    "they are not written to any more": "no_more_emails",
}

_CLICKED = (
    "All is well now.",
    "It is not right yet.",
    "Jetzt ist alles gut.",
    "Es ist noch nicht alles gut.",
    "Ya está todo bien.",
    "Todavía no está todo bien.",
    "Tout va bien maintenant.",
    "Tout ne va pas encore bien.",
)
"""The texts written by the links of a closing email. An email with only such a text contains nothing of the
customer's own.
"""

Parsed = tuple[str, dict[str, Any] | None, str | None]
"""A code, the values of its sentence, and the words of a person or mail server."""

_Pattern = tuple[str, re.Pattern[str]]


def _patterns(*pairs: tuple[str, str]) -> tuple[_Pattern, ...]:
    return tuple((code, re.compile(pattern, re.DOTALL)) for code, pattern in pairs)


_EMAIL_PATTERNS = _patterns(
    ("earlier_held", r"the email before it, (?P<email>E-\d+), is held for a person"),
    ("earlier_not_sent", r"the email before it, (?P<email>E-\d+), is (?P<state>[a-z ]+)"),
    ("suppressed", r"the address is suppressed \((?P<reason>[a-z_]+)\): .+"),
    ("result_unknown", r"nobody knows whether it went out: (?P<detail>.*)"),
    ("takes_nothing", r"the mail server takes nothing just now: (?P<detail>.*)"),
    ("writing_broke", r"(?P<template>[\w.-]+) cannot be written: (?P<error>\w+)"),
    ("mail_server", r"(?P<detail>[245]\d\d .*)"),
)
_PEOPLE = _patterns(
    ("held_by", r"held it: (?P<detail>.*)"),
    ("released_by", r"released it: (?P<detail>.*)"),
    ("skipped_by", r"skipped it: (?P<detail>.*)"),
    ("cancelled_by", r"cancelled it(?:: (?P<detail>.*))?"),
    ("retried_by", r"has it tried again(?:: (?P<detail>.*))?"),
    ("sent_by", r"said that it went out(?:: (?P<detail>.*))?"),
    ("not_sent_by", r"said that it did not go out(?:: (?P<detail>.*))?"),
    ("paused_by", r"paused the sequence: (?P<detail>.*)"),
    ("resumed_by", r"let the sequence go on"),
    ("ended_by", r"ended the sequence: (?P<detail>.*)"),
)
"""What people did to an email, as sentences in its history."""

_OURSELVES = _patterns(
    ("held", r"held for a person: (?P<detail>.+)"),
    ("came_back", r"it came back: (?P<detail>.*)"),
    ("complaint", r"its recipient called it unwanted"),
    ("written_to_file", r"written to (?P<detail>.*)"),
)
_MESSAGE_PATTERNS = _patterns(
    ("to_a_colleague", r"it is about (?P<email>E-\d+), which went to a colleague"),
    ("put_off_often", r"emails were put off (?P<times>\d+) times already, so nothing was done"),
    ("put_off", r"they seem to be away; put off: (?P<emails>E-\d+(?:, E-\d+)*)"),
    ("nobody_there", r"nobody is there any more: (?P<detail>.*)"),
    ("did_not_arrive", r"it did not arrive: (?P<detail>.*)"),
    ("broke", r"We could not deal with it \((?P<error>\w+)\)\."),
)
_MONEY = r"-?[\d.,]+ [A-Z]{3}"
_SEEN = r"(?P<since> since [^:]+?)?(?P<named>: .+)?\."
_ABOVE = rf"(?P<amount>{_MONEY}) is above what the role (?P<role>[a-z]+) "
_POLICY_PATTERNS = _patterns(
    ("no_rule", r"No rule matches this case\."),
    ("chose_within", rf"The agent chose (?P<chosen>{_MONEY}) within the range\."),
    ("chose_instead", r"The agent chose (?P<chosen>.+), which counts as (?P<as_class>[a-z]+)\."),
    ("lowered", rf"Lowered to (?P<amount>{_MONEY}) by (?P<limit>[^:]+): (?P<why>.+)\."),
    ("looks_first", r"So a (?P<role>[a-z]+) looks at it first\."),
    (
        "similar_cases",
        r"(?P<cases>\w+ other \S+ cases?) of this customer (?P<were>was|were) logged" + _SEEN,
    ),
    (
        "other_agents",
        r"(?P<agents>\w+ other agents?) logged (?P<reason>\S+) for this customer" + _SEEN,
    ),
    ("linked_customers", r"(?P<people>\w+ other customers? looks?) like the same person: (?P<signs>.+)\."),
    (
        "above_gesture",
        _ABOVE + r"may give for a gesture, (?P<limit>.+)\.",
    ),
    (
        "above_day",
        _ABOVE + r"has left today, (?P<left>.+) of (?P<limit>.+)\.",
    ),
    ("may_approve", r"The role (?P<role>[a-z]+) may approve it\."),
    ("soft_budget", rf"Budget (?P<budget>.+) is soft and will be (?P<over>{_MONEY}) over\."),
    (
        "other_reason",
        r"Not (?P<rules>[^:]+): reason is (?P<reason>\S+), and they ask for another\.",
    ),
    (
        "not_met",
        r"Not (?P<rule>[^:]+): (?P<fact>\S+) is (?P<value>.+), the rule asks for (?P<asks>.+)\.",
    ),
    ("not_known", r"Not (?P<rule>[^:]+): (?P<missing>.+) not known\."),
)
_RULE_MATCHED = re.compile(r"(?P<why>Rule .+)\.", re.DOTALL)
_RULE_OFFERS = re.compile(r"Rule (?P<rule>.+?) offers (?P<offered>.+)\.", re.DOTALL)
_NEEDS = {"above_gesture": "per_gesture", "above_day": "per_day", "looks_first": "second_look"}
_SUPPRESSED_AS = ("hard_bounce", "complaint", "unsubscribe", "manual", "erased")
_ERASED: Parsed = ("other", {"removed": True}, None)
"""A reason whose words were erased with the customer."""


def upgrade() -> None:
    for table, old, new in (
        ("outbox", "reason", "reason_detail"),
        ("outbox", "held_because", "held_detail"),
        ("emailevent", "reason", "reason_detail"),
        ("inboundmail", "reason", "reason_detail"),
        ("enrolment", "ended_because", "ended_detail"),
    ):
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    for table, column, words in (
        ("outbox", "reason_code", _EMAIL_REASONS),
        ("outbox", "held_code", _EMAIL_REASONS),
        ("emailevent", "reason_code", _EMAIL_REASONS),
        ("enrolment", "ended_code", _EMAIL_REASONS),
        ("inboundmail", "reason_code", _MESSAGE_REASONS),
        ("note", "answer", "made_right not_yet"),
        ("gesture", "choice", "as_offered within_range instead"),
    ):
        add_word_column(op.get_bind(), table, column, words.split())
    needs = ("per_gesture", "per_day", "second_look", "other")
    add_word_column(op.get_bind(), "approval", "need", needs, default="other")
    for table, column in (
        ("outbox", "reason_values"),
        ("emailevent", "reason_values"),
        ("enrolment", "ended_values"),
        ("inboundmail", "reason_values"),
    ):
        op.add_column(table, sa.Column(column, sa.JSON(), nullable=True))
    for table, column in (("note", "is_answer_alone"), ("gesture", "looks_first")):
        op.add_column(table, sa.Column(column, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute(
        "ALTER TABLE inboundmail ADD COLUMN note_id INTEGER "
        "CONSTRAINT fk_inboundmail_note_id_note REFERENCES note (id)"
    )
    op.create_index("ix_inboundmail_note_id", "inboundmail", ["note_id"])
    _code_emails()
    _code_events()
    _code("enrolment", "ended", lambda row: _email_reason(row.ended_detail))
    _code("inboundmail", "reason", lambda row: _message_reason(row.reason_detail, row.kind), "kind")
    _tie_notes()
    _code_gestures()


# ---- Reading sentences


def _matched(patterns: tuple[_Pattern, ...], told: str) -> Parsed | None:
    for code, pattern in patterns:
        found = pattern.fullmatch(told)
        if found is not None:
            named = {name: value or "" for name, value in found.groupdict().items() if name != "detail"}
            return code, named or None, found.groupdict().get("detail")
    return None


def _email_reason(told: str) -> Parsed:
    """The reason for an email's state, or for the end of its sequence."""
    if told == "(erased)":
        return _ERASED
    if told in _EMAIL_SENTENCES:
        return _EMAIL_SENTENCES[told], None, None
    found: Parsed = _matched(_EMAIL_PATTERNS, told) or ("other", None, told)
    code, named, detail = found
    if code == "suppressed" and named is not None and named["reason"] not in _SUPPRESSED_AS:
        return "other", None, told
    if code == "earlier_not_sent" and named is not None:
        named["state"] = named["state"].replace(" ", "_")
    return code, named, detail


def _event_reason(row: Any, *, is_first: bool) -> Parsed:
    """The reason of an event in an email's history."""
    told = row.reason_detail
    is_person = row.actor not in ("daemon", "inbound")
    found = _matched(_PEOPLE if is_person else _OURSELVES, told)
    if found is not None:
        return _with_another(*found)
    found = _email_reason(told)
    if found[0] != "other" or found == _ERASED:
        return found
    if is_first and row.state == "scheduled":
        return "planned", None, told
    return ("mail_server", None, told) if row.state == "sent" and not is_person else found


def _with_another(code: str, named: dict[str, Any] | None, detail: str | None) -> Parsed:
    """A reason that refers to another one by its code."""
    if code == "ended_by" and detail is not None:
        why, more, left = _email_reason(detail)
        return (
            (code, {"why": "person"}, detail)
            if why == "other"
            else (code, {**(more or {}), "why": why}, left)
        )
    if code == "held" and detail is not None:
        known = _EMAIL_SENTENCES.get(detail)
        return (code, {"why": known}, None) if known else (code, {"why": "lint"}, detail)
    return code, named, None if code == "came_back" and detail == "no reason was given" else detail


def _message_reason(told: str, kind: str) -> Parsed:
    """What an inbound email led to."""
    if told in _MESSAGE_SENTENCES:
        return _MESSAGE_SENTENCES[told], None, None
    found: Parsed = _matched(_MESSAGE_PATTERNS, told) or ("other", None, told)
    code, named, detail = found
    if code == "other" and kind == "unreadable":
        return "unreadable", None, told
    if code == "put_off" and named is not None:
        return code, {"emails": named["emails"].split(", ")}, None
    if code == "put_off_often" and named is not None:
        return code, {"times": int(named["times"])}, None
    return code, named, None if detail == "no reason was given" else detail


def _policy_reasons(because: list[str]) -> list[dict[str, Any]]:
    """The reasons of a recommendation, in the order of their sentences."""
    reasons: list[dict[str, Any]] = []
    for told in because:
        chosen_before = bool(reasons) and reasons[-1]["code"] == "chose_instead"
        special = _RULE_OFFERS if chosen_before else _RULE_MATCHED if not reasons else None
        found = special.fullmatch(told) if special is not None else None
        if found is not None:
            reasons.append({"code": "rule_offers" if chosen_before else "rule_matched", **found.groupdict()})
            continue
        code, named, _ = _matched(_POLICY_PATTERNS, told) or ("other", {"detail": told}, None)
        reasons.append({"code": code, **(named or {})})
    return reasons


# ---- Writing codes


def _rows(table: str, columns: str) -> Iterator[list[Any]]:
    """The rows of a table in order of id, in batches, so that a large table fits in memory."""
    last = 0
    connection = op.get_bind()
    while True:
        query = f"SELECT {columns} FROM {table} WHERE id > :last ORDER BY id LIMIT 1000"  # noqa: S608
        rows = list(connection.execute(sa.text(query), {"last": last}))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _write(table: str, changes: list[dict[str, Any]], **types: Any) -> None:
    """Update columns of rows by `row_id`."""
    if not changes:
        return
    names = [name for name in changes[0] if name != "row_id"]
    described = sa.table(
        table, sa.column("id", sa.Integer()), *(sa.column(name, types.get(name, sa.Text())) for name in names)
    )
    statement = described.update().where(described.c.id == sa.bindparam("row_id"))
    statement = statement.values({name: sa.bindparam(name, type_=described.c[name].type) for name in names})
    op.get_bind().execute(statement, changes)


_VALUES = sa.JSON(none_as_null=True)


def _coded(name: str, number: int, parsed: Parsed) -> dict[str, Any]:
    code, values, detail = parsed
    return {"row_id": number, f"{name}_code": code, f"{name}_values": values, f"{name}_detail": detail}


def _code(table: str, name: str, parse: Callable[[Any], Parsed], *more: str) -> None:
    for rows in _rows(table, ", ".join(("id", f"{name}_detail", *more))):
        told = [row for row in rows if getattr(row, f"{name}_detail") is not None]
        changes = [_coded(name, row.id, parse(row)) for row in told]
        _write(table, changes, **{f"{name}_values": _VALUES})


def _code_emails() -> None:
    """Convert the reasons of emails. Held emails come first: their reason says why they are held."""
    endings = ("lint", "voucher_used", "voucher_void", "voucher_expired")
    for rows in _rows("outbox", "id, reason_detail, held_detail"):
        held = []
        for row in rows:
            if row.held_detail is None:
                continue
            code = _EMAIL_SENTENCES.get(row.reason_detail or "", "")
            if code in endings:
                said = None if row.held_detail == row.reason_detail else row.held_detail
                held.append({"row_id": row.id, "held_code": code, "held_detail": said})
            else:
                by = "person" if row.held_detail == row.reason_detail else "other"
                held.append({"row_id": row.id, "held_code": by, "held_detail": row.held_detail})
        _write("outbox", held)
    _code("outbox", "reason", lambda row: _email_reason(row.reason_detail))
    outbox = sa.table("outbox", sa.column("id", sa.Integer()), sa.column("released", sa.JSON()))
    query = sa.select(outbox).where(sa.cast(outbox.c.released, sa.Text()).contains('"voucher"'))
    changes = [
        {
            "row_id": row.id,
            "released": [
                [rule, _EMAIL_SENTENCES.get(said, said)] if rule == "voucher" else [rule, said]
                for rule, said in row.released
            ],
        }
        for row in op.get_bind().execute(query)
    ]
    _write("outbox", changes, released=sa.JSON())


def _code_events() -> None:
    firsts = set(op.get_bind().execute(sa.text("SELECT min(id) FROM emailevent GROUP BY email_id")).scalars())
    for rows in _rows("emailevent", "id, state, reason_detail, actor"):
        told = [row for row in rows if row.reason_detail is not None]
        changes = [_coded("reason", row.id, _event_reason(row, is_first=row.id in firsts)) for row in told]
        _write("emailevent", changes, reason_values=_VALUES)
    # The words in emails of an erased person are gone. The audit log still records which were released.
    reference = (
        "'E-' || CASE WHEN email_id < 10 THEN '000' WHEN email_id < 100 THEN '00' "
        "WHEN email_id < 1000 THEN '0' ELSE '' END || email_id"
    )
    let_go = (
        "UPDATE emailevent SET reason_code = 'released_by' WHERE reason_code = 'other' "
        "AND reason_detail IS NULL AND state = 'scheduled' AND EXISTS (SELECT 1 FROM auditevent WHERE "
        "action = 'outbox scheduled' AND subject = {reference} AND auditevent.actor = emailevent.actor "
        "AND auditevent.happened_at = emailevent.happened_at) AND 'deferred' = (SELECT earlier.state FROM "
        "emailevent AS earlier WHERE earlier.email_id = emailevent.email_id AND earlier.id < emailevent.id "
        "ORDER BY earlier.id DESC LIMIT 1)"
    )
    op.execute(let_go.format(reference=reference))


def _tie_notes() -> None:
    """Link each note to the inbound email it was made from: until now only their equal time linked them."""
    op.execute(
        "UPDATE inboundmail SET note_id = (SELECT max(note.id) FROM note WHERE note.case_id = "
        "inboundmail.case_id AND note.written_at = inboundmail.received_at AND note.use = 'heard' "
        "AND note.actor IN ('customer', 'inbound')) WHERE kind = 'reply' AND case_id IS NOT NULL"
    )
    op.execute(
        "UPDATE note SET answer = (SELECT max(inboundmail.reason_code) FROM inboundmail WHERE "
        "inboundmail.note_id = note.id AND inboundmail.reason_code IN ('made_right', 'not_yet'))"
    )
    alone = sa.text("UPDATE note SET is_answer_alone = true WHERE answer IS NOT NULL AND body IN :clicked")
    alone = alone.bindparams(sa.bindparam("clicked", _CLICKED, expanding=True))
    op.get_bind().execute(alone)


def _code_gestures() -> None:
    gesture = sa.table("gesture", sa.column("id", sa.Integer()), sa.column("reasoning", sa.JSON()))
    last = 0
    while True:
        query = sa.select(gesture).where(gesture.c.id > last).order_by(gesture.c.id).limit(1000)
        rows = list(op.get_bind().execute(query))
        if not rows:
            return
        changes, needs = [], []
        for row in rows:
            if "because" not in (row.reasoning or {}):
                continue
            reasons = _policy_reasons(row.reasoning["because"])
            codes = [reason["code"] for reason in reasons]
            within = "within_range" if "chose_within" in codes else "as_offered"
            choice = "instead" if "chose_instead" in codes else within
            changes.append(
                {
                    "row_id": row.id,
                    "choice": choice,
                    "looks_first": "looks_first" in codes,
                    "reasoning": {**row.reasoning, "choice": choice, "reasons": reasons},
                }
            )
            need = next((need for code, need in _NEEDS.items() if code in codes), "other")
            needs.append({"gesture": row.id, "need": need})
        _write("gesture", changes, looks_first=sa.Boolean(), reasoning=sa.JSON())
        if needs:
            op.get_bind().execute(
                sa.text("UPDATE approval SET need = :need WHERE gesture_id = :gesture"), needs
            )
        last = rows[-1].id


def downgrade() -> None:
    raise RuntimeError("There is no way back by migration: put a backup in its place.")
