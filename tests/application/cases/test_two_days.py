"""A promise and the day by which a gesture is there: where they are two days, the desk says so."""

import pytest

from followup.application.cases import open_case
from followup.application.goodwill import gestures
from tests.application.conftest import NewCaller
from tests.shop import Shop, happened

BECAUSE = "The money was owed from the first day, and nothing less than this would put it right now."


def hints(new_caller: NewCaller, promised: str | None, locale: str = "en-GB") -> list[str]:
    opened = open_case.open_case(
        new_caller(),
        customer="priya@example.com",
        name="Priya Shah",
        reason="late-delivery",
        severity="moderate",
        order_value="80.00",
        what_happened=happened(locale),
        promised=promised,
        locale=locale,
    )
    requested = gestures.request_gesture(
        new_caller(), opened["case"]["ref"], kind="refund", amount="8.00", because=BECAUSE
    )
    return [hint for hint in requested["hints"] if "two days" in hint]


def test_two_days_are_said_with_the_command_that_leaves_out_one(shop: Shop, new_caller: NewCaller) -> None:
    # Monday 2 November and five business days.
    (said,) = hints(new_caller, "the money by Friday")
    assert said == (
        "The letter names two days: “the money by Friday”, and 9 November for the refund. If both are about "
        "one thing, leave out one: followup outbox edit E-0001"
    )


@pytest.mark.parametrize(
    ("promised", "locale"),
    [
        ("the money by Monday", "en-GB"),
        ("the money by 9 November", "en-GB"),
        ("das Geld bis Montag", "de-DE"),
        ("le remboursement lundi", "fr-FR"),
        ("a careful look", "en-GB"),
        (None, "en-GB"),
    ],
)
def test_one_day_is_nothing_to_say(
    shop: Shop, new_caller: NewCaller, promised: str | None, locale: str
) -> None:
    assert hints(new_caller, promised, locale) == []


def test_a_case_that_is_given_its_offer_at_once_says_so_too(shop: Shop, new_caller: NewCaller) -> None:
    opened = open_case.open_case(
        new_caller(),
        customer="priya@example.com",
        name="Priya Shah",
        reason="billing-error",
        severity="moderate",
        order_value="80.00",
        fact=["overcharged=8.00"],
        what_happened=happened("en-GB"),
        promised="a call on Wednesday",
        accept=True,
    )
    assert opened["gesture"] is not None
    assert opened["gesture"]["kind"] == "refund"
    assert next(hint for hint in opened["hints"] if "two days" in hint).startswith(
        "The letter names two days: “a call on Wednesday”, and 9 November for the refund."
    )
