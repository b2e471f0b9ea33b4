"""Cases: logging a bad experience, then correcting, finding and moving the case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from followup.domain.cases.case import (
    CASE_STATUS_MOVES,
    DESCRIBED,
    CaseStatus,
    Channel,
    Feeling,
    Outcome,
    Responsibility,
    Severity,
    case_over,
)
from followup.domain.goodwill.policy.read_facts import read_facts
from followup.domain.letters.gate.private_numbers import without_cards
from followup.domain.letters.quotation import is_said_in
from followup.domain.shared.money import Money
from followup.domain.shared.word import Word
from followup.errors import Refused, WrongUsage, illegal_state, missing
from followup.services.cases import case_currency, owners
from followup.services.goodwill import known_reasons
from followup.services.people import customers
from followup.services.shared import audit, currencies, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import find, ref
from followup.store import case_counts
from followup.store.tables import Agent, Case, Customer


@dataclass(frozen=True, slots=True)
class Again:
    """Why a case is logged although it looks like recorded ones, and their references."""

    because: str
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEntry:
    """The checked input for a new case, not stored yet."""

    customer: str
    customer_name: str | None
    locale: str | None = None
    phone: str | None = None
    address: str | None = None
    reason: str
    severity: Severity
    responsibility: Responsibility
    feeling: Feeling | None
    channel: Channel | None
    verbatim: str | None
    what_happened: str | None = None
    answer: str | None = None
    quote: str | None = None
    summary: str | None = None
    order: str | None
    order_value: Money | None
    occurred_on: date | None
    promised: str | None
    mass_incident: bool
    external_id: str | None
    facts: Mapping[str, str] = field(default_factory=dict)
    currency: str


def read_case(
    rules: Configuration,
    told: Mapping[str, str | None],
    facts: Mapping[str, str],
    *,
    now: datetime,
    mass_incident: bool = False,
) -> CaseEntry:
    """Check the input for a new case. `told` is keyed by the flags of `case open`: customer, name, reason,
    severity, responsibility, feeling, channel, verbatim, what_happened, answer, order, order_value, currency,
    occurred_on, promised, external_id; locale, phone and address are the customer's.
    Without occurred_on, or with "unknown", nobody knows the day.

    An empty value counts as not given. Without a currency, it is the one whose sign the order value carries,
    or else the main one; the policy of that currency knows the facts. Raises WrongUsage naming the first
    missing or invalid value."""
    given = {name: value for name, value in told.items() if value is not None and value.strip()}
    for name in ("customer", "reason", "severity"):
        if name not in given:
            raise missing(f"The {name} is missing.", hint=f"Give --{name}; see followup case open --help")
    today = rules.today(now)
    currency = currencies.meant(rules.settings, given.get("currency"), given.get("order_value"))
    checked_facts = fact_texts(rules, facts, currency)
    _check_facts(rules, checked_facts, currency)
    answers: dict[str, Any] = {
        **dict.fromkeys(_COLUMNS),
        "responsibility": Responsibility.OURS,
        **{
            name: _answer(rules, name, text, today, currency)
            for name, text in given.items()
            if name in _COLUMNS
        },
    }
    if answers["quote"] and answers["verbatim"]:
        require_said(answers["quote"], answers["verbatim"])
    return CaseEntry(
        customer=parse_input.address(given["customer"]),
        customer_name=parse_input.line("name", given["name"]) if "name" in given else None,
        locale=customers.check(rules.settings, "locale", given["locale"]) if "locale" in given else None,
        phone=customers.check(rules.settings, "phone", given["phone"]) if "phone" in given else None,
        address=customers.check(rules.settings, "address", given["address"]) if "address" in given else None,
        **answers,
        mass_incident=mass_incident,
        external_id=parse_input.line("external id", given["external_id"]) if "external_id" in given else None,
        facts=checked_facts,
        currency=currency,
    )


_COLUMNS = {
    "reason": "reason",
    "severity": "severity",
    "responsibility": "responsibility",
    "feeling": "feeling",
    "channel": "channel",
    "verbatim": "verbatim",
    "what_happened": "what_happened",
    "answer": "answer",
    "quote": "quote",
    "summary": "summary",
    "order": "order_ref",
    "order_value": "order_value_minor",
    "occurred_on": "occurred_on",
    "promised": "promised",
}
"""The flags that describe a case, and the column that holds each."""

FOR_THE_CUSTOMER = ("what_happened", "answer")
"""The flags whose text an agent writes for the customer to read."""

_NEEDED = ("reason", "severity", "responsibility")
WORDS_OF_A_CASE: dict[str, type[Word]] = {
    "severity": Severity,
    "responsibility": Responsibility,
    "feeling": Feeling,
    "channel": Channel,
}
"""The flags whose value is one word of a list, by their name."""


def require_said(quote: str, verbatim: str) -> None:
    """Raise WrongUsage unless a quotation stands in what the customer said."""
    if not is_said_in(quote, verbatim):
        raise WrongUsage(
            "The quotation does not stand in what the customer said.",
            hint="Give words of theirs as they stand in --verbatim; … marks what you leave out.",
            code="not_their_words",
        )


def check_answer(
    rules: Configuration, name: str, text: str, *, now: datetime, currency: str | None = None
) -> None:
    """Check one value of a case, by the name of its flag, with the rules of `read_case`. `currency` is that
    of the case, if somebody named it. Raises WrongUsage."""
    if name == "customer":
        parse_input.address(text)
    elif name == "name":
        parse_input.line(name, text)
    elif name in ("locale", "phone", "address"):
        customers.check(rules.settings, name, text)
    else:
        amount = text if name == "order_value" else None
        _answer(rules, name, text, rules.today(now), currencies.meant(rules.settings, currency, amount))


def fact_texts(rules: Configuration, facts: Mapping[str, str], currency: str) -> dict[str, str]:
    """Facts of a case in this currency as they are stored: amounts without signs and separators. Raises
    WrongUsage."""
    specs = rules.policy_in(currency).facts if facts else {}
    stripped = {name.strip(): value.strip() for name, value in facts.items()}
    return {
        name: parse_input.fact_text(specs[name], value, rules.settings.locale) if name in specs else value
        for name, value in stripped.items()
    }


def _check_facts(rules: Configuration, facts: Mapping[str, str], currency: str) -> None:
    read_facts(rules.policy_in(currency), facts)
    for name in DESCRIBED:
        if name in facts:
            parse_input.line(name, facts[name])


def _answer(rules: Configuration, name: str, text: str, today: date, currency: str) -> Any:
    """One checked value of a case in this currency. Raises WrongUsage."""
    label = name.replace("_", " ")
    if name in WORDS_OF_A_CASE:
        return parse_input.word(label, text, WORDS_OF_A_CASE[name])
    if name == "reason":
        return known_reasons.read(rules, text)
    if name in ("verbatim", "quote", "summary"):
        return without_cards(parse_input.passage(label, text))
    if name in FOR_THE_CUSTOMER:
        return without_cards(parse_input.sentences(label, text))
    if name == "order_value":
        return parse_input.money(label, text, currency, rules.settings.locale)
    if name == "occurred_on":
        return parse_input.day_or_unknown(label, text, today=today, country=rules.settings.country)
    line = parse_input.line(label, text)
    return without_cards(line) if name == "promised" else line


def open_case(
    session: Session,
    rules: Configuration,
    entry: CaseEntry,
    *,
    now: datetime,
    actor: Actor,
    again: Again | None = None,
    imported: bool = False,
) -> Case:
    """Store a case; `again` says which recorded ones it looks like, and why it is meant.
    If no customer has the address and `customer_name` is given, store the customer too.

    Raises NotFound for an unknown customer without a name, Refused for an external id that is taken."""
    agent = actor.needed_agent
    if entry.external_id and case_with_external_id(session, entry.external_id):
        raise Refused(
            f"A case with the external id {entry.external_id} is recorded already.",
            hint="Look it up: followup case list --external-id " + entry.external_id,
            code="case_exists",
        )
    customer = customers.find_customer_or_none(session, entry.customer)
    if customer is None and entry.customer_name:
        customer = customers.add_customer(
            session,
            rules.settings,
            now=now,
            actor=actor,
            name=entry.customer_name,
            email=entry.customer,
            locale=entry.locale,
            phone=entry.phone,
            address=entry.address,
        )
    if customer is None:
        customer = customers.find_customer(session, entry.customer)
    assert customer.id is not None
    assert agent.id is not None
    case = Case(
        external_id=entry.external_id,
        customer_id=customer.id,
        agent_id=agent.id,
        status=CaseStatus.OPEN,
        reason=entry.reason,
        severity=entry.severity,
        responsibility=entry.responsibility,
        feeling=entry.feeling,
        channel=entry.channel,
        verbatim=entry.verbatim or entry.quote,
        what_happened=entry.what_happened,
        answer=entry.answer,
        quote=entry.quote,
        summary=entry.summary,
        order_ref=entry.order,
        order_value_minor=entry.order_value.amount_minor if entry.order_value else None,
        currency=entry.currency,
        occurred_on=entry.occurred_on,
        promised=entry.promised,
        facts=dict(entry.facts),
        mass_incident=entry.mass_incident,
        again_because=again.because if again else None,
        logged_at=now,
        imported=imported,
    )
    session.add(case)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action="case open",
        subject=ref(case),
        because=again.because if again else None,
        detail={"again_after": list(again.after)} if again else None,
    )
    return case


def change_case(
    session: Session,
    rules: Configuration,
    case: Case,
    told: Mapping[str, str | None],
    facts: Mapping[str, str],
    *,
    now: datetime,
    actor: Actor,
) -> Case:
    """Correct the values of a case, keyed by the flags of `case open`. None keeps a value; an empty text
    removes it. A currency is that of all its amounts from then on.

    Emails that are not sent yet use the corrected values. Decisions about gestures are not revised. Raises
    WrongUsage for an invalid value, Refused for a closed case."""
    if case.status.is_over:
        raise case_over(ref(case), case.status)
    if not facts and all(text is None for text in told.values()):
        raise WrongUsage(
            "There is nothing to change.",
            hint="Say what: followup case set --help",
            code="no_change_to_case",
        )
    today = rules.today(now)
    changed = []
    named = told.get("currency")
    currency = currencies.meant(rules.settings, named) if named else case.currency
    is_recounted = case_currency.change(session, rules, case, currency, told.get("order_value"))
    if is_recounted:
        changed.append("currency")
    for name, text in told.items():
        if text is None or name == "currency":
            continue
        if not text.strip() and name in _NEEDED:
            raise missing(
                f"A case has a {name.replace('_', ' ')}; it cannot be taken out.",
                hint=f"Give another with --{name.replace('_', '-')}.",
            )
        value = _answer(rules, name, text, today, currency) if text.strip() else None
        value = value.amount_minor if isinstance(value, Money) else value
        if getattr(case, _COLUMNS[name]) != value:
            setattr(case, _COLUMNS[name], value)
            changed.append(name)
    changed += _fitted_quote(case, is_told=bool(told.get("quote")))
    written = {**case.facts, **fact_texts(rules, facts, currency)}
    kept = {name: value for name, value in written.items() if value}
    if is_recounted:
        _check_facts(rules, kept, currency)
    if kept != case.facts:
        _check_facts(rules, kept, currency)
        case.facts = kept
        changed.append("facts")
    session.add(case)
    session.flush()
    audit.record(
        session, now=now, actor=actor, action="case set", subject=ref(case), detail={"changed": changed}
    )
    return case


def _fitted_quote(case: Case, *, is_told: bool) -> list[str]:
    """Drop a quotation that the changed words do not hold; raise WrongUsage for one that was just given."""
    if case.quote is None:
        return []
    if case.verbatim is None:
        case.verbatim = case.quote if is_told else None
    if case.verbatim is not None and is_said_in(case.quote, case.verbatim):
        return []
    if is_told:
        require_said(case.quote, case.verbatim or "")
    case.quote = None
    return ["quote"]


def case_with_external_id(session: Session, external_id: str) -> Case | None:
    """The case with this id of another system, or None."""
    return session.exec(select(Case).where(col(Case.external_id) == external_id)).first()


def find_case(session: Session, text: str) -> Case:
    """The case with a reference. Raises WrongUsage or NotFound."""
    return find(session, Case, text)


def list_cases(
    session: Session,
    *,
    status: str | None = None,
    reason: str | None = None,
    customer: str | None = None,
    external_id: str | None = None,
    owner: Agent | None = None,
    limit: int = 50,
) -> list[tuple[Case, Customer]]:
    """The newest `limit` matching cases, with their customers. Cases that were taken back are listed only by
    their status."""
    query = select(Case, Customer).join(Customer).order_by(col(Case.id).desc()).limit(limit)
    if status:
        query = query.where(col(Case.status) == parse_input.word("status", status, CaseStatus))
    else:
        query = query.where(case_counts.of_case())
    if reason:
        query = query.where(col(Case.reason) == parse_input.slug("reason", reason))
    if customer:
        person = customers.find_customer_or_none(session, customer)
        query = query.where(col(Case.customer_id) == (person.id if person else None))
    if external_id:
        query = query.where(col(Case.external_id) == external_id)
    if owner is not None:
        query = query.where(owners.owned_by(owner))
    return [(case, person) for case, person in session.exec(query).all()]


def move_case(
    session: Session,
    case: Case,
    to: CaseStatus,
    *,
    now: datetime,
    actor: Actor,
    because: str | None = None,
    outcome: Outcome | None = None,
) -> Case:
    """Resolve, reopen or close a case. Raises Refused if its status does not allow it.

    Resolving or closing it stops no email directly: the daemon's presend checks do."""
    if case.status is CaseStatus.UNDONE:
        raise case_over(ref(case), case.status)
    if to not in CASE_STATUS_MOVES[case.status]:
        raise illegal_state(
            f"{ref(case)} is {case.status}, so it cannot become {to}.",
            hint=f"From {case.status} it may become {' or '.join(sorted(CASE_STATUS_MOVES[case.status]))}.",
        )
    case.status = to
    case.resolved_at = now if to is CaseStatus.RESOLVED else case.resolved_at
    case.closed_at = now if to.is_over else None
    if to is CaseStatus.OPEN:
        case.reopened_at = now
        case.resolved_at = None
        case.outcome = None
    if outcome is not None:
        case.outcome = outcome
    session.add(case)
    session.flush()
    audit.record(
        session,
        now=now,
        actor=actor,
        action=f"case {to.value}",
        subject=ref(case),
        because=because,
        detail={"outcome": outcome.value} if outcome else None,
    )
    return case
