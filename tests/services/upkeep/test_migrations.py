"""An older database keeps what is in it when it is brought up to date."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from followup.domain.cases.case import NoteUse
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_state import EmailState
from followup.domain.outbox.mail_transport import MailTransport
from followup.errors import Refused
from followup.services.outbox import transport_guard
from followup.store import schema
from followup.store.engine import reading, writing
from followup.store.tables import (
    Case,
    Customer,
    Email,
    EmailEvent,
    Enrolment,
    InboundMail,
    Note,
    PracticeRound,
    Suppression,
)
from tests.services.upkeep.test_schema import differences

ROWS = {
    "0001": """
INSERT INTO agent (name, email, role, active, added_at)
VALUES ('Ana', 'ana@shop.example', 'agent', true, '2026-11-02 10:00:00');
INSERT INTO customer (name, email, locale, timezone, region, email_key, marketing_consent, added_at)
VALUES ('Priya', 'p@example.com', 'en-GB', 'Europe/London', 'GB', 'p@example.com', false,
  '2026-11-02 10:00:00');
INSERT INTO cases
  (customer_id, agent_id, status, reason, severity, responsibility, currency, occurred_on, facts,
   mass_incident, logged_at)
VALUES (1, 1, 'open', 'late-delivery', 'moderate', 'ours', 'GBP', '2026-11-01', '{}', false,
  '2026-11-02 10:00:00');
INSERT INTO note (case_id, actor, written_at, body) VALUES (1, 'ana', '2026-11-02 10:00:00', 'A');
INSERT INTO gesture
  (case_id, agent_id, state, kind, gesture_class, currency, policy_version, reasoning, requested_at)
VALUES (1, 1, 'issued', 'callback', 'goodwill', 'GBP', '1', '{}', '2026-11-02 10:00:00');
INSERT INTO enrolment (case_id, gesture_id, sequence, state, started_at)
VALUES (1, 1, 'recovery', 'active', '2026-11-02 10:00:00');
INSERT INTO outbox
  (enrolment_id, case_id, gesture_id, step, template, to_address, state, due_at, epoch, attempts)
VALUES (1, 1, NULL, 1, 'apology', 'p@example.com', 'scheduled', '2026-11-02 10:00:00', 0, 0);
INSERT INTO outbox
  (enrolment_id, case_id, gesture_id, step, template, to_address, state, due_at, epoch, attempts)
VALUES (NULL, 1, 1, 0, 'for-approval', 'max@shop.example', 'sent', '2026-11-02 10:00:00', 1, 1);
INSERT INTO auditevent (happened_at, actor, action, subject, because, detail, previous_hash, hash)
VALUES ('2026-11-02 10:00:00', 'ana', 'case open', 'C-0001', NULL, '{}', '0', '1');
""",
    "0002": """
INSERT INTO suppression (address, reason, because, since, actor)
VALUES ('p@example.com', 'manual', 'She asked.', '2026-11-03 10:00:00', 'ana');
INSERT INTO practiceround (agent_id, exercise, played_at, rules)
VALUES (1, 'birthday-bike', '2026-11-03 10:00:00', '["E01"]');
INSERT INTO emailevent (email_id, happened_at, state, reason, actor)
VALUES (1, '2026-11-03 10:00:00', 'deferred', 'held for a person', 'daemon');
UPDATE outbox SET state = 'deferred', held_because = 'E01', released = '[["E02", "So sorry."]]' WHERE id = 1;
UPDATE note SET use = 'tell' WHERE id = 1;
INSERT INTO auditevent (happened_at, actor, action, subject, because, detail, previous_hash, hash)
VALUES ('2026-11-03 10:00:00', 'ana', 'case closed', 'C-0001', 'Done.', '{}', '1', '2');
INSERT INTO auditevent (happened_at, actor, action, subject, because, detail, previous_hash, hash)
VALUES ('2026-11-05 12:30:00', 'ana', 'case closed', 'C-0001', 'Done again.', '{}', '2', '3');
UPDATE cases SET status = 'closed' WHERE id = 1;
""",
    "0003": """
INSERT INTO outbox
  (enrolment_id, case_id, gesture_id, kind, step, template, to_address, state, due_at, epoch, attempts,
   message_id, message)
VALUES (NULL, 1, 1, 'single', 0, 'voucher-expiring', 'p@example.com', 'sent', '2026-11-04 10:00:00', 1, 1,
  '<a@b.example>', 'Bytes');
INSERT INTO inboundmail (digest, received_at, kind, case_id, email_id)
VALUES ('d1', '2026-11-04 10:00:00', 'bounce', 1, 3);
""",
    "0004": """
