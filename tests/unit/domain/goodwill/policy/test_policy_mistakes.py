"""What is said of a policy with a mistake, in full: the place, the sentence, and how to mend it."""

import pytest

from followup.domain.goodwill.policy.lint import Level, PolicyFinding, Surroundings, lint
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.people.agent import Role
from followup.errors import InvalidFile

HEAD = 'version = "1"\ncurrency = "GBP"\n'
ALL = '[[authority]]\nrole = "agent"\nper_gesture = "unlimited"\n'
OFFER = 'offer = { kind = "refund", amount = "5" }\n'


def findings(text: str, *, budgets: frozenset[str] = frozenset()) -> list[PolicyFinding]:
    return list(lint(load_policy(HEAD + text, "policy.toml"), around=Surroundings(budget_currencies=budgets)))


def test_a_policy_without_a_rule() -> None:
    assert PolicyFinding(Level.ERROR, 1, "", "the policy has no rule.", "Add a [[rule]].") in findings(ALL)


def test_a_policy_without_authority() -> None:
    message = "no role has authority, so nobody may give or approve money."
    mend = 'Add [[authority]] role = "agent", per_gesture = "25".'
    found = findings(f'[[rule]]\nid = "r"\n{OFFER}')
    assert found == [PolicyFinding(Level.WARNING, 1, "", message, mend)]
    assert findings('[[rule]]\nid = "r"\noffer = { kind = "apology" }\n') == []


def test_budgets_in_other_currencies() -> None:
    found = findings(f'[[rule]]\nid = "r"\n{OFFER}{ALL}', budgets=frozenset({"USD", "GBP", "EUR"}))
    assert found == [
        PolicyFinding(
            Level.ERROR,
            1,
            "",
            "the policy is in GBP, and there are budgets in EUR, USD.",
            "Name each currency of a budget among the currencies in followup.toml.",
        )
    ]
    assert findings(f'[[rule]]\nid = "r"\n{OFFER}{ALL}', budgets=frozenset({"GBP"})) == []


def test_an_amount_that_no_role_may_give() -> None:
    top = "".join(f'[[authority]]\nrole = "{role}"\nper_gesture = "25"\n' for role in Role)
    mend = "Raise a role's per_gesture, or lower the amount with at_most."
    above = findings(f'[[rule]]\nid = "r"\noffer = {{ kind = "refund", amount = "25.01" }}\n{top}')
    message = "it offers 25.01 GBP or more, and no role may give more than 25.00 GBP."
    assert above == [PolicyFinding(Level.ERROR, 3, "r", message, mend)]
    amount = '{ percent = 10, of = "order_value", at_most = "30" }'
    up_to = findings(f'[[rule]]\nid = "r"\noffer = {{ kind = "refund", amount = {amount} }}\n{top}')
    message = "it offers up to 30.00 GBP, and no role may give more than 25.00 GBP."
    assert up_to == [PolicyFinding(Level.WARNING, 3, "r", message, mend)]


def test_a_kind_that_no_role_may_give() -> None:
    found = findings(f'[[rule]]\nid = "r"\n{OFFER}[[never]]\nkind = "refund"\n{ALL}')
    mend = "Change [[never]], or offer another kind."
    assert PolicyFinding(Level.ERROR, 3, "r", "no role may give a refund.", mend) in found


def test_more_gaps_than_are_shown() -> None:
    """Twelve reasons of which each lacks a severe case: ten are shown, and it is said that there are more."""
    rules = [
        f'[[rule]]\nid = "r{n}"\nwhen = {{ reason = "w{n:02}", severity = "< severe" }}\n'
        'offer = { kind = "apology" }\n'
        for n in range(12)
    ]
    other = ", ".join(f"w{n:02}" for n in range(12))
    rest = f'[[rule]]\nid = "rest"\nwhen = {{ reason = "not({other})" }}\noffer = {{ kind = "apology" }}\n'
    found = findings("".join(rules) + rest)
    last = 3 + 12 * 4
    gaps = [one for one in found if "covers" in one.message]
    assert gaps[:-1] == [
        PolicyFinding(
            Level.WARNING,
            last,
            "",
            f"no rule covers a case such as reason = w{n:02}, severity = severe.",
            "Add a rule for it, or a last rule without conditions.",
        )
        for n in range(len(gaps) - 1)
    ]
    assert gaps[-1] == PolicyFinding(
        Level.WARNING,
        last,
        "",
        "there are more cases that no rule covers.",
        "Mend those that are shown first.",
    )
    assert len(gaps) == 10 + 1


@pytest.mark.parametrize(
    ("offer", "line", "message", "hint"),
    [
        ("", 3, "offer is missing.", 'Write offer = { kind = "refund", amount = "12" }.'),
        (
            'offer = { kind = "apology", amount = "5" }',
            5,
            "a gesture of kind apology has no amount.",
            "Leave the amount out, or choose another kind.",
        ),
        (
            'offer = { kind = "refund" }',
            5,
            "a refund needs an amount.",
            'Write amount = "12", or amount = { percent = 10, of = "order_value" }.',
        ),
        (
            'offer = { kind = "refund", amount = "0" }',
            5,
            "the amount is 0.",
            "Offer an apology or a callback where no money is due.",
        ),
        (
            'offer = { kind = "refund", amount = "five" }',
            5,
            "amount: 'five' is not an amount.",
            "Write digits and a point for decimals, no sign, for instance 12.50.",
        ),
    ],
)
def test_an_offer_that_cannot_be_made(offer: str, line: int, message: str, hint: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        load_policy(f'{HEAD}[[rule]]\nid = "r"\n{offer}\n', "policy.toml")
    assert (caught.value.message, caught.value.hint) == (
        f"policy.toml, line {line}: rule r: {message}",
        hint,
    )


@pytest.mark.parametrize("version", ["2", "2026-11-01", "2026-11-01T10:00:00"])
def test_a_version_that_is_no_text(version: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        load_policy(f'version = {version}\ncurrency = "GBP"\n[[rule]]\nid = "r"\n{OFFER}', "policy.toml")
    assert caught.value.message == "policy.toml, line 1: version must be a text."
    shown = version.replace("T", " ")
    assert caught.value.hint == f'Write it in quotes: version = "{shown}".'


FACTS = """
[facts.delay]
type = "integer"
[facts.ticket]
type = "choice"
choices = ["single"]
[facts.promised_on]
type = "date"
[facts.delivered_on]
type = "date"
[facts.days_late]
type = "elapsed"
from = "promised_on"
to = "delivered_on"
unit = "working_days"
[facts.price]
type = "money"
[[rule]]
id = "late"
when = { reason = "late", days_late = ">= 2" }
offer = { kind = "apology" }
[[rule]]
id = "wet"
when = { reason = "wet, cold", ticket = "single" }
offer = { kind = "refund", amount = { fact = "price" } }
[[rule]]
id = "any"
when = { delay = ">= 60" }
offer = { kind = "apology" }
"""


@pytest.mark.parametrize(
    ("reason", "names"),
    [
        ("late", ["delay", "promised_on", "delivered_on"]),
        ("wet", ["delay", "ticket", "price"]),
        ("cold", ["delay", "ticket", "price"]),
        ("rude", ["delay"]),
    ],
)
def test_people_are_asked_for_what_the_rules_for_their_reason_need(reason: str, names: list[str]) -> None:
    policy = load_policy(HEAD + FACTS, "policy.toml")
    assert [fact.name for fact in policy.facts_for(reason)] == names
