"""Cases whose first email has gone out, and ways to look at what came of an answer."""

from sqlmodel import SQLModel

from followup.services.cases import case_notes
from followup.store.tables import Case, Note
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


def everything(shop: Shop) -> str:
    """All that the database holds, as text."""
    with shop.engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in SQLModel.metadata.sorted_tables
            for row in connection.execute(table.select())
        )
