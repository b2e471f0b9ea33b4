"""The results of a shop's emails: in the outbox, and at the mail server that may have accepted them."""

import hashlib
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from time import sleep

from sqlalchemy import text, update
from sqlmodel import col, select

from followup import clock
from followup.domain.outbox.email_state import EmailState
from followup.store.engine import sqlite_file
from followup.store.tables import Email
from tests.hanging import LONGEST_SECONDS
from tests.integration.faulty_relay import Taken
from tests.shop import Shop

_UNDER_WAY = (EmailState.CLAIMED, EmailState.TRANSMITTING)


def first_emails(shop: Shop) -> list[Email]:
    """The first email to each customer, in order of the customers."""
    query = select(Email).where(col(Email.step) == 1).order_by(col(Email.case_id))
    return list(shop.read(lambda session: session.exec(query).all()))


def states(shop: Shop) -> Counter[str]:
    """The number of these emails in each state."""
    return Counter(email.state.value for email in first_emails(shop))


def on_their_way(shop: Shop) -> frozenset[str]:
    """The addresses to which a body is being sent."""
    query = select(Email.to_address).where(col(Email.state) == EmailState.TRANSMITTING)
    return frozenset(shop.read(lambda session: session.exec(query).all()))


def settle(shop: Shop) -> None:
    """Wait until the database has noticed that its client was killed: PostgreSQL first finishes its last
    statement.
    """
    if shop.engine.dialect.name != "postgresql":
        return
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    for _ in range(LONGEST_SECONDS * 500):
        if shop.read(lambda session: session.execute(others).scalar_one()) == 0:
            return
        sleep(0.002)
    raise AssertionError("somebody is still connected to the database")


def is_free(shop: Shop) -> bool:
    """Whether nobody has a transaction open that others would have to wait for."""
    file = sqlite_file(shop.engine)
    if file is None:
        begun = text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return bool(shop.read(lambda session: session.execute(begun).scalar_one() == 0))
    with closing(sqlite3.connect(file, timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
    return True


def let_leases_run_out(shop: Shop) -> None:
    """Move the leases of claimed emails into the past, so that their worker loses its claims."""
    long_ago = clock.now() - timedelta(days=1)
    shop.write(
        lambda session: session.execute(
            update(Email)
            .where(col(Email.state).in_(_UNDER_WAY))
            .values(lease_until=long_ago)
            .execution_options(synchronize_session=False)
        )
    )


def is_as_frozen(email: Email, taken: Taken) -> bool:
    """Whether the mail server accepted exactly the stored bytes of the email."""
    return (
        hashlib.sha256(taken.body).hexdigest() == email.message_sha256
        and taken.message_id == email.message_id
    )


@dataclass(frozen=True, slots=True)
class Told:
    """One line of figures, and whether all numbers that must be 0 are."""

    figures: str
    kept: bool


def told(figures: str, **wrong: int) -> Told:
    """The figures, followed by the numbers that must be 0."""
    numbers = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in wrong.items())
    return Told(f"{figures}; {numbers}", not any(wrong.values()))
