"""Alembic's environment. The connection is handed over by `followup.store.schema`."""

from typing import Any, Literal

from alembic import context
from sqlmodel import SQLModel

from followup.store import tables
from followup.store.columns import WordColumn


def render_item(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations speak of plain types, so that they stay true when the program changes."""
    if kind == "type" and isinstance(item, WordColumn):
        return "sa.String(24)"
    return False


def is_declared(_object: Any, name: str | None, *_more: Any) -> bool:
    """The search index has a form of its own on each database, and no class."""
    return not (name or "").startswith(("casesearch", "ix_casesearch"))


connection = context.config.attributes["connection"]
assert tables.Case.metadata is SQLModel.metadata
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render_item,
    include_object=is_declared,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
