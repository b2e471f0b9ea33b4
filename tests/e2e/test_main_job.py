"""The main job from end to end, as a user and a program see it."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from followup import clock
from tests.e2e.conftest import Desk
from tests.e2e.installed import ALWAYS_OPEN, Installed, instant
from tests.shop import ANA, MAX

EXPLAIN_KEYS = {
    *("rule", "policy_version", "class", "kind", "amount", "currency", "range", "needs_approval"),
    *("approver_role", "bound_by", "limits", "because", "missing_facts", "refused"),
}
PRIYA = (
    *("--customer", "priya@example.com", "--reason", "late-delivery", "--severity", "moderate"),
    *("--what-happened", "Your lamp came two days late."),
    *("--responsibility", "ours", "--feeling", "let_down", "--channel", "phone", "--order", "HB-2041"),
    *("--order-value", "80.00", "--promised", "a call by Friday", "--fact", "days_late=2"),
    *("--external-id", "Z-77"),
)
ZOE = ("--customer", "zoe@example.com", "--name", "Zoe Marsh", *PRIYA[2:])
AGAIN = ("--again", "--because", "The second parcel was late as well.")
WORDS = "It was a birthday present – and it came two days late."


def emails(root: Path) -> list[EmailMessage]:
    """The emails that were written as files, oldest first."""
    files = sorted((root / "outbox").rglob("*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]


def test_from_a_bad_experience_to_the_spend_report(followup: Installed) -> None:
    followup.settings |= ALWAYS_OPEN
    followup.run(
        *("init", "harbour", "--business", "Harbour Books", "--currency", "GBP", "--country", "GB"),
        *("--timezone", "Europe/London", "--sender", "Ana at Harbour Books <care@harbour.example>"),
    )
    followup.folder /= "harbour"
    add = ("agent", "add", "--team", "north", "--name")
    # The first agent is mapped to the operating-system user, so that --as can be left out.
    followup.run(*add, "Ana Reyes", "--email", ANA, "--role", "agent")
    followup.run(*add, "Max Ortiz", "--email", MAX, "--role", "manager")
    followup.run("budget", "create", "goodwill", "--limit", "60.00", "--period", "year")
    followup.run(
        *("customer", "add", "--name", "Priya Shah", "--email", "priya@example.com", "--locale", "en-GB"),
        *("--timezone", "Europe/London", "--segment", "regular", "--value", "1200.00"),
    )

    # A tenth of 80.00, issued at once.
    opened = followup.json("case", "open", *PRIYA, "--verbatim", "-", "--accept", stdin=WORDS)
    assert opened["case"]["verbatim"] == WORDS
    assert (opened["gesture"]["state"], opened["gesture"]["amount"]) == ("issued", "8.00")

    # 40.00 is above an agent's 25.00: it waits for somebody else.
    tom = ("--customer", "tom@example.com", "--name", "Tom Okafor", "--reason", "damaged-item")
    followup.run(
        "case",
        "open",
        *tom,
        "--severity",
        "serious",
        "--order-value",
        "160.00",
        "--what-happened",
        "Your lamp came two days late.",
    )
    asked = followup.json("gesture", "request", "C-0002", "--kind", "refund", "--amount", "40.00")
    assert (asked["state"], asked["approval"]["approver_role"]) == ("pending", "senior")
    approved = followup.json(
        "approval", "approve", asked["approval"]["ref"], "--because", "Yes.", "--as", MAX
    )
    assert (approved["state"], approved["gesture"]["state"]) == ("approved", "issued")

    # 60.00 − 8.00 − 40.00 leaves 12.00.
    third = ("--customer", "ada@example.com", "--name", "Ada Byron", "--reason", "long-wait")
    refusal = followup.run(
        *("case", "open", *third, "--severity", "serious", "--order-value", "100.00", "--accept", "--json"),
        *("--what-happened", "Your lamp came two days late."),
        code=4,
    )
    assert refusal.refusal["code"] == "budget_exhausted"
    assert "C-0003 is recorded; its gesture is not" in refusal.refusal["message"]
    assert "12.00 GBP left until 1 January" in refusal.refusal["message"]
    assert refusal.document["gesture"] is None

    # Three weeks, rehearsed. Whether a refund arrived is asked once its day is over.
    begin = instant(opened["case"]["logged_at"])
    ticks = [
        followup.json("daemon", "tick", "--at", (begin + timedelta(days=days, minutes=1)).isoformat())
        for days in (0, 1, 4, 10, 15, 22)
    ]
    assert not any(tick["failed"] + tick["in_doubt"] for tick in ticks)
    for customer in ("priya@example.com", "tom@example.com"):
        first, *others = [message for message in emails(followup.folder) if customer in message["To"]]
        assert len(others) == 2
        assert {message["In-Reply-To"] for message in others} == {first["Message-ID"]}
        assert {message["Subject"] for message in others} == {first["Subject"]}
        assert {message["Auto-Submitted"] for message in (first, *others)} == {"auto-generated"}
    assert not [message for message in emails(followup.folder) if "ada@example.com" in message["To"]]
    first = next(message for message in emails(followup.folder) if "priya@example.com" in message["To"])
    body = first.get_body(("plain",))
    assert body is not None
    assert "£8.00" in body.get_content()
    assert "birthday present" in body.get_content()

    followup.run("gesture", "pay", "G-0002")
    report = followup.json("report", "spend", "--by", "agent")
    assert [(row["key"], row["gestures"]) for row in report["rows"]] == [(ANA, 2)]
    for line in (report["total"], report["rows"][0]):
        assert (line["committed"], line["spent"], line["held"], line["released"]) == (
            *("8.00", "40.00", "0.00", "0.00"),
        )
    assert spend_by_hand(followup.folder) == {"committed": Fraction(8), "spent": Fraction(40)}
    shown = followup.json("budget", "show", "goodwill")
    assert (shown["available"], shown["committed"], shown["spent"]) == ("12.00", "8.00", "40.00")
    assert followup.json("budget", "reconcile") == {"checked": 1, "drift": []}
    assert followup.json("db", "check") == {"ok": True, "problems": []}


def spend_by_hand(root: Path) -> dict[str, Fraction]:
    """Where the money is, added up entry by entry from the ledger's table."""
    figures: dict[str, int] = {}
    with closing(sqlite3.connect(root / "db" / "followup.db")) as database:
        for source, target, amount in database.execute(
            "SELECT taken_from, put_to, amount_minor FROM ledgerentry"
        ):
            figures[source] = figures.get(source, 0) - amount
            figures[target] = figures.get(target, 0) + amount
    del figures["available"]
    return {name: Fraction(minor, 100) for name, minor in figures.items() if minor}


