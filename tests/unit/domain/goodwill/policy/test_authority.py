"""Who may give how much, by hand: an agent 25.00 a gesture and 60.00 a day, others more."""

import pytest

from followup.domain.goodwill.gesture import GestureClass
from followup.domain.goodwill.policy.authority import (
    Authority,
    Requirement,
    Signature,
    authority_of,
    inherited_from,
    judge_authority,
    lowest_approver,
    requirement_at,
)
from followup.domain.goodwill.policy.recommendation import Limit, Refusal
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money

GOODWILL, CORRECTIVE = GestureClass.GOODWILL, GestureClass.CORRECTIVE
AUTHORITIES = (
    Authority(Role.AGENT, 2500, 6000),
    Authority(Role.SENIOR, 5000, None),
    Authority(Role.SENIOR, 10_000, None, GOODWILL),
    Authority(Role.MANAGER, 50_000, None, GOODWILL),
)


def gbp(minor: int) -> Money:
    return Money(minor, "GBP")


PER_GESTURE = Limit("authority-per-gesture", gbp(2500), gbp(0), gbp(2500))


def per_day(used: int, remaining: int) -> Limit:
    return Limit("authority-per-day", gbp(6000), gbp(used), gbp(remaining))


def judged(
    amount: int,
    *,
    role: Role = Role.AGENT,
    gesture_class: GestureClass = GOODWILL,
    today: int = 0,
    sent_to: Role | None = None,
    whole: bool = True,
    authorities: tuple[Authority, ...] = AUTHORITIES,
) -> Signature:
    return judge_authority(
        authorities,
        role=role,
        gesture_class=gesture_class,
        amount_minor=amount,
        currency="GBP",
        given_today_minor=today,
        repeat_approver=sent_to,
        whole=whole,
    )


@pytest.mark.parametrize(
    ("amount", "today", "is_left"),
    [
        (2500, 0, True),
        (2501, 0, False),
        (1000, 5000, True),  # 60.00 to the penny
        (1001, 5000, False),
        (1, 6000, False),
    ],
)
def test_an_amount_is_within_the_gesture_and_the_day(amount: int, today: int, *, is_left: bool) -> None:
    assert AUTHORITIES[0].leaves(amount, today) is is_left
    assert judged(amount, today=today, whole=False).needs_approval is not is_left


def test_without_a_limit_of_the_day_only_the_gesture_counts() -> None:
    assert Authority(Role.SENIOR, 5000, None).leaves(5000, 1_000_000)
    assert Authority(Role.MANAGER, None, 100).leaves(100, 0)
    assert not Authority(Role.MANAGER, None, 100).leaves(101, 0)


def test_an_entry_for_a_class_comes_before_one_for_all() -> None:
    assert authority_of(AUTHORITIES, Role.SENIOR, GOODWILL) == AUTHORITIES[2]
    assert authority_of(AUTHORITIES, Role.SENIOR, CORRECTIVE) == AUTHORITIES[1]
    assert authority_of(AUTHORITIES, Role.AGENT, CORRECTIVE) == AUTHORITIES[0]


def test_a_role_without_an_entry_inherits_the_next_lower_ones() -> None:
    agent, senior, senior_goodwill, manager_goodwill = AUTHORITIES
    # A manager has an entry for goodwill alone, so what is owed is as for a senior; a director has none.
    assert authority_of(AUTHORITIES, Role.MANAGER, CORRECTIVE) == senior
    assert authority_of(AUTHORITIES, Role.DIRECTOR, GOODWILL) == manager_goodwill
    assert authority_of(AUTHORITIES, Role.DIRECTOR, CORRECTIVE) == senior
    assert authority_of([agent], Role.DIRECTOR, GOODWILL) == agent
    # Never from above: an agent does not get what a senior has.
    assert authority_of([senior, senior_goodwill], Role.AGENT, GOODWILL) is None
    assert [inherited_from([agent, senior], role) for role in Role] == [None, None, Role.SENIOR, Role.SENIOR]
    assert [inherited_from([senior], role) for role in Role] == [None, None, Role.SENIOR, Role.SENIOR]


def test_what_may_be_given_has_its_limits_and_what_is_left_of_the_day() -> None:
    assert judged(1000, today=1500) == Signature(limits=(PER_GESTURE, per_day(1500, 4500)))
    assert judged(0, today=7000) == Signature(limits=(PER_GESTURE, per_day(7000, 0)))
    assert judged(1000, today=1500, whole=False) == Signature()


