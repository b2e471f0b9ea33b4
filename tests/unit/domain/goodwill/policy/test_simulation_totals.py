"""What a replay gave, counted by hand from five cases."""

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.past_case import ReplayedOutcome
from followup.domain.goodwill.policy.simulation_totals import Totals
from followup.domain.people.agent import Role

VOUCHER, REFUND, GOODWILL, CORRECTIVE = (
    GestureKind.VOUCHER,
    GestureKind.REFUND,
    GestureClass.GOODWILL,
    GestureClass.CORRECTIVE,
)


def test_every_outcome_is_counted_once_and_its_money_where_it_was_given() -> None:
    totals = Totals()
    for outcome in (
        ReplayedOutcome(VOUCHER, GOODWILL, 1000, given=True, approver=Role.MANAGER, lowered=True),
        ReplayedOutcome(VOUCHER, GOODWILL, 500, given=True, approver=Role.MANAGER, from_range=True),
        ReplayedOutcome(REFUND, GOODWILL, 300, given=True, lowered=True, from_range=True),
        ReplayedOutcome(REFUND, CORRECTIVE, 4000, given=True, lacks=("delay",)),
        ReplayedOutcome(REFUND, CORRECTIVE, 200, given=True),
        ReplayedOutcome(REFUND, GOODWILL, 9000, refused="cap", lacks=("delay", "ticket")),
        ReplayedOutcome(),
        ReplayedOutcome(),
    ):
        totals.add(outcome)
    assert totals == Totals(
        gestures=5,
        amount_minor=6000,
        kinds={VOUCHER: 2, REFUND: 3},  # type: ignore[arg-type]
        kind_minor={VOUCHER: 1500, REFUND: 4500},  # type: ignore[arg-type]
        classes={GOODWILL: 3, CORRECTIVE: 2},  # type: ignore[arg-type]
        class_minor={GOODWILL: 1800, CORRECTIVE: 4200},  # type: ignore[arg-type]
        approvals={Role.MANAGER: 2},  # type: ignore[arg-type]
        refused={"cap": 1},  # type: ignore[arg-type]
        no_rule=2,
        lowered=2,
        from_range=2,
        lacking={"delay": 2, "ticket": 1},  # type: ignore[arg-type]
        lacking_cases=2,
    )
