"""The amount algebra of a policy: a small closed set of forms, exact until it is rounded once, at the end.

Every form gives exact minor units from the facts of a case, says which facts it needs, and reads aloud.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Protocol

from followup.domain.facts import FactSpec, FactValue
from followup.domain.money import Money, round_half_up

Facts = Mapping[str, FactValue]
Exact = int | Fraction


class Amount(Protocol):
    """An amount that can be worked out."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the facts it is worked out from."""
        ...

    def exact(self, facts: Facts) -> Exact:
        """Minor units, not rounded. Every fact of `needs` is there."""
        ...

    def limits(self, specs: Mapping[str, FactSpec]) -> tuple[Exact, Exact | None]:
        """The least and the most it can come to with facts within their bounds; None without end."""
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

    def exact(self, facts: Facts) -> Exact:  # noqa: ARG002 - one interface for all forms
        """The amount."""
        return self.amount_minor

    def limits(self, specs: Mapping[str, FactSpec]) -> tuple[Exact, Exact | None]:  # noqa: ARG002
        """The amount, twice."""
        return self.amount_minor, self.amount_minor

    def words(self, currency: str) -> str:
        """The amount."""
        return str(Money(self.amount_minor, currency))


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage of a money fact; 100 percent is the fact itself."""

    percent: Fraction
    of: str

    @property
    def needs(self) -> tuple[str, ...]:
        """The money fact."""
        return (self.of,)

    def exact(self, facts: Facts) -> Exact:
        """percent / 100 × the fact."""
        value = facts[self.of]
        assert isinstance(value, Money)
        return self.percent * value.amount_minor / 100

    def limits(self, specs: Mapping[str, FactSpec]) -> tuple[Exact, Exact | None]:
        """The same share of the fact's own bounds."""
        low, high = _fact_limits(specs[self.of])
        return self.percent * low / 100, None if high is None else self.percent * high / 100

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

    def exact(self, facts: Facts) -> Exact:
        """times × each."""
        value = facts[self.of]
        assert isinstance(value, int | Decimal)
        return self._times(value) * self.each.exact(facts)

    def _times(self, value: int | Decimal) -> int:
        turns = (Fraction(value) - self.after) / self.every
        times = max(0, ceil(turns) if self.started else floor(turns))
        return times if self.most_times is None else min(times, self.most_times)

    def limits(self, specs: Mapping[str, FactSpec]) -> tuple[Exact, Exact | None]:
        """From the bounds of the number fact, and the most times."""
        least, most = specs[self.of].minimum, specs[self.of].maximum
        low, high = self.each.limits(specs)
        fewest = self._times(least) if isinstance(least, int | Decimal) else 0
        times = self._times(most) if isinstance(most, int | Decimal) else self.most_times
        return fewest * low, None if times is None or high is None else times * high

    def words(self, currency: str) -> str:
        """Each, every, after, at most."""
        turn = "started" if self.started else "completed"
        every = "" if self.every == 1 else f"{_number(self.every)} "
        text = f"{self.each.words(currency)} for each {turn} {every}of {self.of}"
        if self.after:
            text += f" after the first {_number(self.after)}"
        return text if self.most_times is None else f"{text}, at most {self.most_times} times"


@dataclass(frozen=True, slots=True)
class Combined:
    """The most, the least or the sum of several amounts."""

    how: str
    parts: tuple[Amount, ...]

    @property
    def needs(self) -> tuple[str, ...]:
        """What the parts need."""
        return tuple(dict.fromkeys(name for part in self.parts for name in part.needs))

    def exact(self, facts: Facts) -> Exact:
        """max, min or sum of the parts."""
        return _combine(self.how, [part.exact(facts) for part in self.parts])

    def limits(self, specs: Mapping[str, FactSpec]) -> tuple[Exact, Exact | None]:
        """The combination of the parts' own."""
        pairs = [part.limits(specs) for part in self.parts]
        low = _combine(self.how, [low for low, _ in pairs])
        highs = [high for _, high in pairs if high is not None]
        without_end = not highs if self.how == "min_of" else len(highs) < len(pairs)
        return low, None if without_end else _combine(self.how, highs)

    def words(self, currency: str) -> str:
        """The parts with the combination before them."""
        parts = [part.words(currency) for part in self.parts]
        return f"the {_COMBINE_WORDS[self.how]} of {'; '.join(parts)}"


def _combine(how: str, values: list[Exact]) -> Exact:
    if how == "sum_of":
        return sum(values)
    return max(values) if how == "max_of" else min(values)


_COMBINE_WORDS = {"max_of": "largest", "min_of": "smallest", "sum_of": "sum"}


@dataclass(frozen=True, slots=True)
class Bounded:
    """An amount that is raised to `at_least` and then lowered to `at_most`."""

    inner: Amount
    at_least: Amount | None = None
    at_most: Amount | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """What the amount and its bounds need."""
        parts = (self.inner, self.at_least, self.at_most)
        return tuple(dict.fromkeys(name for part in parts if part is not None for name in part.needs))

    def exact(self, facts: Facts) -> Exact:
        """The amount within its bounds."""
        value = self.inner.exact(facts)
        if self.at_least is not None:
            value = max(value, self.at_least.exact(facts))
        return value if self.at_most is None else min(value, self.at_most.exact(facts))

    def limits(self, specs: Mapping[str, FactSpec]) -> tuple[Exact, Exact | None]:
        """The amount's own limits within the bounds' limits."""
        low, high = self.inner.limits(specs)
        if self.at_least is not None:
            least, most = self.at_least.limits(specs)
            low = max(low, least)
            high = None if high is None or most is None else max(high, most)
        if self.at_most is not None:
            least, most = self.at_most.limits(specs)
            low = min(low, least)
            high = most if high is None else high if most is None else min(high, most)
        return low, high

    def words(self, currency: str) -> str:
        """The amount and its bounds."""
        text = self.inner.words(currency)
        if self.at_least is not None:
            text += f", at least {self.at_least.words(currency)}"
        return text if self.at_most is None else f"{text}, at most {self.at_most.words(currency)}"


@dataclass(frozen=True, slots=True)
class Range:
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


def rounded_minor(exact: Exact, round_to_minor: int) -> int:
    """Round exact minor units half up to the nearest multiple of `round_to_minor`."""
    if isinstance(exact, int) and round_to_minor == 1:
        return exact
    return round_half_up(Fraction(exact) / round_to_minor) * round_to_minor


def _fact_limits(spec: FactSpec) -> tuple[int, int | None]:
    low = spec.minimum.amount_minor if isinstance(spec.minimum, Money) else 0
    return low, spec.maximum.amount_minor if isinstance(spec.maximum, Money) else None


def _number(value: Fraction) -> str:
    """A number as people write it: 12.5, or 50/464 where decimals never end."""
    places = 0
    while places < 6 and (value * 10**places).denominator != 1:
        places += 1
    if (value * 10**places).denominator != 1:
        return str(value)
    return str(Decimal(int(value * 10**places)).scaleb(-places))
