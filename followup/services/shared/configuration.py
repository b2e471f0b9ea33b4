"""The workspace's rules, read from its files: settings, policy, sequences, calendars."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from followup.domain.goodwill.budget import local_day
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.sequences.business_calendar import BusinessCalendar
from followup.domain.sequences.send_window import SendWindow
from followup.domain.sequences.sequence_file import load_sequences
from followup.errors import InvalidFile
from followup.services.shared import currencies
from followup.services.shared.public_holidays import holidays_of
from followup.settings import Settings, read_text
from followup.workspace import Workspace

if TYPE_CHECKING:
    from followup.domain.goodwill.policy.policy import Policy
    from followup.domain.sequences.sequence_file import Sequences
    from followup.mail.oauth.kept_log_in import KeptLogIns
    from followup.store.tables import Customer


@dataclass(frozen=True)
class Configuration:
    """The configuration files of a workspace. Each is read on first use. `clock` is for log-ins to mail
    servers alone, whose tokens expire; without one they are not used."""

    workspace: Workspace
    clock: Callable[[], datetime] | None = field(default=None, compare=False, repr=False)

    @property
    def log_ins(self) -> "KeptLogIns | None":
        """The log-ins to mail servers that are kept."""
        from followup.mail.oauth.kept_log_in import KeptLogIns

        return KeptLogIns(self.workspace.log_ins_dir, self.clock) if self.clock else None

    @property
    def settings(self) -> Settings:
        """The settings. Raises InvalidFile."""
        return self.workspace.settings

    @cached_property
    def _policies(self) -> "dict[str, Policy]":
        return {}

    def policy_in(self, currency: str) -> "Policy":
        """The policy of a currency. Raises InvalidFile, also if the currency is none of the workspace's, has
        no policy, or if its file is in another currency."""
        if currency not in self._policies:
            self._policies[currency] = self._read_policy(currency)
        return self._policies[currency]

    @property
    def main_policy(self) -> "Policy":
        """The policy of the main currency. Raises InvalidFile."""
        return self.policy_in(self.settings.currency)

    def no_policy(self, currency: str) -> InvalidFile:
        """The error for a currency whose policy file is missing."""
        return InvalidFile(
            f"There is no policy for {currency}: {self.workspace.policy_file_in(currency)} is missing.",
            hint=f"Make one from policy.toml: followup policy create --currency {currency}",
            code="no_policy_for_currency",
        )

    def _read_policy(self, currency: str) -> "Policy":
        if currency not in self.settings.all_currencies:
            raise InvalidFile(
                f"There is no policy for {currency}, in which this workspace does not count any more.",
                hint=currencies.how_to_add(self.settings, currency),
                code="currency_given_up",
            )
        path = self.workspace.policy_file_in(currency)
        if currency != self.settings.currency and not path.exists():
            raise self.no_policy(currency)
        policy = load_policy(read_text(path), str(path), self.settings.currency)
        if policy.currency != currency:
            whose = "the settings in" if currency == self.settings.currency else "its name says"
            raise InvalidFile(
                f"{path} counts in {policy.currency}, {whose} {currency}.",
                hint=f'Write currency = "{currency}" there, and amounts in it; or see the currencies in '
                "followup.toml.",
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
