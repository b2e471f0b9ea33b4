"""Whoever is owed something is listed: over all standings of a case, and against each rule taken away."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from followup.domain.cases.attention import AttentionReason, AttentionUrgency, Need
from followup.domain.cases.case import CaseStatus, Severity
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.cases.owed import RULES, Rule, in_order, needs_of
from followup.domain.cases.standing import CaseStanding, Letter, LetterState, Offer
from tests.unit.domain.cases.standings import DAY, HOUR, MONDAY, MONTH, standings, times


def codes(case: CaseStanding, now: datetime, rules: tuple[Rule, ...] = RULES) -> list[AttentionReason]:
    return [need.why.code for need in needs_of(case, times(now), rules)]


def is_owed(case: CaseStanding, at: datetime) -> bool:
    """Whether the customer of a case is owed something after a month in which nothing happened: written from
    what was promised, without the rules.

    A customer was reached by what a person told them, or by a letter that went out and did not come back."""
    if case.status is CaseStatus.UNDONE:
        return has_heard_of_a_mistake(case)
    letters = [letter for letter in case.letters if letter.state is LetterState.SENT and not letter.came_back]
    heard = [letter.sent_at for letter in letters if letter.sent_at] + (
        [case.told_at] if case.told_at else []
    )
    content = case.answer is OutcomeAnswer.MADE_RIGHT

    def in_person(since: datetime) -> bool:
        return case.told_at is not None and case.told_at >= since

    if case.replied_at and not content and not in_person(case.replied_at):
        return True
    if case.is_distressed and not content and not in_person(max(MONDAY, case.reopened_at or MONDAY)):
        return True
    for offer in case.offers:
        promised = offer.issued_at is not None and (letters or in_person(offer.issued_at))
        if offer.is_standing and offer.arrives_by:
            return True
        if offer.kept_until and offer.kept_until <= at:
            return True
        if offer.is_standing and offer.is_call and not in_person(MONDAY):
            return True
        if (offer.is_standing or offer.is_expired) and not promised:
            return True
        if offer.is_void and promised and offer.ended_at and not in_person(offer.ended_at):
            return True
        if offer.was_announced and offer.ended_at and not any(at >= offer.ended_at for at in heard):
            return True
    # An open case is never over by itself: somebody closes it, or says what is still to be done.
    return case.status is CaseStatus.OPEN


def has_heard_of_a_mistake(case: CaseStanding) -> bool:
    """Whether the customer of a case that was taken back heard of it, and nobody corrected that: by a letter
    that went out or may have, at eleven, or in person before a gesture was taken back, at one o'clock."""
    words = {letter.state for letter in case.letters if not letter.came_back}
    by_letter = bool(words & {LetterState.SENT, LetterState.IN_DOUBT})
    ended = [offer.ended_at for offer in case.offers if offer.is_void and offer.ended_at]
    in_person = any(case.told_at is not None and case.told_at < at for at in ended)
    last = max([MONDAY + HOUR, *ended])
    return (by_letter or in_person) and (case.told_at is None or case.told_at < last)


def test_whoever_is_owed_something_is_listed_within_a_month_in_every_standing() -> None:
    count = 0
    for case in standings():
        count += 1
        # Until the last day of a pause its email is still to come.
        if is_owed(case, MONDAY + MONTH):
            assert codes(case, MONDAY + MONTH), case
    assert count > 15_000


def test_nobody_is_listed_who_was_told_everything_and_whose_case_is_over() -> None:
    waits_for_us = {LetterState.IN_DOUBT, LetterState.HELD, LetterState.FAILED}
    for case in standings():
        is_unfinished = any(
            letter.state in (*waits_for_us, LetterState.COMING, LetterState.PAUSED) for letter in case.letters
        )
        came_back = any(letter.came_back for letter in case.letters)
        waits = any(offer.decision_until for offer in case.offers)
        if not (is_owed(case, MONDAY + MONTH) or is_unfinished or came_back or waits):
            assert codes(case, MONDAY + MONTH) == [], case


@pytest.mark.parametrize("missing", RULES, ids=lambda rule: rule.__name__)
def test_without_one_rule_somebody_is_forgotten(missing: Rule) -> None:
    """The negative control: each rule lists something that no other does, on some day of the month."""
    fewer = tuple(rule for rule in RULES if rule is not missing)
    days = [MONDAY + number * DAY for number in (0.5, 5, 30)]
    cases = [*_ALSO, *standings()]
    assert any(set(codes(case, day)) - set(codes(case, day, fewer)) for case in cases for day in days)


_OPEN = CaseStanding(status=CaseStatus.OPEN, logged_at=MONDAY)
_ALSO = (
    replace(_OPEN, status=CaseStatus.CLOSED, answer=OutcomeAnswer.MADE_RIGHT, unread_since=MONDAY + HOUR),
    replace(_OPEN, told_at=MONDAY + HOUR),
    replace(_OPEN, wrote_at=MONDAY + HOUR, wrote_in="M-1"),
    replace(
        _OPEN,
        status=CaseStatus.CLOSED,
        told_at=MONDAY + HOUR,
        offers=(Offer(name="G-1", requested_at=MONDAY, issued_at=MONDAY, kept_until=MONDAY + DAY),),
    ),
)


