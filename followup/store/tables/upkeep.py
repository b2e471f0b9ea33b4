"""The daemons, and what this copy of the database is."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from followup.store.columns import DatabaseTable


class Worker(DatabaseTable, table=True):
    """A daemon: who it is and when it last did something."""

    id: str = Field(primary_key=True)
    host: str
    pid: int
    started_at: datetime
    last_tick_at: datetime
    stopped_at: datetime | None = None


class CopyMark(DatabaseTable, table=True):
    """A fact about this copy of the database, such as that it was written as a backup."""

    __tablename__ = "mark"

    name: str = Field(primary_key=True)
    value: str = Field(default="", sa_type=Text)
    since: datetime
