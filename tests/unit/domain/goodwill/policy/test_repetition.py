"""Signs of repetition send a gesture to somebody with an overview, with evidence that they can check."""

from datetime import date

import pytest

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.authority import JustUnder
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.goodwill.policy.recommend import NoRecords, Recommendation, Subject, recommend
from followup.domain.goodwill.policy.subject import Band, Habit, Links, RelatedCount
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.errors import InvalidFile

TODAY = date(2026, 11, 23)
A_YEAR = "since 24 November 2025"
"""365 days, today included."""
THREE_LOOK = "Three other customers look like the same person"
HEAD = """
version = "1"
currency = "GBP"
[[rule]]
id = "a-tenth"
when = { order_value = ">= 0" }
offer = { kind = "refund", amount = { percent = 10, of = "order_value" } }
[[rule]]
id = "visit"
offer = { kind = "refund", amount = "25" }
[[authority]]
role = "agent"
per_gesture = "25"
[[authority]]
role = "senior"
per_gesture = "60"
[[authority]]
role = "manager"
per_gesture = "unlimited"
"""
HABIT = '[[repeat]]\njust_under = { percent = 90, times = 5 }\nwindow = "30d"\n'


class Past(NoRecords):
    """Records that have seen what they are told."""

    def __init__(
        self,
        similar: RelatedCount = RelatedCount(0),  # noqa: B008 - frozen
        agents: RelatedCount = RelatedCount(0),  # noqa: B008
        links: Links = Links(0),  # noqa: B008
        habit: Habit = Habit("Ana Reyes", 0, 0),  # noqa: B008
    ) -> None:
        self.similar, self.agents, self.links, self.known_habit = similar, agents, links, habit
        self.asked: list[tuple[Band, date | None]] = []

    def similar_cases(self, since: date | None) -> RelatedCount:  # noqa: ARG002
        return self.similar

    def agents_same_reason(self, since: date | None) -> RelatedCount:  # noqa: ARG002
        return self.agents

    def linked_customers(self) -> Links:
        return self.links

    def habit(self, band: Band, since: date | None) -> Habit:
        self.asked.append((band, since))
        return self.known_habit


def advice(
    repeats: str,
    past: Past,
    *,
    order_value: int | None = 10_000,
    chosen: int | None = None,
    role: Role = Role.AGENT,
) -> Recommendation:
    facts = {"reason": "late-delivery"}
    more = {} if order_value is None else {"order_value": Money(order_value, "GBP")}
    amount = None if chosen is None else Money(chosen, "GBP")
    policy = load_policy(HEAD + repeats, "policy.toml")
    return recommend(policy, Subject({**facts, **more}, role, TODAY), past, chosen_amount=amount)


def said(found: Recommendation) -> list[str]:
    """The evidence: what stands between the amount and the authority."""
    skipped = ("Rule ", "Not ", "The role ", "The agent ")
    return [one for one in found.because if not one.startswith(skipped) and "percent of" not in one]


@pytest.mark.parametrize(
    ("past", "evidence"),
    [
        (
            Past(similar=RelatedCount(3, ("C-0011", "C-0007", "C-0003"))),
            f"Three other late-delivery cases of this customer were logged {A_YEAR}: C-0011, C-0007, C-0003.",
        ),
        (
            Past(similar=RelatedCount(12, ("C-0011", "C-0007"))),
            f"12 other late-delivery cases of this customer were logged {A_YEAR}: C-0011, C-0007, and more.",
        ),
        (
            Past(agents=RelatedCount(2, ("Bo Lund", "Cy Hart"))),
            f"Two other agents logged late-delivery for this customer {A_YEAR}: Bo Lund, Cy Hart.",
        ),
        (
            Past(links=Links(1, phone=1)),
            "One other customer looks like the same person: the same telephone number.",
        ),
        (
            Past(links=Links(3, phone=1, postal_address=3)),
            f"{THREE_LOOK}: the same telephone number (1), the same postal address (3).",
        ),
        (
            Past(links=Links(1, email=1)),
            "One other customer looks like the same person: the same mailbox behind another email address.",
        ),
        (
            Past(similar=RelatedCount(11)),
            f"11 other late-delivery cases of this customer were logged {A_YEAR}.",
        ),
        (
            Past(agents=RelatedCount(1, ("Bo Lund",))),
            f"One other agent logged late-delivery for this customer {A_YEAR}: Bo Lund.",
        ),
    ],
)
def test_each_sign_is_told_with_its_count_and_where_to_look(past: Past, evidence: str) -> None:
    found = advice("[[repeat]]\n", past)
    assert said(found) == [evidence, "So a manager looks at it first."]
    assert (found.approver_role, found.needs_approval, found.refused) == (Role.MANAGER, True, None)


def test_one_other_case_is_told_as_one() -> None:
    found = advice(
        '[[repeat]]\nsimilar_cases = 1\nwindow = "ever"\n', Past(similar=RelatedCount(1, ("C-0003",)))
    )
    assert said(found)[0] == "One other late-delivery case of this customer was logged: C-0003."


def test_signs_of_several_repeats_are_all_told_and_the_higher_role_looks() -> None:
    text = (
        '[[repeat]]\nsimilar_cases = 1\napprover = "senior"\n'
        '[[repeat]]\nlinked_customers = 1\napprover = "manager"\n'
    )
    found = advice(text, Past(similar=RelatedCount(1), links=Links(1, postal_address=1)))
    assert said(found) == [
        "One other late-delivery case of this customer was logged since 24 November 2025.",
        "One other customer looks like the same person: the same postal address.",
        "So a manager looks at it first.",
    ]
    only_similar = advice(text, Past(similar=RelatedCount(1)))
    assert only_similar.approver_role is Role.SENIOR


