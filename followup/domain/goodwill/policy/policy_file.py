"""Parsing policy.toml: returns a checked policy, or raises one error that lists every mistake with its
line.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from zoneinfo import ZoneInfo

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.amount_file import read_amount
from followup.domain.goodwill.policy.amounts import Amount, AmountRange, Fixed, Rounding
from followup.domain.goodwill.policy.conditions import Condition, read_condition
from followup.domain.goodwill.policy.fact_file import read_declared_facts, unusable_facts
from followup.domain.goodwill.policy.facts import FactSpec, FactType, built_in_facts
from followup.domain.goodwill.policy.guard_file import (
    read_authorities,
    read_caps,
    read_cooldowns,
    read_nevers,
    read_overcompensation,
    read_repeats,
    read_requirements,
)
from followup.domain.goodwill.policy.kept_file import read_keeping, refuse_mixed_sums
from followup.domain.goodwill.policy.matching import build_table
from followup.domain.goodwill.policy.points import read_point_value
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.shared.money import decimals
from followup.domain.shared.toml_file import Table, TomlFile, parse_toml
from followup.domain.shared.unreadable import UnknownName, UnreadableValue, nearest
from followup.errors import FollowupError

INVALID_POLICY = "invalid_policy"

_TOP_KEYS = (
    "version",
    "currency",
    "timezone",
    "point_value",
    "facts",
    "rule",
    "cap",
    "cooldown",
    "overcompensation",
    "never",
    "repeat",
    "authority",
    "require",
)
_RULE_KEYS = (
    *(
        "id",
        "when",
        "class",
        "offer",
        "or",
        "minimum_payout",
        "keep_in",
        "keep_days",
        "round_to",
        "round",
        "why",
    ),
)


@dataclass(frozen=True, slots=True)
class KnownFacts:
    """The facts that rules may use, and the names of those whose declaration has a mistake."""

    specs: Mapping[str, FactSpec]
    unusable: frozenset[str] = frozenset()


def load_policy(text: str, source: str, main_currency: str | None = None) -> Policy:
    """Parse `text`, a TOML document, as a policy. `source` is the file's name in messages. The values of
    customers are in `main_currency`, by default the policy's own.

    Raises InvalidFile with one line per mistake (source, line and rule); the hint says how to mend the first.
    """
    try:
        return _faultless(text, main_currency)
    except FollowupError:
        # Only the message names the source.
        policy, file = read_policy(text, source, main_currency)
        file.raise_mistakes()
        return policy


@lru_cache(maxsize=4)
def _faultless(text: str, main_currency: str | None) -> Policy:
    """The policy of a text; the daemon reads the same one at every tick. Raises InvalidFile."""
    policy, file = read_policy(text, "", main_currency)
    file.raise_mistakes()
    return policy


def read_policy(text: str, source: str, main_currency: str | None = None) -> tuple[Policy, TomlFile]:
    """Parse a policy, leaving out what cannot be used. Returns it with the file, which holds the list of
    mistakes.

    Raises BrokenFile if no policy is left: the text is not TOML, or there is no currency.
    """
    file = parse_toml(text, source, INVALID_POLICY)
    top = Table(file, (), "", file.values)
    top.refuse_unknown_keys(_TOP_KEYS)
    version = top.text("version", None)
    currency, timezone = _currency(top), _timezone(top)
    file.raise_mistakes()

    built_in = built_in_facts(currency, timezone, main_currency)
    facts = read_declared_facts(top, currency, timezone, built_in)
    known_facts = {**built_in, **facts}
    known = KnownFacts(known_facts, unusable_facts(top, facts))
    rules = _rules(top, known, currency)
    point_value = read_point_value(top, currency)
    if "point_value" not in top.values and any(
        offer.kind is GestureKind.POINTS for rule in rules for offer in rule.offers
    ):
        top.refuse(
            "point_value",
            "a rule offers points, and nothing says what one is worth.",
            'Write it at the top of the file: point_value = "0.01".',
        )
    policy = Policy(
        version=version,
        currency=currency,
        timezone=timezone,
        facts=facts,
        known_facts=known_facts,
        derived_facts=_derived_facts(known_facts, rules),
        rules=rules,
        caps=read_caps(top, known_facts, currency),
        cooldowns=read_cooldowns(top),
        overcompensation=read_overcompensation(top),
        nevers=read_nevers(top),
        repeats=read_repeats(top),
        authorities=read_authorities(top, currency),
        requirements=read_requirements(top, currency),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        currency_line=file.lines.at(("currency",)),
        table=build_table([rule.when for rule in rules]),
        point_value=point_value,
    )
    return policy, file


def _derived_facts(known_facts: Mapping[str, FactSpec], rules: tuple[Rule, ...]) -> tuple[FactSpec, ...]:
    """The derived facts, ratios last because they may be calculated from the others. Built-in ones are left
    out if no rule and no other fact uses them.
    """
    derived = [spec for spec in known_facts.values() if spec.derived is not None]
    used = {name for rule in rules for name in rule.uses}
    used |= {name for spec in derived if spec.derived and not spec.built_in for name in spec.derived.sources}
    kept = [spec for spec in derived if not spec.built_in or spec.name in used]
    return tuple(sorted(kept, key=lambda spec: spec.type is FactType.RATIO))


def _currency(top: Table) -> str:
    currency = top.text("currency", None)
    try:
        decimals(currency)
    except FollowupError as error:
        if currency:
            top.refuse("currency", error.message, error.hint)
    return currency


def _timezone(top: Table) -> str:
    timezone = top.text("timezone", "UTC")
    try:
        ZoneInfo(timezone)
    except (ValueError, OSError, LookupError):
        top.refuse(
            "timezone",
            f"{timezone!r} is not a time zone.",
            'Write a name of the IANA list: timezone = "Europe/London".',
        )
    return timezone


def _rules(top: Table, known: KnownFacts, currency: str) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    lines: dict[str, int] = {}
    for unnamed in top.tables("rule"):
        rule_id = unnamed.text("id", None)
        table = unnamed.called(f"rule {rule_id}") if rule_id else unnamed
        rule = _rule(table, rule_id, known, currency)
        if rule.id in lines:
            table.refuse(
                "id",
                f"the id {rule.id!r} stands at line {lines[rule.id]} already.",
                "Give each rule an id of its own.",
            )
        elif rule.id:
            lines[rule.id] = rule.line
        rules.append(rule)
    refuse_mixed_sums(top, rules)
    return tuple(rules)


def _rule(table: Table, rule_id: str, known: KnownFacts, currency: str) -> Rule:
    table.refuse_unknown_keys(_RULE_KEYS)
    offer = table.table("offer", table.where)
    if offer is None and "offer" not in table.values:
        table.refuse("", "offer is missing.", 'Write offer = { kind = "refund", amount = "12" }.')
    kind, amount = _offer(offer, known, currency)
    minimum = table.money("minimum_payout", currency) or 0
    round_to = table.money("round_to", currency)
    if round_to == 0:
        table.refuse("round_to", "round_to is 0.", "Write the smallest step that is paid, or leave it out.")
    rule = Rule(
        id=rule_id,
        when=_conditions(table, known),
        gesture_class=table.word("class", GestureClass) or GestureClass.GOODWILL,
        kind=kind,
        amount=amount,
        minimum_payout_minor=minimum,
        round_to_minor=round_to or 1,
        rounding=table.word("round", Rounding) or Rounding.HALF_UP,
        why=table.text("why"),
        line=table.file.lines.at(table.path),
    )
    rule = replace(rule, alternatives=_alternatives(table, rule, known, currency))
    return replace(rule, keeping=read_keeping(table, rule))


def _alternatives(table: Table, rule: Rule, known: KnownFacts, currency: str) -> tuple[Rule, ...]:
    """What may be had instead of the rule's offer: the rule again, with each kind and amount of `or`."""
    found: list[Rule] = []
    for written in table.one_or_more("or", table.where):
        kind, amount = _offer(written, known, currency)
        if any(kind is other.kind for other in (rule, *found)):
            message = f"{kind} is offered already; a choice is between different kinds."
            written.refuse("", message, 'Write one more kind: or = { kind = "voucher", amount = "15" }.')
        found.append(replace(rule, kind=kind, amount=amount))
    return tuple(found)


