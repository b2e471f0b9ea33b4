"""Whatever happens in two currencies, each figure of a budget and of a report is the one of a workspace in
which nothing but the history of that currency happened.

The policies limit money only: of customers, teams, a day, an order. What counts gestures or cases (a cap of
times, a cooldown, `cases_last_12_months`) counts them in all currencies, as docs/currencies.md says.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, col, select

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.money import Money
from followup.errors import FollowupError
from followup.reports.answer import document
from followup.reports.scope import Scope
from followup.reports.spend import SpendBy, answer
from followup.services.cases import cases
from followup.services.goodwill import approvals, budget_forecasts, budgets, gestures, vouchers
from followup.services.reporting.report_catalog import QUESTIONS
from followup.store.tables import Approval, Case, Gesture
from tests.services.undone import undone
from tests.shop import ANA, DIANA, MAX, SEN, Shop

BEGIN = datetime(2026, 11, 2, 10, 30, tzinfo=UTC)
END = datetime(2026, 11, 28, 10, 30, tzinfo=UTC)
CURRENCIES = ("GBP", "EUR")
WORDS = "It came late and broken, and nobody told her anything for a week, which is not how we mean to serve."
POLICY = """
version = "1"
currency = "{currency}"
timezone = "Europe/London"

[[rule]]
id    = "owed"
when  = {{ reason = "billing-error" }}
class = "corrective"
offer = {{ kind = "refund", amount = {{ percent = 20, of = "order_value" }} }}

[[rule]]
id    = "voucher"
when  = {{ severity = "minor" }}
class = "goodwill"
offer = {{ kind = "voucher", amount = {{ percent = 30, of = "order_value" }} }}

[[rule]]
id    = "half"
class = "goodwill"
offer = {{ kind = "refund", amount = {{ percent = 50, of = "order_value" }} }}

[[cap]]
scope  = "customer"
window = "365d"
amount = "{customer}"

[[cap]]
scope  = "team"
window = "month"
amount = "250"

[overcompensation]
warn_percent = 60
cap_percent  = 80

[[authority]]
role        = "agent"
per_gesture = "25"
per_day     = "40"

[[authority]]
role        = "senior"
per_gesture = "40"
per_day     = "60"

[[authority]]
role        = "manager"
per_gesture = "unlimited"
per_day     = "90"