def test_somebody_of_that_role_has_the_evidence_and_needs_nobody() -> None:
    found = advice("[[repeat]]\n", Past(links=Links(1, phone=1)), role=Role.MANAGER)
    assert said(found) == ["One other customer looks like the same person: the same telephone number."]
    assert found.needs_approval is False


@pytest.mark.parametrize(
    ("limit", "percent", "band"),
    [(2500, 90, (2250, 2500)), (2505, 90, (2255, 2505)), (1, 90, (1, 1)), (2500, 100, (2500, 2500))],
)
def test_a_band_begins_at_the_percentage_and_ends_at_the_limit(
    limit: int, percent: int, band: tuple[int, int]
) -> None:
    # 90 percent of 25.05 is 22.545: the first whole penny is 22.55.
    assert JustUnder(percent, 5).band_of(limit) == band


@pytest.mark.parametrize(
    ("chosen", "within", "sent"),
    [
        (2249, 9, False),  # below the band
        (2250, 4, False),  # not often enough
        (2250, 5, True),
        (2500, 5, True),
    ],
)
def test_an_amount_just_under_the_limit_once_more_goes_to_a_manager(
    chosen: int, within: int, sent: bool
) -> None:
    past = Past(habit=Habit("Ana Reyes", within, 9))
    found = advice(HABIT, past, order_value=30_000, chosen=chosen)
    assert found.needs_approval is sent
    assert found.refused is None
    if sent:
        habit = f"{within} of Ana Reyes's 9 gestures since 25 October 2026 were between 22.50 and 25.00 GBP"
        limit = "just under the limit of 25.00 GBP for a gesture"
        assert said(found) == [f"{habit}, {limit}.", "So a manager looks at it first."]
        fixed = frozenset({("visit", 2500)})
        assert past.asked == [(Band(2250, 2500, None, fixed), date(2026, 10, 25))]


def test_the_band_is_that_of_the_acting_role() -> None:
    past = Past(habit=Habit("Sen Ito", 5, 5))
    assert advice(HABIT, past, order_value=60_000, chosen=2400, role=Role.SENIOR).needs_approval is False
    assert advice(HABIT, past, order_value=60_000, chosen=5400, role=Role.SENIOR).needs_approval is True
    assert advice(HABIT, past, order_value=60_000, chosen=5400, role=Role.MANAGER).needs_approval is False


def test_an_amount_that_facts_bring_just_under_the_limit_counts() -> None:
    past = Past(habit=Habit("Ana Reyes", 5, 5))
    assert advice(HABIT, past, order_value=24_000).needs_approval is True
    assert advice(HABIT, past, order_value=22_490).needs_approval is False


def test_an_amount_that_a_rule_fixes_at_the_limit_is_nobodys_habit() -> None:
    past = Past(habit=Habit("Ana Reyes", 9, 9))
    assert advice(HABIT, past, order_value=None).needs_approval is False
    assert past.asked == []


def test_a_repeat_of_a_class_leaves_the_other_class_alone() -> None:
    past = Past(habit=Habit("Ana Reyes", 9, 9))
    text = HABIT + 'class = "corrective"\n'
    assert advice(text, past, order_value=24_000).needs_approval is False
    assert advice(HABIT + 'class = "goodwill"\n', past, order_value=24_000).needs_approval is True
    assert past.asked[0][0].gesture_class is GestureClass.GOODWILL


def test_an_apology_is_never_sent_to_anybody() -> None:
    policy = load_policy(HEAD + "[[repeat]]\n", "policy.toml")
    past = Past(similar=RelatedCount(9), agents=RelatedCount(9), links=Links(9, phone=9))
    subject = Subject({"reason": "late-delivery"}, Role.AGENT, TODAY)
    assert recommend(policy, subject, past, chosen_kind=GestureKind.APOLOGY).needs_approval is False


def test_just_under_alone_leaves_the_other_signs_aside() -> None:
    (repeat,) = load_policy(HEAD + HABIT, "policy.toml").repeats
    assert (repeat.similar_cases, repeat.other_agents, repeat.linked_customers) == (None, None, None)
    assert repeat.just_under == JustUnder(90, 5)
    (bare,) = load_policy(HEAD + "[[repeat]]\n", "policy.toml").repeats
    assert (bare.similar_cases, bare.other_agents, bare.linked_customers) == (1, 1, 1)
    assert bare.just_under is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{ percent = 90 }", "just_under needs a percent and times."),
        ("{ times = 5 }", "just_under needs a percent and times."),
        ("{ percent = 101, times = 5 }", "percent is above 100"),
        ("{ percent = 0, times = 5 }", "percent must be a whole number."),
        ("{ percent = 90, times = 0 }", "times must be a whole number."),
        ("{ percent = 90, times = 5, role = 'agent' }", "unknown key 'role'."),
        ("5", "just_under must be a table."),
    ],
)
def test_a_just_under_that_cannot_be_used_is_named_with_its_line(written: str, message: str) -> None:
    text = f"[[repeat]]\njust_under = {written}\n"
    with pytest.raises(InvalidFile) as caught:
        load_policy(HEAD + text, "policy.toml")
    line = HEAD.count("\n") + 2
    assert caught.value.message.startswith(f"policy.toml, line {line}: repeat 1: {message}")
