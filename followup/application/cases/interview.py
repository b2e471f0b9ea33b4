"""What a form for a new case needs while it is filled in: the questions to ask, and whether an answer is
valid. `followup case open` uses it on a terminal.
"""

from typing_extensions import TypedDict

from followup.application.door import Caller, Reading, reads, works
from followup.domain.cases.case import ITEM
from followup.domain.goodwill.policy.facts import read_fact
from followup.domain.goodwill.policy.policy import Policy
from followup.domain.goodwill.policy.read_facts import read_facts
from followup.services.cases import case_channels, cases, similar_cases
from followup.services.documents import serializers
from followup.services.documents.documents import (
    CaseDocument,
    CustomerDocument,
    GestureDocument,
    SimilarCaseDocument,
)
from followup.services.goodwill import case_reasons, gestures, known_reasons
from followup.services.people import address_hints, customer_lists, customers, locale_hints, suppressions
from followup.services.shared import currencies, parse_input
from followup.services.shared.configuration import Configuration
from followup.store.tables import Customer

_NEWEST = 5
_MATCHES = 8
_FEWEST_DIGITS = 6
"""How many digits make a text a telephone number, to find somebody by."""


class InterviewAnswers(TypedDict):
    """The answers, keyed by the parameters of `case open`, and the facts."""

    told: dict[str, str]
    facts: dict[str, str]


class FactQuestionDocument(TypedDict):
    """A fact that a rule of the policy uses."""

    name: str
    question: str


class HistoryDocument(TypedDict):
    """What is known of a customer: their newest cases and what was given for them, and why they must not be
    written to, if they must not."""

    customer: CustomerDocument
    cases: list[CaseDocument]
    gestures: list[GestureDocument]
    suppressed: str | None


class InterviewDocument(TypedDict):
    """What to ask next. `address_hint` asks whether another address is meant, `address_meant`, if the
    customer is not known and the address looks like a slip. `reason` is the reason as it would be stored,
    `reason_meant` a known reason that it may be a misspelling of. `facts` are those that a rule or a
    phrase for the reason uses and that are not given yet, the item among them where a rule offers one.
    `history` is that of the customer, if they are known. `similar_cases` are recorded cases of this customer
    that the new one may repeat: about the same order, or for the same reason a short while ago.
    `locale_meant` is a locale that a sign speaks for, and `locale_hint` says which, unless the customer has
    one of their own. `currency` is the case's as far as is known, `currencies` are all that it may have.
    `usual_channel` is the way most cases come; `call_is_likely` says that the policy may offer a call."""

    customer_is_known: bool
    address_meant: str | None
    address_hint: str | None
    history: HistoryDocument | None
    known_reasons: list[str]
    reason: str | None
    reason_meant: str | None
    facts: list[FactQuestionDocument]
    similar_cases: list[SimilarCaseDocument]
    locale_meant: str | None
    locale_hint: str | None
    currency: str
    currencies: list[str]
    usual_channel: str | None
    phone_is_known: bool
    call_is_likely: bool


