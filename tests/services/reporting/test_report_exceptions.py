"""The report on exceptions: odd gestures and odd money, by references alone."""

from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from followup.domain.shared.money import Money
from followup.services.goodwill import approvals, vouchers
from tests.services.reporting.odd_things import approval_of, ask, change, of, told
from tests.shop import ANA, MAX, SEN, Shop


def test_where_nothing_is_odd_that_is_said(shop: Shop) -> None:
    shop.request(shop.open_case())
    said = ask(shop)
    assert (said["rows"], said["kinds"], said["says"]) == ([], [], ["Nothing is odd."])


# ---- Gestures


def test_another_gesture_than_the_policy_offered_is_told_beside_what_it_offered(shop: Shop) -> None:
    shop.request(shop.open_case("a@example.com"), "refund", "20.00")
    shop.request(shop.open_case("b@example.com"), "voucher", "8.00")  # as the policy has it
    shop.request(shop.open_case("c@example.com", severity="minor"), "voucher", "5.00")
    in_range = shop.open_case("d@example.com", reason="rude-service", severity="serious")
    shop.request(in_range, amount="24.00")
    refused = shop.request(shop.open_case("e@example.com", order_value="500.00"), "refund", "40.00")
    change(shop, approvals.reject, shop.rules, approval_of(shop, refused))
    said = ask(shop, drill=True)
    assert of(said, "override")[1] == {
        "urgency": "know",
        "kind": "override",
        "when": "2026-11-02T10:00:00+00:00",
        "says": "A refund of 20.00 GBP instead of a voucher of 8.00 GBP.",
        "amount": "20.00",
        "who": ANA,
        "references": "G-0001 C-0001",
        "currency": "GBP",
    }
    assert told(said, "override")[0] == ("A voucher of 5.00 GBP instead of an apology.", "G-0003 C-0003")
    assert [(kind["kind"], kind["behind"]) for kind in said["kinds"]] == [
        ("needs-person", ["C-0005"]),  # whose customer was told nothing, and gets nothing
        ("override", ["G-0003", "G-0001"]),
    ]
    assert said["kinds"][1:] == [
        {
            "what": "other gestures than the policy offered",
            "kind": "override",
            "urgency": "know",
            "number": 2,
            "when": "2026-11-02T10:00:00+00:00",
            "behind": ["G-0003", "G-0001"],
        }
    ]
    assert said["says"] == [
        "Somebody should act: cases that wait for a person (1).",
        "Good to know: other gestures than the policy offered (2).",
    ]


def test_what_a_guard_lowered_or_sent_to_somebody_is_told_in_its_own_words(shop: Shop) -> None:
    shop.request(shop.open_case("a@example.com", order_value="2.00"))
    assert told(ask(shop), "bound") == [
        (
            "Lowered to 3.00 GBP by overcompensation: at most 150 percent of an order of 2.00 GBP.",
            "G-0001 C-0001",
        )
    ]
    for _ in range(3):
        shop.open_case("b@example.com")
    shop.request(shop.open_case("b@example.com"))
    assert told(ask(shop), "second-look") == [
        (
            (
                "Three other late-delivery cases of this customer were logged since 3 November 2025: C-0004, "
                "C-0003, C-0002. So a manager looks at it first."
            ),
            "G-0002 C-0005",
        )
    ]


def test_what_was_countered_is_told_once_with_what_was_asked_for(shop: Shop) -> None:
    gesture = shop.request(shop.open_case(order_value="500.00"), "refund", "45.00")
    shop.now += timedelta(hours=2)
    change(shop, approvals.counter, shop.rules, approval_of(shop, gesture), amount=Money(3000, "GBP"))
    said = ask(shop)
    assert of(said, "countered") == [
        {
            "urgency": "know",
            "kind": "countered",
            "when": "2026-11-02T12:00:00+00:00",
            "says": "Granted as refund, 30.00 GBP instead of 45.00 GBP.",
            "amount": "30.00",
            "who": MAX,
            "references": "A-0001 G-0001",
            "currency": "GBP",
        }
    ]
    assert of(said, "override") == []