# ---- The contract of keys


@pytest.fixture
def told(quick: Desk) -> Desk:
    """A budget, an issued voucher, and a refund that waits."""
    quick.shop.budget("100.00")
    quick.shop.request(quick.shop.open_case())
    quick.shop.request(quick.shop.open_case("tom@example.com", order_value="60.00"), "refund", "40.00")
    return quick


def has(document: Any, *keys: str) -> None:
    assert set(keys) <= set(document), set(keys) - set(document)


def test_case_open_has_the_keys_of_the_contract(told: Desk) -> None:
    opened = told.followup.json("case", "open", *ZOE, "--accept")
    has(opened, "case", "recommendation", "gesture")
    has(opened["case"], "ref", "status", "reason", "severity")
    assert set(opened["recommendation"]) >= EXPLAIN_KEYS
    assert instant(opened["case"]["logged_at"]) <= clock.now()
    without = told.followup.json("case", "open", *ZOE[:-2], *AGAIN)
    assert without["gesture"] is None


def test_a_gesture_has_the_keys_of_the_contract(told: Desk) -> None:
    keys = (
        *("ref", "case", "state", "kind", "class", "amount", "currency"),
        *("approval", "voucher", "holds"),
    )
    voucher = told.followup.json("gesture", "show", "G-0001")
    has(voucher, *keys)
    assert voucher["approval"] is None
    has(voucher["voucher"], "code", "expires_on")
    assert voucher["holds"] == [
        {**voucher["holds"][0], "budget": "goodwill", "amount": "8.00", "currency": "GBP"}
    ]
    has(voucher["holds"][0], "period")
    refund = told.followup.json("gesture", "show", "G-0002")
    has(refund, *keys)
    has(refund["approval"], "ref", "state", "approver_role")
    assert refund["voucher"] is None
    told.followup.json("case", "open", *ZOE[:-2])
    has(told.followup.json("gesture", "request", "C-0003", "--kind", "apology"), *keys)


