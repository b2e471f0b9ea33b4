"""What is mutated, and by which tests a mutant has to be killed."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEAST_KILLED_PERCENT = 90


@dataclass(frozen=True, slots=True)
class Area:
    """Modules that are measured together, and the tests that are about them."""

    name: str
    modules: tuple[str, ...]
    """Patterns below followup/domain/."""
    tests: tuple[str, ...]
    """Files or folders below tests/unit/domain/."""
    without: tuple[str, ...] = ()
    """Tests among them that are left out, because each survivor would run them: their nodes in pytest."""

    def files(self) -> list[Path]:
        """The source files, in the order of their names."""
        found = {path for pattern in self.modules for path in (ROOT / "followup" / "domain").glob(pattern)}
        return sorted(path for path in found if path.name != "__init__.py")


AREAS = (
    Area("money", ("shared/money.py",), ("shared/test_money.py",)),
    Area(
        "budget",
        ("goodwill/budget.py",),
        ("goodwill/test_budget.py", "goodwill/test_budget_periods.py"),
    ),
    Area(
        "policy",
        ("goodwill/policy/*.py",),
        ("goodwill/policy",),
        # It takes longer than all others together, and asks only that nothing crashes.
        without=("goodwill/policy/test_any_policy.py::test_it_works_or_says_where_it_is_wrong",),
    ),
    Area(
        "calendar",
        ("sequences/business_calendar.py",),
        # Without test_business_calendar_clock_changes.py, which takes minutes where these take a second.
        ("sequences/test_business_calendar.py", "sequences/test_send_window.py"),
    ),
    Area("window", ("sequences/send_window.py",), ("sequences/test_send_window.py",)),
    Area("states", ("outbox/email_state.py",), ("outbox/test_email_state.py",)),
)
