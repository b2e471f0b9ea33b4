"""The workspace's rules, read from its files: settings, policy, sequences, calendars."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from followup.domain.goodwill.budget import local_day
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.sequences.business_calendar import BusinessCalendar
from followup.domain.sequences.send_window import SendWindow
from followup.domain.sequences.sequence_file import load_sequences
from followup.errors import InvalidFile
from followup.services.shared.public_holidays import holidays_of
from followup.settings import Settings, read_text
from followup.workspace import Workspace

if TYPE_CHECKING:
    from followup.domain.goodwill.policy.policy import Policy
    from followup.domain.sequences.sequence_file import Sequences
    from followup.store.tables import Customer


@dataclass(frozen=True)
class Configuration:
    """The configuration files of a workspace. Each is read on first use."""

    workspace: Workspace

    @property
    def settings(self) -> Settings:
        """The settings. Raises InvalidFile."""
        return self.workspace.settings

    @cached_property
    def policy(self) -> "Policy":
        """The policy. Raises InvalidFile, also if its currency differs from the workspace's."""
        path = self.workspace.policy_file
        policy = load_policy(read_text(path), str(path))
        if policy.currency != self.settings.currency:
            raise InvalidFile(
                f"{path} counts in {policy.currency}, the settings in {self.settings.currency}.",
                hint="Make them the same: cases, gestures and budgets are counted in one currency.",
                code="policy_in_other_currency",
            )
        return policy

    @cached_property
    def sequences(self) -> "Sequences":
        """The sequences. Raises InvalidFile."""
        path = self.workspace.sequences_file
        return load_sequences(read_text(path), str(path))

    def today(self, now: datetime) -> date:
        """The calendar day of `now` in the workspace's time zone."""
        return local_day(now, self.settings.timezone)

    def holidays(self, region: str) -> Callable[[date], bool]:
        """A function that tells whether a day is a public holiday in a region."""
        return holidays_of(region, self.workspace.root / "db" / "holidays")

    def calendar(self, customer: "Customer | None" = None) -> BusinessCalendar:
        """The hours in which a customer may be written to; without a customer, the workspace's business
        hours.

        Quiet hours apply to customers only; colleagues are written to throughout the send window."""
        settings = self.settings
        public = self.holidays(customer.region if customer else settings.country)
        quiet = settings.quiet_hours if customer else ()
        return BusinessCalendar(
            timezone=customer.timezone if customer else settings.timezone,
            window=SendWindow(*settings.send_window, settings.send_days, quiet),
            is_holiday=lambda day: day in settings.closed_days or public(day),
        )