def test_budgets_and_the_outbox_and_a_tick_have_the_keys_of_the_contract(told: Desk) -> None:
    shown = told.followup.json("budget", "show", "goodwill")
    has(
        shown, *("name", "period", "currency", "limit", "held", "committed", "spent", "released", "available")
    )
    assert (shown["limit"], shown["held"], shown["committed"]) == ("100.00", "40.00", "8.00")
    has(told.followup.json("budget", "reconcile"), "checked", "drift")
    counts = ("claimed", "sent", "deferred", "skipped", "failed", "in_doubt")
    has(told.followup.json("daemon", "tick", "--dry-run"), *counts)
    has(told.followup.json("daemon", "tick"), *counts)
    rows = told.followup.json("outbox", "list")
    assert rows
    for row in rows:
        has(
            row,
            *("id", "case", "step", "state", "due_at", "sent_at", "message_id", "to", "subject", "reason"),
        )
    assert any(row["sent_at"] and row["message_id"].endswith("@shop.example>") for row in rows)


def test_reconcile_shows_drift_with_the_keys_of_the_contract(told: Desk) -> None:
    with closing(sqlite3.connect(told.database)) as other, other:
        other.execute("UPDATE budgetperiod SET committed_minor = 700")
    (drift,) = told.followup.json("budget", "reconcile", code=4)["drift"]
    assert {key: drift[key] for key in ("budget", "field", "stored", "computed")} == {
        "budget": "goodwill",
        "field": "committed",
        "stored": "7.00",
        "computed": "8.00",
    }
    assert "period" in drift


def test_the_spend_report_has_the_keys_of_the_contract(told: Desk) -> None:
    report = told.followup.json("report", "spend", "--by", "kind")
    assert [row["key"] for row in report["rows"]] == ["voucher", "refund"]
    for line in (*report["rows"], report["total"]):
        has(line, *("key", "gestures", "held", "committed", "spent", "released", "currency"))
    assert (report["total"]["held"], report["total"]["committed"]) == ("40.00", "8.00")


def test_explain_has_the_keys_of_the_contract_whatever_it_recommends(told: Desk) -> None:
    told.followup.settings["FOLLOWUP_AGENT"] = ANA
    for asked in (
        ["C-0001"],
        ["--reason", "late-delivery", "--severity", "moderate", "--order-value", "80.00"],
        ["--reason", "rude-service", "--severity", "serious", "--order-value", "80.00"],
        ["--reason", "anything", "--severity", "minor"],
    ):
        explained = told.followup.json("policy", "explain", *asked)
        assert set(explained) >= EXPLAIN_KEYS
        for limit in explained["limits"]:
            has(limit, "name", "limit", "used", "remaining")
    assert explained["amount"] is None
    ranged = told.followup.json(
        "policy", "explain", "--reason", "rude-service", "--severity", "serious", "--order-value", "80"
    )
    assert (ranged["amount"], ranged["range"]) == (None, {"from": "20.00", "to": "60.00"})


