"""Cases whose first email has gone out, and ways to look at what came of an answer."""

from sqlmodel import SQLModel, select

from followup.services.cases import case_notes
from followup.services.outbox import explain_email
from followup.store.tables import Case, Email, Note, Suppression
from tests.services.mail_back import THEM
from tests.services.mailing import tick
from tests.shop import Shop


def followed(shop: Shop, customer: str = THEM) -> Case:
    """A case whose first email has gone out."""
    case = shop.open_case(customer)
    shop.request(case)
    tick(shop)
    return case


def case_now(shop: Shop, case: Case) -> Case:
    return shop.read(lambda session: session.get_one(Case, case.id))


def notes(shop: Shop, case: Case) -> list[Note]:
    return shop.read(lambda session: case_notes.notes_of(session, case))


def suppressed(shop: Shop) -> dict[str, str]:
    found = shop.read(lambda session: session.exec(select(Suppression)).all())
    return {row.address: row.reason.value for row in found}


def story(shop: Shop, email: Email) -> list[str]:
    document = shop.read(lambda session: explain_email.story(session, shop.rules, email, now=shop.now))
    return [entry["text"] for entry in document["story"]]


def everything(shop: Shop) -> str:
    """All that the database holds, as text."""
    with shop.engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in SQLModel.metadata.sorted_tables
            for row in connection.execute(table.select())
        )
