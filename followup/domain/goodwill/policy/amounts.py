"""The amount algebra of a policy: a small closed set of forms, exact until it is rounded once, at the end.

Every form gives exact minor units from the facts of a case, says which facts it needs, and reads aloud.
Exact means whole numbers of a fraction of a minor unit: an amount with percentages of 100ths and of 464ths
counts in 1/46400 of a penny. Whole numbers are much faster than fractions where 100,000 cases are replayed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Protocol

from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.shared.money import Money

Facts = Mapping[str, FactValue]


class Amount(Protocol):
    """An amount that can be worked out."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the facts it is worked out from."""
        ...

    @property
    def denominator(self) -> int:
        """The fraction of a minor unit in which it counts exactly: a whole number of 1/denominator."""
        ...

    def counted(self, facts: Facts, denominator: int) -> int:
        """The amount in 1/denominator of a minor unit, for any multiple of its own denominator. Every
        fact of `needs` is there."""
        ...

    def words(self, currency: str) -> str:
        """How it is worked out, for people."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same amount for every case."""

    amount_minor: int

    @property
    def needs(self) -> tuple[str, ...]:
        """Nothing."""
        return ()

    @property
    def denominator(self) -> int:
        """Whole minor units."""
        return 1

    def counted(self, facts: Facts, denominator: int) -> int:  # noqa: ARG002 - one interface for all forms
        """The amount."""
        return self.amount_minor * denominator

    def words(self, currency: str) -> str:
        """The amount."""
        return str(Money(self.amount_minor, currency))


@dataclass(frozen=True, slots=True)
class PercentOfFact:
    """A percentage of a money fact; 100 percent is the fact itself."""

    percent: Fraction
    of: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The money fact."""
        return (self.of,)

    @property
    def denominator(self) -> int:
        """Hundredths, or those of a percentage that is itself a fraction."""
        return self.percent.denominator * 100

    def counted(self, facts: Facts, denominator: int) -> int:
        """percent / 100 × the fact."""
        value = facts[self.of]
        assert isinstance(value, Money)
        share = self.percent
        return value.amount_minor * share.numerator * (denominator // (share.denominator * 100))

    def words(self, currency: str) -> str:  # noqa: ARG002
        """The percentage and the fact."""
        return self.of if self.percent == 100 else f"{_number(self.percent)} percent of {self.of}"


@dataclass(frozen=True, slots=True)
class PerUnit:
    """Nothing for the first `after` units of a number fact, then `each` once for every completed (or
    started) `every` units, at most `most_times`."""

    each: Amount
    of: str
    after: Fraction = Fraction(0)
    every: Fraction = Fraction(1)
    most_times: int | None = None
    started: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """The number fact, and what `each` needs."""
        return tuple(dict.fromkeys((self.of, *self.each.needs)))

    @property
    def denominator(self) -> int:
        """That of `each`."""
        return self.each.denominator

    def counted(self, facts: Facts, denominator: int) -> int:
        """times × each."""
        value = facts[self.of]
        assert isinstance(value, int | Decimal)
        return self._times(value) * self.each.counted(facts, denominator)

    def _times(self, value: int | Decimal) -> int:
        turns = (Fraction(value) - self.after) / self.every
        times = max(0, ceil(turns) if self.started else floor(turns))
        return times if self.most_times is None else min(times, self.most_times)

    def words(self, currency: str) -> str:
        """Each, every, after, at most."""
        turn = "started " if self.started else "" if self.every == 1 else "completed "
        every = "" if self.every == 1 else f"{_number(self.every)} "
        text = f"{self.each.words(currency)} for each {turn}{every}of {self.of}"
        if self.after:
            text += f" after the first {_number(self.after)}"
        return text if self.most_times is None else f"{text}, at most {self.most_times} times"


@dataclass(frozen=True, slots=True)
class Combined:
    """The most, the least or the sum of several amounts."""

    how: str
    parts: tuple[Amount, ...]
    denominator: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "denominator", lcm(*(part.denominator for part in self.parts)))

    @property
    def needs(self) -> tuple[str, ...]:
        """What the parts need."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.needs))

    def counted(self, facts: Facts, denominator: int) -> int:
        """max, min or sum of the parts."""
        return _COMBINE[self.how]([part.counted(facts, denominator) for part in self.parts])

    def words(self, currency: str) -> str:
        """The parts with the combination before them."""
        parts = [part.words(currency) for part in self.parts]
        return f"the {_COMBINE_WORDS[self.how]} of {'; '.join(parts)}"


_COMBINE: dict[str, Callable[[list[int]], int]] = {"max_of": max, "min_of": min, "sum_of": sum}
_COMBINE_WORDS = {"max_of": "largest", "min_of": "smallest", "sum_of": "sum"}


@dataclass(frozen=True, slots=True)
class Bounded:
    """An amount that is raised to `at_least` and then lowered to `at_most`."""

    inner: Amount
    at_least: Amount | None = None
    at_most: Amount | None = None
    denominator: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        parts = (self.inner, self.at_least, self.at_most)
        denominators = (part.denominator for part in parts if part is not None)
        object.__setattr__(self, "denominator", lcm(*denominators))

    @property
    def needs(self) -> tuple[str, ...]:
        """What the amount and its bounds need."""
        parts = (self.inner, self.at_least, self.at_most)
        return tuple(dict.fromkeys(name for part in parts if part is not None for name in part.needs))

    def counted(self, facts: Facts, denominator: int) -> int:
        """The amount within its bounds."""
        value = self.inner.counted(facts, denominator)
        if self.at_least is not None:
            least = self.at_least.counted(facts, denominator)
            value = least if value < least else value
        if self.at_most is not None:
            most = self.at_most.counted(facts, denominator)
            value = most if value > most else value
        return value

    def words(self, currency: str) -> str:
        """The amount and its bounds."""
        text = self.inner.words(currency)
        if self.at_least is not None:
            text += f", at least {self.at_least.words(currency)}"
        return text if self.at_most is None else f"{text}, at most {self.at_most.words(currency)}"


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Two amounts between which the agent chooses."""

    low: Amount
    high: Amount

    @property
    def needs(self) -> tuple[str, ...]:
        """What both ends need."""
        return tuple(dict.fromkeys((*self.low.needs, *self.high.needs)))

    def words(self, currency: str) -> str:
        """From, to."""
        return f"from {self.low.words(currency)} to {self.high.words(currency)}, as the agent chooses"


def worth_minor(amount: Amount, facts: Facts, round_to_minor: int) -> int:
    """What an amount comes to: minor units, rounded half up once, to a multiple of `round_to_minor`."""
    step = amount.denominator * round_to_minor
    return (2 * amount.counted(facts, amount.denominator) + step) // (2 * step) * round_to_minor


def _number(value: Fraction) -> str:
    """A number as people write it: 12.5, or 50/464 where decimals never end."""
    places = 0
    while places < 6 and (value * 10**places).denominator != 1:
        places += 1
    if (value * 10**places).denominator != 1:
        return str(value)
    return str(Decimal(int(value * 10**places)).scaleb(-places))
