"""A policy tried on recorded cases: what requests would have left behind, and nothing is written."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from followup.domain.cases.case import Severity
from followup.domain.goodwill.policy.past_case import ReplayedOutcome
from followup.domain.goodwill.policy.recommendation import Recommendation
from followup.domain.goodwill.policy.simulation import Replay
from followup.domain.shared.money import Money
from followup.errors import InvalidFile, Refused, WrongUsage
from followup.services.goodwill import policy_simulation, recommendations, recorded_cases
from followup.services.goodwill.policy_files import PolicyText, own_text
from followup.services.goodwill.policy_simulation import Trial
from followup.services.goodwill.recorded_cases import DateSpan
from followup.services.goodwill.simulation_documents import SimulationDocument
from followup.services.people import customers
from followup.store.engine import writing
from followup.store.tables import Agent, Case
from tests.services.purse import WORDS, standing
from tests.shop import ANA, MAX, SEN, Shop

Told = tuple[str, int | None, str | None] | str
"""What a case got: kind, minor units, and who must agree; or why it got nothing."""

ALWAYS = DateSpan(None, None, "Europe/London")
POLICY = """
version = "1"
currency = "GBP"
timezone = "Europe/London"
[[rule]]
id = "a-tenth"
offer = { kind = "refund", amount = { percent = 10, of = "order_value" } }
[[authority]]
role = "agent"
per_gesture = "25"
[[authority]]
role = "manager"
per_gesture = "unlimited"
"""
NEW = POLICY.replace('"1"', '"2"').replace("10,", "20,")


def unheard(_part: float) -> None:
    """Progress that nobody looks at."""


def tried(shop: Shop, before: str = POLICY, after: str = NEW, **asked: Any) -> SimulationDocument:
    trial = Trial(PolicyText("old.toml", before), PolicyText("new.toml", after), **asked)
    return shop.read(lambda session: policy_simulation.simulate(session, shop.rules, trial, unheard))


def log(shop: Shop, day: str, order_value: str = "100.00", **told: str) -> Case:
    shop.now = datetime.fromisoformat(f"{day}T10:00").replace(tzinfo=UTC)
    return shop.open_case(order_value=order_value, **told)


def test_both_policies_are_summed_up_with_their_difference(shop: Shop) -> None:
    log(shop, "2026-11-02")
    log(shop, "2026-11-03", "300.00", reason="rude-service")
    found = tried(shop)
    # A tenth: 10 and 30, of which the second is above an agent's 25. A fifth: 20 and 60.
    assert {key: found[key] for key in ("cases", "first", "last", "currency", "since", "until", "same")} == {
        "cases": 2,
        "first": "2026-11-02",
        "last": "2026-11-03",
        "currency": "GBP",
        "since": None,
        "until": None,
        "same": 0,
    }
    assert found["before"] == {
        "file": "old.toml",
        "version": "1",
        "gestures": 2,
        "amount": "40.00",
        "currency": "GBP",
        "by_class": {"goodwill": {"gestures": 2, "amount": "40.00", "currency": "GBP"}},
        "by_kind": {"refund": {"gestures": 2, "amount": "40.00", "currency": "GBP"}},
        "approvals": 1,
        "approvals_by_role": {"manager": 1},
        "refused": 0,
        "refused_by": {},
        "no_rule": 0,
        "lowered": 0,
        "from_range": 0,
        "missing_facts": 0,
    }
    assert (found["after"]["amount"], found["after"]["version"]) == ("80.00", "2")
    assert found["change"] == {
        "gestures": 0,
        "amount": "40.00",
        "approvals": 0,
        "refused": 0,
        "currency": "GBP",
    }
    assert found["reasons"] == [
        {
            "reason": "rude-service",
            "cases": 1,
            "before": {"gestures": 1, "amount": "30.00"},
            "after": {"gestures": 1, "amount": "60.00"},
            "change": "30.00",
            "currency": "GBP",
        },
        {
            "reason": "late-delivery",
            "cases": 1,
            "before": {"gestures": 1, "amount": "10.00"},
            "after": {"gestures": 1, "amount": "20.00"},
            "change": "10.00",
            "currency": "GBP",
        },
    ]
    assert found["more"]["cases"] == 2
    assert found["more"]["amount"] == "40.00"
    assert found["more"]["largest"][0] == {
        "case": "C-0002",
        "reason": "rude-service",
        "before": {"kind": "refund", "amount": "30.00", "approver_role": "manager", "refused": None},
        "after": {"kind": "refund", "amount": "60.00", "approver_role": "manager", "refused": None},
        "change": "30.00",
        "currency": "GBP",
    }
    assert found["less"] == {"cases": 0, "amount": "0.00", "currency": "GBP", "largest": []}
    assert found["missing_facts"] == {"cases": 0, "facts": {}, "examples": []}
    assert found["budgets"] == []


def test_less_is_told_with_a_minus(shop: Shop) -> None:
    log(shop, "2026-11-02")
    found = tried(shop, before=NEW, after=POLICY)
    assert (found["change"]["amount"], found["less"]["amount"]) == ("-10.00", "-10.00")
    assert found["less"]["largest"][0]["change"] == "-10.00"


def test_budgets_are_told_by_their_periods_beside_each_other(shop: Shop) -> None:
    shop.budget("25.00")
    shop.budget("100.00", period="quarter", name="north", scopes=["team=north"])
    for day in ("2026-10-30", "2026-11-02", "2026-11-03"):
        log(shop, day)
    found = tried(shop)
    # In November a tenth uses 20 of 25. A fifth uses 20, and the second of them no longer fits.
    assert found["budgets"] == [
        row("goodwill", "2026-10", ("25.00", "10.00", "15.00", 1, 0), ("25.00", "20.00", "5.00", 1, 0)),
        row("goodwill", "2026-11", ("25.00", "20.00", "5.00", 2, 0), ("25.00", "20.00", "5.00", 1, 1)),
        row("north", "2026-Q4", ("100.00", "30.00", "70.00", 3, 0), ("100.00", "40.00", "60.00", 2, 0)),
    ]
    assert found["after"]["refused_by"] == {"budget_exhausted": 1}
    assert found["less"]["largest"][0]["after"]["refused"] == "budget_exhausted"


def row(name: str, period: str, *uses: tuple[str, str, str, int, int]) -> dict[str, Any]:
    before, after = (
        dict(zip(("limit", "used", "left", "gestures", "refused"), use, strict=True)) for use in uses
    )
    return {"budget": name, "period": period, "currency": "GBP", "before": before, "after": after}


def test_a_budget_that_only_one_policy_draws_on_is_told_once(shop: Shop) -> None:
    shop.budget("25.00", name="vouchers", scopes=["kind=voucher"])
    log(shop, "2026-11-02")
    found = tried(shop, after=NEW.replace('"refund"', '"voucher"'))
    (told,) = found["budgets"]
    assert told["before"] is None
    assert told["after"] is not None
    assert told["after"]["used"] == "20.00"


@pytest.mark.parametrize(
    ("since", "until", "cases"),
    [
        (None, None, 3),
        (date(2026, 11, 2), None, 2),
        (None, date(2026, 11, 1), 1),
        (date(2026, 11, 2), date(2026, 11, 2), 1),
        (date(2026, 11, 4), None, 0),
    ],
)
def test_days_are_those_of_the_workspace_both_included(
    shop: Shop, since: date | None, until: date | None, cases: int
) -> None:
    for instant in ("2026-11-01T23:59", "2026-11-02T00:00", "2026-11-03T23:59"):
        shop.now = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        shop.open_case()
    assert tried(shop, since=since, until=until)["cases"] == cases


def test_cases_that_lack_a_fact_of_the_new_file_are_named(shop: Shop) -> None:
    log(shop, "2026-11-02")
    log(shop, "2026-11-03", reason="damaged-item")
    fact = '[facts.weeks]\ntype = "integer"\n'
    when = '{ reason = "late-delivery", weeks = "> 1" }'
    first = f'[[rule]]\nid = "weeks"\nwhen = {when}\noffer = {{ kind = "apology" }}\n'
    found = tried(
        shop, after=NEW.replace('[[rule]]\nid = "a-tenth"', fact + first + '[[rule]]\nid = "a-tenth"')
    )
    assert found["missing_facts"] == {"cases": 1, "facts": {"weeks": 1}, "examples": ["C-0001"]}
    assert found["after"]["gestures"] == 2


def test_a_file_in_another_currency_or_with_mistakes_is_refused(shop: Shop) -> None:
    with pytest.raises(InvalidFile) as caught:
        tried(shop, after=NEW.replace("GBP", "EUR"))
    assert caught.value.message == "old.toml is in GBP, and new.toml in EUR."
    with pytest.raises(InvalidFile, match=r"new.toml, line 7: rule a-tenth: unknown kind"):
        tried(shop, after=NEW.replace('"refund"', '"refnd"'))


def test_nothing_at_all_is_written(shop: Shop) -> None:
    shop.budget("25.00", carry_over=True)
    for day in ("2026-09-01", "2026-11-02"):
        shop.request(log(shop, day))
    files = sorted(shop.workspace.root.rglob("*"))
    before = shop.stored()
    tried(shop, before=own_text(shop.rules).text)
    assert shop.stored() == before
    assert sorted(shop.workspace.root.rglob("*")) == files


def test_progress_goes_to_the_end(shop: Shop) -> None:
    for number in range(3):
        log(shop, f"2026-11-0{number + 1}")
    parts: list[float] = []
    trial = Trial(PolicyText("a", POLICY), PolicyText("b", NEW))
    shop.read(lambda session: policy_simulation.simulate(session, shop.rules, trial, parts.append))
    assert parts[-1] == 1.0
    assert parts == sorted(parts)


def test_customers_who_look_alike_are_counted_once_each(shop: Shop) -> None:
    def add(session: Session) -> None:
        for name, more in (
            ("one", {"phone": "07700 900001", "address": "12 High Street, Leeds"}),
            ("two", {"phone": "+44 7700 900001", "address": "12 High Street, Leeds"}),
            ("three", {"address": "12, high street, Leeds"}),
            ("four", {"phone": "07700 900004"}),
            ("five", {}),
        ):
            customers.add_customer(
                session,
                shop.workspace.settings,
                now=shop.now,
                actor=shop.actor(session),
                name=name,
                email=f"{name}@example.com",
                **more,  # type: ignore[arg-type]
            )

    shop.write(add)
    assert {number: one.customers for number, one in shop.read(recorded_cases.links).items()} == {
        1: 2,
        2: 2,
        3: 2,
    }


REPLAYED = """
[facts.days_late]
type = "integer"
min = 0
[[rule]]
id = "callback"
when = { feeling = "distressed" }
offer = { kind = "callback" }
[[rule]]
id = "owed"
when = { reason = "billing-error" }
class = "corrective"
offer = { kind = "refund", amount = "9.99" }
[[rule]]
id = "late"
when = { reason = "late-delivery", days_late = ">= 7" }
offer = { kind = "credit", amount = { percent = 20, of = "order_value", at_least = "10" } }
[[rule]]
id = "as-you-see-fit"
when = { reason = "rude-service" }
offer = { kind = "voucher", amount = { from = "5", to = "30" } }
[[rule]]
id = "again"
when = { cases_last_12_months = ">= 3" }
offer = { kind = "voucher", amount = "12" }
[[rule]]
id = "rest"
when = { severity = ">= moderate" }
offer = { kind = "voucher", amount = { percent = 15, of = "order_value", at_most = "40" } }
[[cap]]
scope = "customer"
window = "90d"
amount = "150"
[[cap]]
scope = "team"
window = "1d"
times = 4
[[cap]]
scope = "agent"
window = "week"
amount = "120"
class = "goodwill"
[[cooldown]]
scope = "customer"
days = 60
kind = "credit"
[overcompensation]
cap_percent = 50
class = "goodwill"
[[repeat]]
similar_cases = 2
other_agents = 1
linked_customers = 2
window = "30d"
[[repeat]]
just_under = { percent = 80, times = 2 }
window = "30d"
[[authority]]
role = "agent"
per_gesture = "15"
per_day = "40"
[[authority]]
role = "senior"
per_gesture = "25"
[[authority]]
role = "manager"
per_gesture = "unlimited"
"""


def test_a_replay_gives_what_requests_gave_case_by_case_and_budget_by_budget(shop: Shop) -> None:
    head = 'version = "1"\ncurrency = "GBP"\ntimezone = "Europe/London"\n'
    shop.workspace.policy_file.write_text(head + REPLAYED, encoding="utf-8")
    shop.now = datetime(2026, 8, 3, 10, tzinfo=UTC)
    shop.budget("400.00", name="goodwill", carry_over=True)
    shop.budget("80.00", period="week", name="ana", scopes=[f"agent={ANA}"])
    shop.budget("60.00", period="quarter", name="vouchers", scopes=["kind=voucher"], soft=True)
    given = {case.id: amount for case, amount in _a_history(shop)}
    policy = shop.rules.main_policy

    def replay(session: Session) -> tuple[dict[int, ReplayedOutcome], Replay]:
        terms, links = recorded_cases.budget_terms(session), recorded_cases.links(session)
        one = Replay(policy, terms, links)
        return {case.number: one.judge(case) for case in recorded_cases.stream(session, ALWAYS, "GBP")}, one

    outcomes, one = shop.read(replay)
    assert {number: _told(outcome) for number, outcome in outcomes.items()} == given
    refusals = {outcome.refused for outcome in outcomes.values()}
    assert refusals >= {"budget_exhausted", "cap", "cooldown", "missing_facts", ""}
    assert len({outcome.approver for outcome in outcomes.values()}) >= 3, "agent, senior and manager"
    for terms, period, use in one.budgets.uses():
        stored = standing(shop, period, terms.name).figures
        assert (period, stored.used_minor) == (period, use.used_minor)
        if use.used_minor:
            assert stored.limit_minor == use.limit_minor


def _told(outcome: ReplayedOutcome) -> Told:
    if not outcome.given:
        return outcome.refused or "nothing"
    assert outcome.kind is not None
    approver = outcome.approver.value if outcome.approver else None
    return outcome.kind.value, outcome.amount_minor, approver


def _a_history(shop: Shop) -> list[tuple[Case, Told]]:
    """A quarter of cases, for each of which what is recommended is asked for at once, and what came of it."""
    pick = random.Random(2)
    told = []
    for _ in range(140):
        shop.now += timedelta(hours=pick.choice([0, 0, 1, 12, 24]))
        by = pick.choice([ANA, ANA, SEN, MAX])
        more = {"fact_days_late": str(pick.randint(0, 12))} if pick.random() < 0.7 else {}
        case = shop.open_case(
            f"c{pick.randint(1, 9)}@example.com",
            by=by,
            reason=pick.choice(["late-delivery", "rude-service", "billing-error", "long-wait"]),
            severity=pick.choice(list(Severity)).value,
            feeling=pick.choice(["angry", "worried", "angry", "distressed", ""]),
            order_value=f"{pick.randint(5, 300)}.{pick.randint(0, 99):02}" if pick.random() < 0.9 else "",
            **more,
        )
        told.append((case, _asked(shop, case, by)))
    return told


def _asked(shop: Shop, case: Case, by: str) -> Told:
    """Ask for what is recommended; of a range for its middle."""
    amount = None
    offered = shop.read(lambda session: _advice(session, shop, case, by)).range
    if offered is not None:
        low, high = (end.amount_minor for end in offered)
        amount = Money((low + high + 1) // 2, "GBP").text
    try:
        gesture = shop.request(case, None, amount, by=by, because=WORDS)
    except Refused as error:
        return error.code
    except WrongUsage as error:
        return {"nothing_recommended": "nothing", "missing_fact": "missing_facts"}[error.code]
    return gesture.kind.value, gesture.amount_minor, gesture.reasoning["approver_role"]


def _advice(session: Session, shop: Shop, case: Case, by: str) -> Recommendation:
    agent = session.exec(select(Agent).where(Agent.email == by)).one()
    return recommendations.advise(
        session, shop.rules, session.get_one(Case, case.id), agent=agent, now=shop.now
    )


def test_the_customers_language_and_country_count_in_a_simulation_as_at_the_desk(shop: Shop) -> None:
    text = POLICY.replace(
        'id = "a-tenth"\n', 'id = "a-tenth"\nwhen = { language = "de", country = ["DE", "AT"] }\n'
    )
    logged = []
    for email, locale, region in (
        ("kim@example.com", "de-AT", "AT"),
        ("ueli@example.com", "de-CH", "CH-ZH"),
        ("priya@example.com", "en-GB", "GB-ENG"),
    ):
        told: Any = {"name": "Kim", "email": email, "locale": locale, "region": region}
        with writing(shop.engine) as session:
            actor = shop.actor(session)
            customers.add_customer(session, shop.rules.settings, now=shop.now, actor=actor, **told)
        logged.append(log(shop, "2026-11-02", customer=email))
    found = tried(shop, after=text)
    assert (found["before"]["gestures"], found["after"]["gestures"]) == (3, 1)
    shop.rules.workspace.policy_file.write_text(text, encoding="utf-8")
    advised = shop.read(lambda session: [_advice(session, shop, case, ANA).rule for case in logged])
    assert advised == ["a-tenth", None, None]
