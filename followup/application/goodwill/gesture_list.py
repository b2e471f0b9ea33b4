"""Lists of gestures: `followup gesture list`."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from followup.application.door import Reading, reads
from followup.domain.goodwill.gesture import GestureKind, GestureState
from followup.services.documents import serializers
from followup.services.documents.documents import CountDocument, GestureDocument
from followup.services.goodwill import gesture_lists
from followup.services.goodwill.gesture_lists import GestureFilter
from followup.services.people import agents, customers
from followup.services.shared import parse_input


@reads("gesture list")
def list_gestures(
    work: Reading,
    state: str | None = None,
    agent: str | None = None,
    limit: int = 50,
    kind: str | None = None,
    team: str | None = None,
    customer: str | None = None,
    order: str | None = None,
    since: str | None = None,
    until: str | None = None,
    paid: bool | None = None,
) -> list[GestureDocument]:
    """The newest `limit` gestures: in a state, of a kind, requested by an agent (given by address) or a team,
    of a customer (by address) or an order, requested on days of the workspace's time zone. `paid` is True for
    what has reached the customer, False for issued money that is still to be paid.

    Raises WrongUsage for an unknown word or an invalid day, NotFound for an unknown agent, team or
    customer."""
    only = _filter(work, state, agent, kind, team, customer, order, since, until, paid)
    found = gesture_lists.list_gestures(work.session, only, limit=limit)
    return [serializers.gesture(work.session, row) for row in found]


@reads("gesture list count")
def count_gestures(
    work: Reading,
    state: str | None = None,
    agent: str | None = None,
    kind: str | None = None,
    team: str | None = None,
    customer: str | None = None,
    order: str | None = None,
    since: str | None = None,
    until: str | None = None,
    paid: bool | None = None,
) -> CountDocument:
    """How many gestures a filter of `list_gestures` fits."""
    only = _filter(work, state, agent, kind, team, customer, order, since, until, paid)
    return {"count": gesture_lists.count_gestures(work.session, only)}


def _filter(
    work: Reading,
    state: str | None,
    agent: str | None,
    kind: str | None,
    team: str | None,
    customer: str | None,
    order: str | None,
    since: str | None,
    until: str | None,
    paid: bool | None,
) -> GestureFilter:
    first, last = parse_input.days(since, until)
    zone = ZoneInfo(work.configuration.settings.timezone)
    return GestureFilter(
        state=parse_input.word("state", state, GestureState) if state else None,
        kind=parse_input.word("kind", kind, GestureKind) if kind else None,
        agents=agents.numbers_of(work.session, agent=agent, team=team),
        customer=customers.find_customer(work.session, customer).id if customer else None,
        order=order,
        since=datetime.combine(first, time(), zone) if first else None,
        before=datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
        is_paid=paid,
    )
