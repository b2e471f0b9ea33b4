"""A policy of one rule, records with fixed figures, and the advice that comes of both."""

from datetime import date

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.recommend import (
    CapScope,
    Given,
    NoRecords,
    Recommendation,
    Records,
    Subject,
    recommend,
)
from followup.domain.goodwill.policy.subject import Links, RelatedCount
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money

TODAY = date(2026, 11, 23)
HEAD = 'version = "1"\ncurrency = "GBP"\n'
ALL = '[[authority]]\nrole = "agent"\nper_gesture = "unlimited"\n'


def rule(amount: str = '"40"', gesture_class: str = "goodwill", more: str = "") -> str:
    return (
        f'[[rule]]\nid = "r"\nclass = "{gesture_class}"\n'
        f'offer = {{ kind = "refund", amount = {amount} }}\n{more}\n'
    )


class Told(NoRecords):
    """Records that answer with fixed figures, and remember what was asked."""

    def __init__(
        self,
        amount_minor: int = 0,
        times: int = 0,
        *,
        last: date | None = None,
        today_minor: int = 0,
        similar: int = 0,
        agents: int = 0,
        linked: int = 0,
        for_case: int = 0,
    ) -> None:
        self.answer = Given(amount_minor, times)
        self.last, self.today_minor = last, today_minor
        self.similar, self.agents, self.linked, self.for_case = similar, agents, linked, for_case
        self.asked: list[tuple[CapScope, date | None, GestureClass | None, GestureKind | None]] = []

    def given(
        self,
        scope: CapScope,
        since: date | None,
        gesture_class: GestureClass | None,
        kind: GestureKind | None,
    ) -> Given:
        if scope is CapScope.CASE:
            assert since is None
            return Given(self.for_case, int(self.for_case > 0))
        self.asked.append((scope, since, gesture_class, kind))
        return self.answer

    def last_given_on(self, scope: CapScope) -> date | None:
        assert scope is CapScope.CUSTOMER
        return self.last

    def agent_given_today(self) -> int:
        return self.today_minor

    def similar_cases(self, since: date | None) -> RelatedCount:
        assert since == date(2025, 11, 24), "365 days, today included"
        return RelatedCount(self.similar, ("C-0001",) if self.similar else ())

    def agents_same_reason(self, since: date | None) -> RelatedCount:
        assert since == date(2025, 11, 24), "365 days, today included"
        return RelatedCount(self.agents)

    def linked_customers(self) -> Links:
        return Links(self.linked, phone=self.linked)


def advice(
    text: str,
    records: Records,
    *,
    role: Role = Role.AGENT,
    kind: GestureKind | None = None,
    chosen: int | None = None,
    facts: dict[str, FactValue] | None = None,
) -> Recommendation:
    policy: Policy = load_policy(HEAD + text, "policy.toml")
    subject = Subject(facts or {}, role, TODAY)
    amount = None if chosen is None else Money(chosen, "GBP")
    return recommend(policy, subject, records, chosen_kind=kind, chosen_amount=amount)


def minor(found: Recommendation) -> int | None:
    return found.amount.amount_minor if found.amount else None


def code(found: Recommendation) -> str | None:
    return found.refused.code if found.refused else None


CAP = '[[cap]]\nid = "year"\nscope = "customer"\nwindow = "365d"\namount = "100"\n'
LADDER = """
[[authority]]
role = "agent"
per_gesture = "25"
per_day = "100"
[[authority]]
role = "senior"
per_gesture = "60"
[[authority]]
role = "director"
per_gesture = "unlimited"
"""
