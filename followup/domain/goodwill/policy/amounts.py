"""The amounts of a policy: a closed set of forms, calculated exactly and rounded once, at the end.

Every form calculates minor units from the facts of a case, names the facts it needs, and describes itself in
words. Calculations use integers: each form counts in 1/denominator of a minor unit, so percentages in 100ths
and in 464ths together count in 1/46400. Integers are much faster than fractions when 100,000 cases are
replayed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Protocol

from followup.domain.goodwill.policy.facts import FactValue
from followup.domain.shared.money import Money
from followup.domain.shared.word import Word

Facts = Mapping[str, FactValue]


class Amount(Protocol):
    """The interface of all forms of amounts."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the facts that the amount is calculated from."""
        ...

    @property
    def denominator(self) -> int:
        """The amount is always an integer multiple of 1/denominator of a minor unit."""
        ...

    def counted(self, facts: Facts, denominator: int) -> int:
        """The amount in 1/denominator of a minor unit, for any multiple of the form's own denominator.
        `facts` must have every fact of `needs`.
        """
        ...

    def words(self, currency: str) -> str:
        """The calculation in words."""
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
    """A percentage of a money fact; 100 is the fact itself."""

    percent: Fraction
    of: str
    as_fraction: bool = field(default=False, compare=False)
    """Whether the policy writes the percentage as a fraction, which the lint takes as meant."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The money fact."""
        return (self.of,)

    @property
    def denominator(self) -> int:
        """100, or a multiple of it if the percentage itself is a fraction."""
        return self.percent.denominator * 100

    def counted(self, facts: Facts, denominator: int) -> int:
        """percent / 100 × the fact."""
        value = facts[self.of]
        assert isinstance(value, Money)
        share = self.percent
        return value.amount_minor * share.numerator * (denominator // (share.denominator * 100))

    def words(self, currency: str) -> str:  # noqa: ARG002
        """The percentage and the fact."""
        return self.of if self.percent == 100 else f"{number_words(self.percent)} percent of {self.of}"


@dataclass(frozen=True, slots=True)
class PerUnit:
    """`each`, once for every `every` units of a number fact beyond the first `after`: for every completed (or
    started) such stretch, at most `most_times` times.
    """

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
        """The denominator of `each`."""
        return self.each.denominator

    def counted(self, facts: Facts, denominator: int) -> int:
        """times × each."""
        value = facts[self.of]
        assert isinstance(value, int | Decimal | Fraction)
        return self._times(value) * self.each.counted(facts, denominator)

    def _times(self, value: int | Decimal | Fraction) -> int:
        turns = (Fraction(value) - self.after) / self.every
        times = max(0, ceil(turns) if self.started else floor(turns))
        return times if self.most_times is None else min(times, self.most_times)

    def words(self, currency: str) -> str:
        """Each, every, after, at most."""
        turn = "started " if self.started else "" if self.every == 1 else "completed "
        every = "" if self.every == 1 else f"{number_words(self.every)} "
        text = f"{self.each.words(currency)} for each {turn}{every}of {self.of}"
        if self.after:
            text += f" after the first {number_words(self.after)}"
        return text if self.most_times is None else f"{text}, at most {self.most_times} times"


@dataclass(frozen=True, slots=True)
class Combined:
    """The maximum, the minimum or the sum of several amounts."""

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
    """An amount raised to at least `at_least`, then lowered to at most `at_most`."""

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
        """The bounded amount."""
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


class Rounding(Word):
    """The way in which an amount is rounded, once, at the end."""

    HALF_UP = "half_up", "To the nearest; a half goes up"
    UP = "up", "Up, whatever is left over"


def worth_minor(
    amount: Amount, facts: Facts, round_to_minor: int, rounding: Rounding = Rounding.HALF_UP
) -> int:
    """The value of an amount for these facts, in minor units, rounded once to a multiple of
    `round_to_minor`.
    """
    step = amount.denominator * round_to_minor
    if rounding is Rounding.UP:
        return -(-amount.counted(facts, amount.denominator) // step) * round_to_minor
    return (2 * amount.counted(facts, amount.denominator) + step) // (2 * step) * round_to_minor


def number_words(value: Fraction) -> str:
    """A number in words: 12.5, or a fraction such as 50/464 if its decimals never end."""
    places = 0
    while places < 6 and (value * 10**places).denominator != 1:
        places += 1
    if (value * 10**places).denominator != 1:
        return str(value)
    return str(Decimal(int(value * 10**places)).scaleb(-places))