def test_a_hold_is_told_from_a_business_day_before_it_ends(shop: Shop) -> None:
    # Held on Monday for five business days; an approval has two. On Friday one more day is left of the hold.
    shop.request(shop.open_case("a@example.com"), hold_only=True)
    shop.request(shop.open_case("b@example.com", order_value="500.00"), "refund", "40.00")
    assert of(ask(shop), "hold-ends") == []
    shop.now = datetime(2026, 11, 3, 10, tzinfo=UTC)
    assert told(ask(shop), "hold-ends") == [("Expires unless a senior decides by then.", "G-0002 C-0002")]
    shop.now = datetime(2026, 11, 6, 9, 59, tzinfo=UTC)
    assert [row["references"] for row in of(ask(shop), "hold-ends")] == ["G-0002 C-0002"]
    shop.now = datetime(2026, 11, 6, 10, tzinfo=UTC)
    assert [(row["when"], row["references"]) for row in of(ask(shop), "hold-ends")] == [
        ("2026-11-04T10:00:00+00:00", "G-0002 C-0002"),
        ("2026-11-09T10:00:00+00:00", "G-0001 C-0001"),
    ]
    assert ask(shop)["says"][0] == (
        "Somebody should act: cases that wait for a person (2), holds about to end (2)."
    )


# ---- Money


def test_a_soft_budget_above_its_limit_is_told_with_how_much(shop: Shop) -> None:
    shop.budget("15.00", name="soft", soft=True)
    shop.budget("500.00", name="hard")
    shop.request(shop.open_case("a@example.com"))
    assert of(ask(shop), "overdrawn") == []
    shop.request(shop.open_case("b@example.com"))
    assert [(row["says"], row["amount"], row["references"]) for row in of(ask(shop), "overdrawn")] == [
        ("Over its limit in 2026-11.", "1.00", "budget soft")
    ]


def test_redemptions_on_one_order_are_told_unless_they_were_rolled_back(shop: Shop) -> None:
    for name in "abc":
        shop.request(shop.open_case(f"{name}@example.com"))

    def redeem(number: int, order: str, minor: int) -> None:
        def run(session: Session) -> None:
            found = vouchers.find_voucher(session, f"G-{number:04d}")
            amount = Money(minor, "GBP")
            actor = shop.actor(session)
            vouchers.redeem(session, shop.rules, found, now=shop.now, actor=actor, amount=amount, order=order)

        shop.write(run)

    redeem(1, "O-1", 100)
    redeem(1, "O-1", 200)
    redeem(2, "O-2", 300)
    redeem(3, "O-2", 400)
    redeem(3, "O-3", 100)
    rows = of(ask(shop), "twice-on-order")
    assert sorted((row["says"], row["references"], row["amount"]) for row in rows) == [
        ("Redeemed 2 times on one order, with 2 codes.", "G-0002 G-0003", "7.00"),
        ("Redeemed 2 times on one order, with the same code.", "G-0001", "3.00"),
    ]

    def roll_back(session: Session) -> None:
        found = vouchers.find_voucher(session, "G-0002")
        vouchers.roll_back(session, found, now=shop.now, actor=shop.actor(session), because="x", order="O-2")

    shop.write(roll_back)
    assert [row["references"] for row in of(ask(shop), "twice-on-order")] == ["G-0001"]


def test_the_third_gesture_in_a_year_is_told_also_under_another_address(shop: Shop) -> None:
    first = shop.now
    shop.request(shop.open_case("priya@example.com"))
    shop.now += timedelta(days=100)
    shop.request(shop.open_case("priya@example.com", reason="long-wait"))
    shop.request(shop.open_case("tom@example.com"))
    assert of(ask(shop), "repeat-claimant") == []
    shop.now += timedelta(days=100)
    shop.request(shop.open_case("priya+shop@example.com", reason="damaged-item", by=SEN), by=MAX)
    said = ask(shop)
    assert [(row["says"], row["amount"], row["references"]) for row in of(said, "repeat-claimant")] == [
        (
            (
                "3 gestures of goodwill within 365 days, by 2 agents in 2 records that look like one person "
                "or household."
            ),
            "24.00",
            "G-0001 G-0002 G-0004",
        )
    ]
    # A day and a year after the first, that counts no more; nor does, of a time before, what came later.
    shop.now = first + timedelta(days=366)
    assert of(ask(shop), "repeat-claimant") == []
    assert of(ask(shop, until=date(2027, 3, 1)), "repeat-claimant") == []