def _conditions(table: Table, known: KnownFacts) -> tuple[Condition, ...]:
    when = table.table("when", table.where)
    conditions: list[Condition] = []
    for name, written in when.values.items() if when else ():
        assert when is not None
        if name in known.unusable:
            continue
        spec = known.specs.get(name)
        if spec is None:
            near = nearest(name, known.specs)
            mend = f"Did you mean {near}?" if near else f"Declare it above the rules: [facts.{name}]."
            when.refuse(name, f"unknown fact {name!r}.", mend)
            continue
        try:
            conditions.append(read_condition(spec, written))
        except UnreadableValue as error:
            when.refuse(name, f"{name}: {error.message}", error.expected)
    return tuple(conditions)


def _offer(
    offer: Table | None, known: KnownFacts, currency: str
) -> tuple[GestureKind, Amount | AmountRange | None]:
    """An offer of a rule. An apology takes the place of an offer that has a mistake."""
    nothing = GestureKind.APOLOGY, None
    if offer is None:
        return nothing
    offer.refuse_unknown_keys(("kind", "amount"))
    kind = offer.word("kind", GestureKind, required=True)
    if kind is None:
        return nothing
    written = offer.values.get("amount")
    if written is not None and not kind.may_have_amount:
        offer.refuse(
            "amount",
            f"a gesture of kind {kind} has no amount.",
            "Leave the amount out, or choose another kind.",
        )
        return kind, None
    if written is None and not kind.has_amount:
        return kind, None
    if written is None:
        offer.refuse(
            "",
            f"a {kind} needs an amount.",
            'Write amount = "12", or amount = { percent = 10, of = "order_value" }.',
        )
        return nothing
    try:
        amount = read_amount(written, known.specs, currency)
    except UnreadableValue as error:
        if isinstance(error, UnknownName) and error.name in known.unusable:
            return nothing
        offer.refuse("amount", f"amount: {error.message}", error.expected)
        return nothing
    if isinstance(amount, Fixed) and amount.amount_minor == 0:
        offer.refuse("amount", "the amount is 0.", "Offer an apology or a callback where no money is due.")
    return kind, amount
