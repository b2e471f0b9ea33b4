"""Sentences of older releases become codes, and are shown as before; one that is not known is kept."""

import json
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.goodwill.policy.policy_reason import ApprovalNeed, Choice, PolicyReason, recorded
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.outbox.email_reason import EmailReason
from followup.resources import shipped
from followup.store import schema
from followup.store.engine import reading, writing
from followup.store.tables import Approval, Email, EmailEvent, Enrolment, Gesture, InboundMail, Note
from tests.services.upkeep.test_migrations import ROWS

_SPEC = spec_from_file_location(
    "migration", shipped("db") / "versions" / "0005_a_code_beside_every_reason.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
MIGRATION = module_from_spec(_SPEC)
_SPEC.loader.exec_module(MIGRATION)

_LINT = "the sincerity lint found fault with it, so a person reads it first"
_USED = "the voucher was used before this email went"

EMAILS: list[tuple[str | None, str | None, EmailReason | None]] = [
    (None, None, None),
    *[(told, None, EmailReason.with_value(code)) for told, code in MIGRATION._EMAIL_SENTENCES.items()],
    ("the email before it, E-0001, is held for a person", None, EmailReason.EARLIER_HELD),
    ("the email before it, E-0001, is in doubt", None, EmailReason.EARLIER_NOT_SENT),
    (
        "the address is suppressed (hard_bounce): the mail server said for good that nobody is there",
        None,
        EmailReason.SUPPRESSED,
    ),
    ("nobody knows whether it went out: 421 bye", None, EmailReason.RESULT_UNKNOWN),
    ("the mail server takes nothing just now: refused", None, EmailReason.TAKES_NOTHING),
    ("check-in cannot be written: KeyError", None, EmailReason.WRITING_BROKE),
    ("550 5.1.1 no such user", None, EmailReason.MAIL_SERVER),
    ("(erased)", None, EmailReason.OTHER),
    ("She asked us to wait.\nUntil May.", None, EmailReason.OTHER),
    (_LINT, "E1 “So sorry.”: Say it once.", EmailReason.LINT),
    (_USED, _USED, EmailReason.VOUCHER_USED),
    ("She may sue.", "She may sue.", EmailReason.OTHER),
    (None, "E01", None),
]
"""Reasons of emails, why they are held, and the code of the reason."""

EVENTS: list[tuple[str, str, str | None, EmailReason | None, str | None]] = [
    ("scheduled", "ana", "Monday 2 November 2026, 10:00 (Europe/London)", EmailReason.PLANNED, None),
    ("scheduled", "daemon", "451 4.7.1 later", EmailReason.MAIL_SERVER, None),
    ("scheduled", "daemon", "the mail server takes nothing just now: x", EmailReason.TAKES_NOTHING, None),
    ("deferred", "daemon", "held for a person: E1 “So sorry.”: Say it once.", EmailReason.HELD, "lint"),
    (
        "deferred",
        "daemon",
        f"held for a person: {_USED}",
        EmailReason.HELD,
        "voucher_used",
    ),
    ("deferred", "daemon", "outside business hours", EmailReason.OUTSIDE_BUSINESS_HOURS, None),
    ("scheduled", "ana", "released it: she agreed", EmailReason.RELEASED_BY, None),
    ("deferred", "ana", "held it: she may sue", EmailReason.HELD_BY, None),
    ("skipped", "ana", "skipped it: no use", EmailReason.SKIPPED_BY, None),
    ("cancelled", "ana", "cancelled it", EmailReason.CANCELLED_BY, None),
    ("scheduled", "ana", "has it tried again: mended", EmailReason.RETRIED_BY, None),
    ("sent", "ana", "said that it went out", EmailReason.SENT_BY, None),
    ("scheduled", "ana", "said that it did not go out: seen", EmailReason.NOT_SENT_BY, None),
    ("deferred", "ana", "paused the sequence: holiday", EmailReason.PAUSED_BY, None),
    ("deferred", "ana", "let the sequence go on", EmailReason.RESUMED_BY, None),
    (
        "cancelled",
        "ana",
        "ended the sequence: the case is closed",
        EmailReason.ENDED_BY,
        "case_closed",
    ),
    ("cancelled", "ana", "ended the sequence: I rang her", EmailReason.ENDED_BY, "person"),
    ("sent", "daemon", "250 2.0.0 ok", EmailReason.MAIL_SERVER, None),
    ("sent", "daemon", "Ok queued", EmailReason.MAIL_SERVER, None),
    ("sent", "daemon", "written to /srv/outbox/1.eml", EmailReason.WRITTEN_TO_FILE, None),
    ("sent", "inbound", "it came back: 5.1.1 nobody", EmailReason.CAME_BACK, None),
    ("sent", "inbound", "it came back: no reason was given", EmailReason.CAME_BACK, None),
    ("sent", "inbound", "its recipient called it unwanted", EmailReason.COMPLAINT, None),
    ("sent", "inbound", "they say that it is not made right yet", EmailReason.NOT_YET, None),
    ("failed", "daemon", "There is no template 'check-in'.", EmailReason.OTHER, None),
    ("scheduled", "ana", "(erased)", EmailReason.OTHER, None),
    ("claimed", "daemon", None, None, None),
]
"""Events of one email, in their order: state, actor, reason, its code, and that of the reason it names."""

MESSAGES: list[tuple[str, str | None, MessageReason | None]] = [
    ("reply", None, None),
    *[
        ("unknown", told, MessageReason.with_value(code))
        for told, code in MIGRATION._MESSAGE_SENTENCES.items()
    ],
    ("unknown", "it is about E-0001, which went to a colleague", MessageReason.TO_A_COLLEAGUE),
    (
        "auto_reply",
        "emails were put off 3 times already, so nothing was done",
        MessageReason.PUT_OFF_OFTEN,
    ),
    ("auto_reply", "they seem to be away; put off: E-0001, E-0002", MessageReason.PUT_OFF),
    ("bounce", "nobody is there any more: 5.1.1", MessageReason.NOBODY_THERE),
    ("bounce", "it did not arrive: no reason was given", MessageReason.DID_NOT_ARRIVE),
    ("unreadable", "We could not deal with it (KeyError).", MessageReason.BROKE),
    ("unreadable", "It is larger than 25 MB.", MessageReason.UNREADABLE),
    ("bounce", "told by an older release", MessageReason.OTHER),
]
"""Messages that arrived: kind, reason and code."""

BECAUSE: list[tuple[str, PolicyReason]] = [
    ("Rule moderate: It cost time, and it offers more.", PolicyReason.RULE_MATCHED),
    ("8.00 GBP is 10 percent of order_value; order_value is 80.00 GBP.", PolicyReason.OTHER),
    ("The agent chose a refund of 45.00 GBP, which counts as goodwill.", PolicyReason.CHOSE_INSTEAD),
    ("Rule moderate offers a voucher of 8.00 GBP.", PolicyReason.RULE_OFFERS),
    (
        "Lowered to 40.00 GBP by year: this customer has 60.00 GBP of at most 100.00 GBP.",
        PolicyReason.LOWERED,
    ),
    (
        "Three other late-delivery cases of this customer were logged since 3 November 2025: C-0004, C-0003.",
        PolicyReason.SIMILAR_CASES,
    ),
    ("One other agent logged late-delivery for this customer.", PolicyReason.OTHER_AGENTS),
    (
        "One other customer looks like the same person: the same telephone number.",
        PolicyReason.LINKED_CUSTOMERS,
    ),
    ("So a manager looks at it first.", PolicyReason.LOOKS_FIRST),
    (
        "40.00 GBP is above what the role agent may give for a gesture, 25.00 GBP.",
        PolicyReason.ABOVE_GESTURE,
    ),
    (
        "40.00 GBP is above what the role agent has left today, 5.00 GBP of 50.00 GBP.",
        PolicyReason.ABOVE_DAY,
    ),
    ("The role manager may approve it.", PolicyReason.MAY_APPROVE),
    ("Budget goodwill is soft and will be 3.00 GBP over.", PolicyReason.SOFT_BUDGET),
    ("Not severe: severity is moderate, the rule asks for serious or severe.", PolicyReason.NOT_MET),
    ("Not ticket: ticket, delay_minutes are not known.", PolicyReason.NOT_KNOWN),
    ("Not rude, late: reason is late-delivery, and they ask for another.", PolicyReason.OTHER_REASON),
    ("A sentence that nobody knows.", PolicyReason.OTHER),
]
"""The sentences of a reasoning, and their codes."""


@pytest.fixture
def engine(new_database: Callable[[], str], opened: Callable[[str], Engine]) -> Engine:
    """A database of the release before, with every sentence that it may hold."""
    made = opened(new_database())
    with writing(made) as session:
        configuration = schema.alembic_configuration()
        configuration.attributes["connection"] = session.connection()
        command.upgrade(configuration, "0004")
        for row in ROWS["0001"].strip().rstrip(";").split(";\n"):
            session.connection().exec_driver_sql(row)
        session.connection().execute(text("DELETE FROM outbox"))
        _fill(session)
    return made


def _fill(session: Session) -> None:
    for number, (reason, held, _) in enumerate(EMAILS, 1):
        _insert(
            session,
            "outbox",
            id=number,
            case_id=1,
            gesture_id=1,
            kind="colleague",
            step=0,
            template="notice",
            to_address="max@shop.example",
            state="deferred" if held else "skipped",
            due_at="2026-11-02 10:00:00",
            epoch=0,
            attempts=0,
            reason=reason,
            held_because=held,
            released='[["E02", "So sorry."], ["voucher", "the voucher was used before this email went"]]',
        )
    for number, (state, actor, reason, _, _) in enumerate(EVENTS, 1):
        moment = f"2026-11-02 10:{number:02}:00"
        _insert(
            session, "emailevent", email_id=1, happened_at=moment, state=state, reason=reason, actor=actor
        )
    for number, (kind, reason, _) in enumerate(MESSAGES, 1):
        moment = f"2026-11-03 10:{number:02}:00"
        _insert(session, "inboundmail", digest=f"d{number}", received_at=moment, kind=kind, reason=reason)
    for place, (body, reason) in enumerate(
        (
            ("It is not right yet.", "they say that it is not made right yet"),
            ("All is well now. The lid is missing.", "they say that all is well now"),
            ("Thank you.", None),
        )
    ):
        moment = f"2026-11-04 10:{place:02}:00"
        _insert(session, "note", case_id=1, actor="customer", written_at=moment, body=body, use="heard")
        _insert(
            session,
            "inboundmail",
            digest=f"r{place}",
            received_at=moment,
            kind="reply",
            case_id=1,
            reason=reason,
        )
    for reason in ("the case was opened again, so a person writes", "I rang her"):
        _insert(
            session,
            "enrolment",
            case_id=1,
            sequence="recovery",
            state="ended",
            started_at="2026-11-02 10:00:00",
            ended_because=reason,
        )
    for because in ([told for told, _ in BECAUSE], ["No rule matches this case."], ["The agent chose it."]):
        _insert(
            session,
            "gesture",
            case_id=1,
            agent_id=1,
            state="pending",
            kind="refund",
            gesture_class="goodwill",
            currency="GBP",
            policy_version="1",
            reasoning=json.dumps({"because": because}),
            requested_at="2026-11-02 10:00:00",
        )
    for gesture in (2, 3):
        _insert(
            session,
            "approval",
            gesture_id=gesture,
            state="pending",
            approver_role="manager",
            requested_at="2026-11-02 10:00:00",
            expires_at="2026-11-05 10:00:00",
        )


def _event(session: Session, email: int, moment: str, state: str, reason: str | None, actor: str) -> None:
    told = {"email_id": email, "happened_at": moment, "state": state, "reason": reason, "actor": actor}
    _insert(session, "emailevent", **told)


def _insert(session: Session, table: str, **values: Any) -> None:
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    session.connection().execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)


