"""All standings of a case that differ in what is owed: a product of what may have happened to it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product

from followup.domain.cases.attention import AttentionReason
from followup.domain.cases.case import CaseStatus
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.cases.owed import Times
from followup.domain.cases.standing import CaseStanding, Letter, LetterState, Offer

DAY = timedelta(days=1)
MONDAY = datetime(2026, 11, 2, 10, tzinfo=UTC)
MONTH = 30 * DAY


def later(moment: datetime, days: int) -> datetime:
    """The same time some weekdays later."""
    while days:
        moment += DAY
        days -= moment.weekday() < 5
    return moment


def times(now: datetime) -> Times:
    return Times(now, later)


HOUR = timedelta(hours=1)
_GIVEN = Offer(
    name="G-1", requested_at=MONDAY, issued_at=MONDAY, is_standing=True, came_to=AttentionReason.UNTOLD
)
_ENDED = MONDAY + 3 * HOUR
OFFERS: dict[str, Offer | None] = {
    "none": None,
    "pending": Offer(name="G-1", requested_at=MONDAY, decision_until=MONDAY + 2 * DAY),
    "held": Offer(name="G-1", requested_at=MONDAY, came_to=AttentionReason.GESTURE_HELD),
    "rejected": Offer(
        name="G-1", requested_at=MONDAY, ended_at=_ENDED, came_to=AttentionReason.GESTURE_REJECTED
    ),
    "rejected after it was announced": Offer(
        name="G-1",
        requested_at=MONDAY,
        ended_at=_ENDED,
        was_announced=True,
        came_to=AttentionReason.GESTURE_REJECTED,
    ),
    "issued": _GIVEN,
    "refund": replace(_GIVEN, arrives_by=MONDAY + 8 * DAY),
    "paid": replace(_GIVEN, is_standing=False, ended_at=_ENDED),
    "call": replace(_GIVEN, is_call=True),
    "void": replace(
        _GIVEN, is_standing=False, is_void=True, ended_at=_ENDED, came_to=AttentionReason.GESTURE_VOID
    ),
    "expired": replace(
        _GIVEN, is_standing=False, is_expired=True, ended_at=_ENDED, came_to=AttentionReason.GESTURE_EXPIRED
    ),
}
LETTERS = ("none", "no consent", "came back", *LetterState.values())
IN_PERSON: dict[str, datetime | None] = {
    "never": None,
    "before it ended": MONDAY + 2 * HOUR,
    "after all": MONDAY + 6 * HOUR,
}
REPLIES: dict[str, tuple[datetime | None, OutcomeAnswer | None]] = {
    "silent": (None, None),
    "wrote": (MONDAY + 4 * HOUR, None),
    "not yet": (MONDAY + 4 * HOUR, OutcomeAnswer.NOT_YET),
    "all well": (MONDAY + 4 * HOUR, OutcomeAnswer.MADE_RIGHT),
}
SORTS: dict[str, dict[str, object]] = {
    "plain": {},
    "distressed": {"is_distressed": True},
    "suppressed": {"suppressed_since": MONDAY + HOUR},
    "no phone": {"has_phone": False},
    "agent left": {"agent_left": "Ana Reyes"},
    "opened again": {"reopened_at": MONDAY + 5 * HOUR},
    "pause with an end": {"paused_since": MONDAY, "paused_until": MONDAY + 10 * DAY},
    "pause without end": {"paused_since": MONDAY},
}


def _letter(word: str, offer: Offer | None) -> Letter | None:
    if word == "none":
        return None
    first = Letter(
        name="E-1",
        state=LetterState.LEFT_OUT,
        due_at=MONDAY + HOUR,
        planned_at=MONDAY,
        series=1,
        offer=offer.name if offer is not None else None,
        is_first=True,
        why="so it is",
    )
    if word == "no consent":
        return replace(first, lacks_consent=True)
    if word == "came back":
        return replace(first, state=LetterState.SENT, sent_at=MONDAY + HOUR, came_back=True)
    state = next(state for state in LetterState if state.value == word)
    return replace(first, state=state, sent_at=MONDAY + HOUR if state is LetterState.SENT else None)


@cache
def standings() -> tuple[CaseStanding, ...]:
    """Every combination that can be reached."""
    return tuple(_standings())


def _standings() -> Iterator[CaseStanding]:
    for status, offer, word, told, reply, sort in product(
        CaseStatus, OFFERS.values(), LETTERS, IN_PERSON.values(), REPLIES.values(), SORTS.values()
    ):
        letter = _letter(word, offer)
        is_paused = letter is not None and letter.state is LetterState.PAUSED
        if is_paused is not ("paused_since" in sort):
            continue
        if (
            reply[0] is not None
            and letter is not None
            and letter.state in (LetterState.COMING, LetterState.PAUSED)
        ):
            continue  # an answer ends the series
        yield CaseStanding(
            status=status,
            logged_at=MONDAY,
            told_at=told,
            replied_at=reply[0],
            answer=reply[1],
            offers=() if offer is None else (offer,),
            letters=() if letter is None else (letter,),
            **sort,  # type: ignore[arg-type]
        )
