"""What a form for a new case needs while it is filled in: the questions to ask, and whether an answer is
valid. `followup case open` uses it on a terminal.
"""

from typing_extensions import TypedDict

from followup.application.door import Caller, Reading, reads, works
from followup.domain.goodwill.policy.facts import read_fact
from followup.services.cases import cases, similar_cases
from followup.services.documents import serializers
from followup.services.documents.documents import SimilarCaseDocument
from followup.services.goodwill import case_reasons
from followup.services.people import address_hints, customers
from followup.services.shared import parse_input


class InterviewAnswers(TypedDict):
    """The answers, keyed by the parameters of `case open`, and the facts."""

    told: dict[str, str]
    facts: dict[str, str]


class FactQuestionDocument(TypedDict):
    """A fact that a rule of the policy uses."""

    name: str
    question: str


class InterviewDocument(TypedDict):
    """What to ask next. `address_hint` asks whether another address is meant, `address_meant`, if the
    customer is not known and the address looks like a slip. `reason` is the reason as it would be stored,
    `reason_meant` a known reason that it may be a misspelling of. `facts` are those that a rule for the
    reason uses and that are not given yet. `similar_cases` are recorded cases of this customer that the new
    one may repeat: about the same order, or for the same reason a short while ago."""

    customer_is_known: bool
    address_meant: str | None
    address_hint: str | None
    known_reasons: list[str]
    reason: str | None
    reason_meant: str | None
    facts: list[FactQuestionDocument]
    similar_cases: list[SimilarCaseDocument]


@reads("case interview")
def look_up(
    work: Reading,
    customer: str | None = None,
    reason: str | None = None,
    fact: list[str] | None = None,
    order: str | None = None,
) -> InterviewDocument:
    """The questions that are still to be asked for a new case, and the cases that it may repeat. Raises
    WrongUsage for a fact that is not NAME=VALUE, InvalidFile for the policy."""
    rules = work.configuration
    told = parse_input.facts(fact or [])
    meant = reason.strip().lower() if reason else None
    known = customers.find_customer_or_none(work.session, customer) if customer else None
    hint = address_hints.address_hint(work.session, customer) if customer else None
    alike = similar_cases.similar_cases(
        work.session, rules, customer=customer, reason=meant, order=order, now=work.now
    )
    return {
        "customer_is_known": known is not None,
        "address_meant": hint.meant if hint else None,
        "address_hint": hint.text if hint else None,
        "known_reasons": list(dict.fromkeys((*rules.policy.reasons, *rules.settings.known_reasons))),
        "reason": meant,
        "reason_meant": case_reasons.meant(work.session, rules, meant) if meant else None,
        "facts": [
            {"name": spec.name, "question": spec.ask or spec.name}
            for spec in rules.policy.facts_for(meant or "")
            if spec.name not in told
        ],
        "similar_cases": [serializers.similar_case(one) for one in alike],
    }


@works("case interview answer")
def check_answer(caller: Caller, name: str, text: str, is_fact: bool = False) -> None:
    """Check one answer. `name` is a parameter of `case open`, or with `is_fact` a fact of the policy. Raises
    WrongUsage if the answer is invalid."""
    rules = caller.place.configuration
    if is_fact:
        read_fact(rules.policy.facts[name], text)
    else:
        cases.check_answer(rules, name, text, now=caller.now)
