"""Reports that are sent by themselves."""

from datetime import datetime, time

from sqlalchemy import JSON
from sqlmodel import Field

from followup.domain.reporting.report_schedule import Every
from followup.store.columns import DatabaseTable, WordColumn, one_of, partial_index


class ReportSchedule(DatabaseTable, table=True):
    """Reports that are sent by themselves, by the clock of `timezone`. `next_at` is when the next are due;
    `agent_id` is who set it up. Changed never, only removed: an email says what it was sent for."""

    __table_args__ = (
        one_of("every", Every),
        partial_index(
            "ix_reportschedule_name",
            "name",
            unique=True,
            where="removed_at IS NULL",
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str
    reports: list[str] = Field(sa_type=JSON)
    every: Every = Field(sa_type=WordColumn(Every))
    at: time
    timezone: str
    locale: str
    recipients: list[str] = Field(sa_type=JSON)
    agent_id: int = Field(foreign_key="agent.id")
    added_at: datetime
    next_at: datetime
    removed_at: datetime | None = None