@reads("case interview")
def look_up(
    work: Reading,
    customer: str | None = None,
    reason: str | None = None,
    fact: list[str] | None = None,
    order: str | None = None,
    phone: str | None = None,
    verbatim: str | None = None,
    currency: str | None = None,
    order_value: str | None = None,
    feeling: str | None = None,
) -> InterviewDocument:
    """The questions that are still to be asked for a new case, and the cases that it may repeat. Raises
    WrongUsage for a fact that is not NAME=VALUE and where nobody knows who asks, NotFound for an unknown
    agent, InvalidFile for the policy."""
    _ = work.acting().needed_agent
    rules = work.configuration
    told = parse_input.facts(fact or [])
    meant = known_reasons.read(rules, reason) if reason else None
    known = customers.find_customer_or_none(work.session, customer) if customer else None
    hint = address_hints.address_hint(work.session, customer) if customer else None
    alike = similar_cases.similar_cases(
        work.session, rules, customer=customer, reason=meant, order=order, now=work.now
    )
    sign = locale_hints.locale_meant(
        rules,
        locale=known.locale if known else None,
        address=customer,
        phone=phone or (known.phone if known else None),
        words=verbatim,
    )
    counted = currencies.meant(rules.settings, currency, order_value)
    policy = rules.policy_in(counted)
    wanted = {spec.name: spec for spec in policy.facts_for(meant or "")}
    wanted |= {name: policy.facts[name] for name in _said(rules, policy, meant or "")}
    facts: list[FactQuestionDocument] = [
        {"name": spec.name, "question": spec.ask or spec.name}
        for spec in wanted.values()
        if spec.name not in told
    ]
    if policy.offers_item_for(meant or "") and not {ITEM} & {*told, *(one["name"] for one in facts)}:
        facts.append({"name": ITEM, "question": "Which item is it about, as they know it?"})
    return {
        "customer_is_known": known is not None,
        "address_meant": hint.meant if hint else None,
        "address_hint": hint.text if hint else None,
        "history": _history(work, known) if known else None,
        "known_reasons": list(dict.fromkeys((*policy.reasons, *rules.settings.known_reasons))),
        "reason": meant,
        "reason_meant": case_reasons.meant(work.session, rules, meant) if meant else None,
        "facts": facts,
        "similar_cases": [serializers.similar_case(one) for one in alike],
        "locale_meant": sign.meant if sign else None,
        "locale_hint": sign.because if sign else None,
        "currency": counted,
        "currencies": list(rules.settings.all_currencies),
        "usual_channel": case_channels.usual_channel(work.session),
        "phone_is_known": bool(known and known.phone),
        "call_is_likely": policy.offers_call_for(meant or "", feeling or ""),
    }


def _said(rules: Configuration, policy: Policy, reason: str) -> list[str]:
    """The declared facts that the phrases for a reason name in any language."""
    phrases = [table[reason] for table in rules.settings.reasons.values() if reason in table]
    declared = policy.facts
    named = dict.fromkeys(name for one in phrases for name in one.facts if name in declared)
    return [name for name in named if declared[name].derived is None]


def _history(work: Reading, customer: Customer) -> HistoryDocument:
    newest = cases.list_cases(work.session, customer=customer.email, limit=_NEWEST)
    stop = suppressions.is_suppressed(work.session, customer.email)
    return {
        "customer": serializers.customer(customer, work.configuration.settings.currency),
        "cases": [serializers.case(case, person) for case, person in newest],
        "gestures": [
            serializers.gesture(work.session, gesture)
            for case, _ in newest
            for gesture in gestures.gestures_of(work.session, case)
        ],
        "suppressed": stop.reason.value if stop else None,
    }


@reads("case interview customers")
def matching_customers(work: Reading, text: str) -> list[CustomerDocument]:
    """Customers whose name, address or telephone number contains a text, newest first."""
    currency = work.configuration.settings.currency
    wanted = text.strip()
    is_number = sum(letter.isdigit() for letter in wanted) >= _FEWEST_DIGITS
    only = customer_lists.CustomerFilter(**{"phone" if is_number else "search": wanted})
    found = customer_lists.list_customers(work.session, only, limit=_MATCHES)
    return [serializers.customer(person, currency) for person in found]


@works("case interview answer")
def check_answer(
    caller: Caller, name: str, text: str, is_fact: bool = False, currency: str | None = None
) -> None:
    """Check one answer. `name` is a parameter of `case open`, or with `is_fact` a fact; `currency` is the
    case's, if it is known. Raises WrongUsage if the answer is invalid."""
    rules = caller.place.configuration
    if is_fact:
        policy = rules.policy_in(currencies.meant(rules.settings, currency))
        spec = policy.facts.get(name)
        if spec is None:
            read_facts(policy, {name: text})
        else:
            read_fact(spec, parse_input.fact_text(spec, text, rules.settings.locale))
    else:
        cases.check_answer(rules, name, text, now=caller.now, currency=currency)
