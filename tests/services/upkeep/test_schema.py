"""The migrations make the tables that the program uses, no more and no less."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import Session, SQLModel

from followup.store.schema import NEWEST, known_revisions
from followup.store.tables import Customer
from tests.shop import Shop


def is_declared(_object: object, name: str | None, *_more: object) -> bool:
    """The search index is no table of the program's: each database has it in a form of its own."""
    return not (name or "").startswith(("casesearch", "ix_casesearch"))


def differences(session: Session) -> list[Any]:
    opts = {"compare_type": True, "include_object": is_declared}
    context = MigrationContext.configure(session.connection(), opts=opts)
    return list(compare_metadata(context, SQLModel.metadata))


def test_a_migrated_database_has_the_columns_and_indexes_of_the_tables(shop: Shop) -> None:
    assert shop.read(differences) == []


def test_a_column_that_no_migration_makes_would_be_found(shop: Shop) -> None:
    table = SQLModel.metadata.tables[str(Customer.__tablename__)]
    index = next(one for one in table.indexes if one.name == "ix_customer_email_key")
    table.indexes.remove(index)
    try:
        assert [change[0] for change in shop.read(differences)] == ["remove_index"]
    finally:
        table.indexes.add(index)


def test_the_newest_migration_is_the_one_the_program_needs() -> None:
    assert max(known_revisions()) == NEWEST
