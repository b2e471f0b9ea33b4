"""E9: the gesture."""

import pytest

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.sincerity.circumstances import StatedOffer
from followup.domain.letters.sincerity.finding import SincerityRule
from tests.unit.domain.letters.sincerity.drafts import breaks, email, found

SORRY = "I am sorry that your order arrived later than we promised."
REFUND = StatedOffer(kind=GestureKind.REFUND, amounts=("£8.00", "£8"))
VOUCHER = StatedOffer(kind=GestureKind.VOUCHER, amounts=("£8.00", "£8"), code="7KQ2-MFX3")
DISCOUNT = StatedOffer(kind=GestureKind.DISCOUNT, amounts=("£8.00",), code="7KQ2-MFX3")
CREDIT = StatedOffer(kind=GestureKind.CREDIT, amounts=("£8.00",))
GIFT = StatedOffer(kind=GestureKind.GIFT, amounts=("£8.00",))
CALL = StatedOffer(kind=GestureKind.CALLBACK)


@pytest.mark.parametrize(
    ("gesture", "sentences"),
    [
        (REFUND, ["I am refunding £8 to the card you paid with.", "You will see it by Friday."]),
        (REFUND, ["£8.00 went back to your card today."]),
        (
            VOUCHER,
            ["Here is a voucher for £8.00: enter the code 7KQ2-MFX3 when you pay, until 12 March 2027."],
        ),
        (VOUCHER, ["The code 7KQ2-MFX3 is worth £8.00 and has no end date."]),
        (DISCOUNT, ["The code 7KQ2-MFX3 takes £8.00 off your next order, until 1 May."]),
        (CREDIT, ["I have put £8.00 on your account.", "It comes off your next bill by itself."]),
        (GIFT, ["I am sending you a book worth £8.00.", "It reaches you within ten working days."]),
        (CALL, ["I will call you by Friday."]),
        (CALL, ["Which number and what time suit you for the call?"]),
        (StatedOffer(kind=GestureKind.APOLOGY), []),
        (None, []),
    ],
)
def test_a_gesture_with_amount_how_and_by_when_is_whole(
    gesture: StatedOffer | None, sentences: list[str]
) -> None:
    assert found(SincerityRule.E9, email(SORRY, *sentences), gestures=(gesture,) if gesture else ()) == []


@pytest.mark.parametrize(
    ("gesture", "sentences", "missing"),
    [
        (REFUND, ["I am refunding what you paid to your card by Friday."], "its amount (£8.00)"),
        (REFUND, ["I am refunding £8.00 by Friday."], "how the customer gets it"),
        (REFUND, ["I am refunding £8.00 to your card."], "by when"),
        (REFUND, ["I am refunding £80.00 to your card by Friday."], "its amount (£8.00)"),
        (REFUND, ["I am refunding the £8.00 of 12 March to your card."], "by when"),
        (VOUCHER, ["Here is a voucher for £8.00, until 1 May."], "how the customer gets it"),
        (VOUCHER, ["Here is a voucher for £8.00: enter 7KQ2-MFX3."], "until when it can be used"),
        (CALL, ["I will call you."], "by when"),
        (CREDIT, [], "its amount (£8.00)"),
    ],
)
def test_what_is_missing_about_a_gesture_is_named(
    gesture: StatedOffer, sentences: list[str], missing: str
) -> None:
    (finding,) = found(SincerityRule.E9, email(SORRY, *sentences), gestures=(gesture,))
    assert missing in finding.why


def test_later_emails_need_not_describe_the_gesture_again() -> None:
    assert found(SincerityRule.E9, email("Has it arrived?"), gestures=(REFUND,), is_first=False) == []


def test_a_gesture_comes_after_the_acknowledgement() -> None:
    gift = "I am refunding £8.00 to your card by Friday."
    (finding,) = found(SincerityRule.E9, email(gift, SORRY), gestures=(REFUND,))
    assert finding.sentence == gift
    assert found(SincerityRule.E9, email(SORRY, gift), gestures=(REFUND,)) == []
    in_one = "I am sorry, and I am refunding £8.00 to your card by Friday."
    assert found(SincerityRule.E9, email(in_one), gestures=(REFUND,)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "While you are here, check out our new spring range.",
        "We look forward to your next order.",
        "Use it on your next purchase, or browse our bestsellers.",
        "Sign up for our newsletter.",
    ],
)
def test_something_to_sell_is_found(sentence: str) -> None:
    assert breaks(SincerityRule.E9, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The code takes £8.00 off your next order.",
        "I put the new address in, so that your next order finds you.",
        "I can check out what happened at the depot.",
    ],
)
def test_what_a_gesture_is_and_what_we_do_sells_nothing(sentence: str) -> None:
    assert not breaks(SincerityRule.E9, sentence)