def test_every_sentence_gets_its_code_and_is_shown_as_before(engine: Engine) -> None:
    assert schema.upgrade(engine) == ("0004", schema.NEWEST)

    with reading(engine) as session:
        emails = session.exec(select(Email).order_by(col(Email.id))).all()
        assert [(row.reason, row.held_because, row.reason_code) for row in emails] == EMAILS
        assert [row.held_code for row in emails if row.held_code is not None] == [
            EmailReason.LINT,
            EmailReason.VOUCHER_USED,
            EmailReason.PERSON,
            EmailReason.OTHER,
        ]
        assert emails[0].released == [["E02", "So sorry."], ["voucher", "voucher_used"]]
        events = session.exec(select(EmailEvent).order_by(col(EmailEvent.id))).all()
        assert [
            (row.state.value, row.actor, row.reason, row.reason_code, (row.reason_values or {}).get("why"))
            for row in events
        ] == EVENTS
        messages = session.exec(select(InboundMail).order_by(col(InboundMail.id))).all()
        assert [(row.kind.value, row.reason, row.reason_code) for row in messages][
            : len(MESSAGES)
        ] == MESSAGES


def test_an_answer_its_note_and_its_message_are_tied_by_a_key(engine: Engine) -> None:
    schema.upgrade(engine)

    with reading(engine) as session:
        query = select(Note.body, Note.answer, Note.is_answer_alone)
        query = query.join(InboundMail, col(InboundMail.note_id) == col(Note.id)).order_by(col(Note.id))
        assert session.exec(query).all() == [
            ("It is not right yet.", OutcomeAnswer.NOT_YET, True),
            ("All is well now. The lid is missing.", OutcomeAnswer.MADE_RIGHT, False),
            ("Thank you.", None, False),
        ]
        assert session.get_one(Note, 1).answer is None


