"""Repetition, authority and documentation: who must look, who may give, and what must be written."""

import pytest

from followup.domain.people.agent import Role
from tests.unit.domain.goodwill.policy.guarded_advice import ALL, CAP, LADDER, Told, advice, code, minor, rule

REPEAT = '[[repeat]]\nsimilar_cases = 2\n[[repeat]]\nlinked_customers = 1\napprover = "director"\n'
MANAGERS = """
[[authority]]
role = "manager"
per_gesture = "50"
[[authority]]
role = "director"
per_gesture = "60"
"""


@pytest.mark.parametrize(
    ("records", "approver"),
    [
        (Told(similar=1), None),
        (Told(similar=2), Role.MANAGER),
        (Told(linked=1), Role.DIRECTOR),
        (Told(similar=5, linked=1), Role.DIRECTOR),
        (Told(agents=9), None),
    ],
)
def test_a_repetition_goes_to_somebody_with_an_overview_and_is_never_denied(
    records: Told, approver: Role | None
) -> None:
    found = advice(rule() + REPEAT + ALL + MANAGERS, records)
    assert (found.approver_role, found.refused, minor(found)) == (approver, None, 4000)
    assert found.needs_approval is (approver is not None)
    assert any("looks at it" in sentence for sentence in found.because) is found.needs_approval


def test_a_repetition_still_needs_an_authority_that_covers_the_amount() -> None:
    found = advice(rule('"55"') + REPEAT + ALL + MANAGERS, Told(similar=2))
    assert found.approver_role is Role.DIRECTOR
    too_much = advice(rule('"65"') + REPEAT + ALL + MANAGERS, Told(similar=2))
    assert code(too_much) == "nobody_may_approve"


def test_a_manager_who_acts_has_the_overview_already() -> None:
    found = advice(rule() + REPEAT + ALL + MANAGERS, Told(similar=2), role=Role.MANAGER)
    assert found.needs_approval is False


@pytest.mark.parametrize(
    ("amount", "today", "approver"),
    [
        ("25", 0, None),
        ("25.01", 0, Role.SENIOR),
        ("60", 0, Role.SENIOR),
        ("60.01", 0, Role.DIRECTOR),
        ("25", 7500, None),
        ("25", 7501, Role.SENIOR),  # within a gesture's authority, above the day's
        ("5", 10000, Role.SENIOR),
    ],
)
def test_above_authority_the_lowest_role_that_covers_it_approves(
    amount: str, today: int, approver: Role | None
) -> None:
    found = advice(rule(f'"{amount}"') + LADDER, Told(today_minor=today))
    assert (found.needs_approval, found.approver_role) == (approver is not None, approver)


def test_a_role_without_an_entry_has_that_of_the_next_lower_role() -> None:
    # The ladder names no manager: 60.00, as a senior.
    assert not advice(rule('"60"') + LADDER, Told(), role=Role.MANAGER).needs_approval
    assert advice(rule('"60.01"') + LADDER, Told(), role=Role.MANAGER).approver_role is Role.DIRECTOR
    found = advice(rule('"1"'), Told())
    assert (code(found), minor(found)) == ("nobody_may_approve", 100)


def test_at_the_top_a_peer_approves_what_is_above_the_day() -> None:
    text = rule('"40"') + '[[authority]]\nrole = "director"\nper_gesture = "unlimited"\nper_day = "100"\n'
    found = advice(text, Told(today_minor=9000), role=Role.DIRECTOR)
    assert (found.needs_approval, found.approver_role) == (True, Role.DIRECTOR)


def test_an_authority_for_a_class_comes_before_one_for_all() -> None:
    text = LADDER + '[[authority]]\nrole = "agent"\nper_gesture = "unlimited"\nclass = "corrective"\n'
    assert advice(rule(gesture_class="corrective") + text, Told()).needs_approval is False
    assert advice(rule() + text, Told()).approver_role is Role.SENIOR


def test_a_refusal_asks_nobody_for_approval() -> None:
    found = advice(rule() + CAP + LADDER, Told(10000, 1))
    assert (found.needs_approval, found.approver_role, found.note_words) == (False, None, 0)


REQUIRE = '[[require]]\nfrom = "30"\nnote_words = 20\n[[require]]\nfrom = "40"\nnotify = "manager"\n'


@pytest.mark.parametrize(
    ("amount", "words", "told"), [("29.99", 0, None), ("30", 20, None), ("40", 20, Role.MANAGER)]
)
def test_documentation_grows_with_the_amount(amount: str, words: int, told: Role | None) -> None:
    found = advice(rule(f'"{amount}"') + REQUIRE + ALL, Told())
    assert (found.note_words, found.notify) == (words, told)
