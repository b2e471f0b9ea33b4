"""An older database keeps what is in it when it is brought up to date."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from followup.domain.case import NoteUse
from followup.domain.email_state import EmailKind, EmailState
from followup.errors import Refused
from followup.store import schema
from followup.store.engine import open_engine, reading, writing
from followup.store.tables import Case, Email, Enrolment, Note

ROWS = """
INSERT INTO agent (id, name, email, role, active, added_at)
VALUES (1, 'Ana', 'ana@shop.example', 'agent', true, '2026-11-02 10:00:00');
INSERT INTO customer
  (id, name, email, locale, timezone, region, email_key, marketing_consent, added_at)
VALUES
  (1, 'Priya', 'p@example.com', 'en-GB', 'Europe/London', 'GB', 'p@example.com', false,
   '2026-11-02 10:00:00');
INSERT INTO cases
  (id, customer_id, agent_id, status, reason, severity, responsibility, currency, occurred_on, facts,
   mass_incident, logged_at)
VALUES (1, 1, 1, 'open', 'late-delivery', 'moderate', 'ours', 'GBP', '2026-11-01', '{}', false,
  '2026-11-02 10:00:00');
INSERT INTO note (id, case_id, actor, written_at, body) VALUES (1, 1, 'ana', '2026-11-02 10:00:00', 'A');
INSERT INTO gesture
  (id, case_id, agent_id, state, kind, gesture_class, currency, policy_version, reasoning, requested_at)
VALUES (1, 1, 1, 'issued', 'callback', 'goodwill', 'GBP', '1', '{}', '2026-11-02 10:00:00');
INSERT INTO enrolment (id, case_id, gesture_id, sequence, state, started_at)
VALUES (1, 1, 1, 'recovery', 'active', '2026-11-02 10:00:00');
INSERT INTO outbox
  (id, enrolment_id, case_id, gesture_id, step, template, to_address, state, due_at, epoch, attempts)
VALUES
  (1, 1, 1, NULL, 1, 'apology', 'p@example.com', 'scheduled', '2026-11-02 10:00:00', 0, 0),
  (2, NULL, 1, 1, 0, 'for-approval', 'max@shop.example', 'sent', '2026-11-02 10:00:00', 1, 1);
"""


@pytest.fixture
def first_release(tmp_path: Path) -> Engine:
    """A database as the first migration made it, with a case, its emails and a note."""
    engine = open_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with writing(engine) as session:
        configuration = schema.alembic_configuration()
        configuration.attributes["connection"] = session.connection()
        command.upgrade(configuration, "0001")
        for row in ROWS.strip().rstrip(";").split(";"):
            session.connection().execute(text(row))
    return engine


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


def _checks(session: Session) -> list[str]:
    rows = session.connection().execute(text("PRAGMA integrity_check")).scalars()
    return [row for row in rows if row != "ok"]