INSERT INTO reportschedule
  (name, reports, every, at, timezone, locale, recipients, agent_id, added_at, next_at)
VALUES ('m', '[]', 'monday', '08:00:00', 'Europe/London', 'en-GB', '[]', 1, '2026-11-04 10:00:00',
  '2026-11-09 08:00:00');
INSERT INTO outbox
  (schedule_id, occurs_at, kind, step, template, to_address, state, due_at, epoch, attempts, reason)
VALUES (1, '2026-11-09 08:00:00', 'report', 0, 'report', 'c@b.example', 'cancelled', '2026-11-09 08:00:00',
  0, 0, 'its schedule was removed');
""",
    "0005": """
INSERT INTO emailevent (email_id, happened_at, state, reason_code, reason_detail, actor)
VALUES (3, '2026-11-04 10:00:00', 'sent', 'written_to_file', 'written to /outbox/a.eml', 'daemon');
INSERT INTO emailevent (email_id, happened_at, state, reason_code, reason_detail, actor)
VALUES (2, '2026-11-04 10:00:00', 'sent', 'mail_server', '250 queued', 'daemon');
INSERT INTO relaystate (name, pauses, accepted, refused, last_accepted_at)
VALUES ('mail.shop.example:587', 0, 3, 0, '2026-11-04 10:00:00');
INSERT INTO relaystate (name, pauses, accepted, refused, last_accepted_at)
VALUES ('127.0.0.1:40123', 0, 9, 0, '2026-11-04 12:00:00');
""",
}
"""What each release may have written."""

_RENAMED = {"reason": "reason_detail", "held_because": "held_detail"}
"""Columns of the outbox that have another name since."""

Older = Callable[[str], Engine]


@pytest.fixture
def older(new_database: Callable[[], str], opened: Callable[[str], Engine]) -> Older:
    """Makes a database as an older release left it, with a case, its emails and a note."""

    def make(newest: str) -> Engine:
        engine = opened(new_database())
        for revision, rows in ROWS.items():
            if revision > newest:
                break
            with writing(engine) as session:
                configuration = schema.alembic_configuration()
                configuration.attributes["connection"] = session.connection()
                command.upgrade(configuration, revision)
                for row in rows.strip().rstrip(";").split(";\n"):
                    session.connection().exec_driver_sql(row)
        return engine

    return make


@pytest.fixture
def first_release(older: Older) -> Engine:
    return older("0001")


@pytest.mark.parametrize("revision", [None, *ROWS])
def test_from_nothing_and_from_each_release_the_tables_become_those_of_the_program(
    older: Older, new_database: Callable[[], str], opened: Callable[[str], Engine], revision: str | None
) -> None:
    engine = older(revision) if revision else opened(new_database())
    assert schema.upgrade(engine) == (revision, schema.NEWEST)

    with reading(engine) as session:
        schema.require_current(session)
        assert differences(session) == []
        assert _checks(session) == []


def test_the_last_releases_rows_are_all_there_after_the_upgrade(older: Older) -> None:
    engine = older("0002")
    schema.upgrade(engine)

    with reading(engine) as session:
        email = session.get_one(Email, 1)
        assert (email.state, email.held_because) == (EmailState.DEFERRED, "E01")
        assert email.released == [["E02", "So sorry."]]
        assert session.get_one(Note, 1).use is NoteUse.TELL
        assert session.exec(select(Suppression.address)).all() == ["p@example.com"]
        assert session.exec(select(PracticeRound.rules)).one() == ["E01"]
        assert session.exec(select(EmailEvent)).one().reason == "held for a person"
        assert session.get_one(Customer, 1).erased_at is None
        # The log knows when it was closed for the last time.
        assert session.get_one(Case, 1).closed_at == datetime(2026, 11, 5, 12, 30, tzinfo=UTC)


def test_an_older_database_is_refused_until_it_is_upgraded(first_release: Engine) -> None:
    with reading(first_release) as session, pytest.raises(Refused) as refused:
        schema.require_current(session)

    assert refused.value.code == "schema_older"
    assert refused.value.hint == "Run: followup db upgrade"


def test_an_upgrade_keeps_every_row_and_tells_emails_to_colleagues_apart(first_release: Engine) -> None:
    assert schema.upgrade(first_release) == ("0001", schema.NEWEST)

    with reading(first_release) as session:
        emails = session.exec(select(Email).order_by(Email.id)).all()  # type: ignore[arg-type]
        assert [(email.kind, email.state) for email in emails] == [
            (EmailKind.STEP, EmailState.SCHEDULED),
            (EmailKind.COLLEAGUE, EmailState.SENT),
        ]
        assert [email.released for email in emails] == [[], []]
        assert session.get_one(Note, 1).use is NoteUse.INTERNAL
        assert session.get_one(Enrolment, 1).wording == 0
        assert session.get_one(Case, 1).reopened_at is None
        assert _checks(session) == []


def test_an_upgrade_leaves_the_guards_of_older_tables_in_place(first_release: Engine) -> None:
    schema.upgrade(first_release)

    for broken in ("UPDATE outbox SET state = 'lost'", "UPDATE outbox SET kind = 'other'"):
        with pytest.raises(IntegrityError), writing(first_release) as session:
            session.connection().execute(text(broken))


def test_emails_and_what_refers_to_them_stay_when_emails_about_no_case_come_to_be_allowed(
    older: Older,
) -> None:
    engine = older("0003")
    with reading(engine) as session:
        before = session.connection().execute(text("SELECT * FROM outbox ORDER BY id")).mappings().all()
    assert len(before) == 3

    assert schema.upgrade(engine) == ("0003", schema.NEWEST)

    with reading(engine) as session:
        after = session.connection().execute(text("SELECT * FROM outbox ORDER BY id")).mappings().all()
        named = {name: _RENAMED.get(name, name) for name in before[0]}
        assert [{name: row[now] for name, now in named.items()} for row in after] == [
            dict(row) for row in before
        ]
        assert session.exec(select(InboundMail.email_id)).all() == [3]
        assert _checks(session) == []


def test_an_upgrade_tells_what_a_mail_server_took_from_what_became_a_file(older: Older) -> None:
    engine = older("0005")
    schema.upgrade(engine)
    with reading(engine) as session:
        sent = session.exec(select(Email).where(Email.state == EmailState.SENT)).all()
        handed = {email.id: email.transport for email in sent}
        assert handed == {2: MailTransport.RELAY, 3: MailTransport.FILES}
        assert transport_guard.went_to_files(session) == 1
        relay = transport_guard.last_relay(session)
        assert relay is not None
        assert relay[0] == "mail.shop.example:587", "a port of five digits here is a test server"


def test_after_the_upgrade_only_a_report_may_be_about_no_case_and_is_there_once_a_time(older: Older) -> None:
    engine = older("0003")
    schema.upgrade(engine)
    schedule = (
        "INSERT INTO reportschedule "
        "(name, reports, every, at, timezone, locale, recipients, agent_id, added_at, next_at) VALUES "
        "('m', '[]', 'monday', '08:00:00', 'Europe/London', 'en-GB', '[]', 1, '2026-11-04', '2026-11-09')"
    )
    report = (
        "INSERT INTO outbox (case_id, kind, step, template, to_address, state, due_at, epoch, attempts, "
        "schedule_id, occurs_at) VALUES (NULL, '{kind}', 0, 'report', 'c@b.example', 'scheduled', "
        "'2026-11-09 08:00:00', 0, 0, {schedule}, '2026-11-09 08:00:00')"
    )
    with writing(engine) as session:
        session.connection().execute(text(schedule))
        session.connection().execute(text(report.format(kind="report", schedule=1)))
    for kind, number in (("step", 1), ("report", 1), ("report", 2)):
        with pytest.raises((IntegrityError, Refused)), writing(engine) as session:
            session.connection().execute(text(report.format(kind=kind, schedule=number)))
    with pytest.raises((IntegrityError, Refused)), writing(engine) as session:
        session.connection().execute(text("DELETE FROM outbox WHERE id = 3"))


@pytest.mark.only_on("sqlite")
def test_a_table_that_is_not_as_a_release_left_it_is_not_changed_on_the_quiet(older: Older) -> None:
    engine = older("0003")
    with writing(engine) as session:
        connection = session.connection()
        connection.execute(text("PRAGMA writable_schema = ON"))
        connection.execute(
            text(
                "UPDATE sqlite_schema SET sql = replace(sql, 'case_id INTEGER NOT NULL', 'case_id INTEGER') "
                "WHERE name = 'outbox'"
            )
        )
        connection.execute(text("PRAGMA writable_schema = RESET"))

    with pytest.raises(RuntimeError, match="matches 'case_id INTEGER NOT NULL' 0 times, not once"):
        schema.upgrade(engine)
    with reading(engine) as session:
        assert schema.current_revision(session) == "0003"


def _checks(session: Session) -> list[str]:
    """What SQLite finds wrong with its file. PostgreSQL looks after its own."""
    if session.get_bind().dialect.name != "sqlite":
        return []
    rows = session.connection().execute(text("PRAGMA integrity_check")).scalars()
    dangling = session.connection().execute(text("PRAGMA foreign_key_check")).all()
    return [row for row in rows if row != "ok"] + [str(row) for row in dangling]
