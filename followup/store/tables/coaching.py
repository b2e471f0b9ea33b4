"""What agents have practised."""

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlmodel import Field

from followup.store.columns import DatabaseTable


class PracticeRound(DatabaseTable, table=True):
    """One round of `followup coach`: which exercise, and which rules the reply broke. The reply itself is
    not kept."""

    __table_args__ = (Index("ix_practiceround_agent_id_played_at", "agent_id", "played_at"),)

    id: int | None = Field(default=None, primary_key=True)
    agent_id: int = Field(foreign_key="agent.id")
    exercise: str
    played_at: datetime
    rules: list[str] = Field(default_factory=list, sa_type=JSON)