@pytest.mark.parametrize("state", [{"is_erased": True}, {"is_history": True}])
def test_an_erased_customer_and_imported_history_are_owed_nothing(state: dict[str, bool]) -> None:
    listed = [codes(replace(case, **state), MONDAY + MONTH) for case in standings()]  # type: ignore[arg-type]
    assert listed.count([]) == len(listed) > 0


def first_letter(state: LetterState, **more: object) -> Letter:
    known = {
        "name": "E-1",
        "due_at": MONDAY,
        "planned_at": MONDAY,
        "series": 1,
        "offer": "G-1",
        "is_first": True,
    }
    return Letter(state=state, **{**known, **more})  # type: ignore[arg-type]


def given(*letters: Letter, **more: object) -> CaseStanding:
    offer = Offer(name="G-1", requested_at=MONDAY, issued_at=MONDAY, is_standing=True)
    return replace(_OPEN, offers=(offer,), letters=letters, **more)  # type: ignore[arg-type]


def test_a_gesture_is_told_of_by_a_letter_about_it_and_by_no_other() -> None:
    sent = first_letter(LetterState.SENT, sent_at=MONDAY)
    assert codes(given(sent), MONDAY + HOUR) == []
    other = replace(sent, offer="G-2")
    assert codes(given(other), MONDAY + HOUR) == [AttentionReason.UNTOLD]
    assert codes(given(other, told_at=MONDAY), MONDAY + HOUR) == []


def test_a_letter_that_follows_none_is_not_to_come() -> None:
    second = first_letter(LetterState.COMING, name="E-2", is_first=False, due_at=MONDAY + 3 * DAY)
    skipped = first_letter(LetterState.LEFT_OUT)
    assert codes(given(skipped, second), MONDAY + HOUR) == [AttentionReason.UNTOLD]


def test_a_correction_needs_more_than_a_letter_about_something_else() -> None:
    ended = MONDAY + 2 * HOUR
    void = Offer(name="G-1", requested_at=MONDAY, issued_at=MONDAY, ended_at=ended, is_void=True)
    told = first_letter(LetterState.SENT, sent_at=MONDAY + HOUR)
    after = first_letter(LetterState.SENT, name="E-2", offer="G-2", series=2, sent_at=ended + HOUR)
    case = replace(_OPEN, offers=(void,), letters=(told, after))
    assert codes(case, ended + 2 * HOUR) == [AttentionReason.TAKEN_BACK_TOLD]
    assert codes(replace(case, carried_at=ended), ended + 2 * HOUR) == []
    assert codes(replace(case, told_at=ended), ended + 2 * HOUR) == []


def test_a_pause_is_listed_after_three_business_days_or_one_after_its_end() -> None:
    """Paused on Monday the 2nd: without an end until Thursday; until Friday the 6th, by Monday the 9th."""
    letter = first_letter(LetterState.PAUSED)
    endless = given(letter, paused_since=MONDAY)
    assert codes(endless, MONDAY + 3 * DAY - HOUR) == []
    assert codes(endless, MONDAY + 3 * DAY) == [AttentionReason.PAUSED]
    ending = replace(endless, paused_until=MONDAY + 4 * DAY)
    assert codes(ending, MONDAY + 7 * DAY - HOUR) == []
    assert codes(ending, MONDAY + 7 * DAY) == [AttentionReason.PAUSED]


def test_a_letter_that_is_put_off_again_and_again_is_listed_after_five_business_days() -> None:
    letter = first_letter(LetterState.COMING, due_at=MONDAY + MONTH, was_put_off=True)
    assert codes(given(letter), MONDAY + 7 * DAY - HOUR) == []
    assert codes(given(letter), MONDAY + 7 * DAY) == [AttentionReason.WAITS_LONG]


def test_an_open_case_in_which_all_is_said_is_to_be_closed_after_five_business_days() -> None:
    case = replace(_OPEN, told_at=MONDAY)
    assert codes(case, MONDAY + 7 * DAY - HOUR) == []
    assert codes(case, MONDAY + 7 * DAY) == [AttentionReason.TO_CLOSE]


def test_the_most_urgent_then_the_most_severe_and_then_the_oldest_stand_first() -> None:
    tidy = Need(AttentionReason.TO_CLOSE.of(), MONDAY)
    soon = Need(AttentionReason.UNTOLD.of(gesture="G-1"), MONDAY + DAY)
    now = Need(AttentionReason.ANSWERED.of(), MONDAY + 2 * DAY)
    older = Need(AttentionReason.ANSWERED.of(), MONDAY + timedelta(hours=30))
    minor, severe = Severity.MINOR, Severity.SEVERE
    queue = [
        ("tidy", [tidy], severe),
        ("soon", [soon], severe),
        ("now", [now], minor),
        ("older", [older, tidy], minor),
        ("severe", [now], severe),
    ]
    in_turn = sorted(queue, key=lambda one: in_order(one[1], one[2]))
    assert [name for name, _, _ in in_turn] == ["severe", "older", "now", "soon", "tidy"]


def _named() -> Iterator[tuple[AttentionReason, str]]:
    for code in AttentionReason:
        values = {"gesture": "G-0001", "email": "E-0001", "agent": "Ana Reyes"}
        yield code, code.step(values, case="C-0001", customer="priya@example.com")


@pytest.mark.parametrize(("code", "step"), list(_named()), ids=lambda one: str(one)[:20])
def test_each_reason_says_what_to_do_next(code: AttentionReason, step: str) -> None:
    assert code.urgency in AttentionUrgency
    assert "followup " in step
    assert "{" not in step
