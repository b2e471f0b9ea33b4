"""Parsing the amounts of a policy file, and checking the types of the facts they use."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from followup.domain.goodwill.policy.amounts import (
    Amount,
    AmountRange,
    Bounded,
    Combined,
    Fixed,
    PercentOfFact,
    PerUnit,
)
from followup.domain.goodwill.policy.facts import NUMBER_TYPES, FactSpec, FactType
from followup.domain.shared.toml_file import money_minor
from followup.domain.shared.unreadable import UnknownName, UnreadableValue, nearest

_FORMS = {
    "percent": ("percent", "of"),
    "fact": ("fact",),
    "each": ("each", "of", "after", "every", "at_most_times", "count"),
    "max_of": ("max_of",),
    "min_of": ("min_of",),
    "sum_of": ("sum_of",),
    "from": ("from", "to"),
}
_BOUNDS = ("at_least", "at_most")
_DEEPEST = 8
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12}|/[1-9][0-9]{0,11})?")

Specs = Mapping[str, FactSpec]


def read_amount(written: object, specs: Specs, currency: str) -> Amount | AmountRange:
    """Parse an amount or a range as `written` in a policy file. Raises UnreadableValue, saying what to write
    instead, for an unknown form, an unknown fact, a fact of the wrong type, or bad money.
    """
    if _levels(written) > _DEEPEST:
        raise UnreadableValue("the amount is nested too deeply.", f"Use at most {_DEEPEST} levels.")
    if isinstance(written, dict) and "from" in written:
        _check_keys(written, "from")
        low = _amount(written["from"], specs, currency)
        if "to" not in written:
            raise UnreadableValue("a range needs both ends.", 'Write { from = "20", to = "100" }.')
        high = _bounded(_amount(written["to"], specs, currency), written, specs, currency)
        low = _bounded(low, written, specs, currency)
        if isinstance(low, Fixed) and isinstance(high, Fixed) and high.amount_minor <= low.amount_minor:
            raise UnreadableValue("the range ends before it begins.", "Write the smaller amount as `from`.")
        return AmountRange(low, high)
    return _amount(written, specs, currency)


def _levels(written: object) -> int:
    """How many tables stand in one another."""
    if isinstance(written, dict):
        return 1 + max(map(_levels, written.values()), default=0)
    return max(map(_levels, written), default=0) if isinstance(written, list) else 0


def _amount(written: object, specs: Specs, currency: str) -> Amount:
    if not isinstance(written, dict):
        return Fixed(money_minor(written, currency))
    form = next((name for name in _FORMS if name in written), None)
    if form == "from":
        raise UnreadableValue(
            "a range cannot stand inside another amount.", "Make it the whole amount of the offer."
        )
    if form is None:
        raise UnreadableValue(
            _unknown_form(written), f'An amount is a text such as "12", or has one of {", ".join(_FORMS)}.'
        )
    _check_keys(written, form)
    return _bounded(_READERS[form](written, specs, currency), written, specs, currency)


def _unknown_form(written: dict[str, Any]) -> str:
    for key in written:
        near = nearest(key, _FORMS)
        if near and key not in _BOUNDS:
            return f"unknown amount form {key!r}; did you mean {near}?"
    return "the amount has no form that is known."


def _check_keys(written: dict[str, Any], form: str) -> None:
    known = (*_FORMS[form], *_BOUNDS)
    for key in written:
        if key not in known:
            near = nearest(key, known)
            mend = f"Did you mean {near}?" if near else f"Known beside {form}: {', '.join(known)}."
            raise UnreadableValue(f"unknown key {key!r} in an amount.", mend)


def _bounded(amount: Amount, written: dict[str, Any], specs: Specs, currency: str) -> Amount:
    low, high = (_amount(written[key], specs, currency) if key in written else None for key in _BOUNDS)
    if isinstance(low, Fixed) and isinstance(high, Fixed) and high.amount_minor < low.amount_minor:
        raise UnreadableValue("at_least is above at_most.", "Write the smaller amount as at_least.")
    return amount if low is None and high is None else Bounded(amount, low, high)


def _share(written: dict[str, Any], specs: Specs, currency: str) -> Amount:
    percent = read_number("percent", written["percent"])
    of = money_fact(written, "of", specs, currency)
    return PercentOfFact(percent, of, as_fraction="/" in str(written["percent"]))


def _of_fact(written: dict[str, Any], specs: Specs, currency: str) -> Amount:
    return PercentOfFact(Fraction(100), money_fact(written, "fact", specs, currency))


def _per_unit(written: dict[str, Any], specs: Specs, currency: str) -> Amount:
    count = written.get("count", "completed")
    if count not in ("completed", "started"):
        raise UnreadableValue(
            f"unknown count {str(count)!r}.", 'Write count = "started" or count = "completed".'
        )
    every = read_number("every", written.get("every", 1))
    if not every:
        raise UnreadableValue("every is 0.", "Write how many units make one turn: every = 1.")
    most = written.get("at_most_times")
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise UnreadableValue("at_most_times must be a whole number.", "Write at_most_times = 30.")
    return PerUnit(
        _amount(written["each"], specs, currency),
        _fact(written, "of", specs, NUMBER_TYPES, "number"),
        read_number("after", written.get("after", 0)),
        every,
        most,
        count == "started",
    )


def _combined(written: dict[str, Any], specs: Specs, currency: str) -> Amount:
    how = next(name for name in ("max_of", "min_of", "sum_of") if name in written)
    parts = written[how]
    if not isinstance(parts, list) or not parts:
        raise UnreadableValue(
            f"{how} needs a list of amounts.", f'Write {how} = ["10", {{ fact = "order_value" }}].'
        )
    return Combined(how, tuple(_amount(part, specs, currency) for part in parts))


_READERS = {
    "percent": _share,
    "fact": _of_fact,
    "each": _per_unit,
    "max_of": _combined,
    "min_of": _combined,
    "sum_of": _combined,
}


def read_number(name: str, written: object) -> Fraction:
    """Parse a number of 0 or more exactly: 50, 12.5, "12.5", or a fraction such as "50/464". Raises
    UnreadableValue.
    """
    mend = f"Write a number of 0 or more: {name} = 50."
    if isinstance(written, bool) or not isinstance(written, int | str):
        raise UnreadableValue(f"{name} is not a number.", mend)
    if not _NUMBER.fullmatch(str(written)):
        raise UnreadableValue(f"{name} is {str(written)!r}, which is not a number of 0 or more.", mend)
    return Fraction(str(written))


def money_fact(written: dict[str, Any], key: str, specs: Specs, currency: str) -> str:
    """The name of a money fact in this currency under a key. Raises UnreadableValue."""
    name = _fact(written, key, specs, {FactType.MONEY}, "money")
    if specs[name].currency != currency:
        raise UnreadableValue(
            f"{name} is in {specs[name].currency}, and amounts of this policy are in {currency}.",
            "Use it in conditions only, or take another fact.",
        )
    return name


def _fact(
    written: dict[str, Any], key: str, specs: Specs, types: frozenset[FactType] | set[FactType], kind: str
) -> str:
    fitting = [name for name, spec in specs.items() if spec.type in types]
    name = written.get(key)
    if not isinstance(name, str):
        raise UnreadableValue(f"{key} does not name a fact.", f'Write {key} = "{fitting[0]}".')
    if name not in specs:
        near = nearest(name, specs)
        mend = f"Did you mean {near}?" if near else f"Declare it: [facts.{name}]."
        raise UnknownName(name, f"unknown fact {name!r}.", mend)
    if specs[name].type not in types:
        raise UnreadableValue(
            f"{name} is a fact of type {specs[name].type}, and {key} needs a {kind} fact.",
            f"Facts that fit: {', '.join(fitting)}.",
        )
    return name
