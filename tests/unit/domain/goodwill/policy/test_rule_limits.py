"""What a rule of 40.00 leaves for a case that was given something before, by hand."""

from collections.abc import Sequence

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.given_before import GivenBefore
from followup.domain.goodwill.policy.recommendation import Limit
from followup.domain.shared.money import Money
from tests.unit.domain.goodwill.policy.guarded_advice import ALL, Told, advice, code, minor, rule

GOODWILL, CORRECTIVE = GestureClass.GOODWILL, GestureClass.CORRECTIVE
RANGE = '{ from = "10", to = "40" }'


class Before(Told):
    """Records of a case that was given something before."""

    def __init__(self, *before: GivenBefore) -> None:
        super().__init__()
        self.before = before

    def given_before(self) -> Sequence[GivenBefore]:
        return self.before


def given(
    amount: int, gesture_class: GestureClass = GOODWILL, by: str | None = "r", *, same_case: bool = True
) -> GivenBefore:
    return GivenBefore(amount, gesture_class, by, same_case)


def left(most: int, used: int, remaining: int) -> Limit:
    return Limit("rule r", *(Money(amount, "GBP") for amount in (most, used, remaining)))


@pytest.mark.parametrize(
    ("before", "offered", "limits"),
    [
        ((), 4000, ()),
        ((given(1000),), 3000, (left(4000, 1000, 3000),)),
        ((given(1000), given(500, by=None)), 2500, (left(4000, 1500, 2500),)),  # all that the case was given
        ((given(3999),), 1, (left(4000, 3999, 1),)),
        ((given(4000, same_case=False),), 4000, ()),
        ((given(4000, CORRECTIVE),), 4000, ()),
    ],
)
def test_a_rule_of_goodwill_gives_its_amount_once_for_a_case(
    before: tuple[GivenBefore, ...], offered: int, limits: tuple[Limit, ...]
) -> None:
    found = advice(rule() + ALL, Before(*before))
    assert (minor(found), found.refused) == (offered, None)
    assert tuple(limit for limit in found.limits if limit.name == "rule r") == limits


@pytest.mark.parametrize(
    ("before", "offered"),
    [
        (given(1500, CORRECTIVE), 2500),
        (given(1500, CORRECTIVE, by="other"), 4000),  # another rule owed it
        (given(1500, GOODWILL), 4000),
    ],
)
def test_what_is_owed_is_lowered_by_what_the_same_rule_gave(before: GivenBefore, offered: int) -> None:
    assert minor(advice(rule(gesture_class="corrective") + ALL, Before(before))) == offered


@pytest.mark.parametrize(
    ("gesture_class", "refused_as", "message"),
    [
        (
            GOODWILL,
            "rule_used_up",
            "The rule r leaves nothing: this case has 45.00 GBP of at most 40.00 GBP.",
        ),
        (
            CORRECTIVE,
            "already_given",
            "The rule r leaves nothing: this case was given 45.00 GBP of the 40.00 GBP owed.",
        ),
    ],
)
def test_a_rule_that_is_used_up_says_what_was_given_and_what_an_agent_may_do(
    gesture_class: GestureClass, refused_as: str, message: str
) -> None:
    found = advice(rule(gesture_class=gesture_class.value) + ALL, Before(given(4500, gesture_class)))
    assert found.refused is not None
    assert (found.refused.code, found.refused.message) == (refused_as, message)
    assert found.refused.hint == (
        "More than the rule says is your decision: give --kind and --amount, counted with what was given."
    )


def test_another_amount_of_goodwill_is_the_agents_decision() -> None:
    chosen = advice(rule() + ALL, Before(given(4000)), kind=GestureKind.REFUND, chosen=3500)
    assert (minor(chosen), chosen.refused) == (3500, None)
    owed = advice(
        rule(gesture_class="corrective") + ALL,
        Before(given(4000, CORRECTIVE)),
        kind=GestureKind.REFUND,
        chosen=3500,
    )
    assert code(owed) == "already_given"


def test_an_amount_chosen_in_a_range_stays_within_what_the_range_leaves() -> None:
    before = Before(given(1000))
    fits = advice(rule(RANGE) + ALL, before, kind=GestureKind.REFUND, chosen=3000)
    assert (minor(fits), fits.refused) == (3000, None)
    found = advice(rule(RANGE) + ALL, before, kind=GestureKind.REFUND, chosen=3001)
    assert found.refused is not None
    assert found.refused.message == "rule r leaves 30.00 GBP: this case has 10.00 GBP of at most 40.00 GBP."
    assert (found.refused.hint, found.refused.code) == ("Choose 30.00 or less.", "rule_used_up")


@pytest.mark.parametrize(("before", "offered"), [(3000, 2000), (3500, 1500), (4999, 1)])
def test_a_rule_with_an_upper_bound_leaves_what_is_missing_to_it(before: int, offered: int) -> None:
    """A fifth of an order of 100.00 is 20.00, of at most 50.00 for a case."""
    amount = '{ percent = 20, of = "order_value", at_most = "50" }'
    facts: dict[str, FactValue] = {"order_value": Money(10_000, "GBP")}
    found = advice(rule(amount) + ALL, Before(given(before)), facts=facts)
    assert minor(found) == offered
