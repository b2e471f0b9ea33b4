"""Loyalty points: what one is worth, and which amounts are a whole number of them."""

from dataclasses import dataclass
from fractions import Fraction

from followup.domain.shared.money import Money, decimals
from followup.domain.shared.toml_file import Table
from followup.errors import WrongUsage


@dataclass(frozen=True, slots=True)
class PointValue:
    """What one point is worth: `minor` in minor units of the policy's currency, which may be a fraction of
    one, as half a penny. Budgets draw whole minor units, so an amount is a multiple of `step_minor`.
    """

    minor: Fraction

    @property
    def step_minor(self) -> int:
        """The smallest amount, in minor units, that is a whole number of points."""
        return self.minor.numerator

    def points_in(self, amount_minor: int) -> int:
        """How many whole points an amount (minor units) is; a rest is left out."""
        return int(Fraction(amount_minor) / self.minor)

    def rounded_up(self, amount_minor: int) -> int:
        """The smallest amount that is a whole number of points and not less than this one."""
        return -(-amount_minor // self.step_minor) * self.step_minor

    def rounded_down(self, amount_minor: int) -> int:
        """The greatest amount that is a whole number of points and not more than this one."""
        return amount_minor // self.step_minor * self.step_minor

    def require_whole(self, amount: Money) -> None:
        """Raise WrongUsage if an amount is no whole number of points."""
        down, up = self.rounded_down(amount.amount_minor), self.rounded_up(amount.amount_minor)
        if down == up:
            return
        near = " or ".join(Money(minor, amount.currency).text for minor in (down, up) if minor)
        raise WrongUsage(
            f"{amount} is no whole number of points.", hint=f"Choose {near}.", code="no_whole_points"
        )


def no_point_value() -> WrongUsage:
    """The error for points where the policy does not say what one is worth."""
    return WrongUsage(
        "The policy does not say what a point is worth.",
        hint='Whoever keeps policy.toml writes it at the top: point_value = "0.01"',
        code="no_point_value",
    )


def read_point_value(top: Table, currency: str) -> PointValue | None:
    """The value of a point of a policy file; None if it has none, or one that cannot be used."""
    written = top.text("point_value")
    if not written:
        return None
    try:
        value = Fraction(written.strip())
    except (ValueError, ZeroDivisionError):
        value = Fraction(0)
    if value <= 0 or "/" in written:
        top.refuse(
            "point_value", f"{written!r} is no value of a point.", 'Write an amount: point_value = "0.01".'
        )
        return None
    return PointValue(value * 10 ** decimals(currency))
