"""A call needs a number and what goes by post an address, before either is promised."""

import pytest
from sqlmodel import select

from followup.application.cases import open_case
from followup.application.goodwill import gestures
from followup.domain.cases.attention import AttentionReason
from followup.domain.goodwill.gesture import GestureKind, Reach
from followup.errors import FollowupError, Refused
from followup.services.goodwill import recommendations
from followup.services.people import customers
from followup.store.tables import Case, Customer, Gesture
from tests.application.conftest import NewCaller, new_caller  # noqa: F401 - a fixture
from tests.services.waiting import codes
from tests.shop import MAX, Shop

NEEDS = [
    ("callback", None, "phone"),
    ("gift", "10.00", "address"),
    ("replacement", None, "address"),
    ("resend", None, "address"),
]


def nowhere(shop: Shop, **more: str) -> Case:
    """A case of a customer of whom neither a number nor an address is known."""
    return shop.open_case(phone="", address="", fact_item="Lamp", **more)


def known(shop: Shop) -> Customer:
    return shop.read(lambda session: customers.find_customer(session, "priya@example.com"))


def given(shop: Shop) -> list[Gesture]:
    return list(shop.read(lambda session: session.exec(select(Gesture)).all()))


def test_every_kind_is_either_sent_called_or_needs_nothing() -> None:
    needs = {kind.value: kind.needs for kind in GestureKind if kind.needs}
    assert needs == {
        "callback": Reach.PHONE,
        "gift": Reach.ADDRESS,
        "replacement": Reach.ADDRESS,
        "resend": Reach.ADDRESS,
    }


@pytest.mark.parametrize(("kind", "amount", "lacks"), NEEDS)
def test_what_cannot_be_kept_is_not_promised(shop: Shop, kind: str, amount: str | None, lacks: str) -> None:
    case = nowhere(shop)
    with pytest.raises(Refused) as refused:
        shop.request(case, kind, amount, because="She asked for it.", by=MAX)
    assert (refused.value.code, refused.value.exit_code) == (f"{lacks}_not_known", 4)
    assert f"followup customer set priya@example.com --{lacks}" in refused.value.hint
    assert f"followup gesture request C-0001 --kind {kind} --{lacks}" in refused.value.hint
    assert given(shop) == []


@pytest.mark.parametrize(("kind", "amount", "lacks"), NEEDS)
def test_the_other_of_the_two_does_not_help(shop: Shop, kind: str, amount: str | None, lacks: str) -> None:
    other = {"phone": {"address": "1 Mill Lane, Leeds"}, "address": {"phone": "0113 4960001"}}[lacks]
    case = shop.open_case(**{"phone": "", "address": "", "fact_item": "Lamp", **other})
    with pytest.raises(Refused) as refused:
        shop.request(case, kind, amount, because="She asked for it.", by=MAX)
    assert refused.value.code == f"{lacks}_not_known"


@pytest.mark.parametrize(("kind", "amount", "lacks"), NEEDS)
def test_it_may_be_told_on_the_spot(
    shop: Shop,
    new_caller: NewCaller,  # noqa: F811
    kind: str,
    amount: str | None,
    lacks: str,
) -> None:
    nowhere(shop)
    told = {"phone": "0113 4960001", "address": "1 Mill Lane, Leeds"}
    made = gestures.request_gesture(
        new_caller(MAX),
        "C-0001",
        kind=kind,
        amount=amount,
        because="She asked.",
        phone=told["phone"] if lacks == "phone" else None,
        address=told["address"] if lacks == "address" else None,
    )
    assert made["kind"] == kind
    kept = known(shop)
    assert (kept.phone, kept.postal_address) == (
        told["phone"] if lacks == "phone" else None,
        told["address"] if lacks == "address" else None,
    )


def test_what_is_told_on_the_spot_is_not_kept_if_the_gesture_is_refused(
    shop: Shop,
    new_caller: NewCaller,  # noqa: F811
) -> None:
    nowhere(shop)
    with pytest.raises(FollowupError):
        gestures.request_gesture(new_caller(), "C-0001", kind="gift", amount="90000.00", phone="0113 4960001")
    assert known(shop).phone is None


def test_a_number_that_is_known_already_stays(
    shop: Shop,
    new_caller: NewCaller,  # noqa: F811
) -> None:
    shop.open_case(phone="0113 4960001")
    made = gestures.request_gesture(new_caller(), "C-0001", kind="callback", phone="0113 4960002")
    assert known(shop).phone == "0113 4960001"
    assert any("stays 0113 4960001" in hint for hint in made["hints"])


def test_what_was_requested_before_goes_on_without_a_number(
    shop: Shop,
    new_caller: NewCaller,  # noqa: F811
) -> None:
    shop.open_case()
    gestures.request_gesture(new_caller(), "C-0001", kind="callback", hold=True)
    shop.forget_phone("priya@example.com")
    assert gestures.issue_gesture(new_caller(), "G-0001")["state"] == "issued"


@pytest.mark.parametrize("kind", ["apology", "voucher", "repair"])
def test_what_needs_neither_is_promised_as_before(shop: Shop, kind: str) -> None:
    amount = "5.00" if kind == "voucher" else None
    assert shop.request(nowhere(shop), kind, amount, because="She asked.").kind.value == kind


def test_the_recommendation_says_what_is_missing(shop: Shop) -> None:
    def reasons(case: Case) -> list[str]:
        return shop.read(
            lambda session: [
                str(reason.code)
                for reason in recommendations.advise(
                    session, shop.rules, case, agent=shop.actor(session).needed_agent, now=shop.now
                ).reasons
            ]
        )

    lacking = nowhere(shop, feeling="distressed")
    shop.now = shop.now.replace(hour=11)
    reachable = shop.open_case("tom@example.com", feeling="distressed")
    assert "lacks_phone" in reasons(lacking)
    assert "lacks_phone" not in reasons(reachable)


def test_accepting_it_records_the_case_and_says_what_is_missing(
    shop: Shop,
    new_caller: NewCaller,  # noqa: F811
) -> None:
    told = {"customer": "t@example.com", "name": "Tom", "reason": "late-delivery", "severity": "moderate"}
    told |= {"feeling": "distressed"}
    document = open_case.open_case(new_caller(), **told, accept=True)  # type: ignore[arg-type]
    assert document["gesture"] is None
    assert document["gesture_refused"] is not None
    assert document["gesture_refused"]["code"] == "phone_not_known"
    assert document["gesture_refused"]["exit_code"] == 4


def test_with_the_number_beside_it_the_call_is_promised(
    shop: Shop,
    new_caller: NewCaller,  # noqa: F811
) -> None:
    told = {"customer": "t@example.com", "name": "Tom", "reason": "late-delivery", "severity": "moderate"}
    told |= {"feeling": "distressed", "phone": "0113 4960001"}
    document = open_case.open_case(new_caller(), **told, accept=True)  # type: ignore[arg-type]
    assert document["gesture_refused"] is None
    assert document["gesture"] is not None
    assert document["gesture"]["kind"] == "callback"


@pytest.mark.parametrize(
    ("phone", "code"),
    [("", AttentionReason.DISTRESSED_WITHOUT_PHONE), ("0113 4960001", AttentionReason.DISTRESSED)],
)
def test_somebody_in_need_without_a_number_is_listed_as_such(
    shop: Shop, phone: str, code: AttentionReason
) -> None:
    case = shop.open_case(feeling="distressed", phone=phone)
    assert codes(shop)[case.id][0] is code