def test_a_series_keeps_why_it_ended(engine: Engine) -> None:
    schema.upgrade(engine)

    with reading(engine) as session:
        ended = session.exec(select(Enrolment).order_by(col(Enrolment.id))).all()
        assert [(row.ended_because, row.ended_code) for row in ended] == [
            (None, None),
            ("the case was opened again, so a person writes", EmailReason.REOPENED),
            ("I rang her", EmailReason.OTHER),
        ]


def test_a_reasoning_gets_codes_with_the_same_sentences_and_what_was_chosen_a_column(engine: Engine) -> None:
    schema.upgrade(engine)

    with reading(engine) as session:
        gestures = session.exec(select(Gesture).order_by(col(Gesture.id))).all()
        assert [(row.choice, row.looks_first) for row in gestures] == [
            # Of an erased person nothing is known.
            (None, False),
            (Choice.INSTEAD, True),
            (Choice.AS_OFFERED, False),
            (Choice.AS_OFFERED, False),
        ]
        reasons = recorded(gestures[1].reasoning)
        assert [(reason.text, reason.code) for reason in reasons] == BECAUSE
        assert gestures[1].reasoning["because"] == [told for told, _ in BECAUSE]
        assert dict(reasons[2].named) == {"chosen": "a refund of 45.00 GBP", "as_class": "goodwill"}
        assert dict(reasons[3].named) == {"rule": "moderate", "offered": "a voucher of 8.00 GBP"}
        needs = session.exec(select(Approval.need).order_by(col(Approval.id))).all()
        assert needs == [ApprovalNeed.PER_GESTURE, ApprovalNeed.OTHER]


def test_of_an_erased_persons_emails_the_log_still_knows_which_were_let_go(engine: Engine) -> None:
    with writing(engine) as session:
        for number, (state, actor) in enumerate((("deferred", "daemon"), ("scheduled", "ana")), 1):
            moment = f"2026-11-05 10:0{number}:00"
            _insert(
                session,
                "emailevent",
                email_id=2,
                happened_at=moment,
                state=state,
                reason="(erased)",
                actor=actor,
            )
        _insert(
            session,
            "auditevent",
            happened_at="2026-11-05 10:02:00",
            actor="ana",
            action="outbox scheduled",
            subject="E-0002",
            detail="{}",
            previous_hash="1",
            hash="2",
        )
    schema.upgrade(engine)

    with reading(engine) as session:
        events = session.exec(select(EmailEvent).where(col(EmailEvent.email_id) == 2)).all()
        assert [(row.reason, row.reason_code) for row in events] == [
            ("(erased)", EmailReason.OTHER),
            ("(erased)", EmailReason.RELEASED_BY),
        ]
