"""The result of a tick of the daemon."""

from dataclasses import dataclass, field

from typing_extensions import TypedDict

from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.reason import Reason


class DeliveredEmailDocument(TypedDict):
    """The outcome of one email. Without `case` it is a report."""

    email: str
    case: str | None
    step: int
    state: str
    reason: str | None
    reason_code: str | None


class TickDocument(TypedDict):
    """The result of a tick. `unreachable` says why the mail server took nothing, if so."""

    claimed: int
    sent: int
    deferred: int
    skipped: int
    failed: int
    in_doubt: int
    retried: int
    unreachable: str | None
    emails: list[DeliveredEmailDocument]


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one email, for the log: its reference and state, never an address. Without `case` it is
    a report."""

    email: str
    case: str | None
    step: int
    state: EmailState
    why: Reason[EmailReason] | None = None

    @property
    def reason(self) -> str | None:
        """The reason as a sentence for people."""
        return None if self.why is None else self.why.text

    @property
    def about(self) -> str:
        """A short description of the email, such as "C-0012 step 1"."""
        return "report" if self.case is None else f"{self.case} step {self.step}"


@dataclass(slots=True)
class TickResult:
    """The result of a tick. `unreachable` says why the mail server took nothing, if so. `more_to_do` says
    that the tick stopped at its time limit and due emails are left."""

    claimed: int = 0
    sent: int = 0
    deferred: int = 0
    skipped: int = 0
    failed: int = 0
    in_doubt: int = 0
    retried: int = 0
    unreachable: str | None = None
    more_to_do: bool = False
    reports: list[Report] = field(default_factory=list)

    def count(self, report: Report) -> None:
        """Add the outcome of one email."""
        self.reports.append(report)
        if report.state is EmailState.SCHEDULED:
            self.retried += 1
        elif report.state is not EmailState.CANCELLED:
            setattr(self, report.state.value, getattr(self, report.state.value) + 1)

    def add(self, other: "TickResult") -> None:
        """Add the result of another tick."""
        for name in ("claimed", "sent", "deferred", "skipped", "failed", "in_doubt", "retried"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.unreachable = other.unreachable or self.unreachable
        self.more_to_do = other.more_to_do
        self.reports += other.reports

    def to_document(self) -> TickDocument:
        """The JSON document of `daemon tick`."""
        return {
            "claimed": self.claimed,
            "sent": self.sent,
            "deferred": self.deferred,
            "skipped": self.skipped,
            "failed": self.failed,
            "in_doubt": self.in_doubt,
            "retried": self.retried,
            "unreachable": self.unreachable,
            "emails": [
                {
                    "email": report.email,
                    "case": report.case,
                    "step": report.step,
                    "state": report.state.value,
                    "reason": report.reason,
                    "reason_code": report.why.code.value if report.why else None,
                }
                for report in self.reports
            ],
        }