@pytest.mark.parametrize(
    ("amount", "gesture_class", "approver"),
    [
        (2501, GOODWILL, Role.SENIOR),
        (10_000, GOODWILL, Role.SENIOR),
        (10_001, GOODWILL, Role.MANAGER),
        (50_000, GOODWILL, Role.MANAGER),
        (5000, CORRECTIVE, Role.SENIOR),
    ],
)
def test_above_a_limit_the_lowest_role_whose_own_covers_it_approves(
    amount: int, gesture_class: GestureClass, approver: Role
) -> None:
    signature = judged(amount, gesture_class=gesture_class)
    assert signature == Signature(True, approver, (PER_GESTURE, per_day(0, 6000)), signature.exceeded)


def test_the_exceeded_limits_are_told_with_their_amounts() -> None:
    signature = judged(3000, today=4000)
    assert signature.exceeded == (PER_GESTURE, per_day(4000, 2000))
    assert [reason.text for reason in signature.reasons(Role.AGENT, gbp(3000))] == [
        "30.00 GBP is above what the role agent may give for a gesture, 25.00 GBP.",
        "30.00 GBP is above what the role agent has left today, 20.00 GBP of 60.00 GBP.",
        "The role senior may approve it.",
    ]


def test_what_no_role_covers_is_refused() -> None:
    signature = judged(5001, gesture_class=CORRECTIVE)
    assert signature == Signature(
        limits=(PER_GESTURE, per_day(0, 6000)),
        exceeded=(PER_GESTURE,),
        refused=Refusal(
            "nobody_may_approve",
            "No role may approve 50.01 GBP as corrective.",
            "Choose less, or raise the authority of a role in the policy: [[authority]].",
        ),
    )


def test_a_role_without_authority_may_give_nothing_without_asking() -> None:
    nothing = Limit("authority-per-gesture", gbp(0), gbp(0), gbp(0))
    above = AUTHORITIES[1:]  # agents have none, and there is nobody below to inherit from
    assert judged(0, authorities=above) == Signature(limits=(nothing,))
    assert judged(1, authorities=above).exceeded == (nothing,)
    assert judged(0, authorities=above, whole=False) == Signature(limits=(nothing,))


def test_a_repetition_sends_even_a_small_amount_to_somebody_with_an_overview() -> None:
    limits = (PER_GESTURE, per_day(0, 6000))
    for whole in (True, False):
        assert judged(100, sent_to=Role.MANAGER, whole=whole) == Signature(True, Role.MANAGER, limits)
    # Who has the overview needs nobody for what is within their own limits.
    assert judged(100, role=Role.MANAGER, sent_to=Role.MANAGER, whole=False) == Signature()


@pytest.mark.parametrize(
    ("requester", "at_least", "amount", "approver"),
    [
        (Role.AGENT, Role.AGENT, 2000, Role.SENIOR),
        (Role.AGENT, Role.MANAGER, 2000, Role.MANAGER),
        (Role.SENIOR, Role.AGENT, 2000, Role.MANAGER),
        # A director has no entry of their own, so as much authority as a manager.
        (Role.MANAGER, Role.AGENT, 50_000, Role.DIRECTOR),
        (Role.MANAGER, Role.AGENT, 50_001, None),
        # Nobody is above who covers it: another director.
        (Role.DIRECTOR, Role.AGENT, 1, Role.DIRECTOR),
    ],
)
def test_the_lowest_role_above_comes_before_a_peer(
    requester: Role, at_least: Role, amount: int, approver: Role | None
) -> None:
    assert lowest_approver(AUTHORITIES, GOODWILL, amount, requester, at_least) is approver


@pytest.mark.parametrize(
    ("amount", "required"),
    [
        (4999, (0, None)),
        (5000, (5, Role.MANAGER)),
        (10_000, (15, Role.DIRECTOR)),
        (20_000, (15, Role.DIRECTOR)),
    ],
)
def test_the_longest_note_and_the_highest_role_of_all_that_applies_count(
    amount: int, required: tuple[int, Role | None]
) -> None:
    requirements = (
        Requirement(5000, 5, Role.MANAGER),
        Requirement(10_000, 15, Role.DIRECTOR),
        Requirement(20_000, 10, Role.MANAGER),
    )
    assert requirement_at(requirements, amount) == required
    assert requirement_at((), amount) == (0, None)