def test_where_no_rule_matches_explain_says_so_and_exits_0(told: Desk) -> None:
    path = told.root / "policy.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('id    = "anything-else"', 'id    = "anything-else"\nwhen  = { reason = "x" }')
    )
    explained = told.followup.json("policy", "explain", "--reason", "unheard-of")
    assert (explained["rule"], explained["kind"], explained["amount"]) == (None, None, None)
    assert any("o rule" in sentence for sentence in explained["because"])


# ---- Once


def test_the_same_key_makes_the_change_once_and_answers_as_the_first_time(told: Desk) -> None:
    first = told.followup.json("case", "open", *ZOE, "--accept", "--key", "shop-1")
    again = told.followup.json("case", "open", *ZOE, "--accept", "--key", "shop-1")
    assert again == first
    assert len(told.followup.json("case", "list")) == 3
    # 100.00 − 8.00 − 40.00 − 8.00, not two times 8.00.
    assert told.followup.json("budget", "show", "goodwill")["available"] == "44.00"


@pytest.mark.parametrize(
    "other",
    [
        ("case", "open", *ZOE, "--key", "shop-1"),
        ("case", "note", "C-0001", "text", "--key", "shop-1"),
    ],
)
def test_a_key_for_something_else_is_a_conflict(told: Desk, other: tuple[str, ...]) -> None:
    told.followup.json("case", "open", *ZOE, "--accept", "--key", "shop-1")
    assert told.followup.refused(*other, code=4)["code"] == "key_conflict"


def test_what_came_from_standard_input_belongs_to_the_key(told: Desk) -> None:
    command = ("case", "note", "C-0001", "-", "--key", "note-1")
    told.followup.json(*command, stdin="She called.")
    told.followup.json(*command, stdin="She called.")
    assert told.followup.run(*command, code=4, stdin="She called twice.").err.startswith(
        "followup: Key 'note-1'"
    )
    opening = ("case", "open", *ZOE, "--verbatim", "-", "--key", "open-1")
    told.followup.json(*opening, stdin="One")
    told.followup.run(*opening, code=4, stdin="Two")


def test_a_refused_gesture_is_refused_again_for_the_same_key(told: Desk) -> None:
    told.shop.budget("1.00", name="tiny")
    command = ("case", "open", *ZOE, "--accept", "--key", "shop-1", "--json")
    first = told.followup.run(*command, code=4)
    again = told.followup.run(*command, code=4)
    assert again == first
    assert len(told.followup.json("case", "list")) == 3


# ---- Rehearsal


def test_another_time_is_refused_where_real_mail_goes_out(told: Desk) -> None:
    told.followup.settings["FOLLOWUP_SMTP_URL"] = "smtp://127.0.0.1:1"
    at = ("daemon", "tick", "--at", "2031-01-01T10:00:00+00:00")
    assert told.followup.refused(*at, code=4)["code"] == "real_mail"
    # A dry run sends nothing, so it may look at any time; a rehearsal may only use this machine. Goodwill
    # that late does harm, so the letter of one case is held.
    assert len(told.followup.json(*at, "--dry-run")["due"]) >= 2
    told.followup.settings |= {"FOLLOWUP_REHEARSAL": "yes", "FOLLOWUP_SMTP_URL": "smtp://mail.example"}
    assert told.followup.refused(*at, code=4)["code"] == "real_mail"


def test_a_dry_run_and_a_timeline_change_nothing(told: Desk) -> None:
    before = told.database.read_bytes()
    told.followup.json("daemon", "tick", "--dry-run")
    timeline = told.followup.json("sequence", "timeline", "C-0001")
    told.followup.json("policy", "explain", "C-0001")
    assert told.database.read_bytes() == before
    assert [email["step"] for email in timeline["emails"]] == [1, 2, 3]
    assert all(email["text"] and email["local"] for email in timeline["emails"])