[[authority]]
role        = "director"
per_gesture = "unlimited"
per_day     = "unlimited"
"""
Step = dict[str, Any]


@st.composite
def histories(draw: st.DrawFn) -> list[Step]:
    """What happens, one after the other, each in one currency, for the same customers by the same agents."""
    happens = st.fixed_dictionaries(
        {
            "what": st.sampled_from(("request", "request", "request", "decide", "pay", "void", "use")),
            "currency": st.sampled_from(CURRENCIES),
            "hours": st.sampled_from((0, 1, 5, 26, 24 * 4)),
            "customer": st.sampled_from(("priya@example.com", "tom@example.com")),
            "reason": st.sampled_from(("late-delivery", "damaged-item", "billing-error")),
            "severity": st.sampled_from(("minor", "serious")),
            "kind": st.sampled_from((None, None, "voucher", "credit", "apology")),
            "worth": st.integers(2, 120),
            "order": st.sampled_from((None, "HB-1")),
            "by": st.sampled_from((ANA, SEN, DIANA)),
            "place": st.integers(0, 5),
        }
    )
    return draw(st.lists(happens, min_size=2, max_size=9))


def live(session: Session, shop: Shop, history: Iterable[Step], *, only: str | None = None) -> None:
    """Let a history happen, or the part of it in one currency. What the rules refuse does not."""
    now = BEGIN
    for step in history:
        now += timedelta(hours=step["hours"])
        if only is not None and step["currency"] != only:
            continue
        try:
            with session.begin_nested():
                _STEPS[step["what"]](session, shop, now, step)
        except FollowupError:
            continue


def request(session: Session, shop: Shop, now: datetime, step: Step) -> None:
    flags = {
        **{name: step[name] for name in ("customer", "reason", "severity", "currency")},
        "name": "Somebody",
        # An order was paid in one currency.
        "order": step["order"] and f"{step['order']}-{step['currency']}",
        "order_value": str(step["worth"]),
    }
    actor = shop.actor(session, step["by"])
    case = cases.open_case(
        session, shop.rules, cases.read_case(shop.rules, flags, {}, now=now), now=now, actor=actor
    )
    kind = GestureKind(step["kind"]) if step["kind"] else None  # type: ignore[call-arg]
    amount = Money(step["worth"] * 40, step["currency"]) if kind and kind.has_amount else None
    wish = gestures.Wish(kind=kind, amount=amount, because=WORDS, again=True)
    gestures.request_gesture(session, shop.rules, case, wish, now=now, actor=actor)


def decide(session: Session, shop: Shop, now: datetime, step: Step) -> None:
    query = select(Approval).join(Gesture).where(col(Gesture.currency) == step["currency"])
    approval = _one(session.exec(query.order_by(col(Approval.id))).all(), step)
    decided = approvals.approve if step["worth"] % 3 else approvals.reject
    decided(session, shop.rules, approval, now=now, actor=shop.actor(session, MAX), because=WORDS)


def pay(session: Session, shop: Shop, now: datetime, step: Step) -> None:
    gestures.pay(session, _gesture(session, step), now=now, actor=shop.actor(session, MAX), because=WORDS)


def void(session: Session, shop: Shop, now: datetime, step: Step) -> None:
    gestures.void(session, _gesture(session, step), now=now, actor=shop.actor(session, MAX), because=WORDS)


def use(session: Session, shop: Shop, now: datetime, step: Step) -> None:
    voucher = vouchers.voucher_of(session, _gesture(session, step))
    if voucher is None:
        raise FollowupError("no voucher", code="none")
    amount = Money(min(step["worth"] * 50, voucher.amount_minor - voucher.redeemed_minor), voucher.currency)
    actor = shop.actor(session, MAX)
    vouchers.redeem(session, shop.rules, voucher, now=now, actor=actor, amount=amount)


_STEPS = {"request": request, "decide": decide, "pay": pay, "void": void, "use": use}


def _one(found: Iterable[Any], step: Step) -> Any:
    there = list(found)
    if not there:
        raise FollowupError("none", code="none")
    return there[step["place"] % len(there)]


def _gesture(session: Session, step: Step) -> Gesture:
    query = select(Gesture).where(col(Gesture.currency) == step["currency"]).order_by(col(Gesture.id))
    found: Gesture = _one(session.exec(query).all(), step)
    return found


# ---- The figures of one currency


def figures(session: Session, shop: Shop, currency: str) -> dict[str, Any]:
    """Every figure in a currency: of the gestures one by one, of each budget with its forecast, and of each
    line and total of each report. References are left out, because cases of both currencies are numbered
    together."""
    scope = Scope(since=None, until=None, timezone="Europe/London", currency=currency, now=END)
    told: dict[str, Any] = {
        "gestures": _gestures(session, currency),
        "budgets": _budgets(session, shop, currency),
    }
    for name, question in QUESTIONS.items():
        told[name] = _lines(document(question(session, shop.rules, scope), currency), currency)
    for key in SpendBy:
        told[f"spend by {key}"] = _lines(document(answer(session, (key,), scope), currency), currency)
    checked, drift = budgets.reconcile(session)
    assert (checked > 0, drift) == (bool(told["budgets"]) and checked > 0, [])
    return told


def _gestures(session: Session, currency: str) -> list[tuple[Any, ...]]:
    query = select(Gesture).where(col(Gesture.currency) == currency).order_by(col(Gesture.id))
    found = []
    for one in session.exec(query):
        approval = gestures.approval_of(session, one)
        voucher = vouchers.voucher_of(session, one)
        found.append(
            (
                one.kind,
                one.state,
                one.amount_minor,
                one.rule,
                approval and (approval.state, approval.approver_role),
                voucher and (voucher.amount_minor, voucher.redeemed_minor, voucher.currency),
                [limit for limit in one.reasoning["limits"] if limit["limit"]],
            )
        )
    return found


def _budgets(session: Session, shop: Shop, currency: str) -> list[tuple[Any, ...]]:
    return [
        (
            budget.name,
            budgets.standing_now(session, budget, END),
            budget_forecasts.forecast_budget(session, shop.rules, budget, now=END).outlook,
        )
        for budget in budgets.list_budgets(session)
        if budget.currency == currency
    ]


def _lines(report: dict[str, Any], currency: str) -> dict[str, list[Any]]:
    """The lines of each table of a report that are in a currency, without references."""
    tables = {name: lines for name, lines in report.items() if isinstance(lines, list) and name != "says"}
    return {
        name: sorted(
            repr({key: value for key, value in line.items() if key not in _REFERENCES})
            for line in lines
            if line.get("currency") == currency and not _is_empty(line) and line.get("kind") != _COUNTS_CASES
        )
        for name, lines in tables.items()
    }


def _is_empty(line: dict[str, Any]) -> bool:
    """Whether a line counts nothing: a total, or an age of approvals, that says that there is nothing."""
    counted = [value for key, value in line.items() if key not in ("key", "age", "currency")]
    return (line.get("key") == "total" or "age" in line) and all(one in (0, "0.00", None) for one in counted)


_COUNTS_CASES = "repeat-claimant"
"""The exception that counts the cases of a customer, in whatever currency."""
_REFERENCES = ("refs", "references", "case", "gesture", "approval", "ref", "says", "about")


# ---- What is proved


@pytest.fixture
def two_currencies(shop: Shop) -> Shop:
    """With budgets of the same limits in both: one for all and one for what is damaged."""
    shop.also_in("EUR")
    for currency in CURRENCIES:
        text = POLICY.format(currency=currency, customer="90")
        shop.workspace.policy_file_in(currency).write_text(text, encoding="utf-8")
        short = currency.lower()
        shop.budget("150", name=f"all-{short}", currency=currency)
        shop.budget("40", "week", name=f"damage-{short}", currency=currency, scopes=["reason=damaged-item"])
    return shop


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_each_figure_is_that_of_a_workspace_with_this_currency_alone(
    two_currencies: Shop, history: list[Step]
) -> None:
    with undone(two_currencies) as session:
        live(session, two_currencies, history)
        together = {currency: figures(session, two_currencies, currency) for currency in CURRENCIES}
    for currency in CURRENCIES:
        with undone(two_currencies) as session:
            live(session, two_currencies, history, only=currency)
            alone = figures(session, two_currencies, currency)
        for name, told in alone.items():
            assert told == together[currency][name], name


STEP: Step = {
    "what": "request",
    "hours": 1,
    "customer": "priya@example.com",
    "reason": "late-delivery",
    "severity": "serious",
    "kind": None,
    "order": None,
    "by": DIANA,
    "place": 0,
}


def test_histories_reach_what_is_limited(two_currencies: Shop) -> None:
    """Negative control: the same steps in one currency come to other amounts, so the limits that are counted
    by currency do bind. After 60 a cap of 90 for a customer leaves 30 of the second gesture of 50; in the
    other currency that is whole."""

    def amounts(*currencies: str) -> list[int | None]:
        history = [
            {**STEP, "currency": currency, "worth": worth}
            for currency, worth in zip(currencies, (120, 100), strict=True)
        ]
        with undone(two_currencies) as session:
            live(session, two_currencies, history)
            return list(session.exec(select(Gesture.amount_minor).order_by(col(Gesture.id))))

    assert amounts("GBP", "GBP") == [6000, 3000]
    assert amounts("GBP", "EUR") == [6000, 5000]
    assert amounts("EUR", "EUR") == [6000, 3000]


def test_the_figures_notice_a_gesture_that_counts_in_the_wrong_currency(two_currencies: Shop) -> None:
    """Negative control: what is compared tells a single gesture in another currency."""
    history = [
        {**STEP, "currency": "GBP", "worth": 60},
        {**STEP, "currency": "EUR", "worth": 40, "kind": "voucher"},
    ]
    with undone(two_currencies) as session:
        live(session, two_currencies, history)
        right = figures(session, two_currencies, "GBP")
        euro = session.exec(select(Gesture).where(col(Gesture.currency) == "EUR")).one()
        euro.currency = session.get_one(Case, euro.case_id).currency = "GBP"
        session.add(euro)
        session.flush()
        wrong = figures(session, two_currencies, "GBP")
    differing = {name for name in right if right[name] != wrong[name]}
    assert {"gestures", "spend", "outcomes", "agents"} <= differing
