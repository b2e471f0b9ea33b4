"""A shop with an outbox of due emails, each to a customer of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session, SQLModel, col, select

from followup import clock
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.services.sequences import enrolments
from followup.settings import OnDoubt
from followup.store.tables import Case, Customer, Email, Enrolment
from tests.e2e.installed import ALWAYS_OPEN
from tests.integration.faulty_relay import FaultyRelay
from tests.score.row import Place
from tests.score.shops import open_shop
from tests.shop import Shop

_LAYOUT = "<!DOCTYPE html><html lang='{{ lang }}'><body>{{ content }}{{ footer }}</body></html>"
_APOLOGY = """\
---
subject: Your order of {{ case.occurred_on }}
class: service
step: 1
locale: en-GB
---
Hello {{ customer.greeting_name }},

We made a mistake on {{ case.occurred_on }}: {{ case.what_happened }}. I am sorry for that.

.A line that begins with a dot is no end of an email.

What else should I know about {{ case.occurred_on }}?

{{ agent.name }}
"""


def write_short_letter(templates: Path) -> None:
    """Replace the shipped apology by a short one. Preparing the shipped one takes longer than most daemons
    here live.
    """
    (templates / "en/partials").mkdir(parents=True, exist_ok=True)
    for partial in ("phrases", "footer"):
        (templates / f"en/partials/{partial}.md").write_text("", encoding="utf-8")
    (templates / "layout.html").write_text(_LAYOUT, encoding="utf-8")
    (templates / "layout.css").write_text("", encoding="utf-8")
    (templates / "en/apology.md").write_text(_APOLOGY, encoding="utf-8")


@contextmanager
def shop_with(here: Place, number: int, *, one_by_one: bool = False, name: str = "shop") -> Iterator[Shop]:
    """A shop with `number` due emails, closed at the end of the context; see `plan`."""
    shop = open_shop(here, name=name)
    try:
        plan(shop, number, one_by_one=one_by_one)
        yield shop
    finally:
        shop.engine.dispose()


def sent_to(
    relay: FaultyRelay,
    *,
    connections: int | None = None,
    on_doubt: OnDoubt = OnDoubt.HOLD,
    timeout_seconds: int = 60,
    trusted: Path | None = None,
) -> dict[str, str]:
    """The settings of a daemon that delivers to this mail server. With `trusted`, a certificate file, it
    encrypts and logs in.
    """
    url = f"smtp://127.0.0.1:{relay.port}?timeout_seconds={timeout_seconds}"
    settings = {**ALWAYS_OPEN, "FOLLOWUP_SMTP_URL": url, "FOLLOWUP_ON_DOUBT": on_doubt.value}
    if connections is not None:
        settings["FOLLOWUP_SMTP_CONNECTIONS"] = str(connections)
    if trusted is not None:
        settings["FOLLOWUP_SMTP_URL"] = f"{url}&starttls=required".replace("//", "//ana:secret@", 1)
        settings["SSL_CERT_FILE"] = str(trusted)
    return settings


def plan(shop: Shop, number: int, *, one_by_one: bool = False) -> None:
    """Plan `number` apologies in an empty shop, due an hour ago; with `one_by_one`, each when `make_due` is
    called.

    The first is planned like an agent's, the others are copies of it. None is rendered yet: the daemon does
    that.
    """
    write_short_letter(shop.workspace.templates_dir)
    shop.now = clock.now() - timedelta(hours=1)
    case = shop.open_case(address(1))

    def enrol(session: Session) -> None:
        found = session.get_one(Case, case.id)
        enrolments.enrol(session, shop.rules, found, None, now=shop.now, actor=shop.actor(session))
        for email in session.exec(select(Email)).all():
            if email.step == 1:
                email.due_at = shop.now + timedelta(days=1000 if one_by_one else 0)
            else:
                # One email per customer, so that each email has its own result.
                email.stand(EmailState.SKIPPED, EmailReason.PERSON.of("nothing to follow up here"))

    shop.write(enrol)

    def copy(session: Session) -> None:
        customer, first, enrolment, email = (
            session.get_one(table, 1).model_dump() for table in (Customer, Case, Enrolment, Email)
        )
        others = range(2, number + 1)
        emails = 3
        rows: list[tuple[type[SQLModel], list[dict[str, Any]]]] = [
            (
                Customer,
                [
                    {**customer, "id": n, "email": address(n), "email_key": address(n), "name": f"Priya {n}"}
                    for n in others
                ],
            ),
            (Case, [{**first, "id": n, "customer_id": n} for n in others]),
            (Enrolment, [{**enrolment, "id": n, "case_id": n, "wording": n} for n in others]),
            (
                Email,
                [
                    {**email, "id": n + emails, "case_id": n, "enrolment_id": n, "to_address": address(n)}
                    for n in others
                ],
            ),
        ]
        for table, values in rows:
            if values:
                session.execute(insert(table), values)
        if session.get_bind().dialect.name == "postgresql":
            # Advance the sequence past the ids that were inserted explicitly.
            for name in (table.__tablename__ for table, _ in rows):
                newest = f"SELECT max(id) FROM {name}"
                session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), ({newest}))"))

    shop.write(copy)


def make_due(shop: Shop, number: int, due_at: datetime | None = None) -> int:
    """Make the email to a customer due, now or at an instant. Returns its id."""

    def change(session: Session) -> int:
        query = select(Email).where(col(Email.to_address) == address(number), col(Email.step) == 1)
        email = session.exec(query).one()
        email.due_at = due_at or clock.now()
        assert email.id is not None
        return email.id

    return shop.write(change)


def address(number: int) -> str:
    """The address of a customer."""
    return f"priya-{number}@example.com"
