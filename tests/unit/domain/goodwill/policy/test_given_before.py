"""A second gesture counts with the first ones: 10.00 of goodwill and 7.00 that was owed were given before."""

import pytest

from followup.domain.goodwill.gesture import GestureClass
from followup.domain.goodwill.policy.authority import (
    Authority,
    Signature,
    authority_of,
    given_under,
    judge_authority,
    lowest_approver,
)
from followup.domain.goodwill.policy.given_before import GivenBefore, sum_of_classes
from followup.domain.goodwill.policy.recommendation import Limit
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money

GOODWILL, CORRECTIVE = GestureClass.GOODWILL, GestureClass.CORRECTIVE
BEFORE = (GivenBefore(1000, GOODWILL, "late", True), GivenBefore(700, CORRECTIVE, None, False))
AGENT = Authority(Role.AGENT, 2500, None)
SENIOR = Authority(Role.SENIOR, 5000, None)
SENIOR_GOODWILL = Authority(Role.SENIOR, 10_000, None, GOODWILL)
MANAGER_GOODWILL = Authority(Role.MANAGER, 50_000, None, GOODWILL)
AUTHORITIES = (AGENT, SENIOR, SENIOR_GOODWILL, MANAGER_GOODWILL)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


def judged(
    amount: int,
    gesture_class: GestureClass = GOODWILL,
    *,
    authorities: tuple[Authority, ...] = AUTHORITIES,
    before: tuple[GivenBefore, ...] = BEFORE,
    whole: bool = True,
) -> Signature:
    return judge_authority(
        authorities,
        role=Role.AGENT,
        gesture_class=gesture_class,
        amount_minor=amount,
        currency="GBP",
        given_today_minor=0,
        repeat_approver=None,
        whole=whole,
        before=before,
    )


@pytest.mark.parametrize(
    ("classes", "total"),
    [({GOODWILL}, 1000), ({CORRECTIVE}, 700), ({GOODWILL, CORRECTIVE}, 1700), (set(), 0)],
)
def test_only_what_was_given_in_a_class_counts_for_it(classes: set[GestureClass], total: int) -> None:
    assert sum_of_classes(BEFORE, frozenset(classes)) == total


def test_an_entry_for_all_classes_counts_those_that_have_none_of_their_own() -> None:
    assert given_under(AUTHORITIES, AGENT, BEFORE) == 1700
    assert given_under(AUTHORITIES, SENIOR, BEFORE) == 700
    assert given_under(AUTHORITIES, SENIOR_GOODWILL, BEFORE) == 1000
    assert given_under(AUTHORITIES, SENIOR, ()) == 0


def test_the_whole_must_be_within_the_limit_of_a_gesture() -> None:
    assert AGENT.leaves(800, 0, 1700)
    assert not AGENT.leaves(801, 0, 1700)
    assert AGENT.leaves(2500, 0)
    assert judged(800, whole=False) == Signature()
    assert judged(801, whole=False).needs_approval


def test_an_amount_that_is_small_alone_is_sent_on_with_what_it_would_be_together() -> None:
    limit = Limit("authority-per-gesture", gbp(2500), gbp(1700), gbp(800))
    signature = judged(801)
    assert signature == Signature(True, Role.SENIOR, (limit,), (limit,))
    above, approver = signature.reasons(Role.AGENT, gbp(801))
    assert above.text == (
        "8.01 GBP and the 17.00 GBP given before for this case or its order are together above what the role "
        "agent may give for a gesture, 25.00 GBP."
    )
    assert approver.text == "The role senior may approve it."


@pytest.mark.parametrize(
    ("amount", "before", "approver"),
    [
        (9000, BEFORE, Role.SENIOR),  # with 10.00 of goodwill 100.00 to the penny
        (9001, BEFORE, Role.MANAGER),
        (9001, (), Role.SENIOR),
        (49_000, BEFORE, Role.MANAGER),
        (49_001, BEFORE, None),
    ],
)
def test_who_approves_must_cover_both(
    amount: int, before: tuple[GivenBefore, ...], approver: Role | None
) -> None:
    assert judged(amount, before=before).approver_role is approver
    assert lowest_approver(AUTHORITIES, GOODWILL, amount, Role.AGENT, Role.AGENT, before) is approver


def test_a_refusal_says_that_something_was_given_before() -> None:
    # As corrective a senior has 50.00 for it, of which 7.00 are used.
    assert judged(4300, CORRECTIVE).approver_role is Role.SENIOR
    refused = judged(4301, CORRECTIVE).refused
    assert refused is not None
    assert refused.message == "No role may approve 43.01 GBP as corrective with the 17.00 GBP given before."


def test_a_role_without_authority_has_used_nothing_of_it() -> None:
    above = (SENIOR,)
    nothing = Limit("authority-per-gesture", gbp(0), gbp(0), gbp(0))
    assert judged(1, authorities=above) == Signature(True, Role.SENIOR, (nothing,), (nothing,))
    refused = judged(5001, authorities=above).refused
    assert refused is not None
    assert refused.message == "No role may approve 50.01 GBP as goodwill."


def test_the_lowest_role_has_nobody_to_inherit_from() -> None:
    assert authority_of((Authority(Role.DIRECTOR, 100, None),), Role.AGENT, GOODWILL) is None
