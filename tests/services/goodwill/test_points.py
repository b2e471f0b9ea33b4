"""Loyalty points: money is held and counted, letters say the points, and paying records that they
are booked."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from followup.application.cases import open_case
from followup.application.door import Caller, OpenWorkspace
from followup.application.goodwill import approvals, gestures, policy_advice
from followup.application.goodwill import budgets as budget_commands
from followup.application.reporting import spend
from followup.application.sequences import timeline
from followup.errors import FollowupError
from followup.mail.read_own_email import text_of
from followup.reports.answer import document
from followup.store.tables import Email
from tests.services.mailing import tick
from tests.shop import ANA, MAX, Shop

POLICY = """
version = "1"
currency = "GBP"
timezone = "Europe/London"
point_value = "0.05"
[[rule]]
id = "late"
when = { reason = "late-delivery" }
offer = { kind = "points", amount = { percent = 10, of = "order_value" } }
[[authority]]
role = "agent"
per_gesture = "10"
[[authority]]
role = "manager"
per_gesture = "100"
"""


@pytest.fixture
def club(shop: Shop) -> Shop:
    shop.rules.workspace.policy_file.write_text(POLICY, encoding="utf-8")
    shop.budget("50.00")
    return shop


def caller(shop: Shop, email: str = ANA) -> Caller:
    place = OpenWorkspace(shop.workspace, shop.engine)
    return Caller(place=place, now=shop.now, login="nobody", actor_email=email)


def figures(shop: Shop) -> tuple[str | None, ...]:
    shown = budget_commands.show_budget(caller(shop), "goodwill")
    assert budget_commands.reconcile(caller(shop))["drift"] == []
    return shown["held"], shown["committed"], shown["spent"], shown["available"]


def test_points_are_a_whole_number_and_their_worth_is_drawn(club: Shop) -> None:
    club.open_case(order_value="80.30")
    advice = policy_advice.explain(caller(club), "C-0001")
    # A tenth is 8.03; 161 points at 5 pence are the next whole number.
    assert (advice["kind"], advice["amount"], advice["points"]) == ("points", "8.05", 161)
    made = gestures.request_gesture(caller(club), "C-0001")
    assert (made["state"], made["class"], made["amount"], made["points"]) == (
        "issued",
        "goodwill",
        "8.05",
        161,
    )
    assert figures(club) == ("0.00", "8.05", "0.00", "41.95")
    gestures.pay_gesture(caller(club), "G-0001")
    assert figures(club) == ("0.00", "0.00", "8.05", "41.95")
    report = document(spend.spend(caller(club), by=["kind"]), "GBP")
    assert [(row["key"], row["spent"]) for row in report["rows"]] == [("points", "8.05")]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en-GB", "1,600 points worth £80.00"),
        ("de-DE", "1.600 Punkte im Wert von 80,00"),
        ("es-ES", "1.600 puntos por valor de 80,00"),
        ("fr-FR", "1 600 points d’une valeur de 80,00"),
        ("pt-BR", "1.600 pontos no valor de £ 80,00"),
    ],
)
def test_letters_say_the_points_and_what_they_are_worth(club: Shop, locale: str, said: str) -> None:
    budget_commands.adjust_budget(caller(club, MAX), "goodwill", "More.", limit="100")
    club.open_case(order_value="800", locale=locale)
    gestures.request_gesture(caller(club, MAX), "C-0001")
    letter = timeline.show_timeline(caller(club), "C-0001")["emails"][0]["text"]
    assert letter is not None
    assert said in " ".join(letter.split())


def test_points_go_from_the_rule_to_the_letter_and_the_report(club: Shop) -> None:
    """The desk logs a case, the rule works out the points, the letter that is sent says them, and the report
    counts their worth: first as committed, and as spent once they are booked."""
    opened = open_case.open_case(
        caller(club),
        customer="priya@example.com",
        name="Priya Shah",
        reason="late-delivery",
        severity="moderate",
        order="HB-1",
        order_value="80.30",
        what_happened="Your lamp came two days late.",
        accept=True,
    )
    advice, made = opened["recommendation"], opened["gesture"]
    assert (advice["kind"], advice["points"], advice["amount"]) == ("points", 161, "8.05")
    assert made is not None
    assert (made["state"], made["points"], made["amount"]) == ("issued", 161, "8.05")
    tick(club, club.now + timedelta(hours=1))
    (letter,) = club.read(
        lambda session: [email.message for email in session.exec(select(Email)) if email.sent_at]
    )
    assert letter is not None
    assert "161 points worth £8.05" in " ".join(text_of(letter).split())

    def reported() -> list[tuple[Any, ...]]:
        rows = document(spend.spend(caller(club), by=["kind"]), "GBP")["rows"]
        return [(row["key"], row["gestures"], row["committed"], row["spent"]) for row in rows]

    assert reported() == [("points", 1, "8.05", "0.00")]
    gestures.pay_gesture(caller(club), "G-0001")
    assert reported() == [("points", 1, "0.00", "8.05")]


def test_above_authority_points_wait_and_a_counter_offer_counts_them_anew(club: Shop) -> None:
    club.open_case(order_value="200")
    asked = gestures.request_gesture(caller(club), "C-0001")
    assert (asked["state"], asked["points"]) == ("pending", 400)
    decided: Any = approvals.counter(caller(club, MAX), "A-0001", amount="15.00", because="Enough.")
    assert decided["state"] == "countered"
    assert gestures.show_gesture(caller(club), "G-0001")["points"] == 300
    assert figures(club) == ("15.00", "0.00", "0.00", "35.00")


@pytest.mark.parametrize(("text", "code"), [("8.03", "no_whole_points"), ("8.05", None)])
def test_an_amount_that_somebody_chooses_is_a_whole_number_of_points(
    club: Shop, text: str, code: str | None
) -> None:
    club.open_case()
    if code is None:
        made = gestures.request_gesture(caller(club), "C-0001", kind="points", amount=text)
        assert made["points"] == 161
        return
    with pytest.raises(FollowupError) as refused:
        gestures.request_gesture(caller(club), "C-0001", kind="points", amount=text)
    assert refused.value.code == code


def test_a_policy_without_a_value_gives_no_points(shop: Shop) -> None:
    shop.budget("50.00")
    shop.open_case()
    with pytest.raises(FollowupError) as refused:
        gestures.request_gesture(caller(shop), "C-0001", kind="points", amount="8.00")
    assert refused.value.code == "no_point_value"


def test_a_cap_lowers_points_to_a_whole_number(club: Shop) -> None:
    cap = '[[cap]]\nscope = "customer"\nwindow = "365d"\namount = "5.02"\n'
    club.rules.workspace.policy_file.write_text(POLICY + cap, encoding="utf-8")
    club.open_case(order_value="80")
    advice = policy_advice.explain(caller(club), "C-0001")
    assert (advice["amount"], advice["points"]) == ("5.00", 100)
