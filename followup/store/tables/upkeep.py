"""The daemons, and what this copy of the database is."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field

from followup.domain.outbox.alarm import AlarmCode
from followup.store.columns import DatabaseTable, WordColumn, one_of


class Worker(DatabaseTable, table=True):
    """A daemon: who it is and when it last did something."""

    id: str = Field(primary_key=True)
    host: str
    pid: int
    started_at: datetime
    last_tick_at: datetime
    stopped_at: datetime | None = None


class AlarmState(DatabaseTable, table=True):
    """An alarm that lasts, and since when. `about` tells those with one code apart, such as the name of a
    mail server."""

    __tablename__ = "alarm"
    __table_args__ = (one_of("code", AlarmCode),)

    code: AlarmCode = Field(sa_type=WordColumn(AlarmCode), primary_key=True)
    about: str = Field(default="", primary_key=True)
    began_at: datetime


class CopyMark(DatabaseTable, table=True):
    """A fact about this copy of the database, such as that it was written as a backup."""

    __tablename__ = "mark"

    name: str = Field(primary_key=True)
    value: str = Field(default="", sa_type=Text)
    since: datetime
