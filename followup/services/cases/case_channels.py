"""How customers usually reach us."""

from sqlmodel import Session, col, func, select

from followup.domain.cases.case import Channel
from followup.store.tables import Case

_NEWEST = 200
"""So many cases say how most come; older ones are of another time."""


def usual_channel(session: Session) -> Channel | None:
    """The way in which most of the newest cases came that say it; None if none does."""
    newest = select(Case.channel).where(col(Case.channel).is_not(None), col(Case.imported).is_(False))
    some = newest.order_by(col(Case.id).desc()).limit(_NEWEST).subquery()
    counted = select(some.c.channel).group_by(some.c.channel)
    usual: Channel | None = session.exec(
        counted.order_by(func.count().desc(), some.c.channel).limit(1)
    ).first()
    return usual
