"""The table of settings: each is a field of `Settings`, whose entry has everything said about it anywhere.

Reading and checking (`reading.py`), `followup doctor`, the followup.toml of a new workspace and
docs/settings.md are made from it. To add a setting, add its field here and run `make docs`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import time
from types import MappingProxyType

from followup.domain.letters.reason_phrases import ReasonPhrases
from followup.domain.letters.thing import Thing
from followup.domain.outbox.notification import NotifyOwners
from followup.domain.sequences.closed_days import ClosedDays
from followup.domain.sequences.send_window import TimesOfDay
from followup.domain.shared.word import listed
from followup.settings import kinds
from followup.settings.kinds import OWN_LANGUAGE, OnDoubt
from followup.settings.setting import Secrecy, Section, Setting, setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a workspace. Secrets are left out of the representation."""

    business: str = setting(
        "Our shop",
        kinds.TEXT,
        Section.BUSINESS,
        "The name that customers know you by.",
        '"Harbour Books"',
        is_listed=True,
    )
    sender: str = setting(
        "Customer care <care@localhost.example>",
        kinds.SENDER,
        Section.BUSINESS,
        "Who emails come from. {agent} in the name puts in whoever signs the email.",
        '"{agent} at Harbour Books <care@harbour.example>"',
        is_listed=True,
    )
    currency: str = setting(
        "GBP",
        kinds.CURRENCY,
        Section.BUSINESS,
        "The main currency: of policy.toml, of customers' values, and where nobody names another.",
        '"EUR"',
        is_listed=True,
    )
    currencies: tuple[str, ...] = setting(
        (),
        kinds.CURRENCIES,
        Section.BUSINESS,
        "All currencies of orders. Each but the main one has a policy of its own, as policy.EUR.toml, and "
        "budgets of its own. See: docs/currencies.md",
        '["GBP", "EUR"]',
    )
    timezone: str = setting(
        "Europe/London",
        kinds.TIMEZONE,
        Section.BUSINESS,
        "Your time zone, and that of customers whose own is not known.",
        '"Europe/Paris"',
        is_listed=True,
    )
    country: str = setting(
        "GB",
        kinds.COUNTRY,
        Section.BUSINESS,
        "Whose public holidays count, unless the customer has a region.",
        '"FR"',
        is_listed=True,
    )
    locale: str = setting(
        "en-GB",
        kinds.LOCALE,
        Section.BUSINESS,
        "The language of emails, and how they write days and amounts, unless the customer has another.",
        '"fr-FR"',
        is_listed=True,
    )
    thing: Thing = setting(  # noqa: RUF009
        Thing.ORDER,
        kinds.THING,
        Section.BUSINESS,
        f"What customers buy from you, as emails call it: {listed(Thing.values(), 'or')}.",
        '"booking"',
        is_listed=True,
    )
    things: Mapping[str, Thing] = setting(
        MappingProxyType({}),
        kinds.THINGS,
        Section.BUSINESS,
        "What it is in cases of a reason, where that differs.",
        '{ missed-appointment = "appointment" }',
    )
    send_window: tuple[time, time] = setting(
        (time(9), time(18)),
        kinds.SEND_WINDOW,
        Section.HOURS,
        "Opening and closing time. What falls due outside waits until it opens.",
        '"08:30-20:00"',
        is_listed=True,
    )
    send_days: frozenset[int] = setting(
        frozenset(range(5)),
        kinds.SEND_DAYS,
        Section.HOURS,
        "Your business days, as far as they are no holidays.",
        '["mon", "tue", "wed", "thu", "fri", "sat"]',
        is_listed=True,
    )
    quiet_hours: tuple[TimesOfDay, ...] = setting(
        (),
        kinds.QUIET_HOURS,
        Section.HOURS,
        "Not at these times; what falls due then waits until they end.",
        '["12:30-13:30"]',
    )
    closed_days: ClosedDays = setting(  # noqa: RUF009
        ClosedDays(),
        kinds.CLOSED_DAYS,
        Section.HOURS,
        "Your own holidays, once or every year; they are no business days.",
        '["2026-12-24", "12-31"]',
    )
    grace_minutes: int = setting(
        15,
        kinds.GRACE_MINUTES,
        Section.HOURS,
        "So long after a case is logged no email of it goes out, and `case undo` takes it back.",
        "0",
    )
    most_emails: int = setting(
        3,
        kinds.whole_number("emails"),
        Section.FREQUENCY,
        "A customer gets at most so many emails …",
        "2",
        is_listed=True,
    )
    most_emails_days: int = setting(
        14, kinds.whole_number("days"), Section.FREQUENCY, "… within so many days.", "30", is_listed=True
    )
    least_gap_hours: int = setting(
        24,
        kinds.whole_number("hours"),
        Section.FREQUENCY,
        "So many hours a customer is left in peace after each.",
        "48",
        is_listed=True,
    )
    settled_business_days: Mapping[str, int] = setting(
        kinds.SETTLED_BUSINESS_DAYS,
        kinds.SETTLED,
        Section.GOODWILL,
        "By when emails promise that it is there, in business days from the day it is given.",
        "{ refund = 3 }",
        is_listed=True,
    )
    approval_business_days: int = setting(
        2,
        kinds.whole_number("days"),
        Section.GOODWILL,
        "For so many business days a request waits for approval; then it expires.",
        "3",
    )
    hold_business_days: int = setting(
        5,
        kinds.whole_number("days"),
        Section.GOODWILL,
        "For so many business days a gesture that is not issued yet keeps its money; then it ends.",
        "10",
    )
    repeat_days: int = setting(
        14,
        kinds.whole_number("days"),
        Section.GOODWILL,
        "For so many days a new case of the same customer and reason may be one that is logged already.",
        "30",
    )
    goodwill_days: int = setting(
        10,
        kinds.whole_number("days"),
        Section.GOODWILL,
        "So many days after a case is logged its first email may bring goodwill; later it is held.",
        "7",
    )
    voucher_valid_days: int = setting(
        365,
        kinds.whole_number("days"),
        Section.GOODWILL,
        "So many days a new voucher can be used.",
        "180",
    )
    goodwill_without_budget: bool = setting(
        False,
        kinds.YES_NO,
        Section.GOODWILL,
        "Goodwill with money may be given where there are budgets and none covers it.",
        "true",
    )
    unsubscribe_url: str | None = setting(
        None,
        kinds.UNSUBSCRIBE_URL,
        Section.ANSWERS,
        "Where one click stops emails that offer a discount, beside answering them; ?token=… is added to it. "
        "Your page then calls: followup suppression add --token …",
        '"https://shop.example/stop"',
    )
    reply_to: str | None = setting(
        None,
        kinds.mailbox("Ana <ana+{token}@harbour.example>"),
        Section.ANSWERS,
        "Where answers go, if not to the sender.",
        '"Care <care+{token}@shop.example>"',
    )
    bounce_to: str | None = setting(
        None,
        kinds.mailbox("bounces+{token}@harbour.example"),
        Section.ANSWERS,
        "Where mail servers say that an email could not be delivered, if not to the sender.",
        '"bounces+{token}@shop.example"',
    )
    inbound_url: str | None = setting(
        None,
        kinds.INBOUND_URL,
        Section.ANSWERS,
        f"The mailbox to read: {kinds.MAILBOX_URLS}.",
        '"imaps://care@imap.shop.example/INBOX"',
        secrecy=Secrecy.PASSWORD,
    )
    inbound_password_command: str | None = setting(
        None,
        kinds.password_command("pass show imap"),
        Section.ANSWERS,
        "Prints the password or token of the user in inbound_url.",
        '"pass show imap/care"',
    )
    out_of_office_days: int = setting(
        3,
        kinds.whole_number("days"),
        Section.ANSWERS,
        "How long emails wait when a program answers that somebody is away.",
        "7",
    )
    mailbox_patience_hours: int = setting(
        2,
        kinds.whole_number("hours"),
        Section.ANSWERS,
        "While the mailbox cannot be read for longer, follow-ups wait: nobody knows who has answered.",
        "4",
    )
    notify_owners: NotifyOwners = setting(  # noqa: RUF009
        NotifyOwners.AT_ONCE,
        kinds.NOTIFY_OWNERS,
        Section.ANSWERS,
        "When the owner of a case hears by email of an answer, or of an email that did not arrive.",
        '"daily"',
    )
    soft_bounces: int = setting(
        5,
        kinds.whole_number("bounces"),
        Section.ANSWERS,
        "After so many emails that came back for now …",
        "3",
    )
    soft_bounce_days: int = setting(
        30,
        kinds.whole_number("days"),
        Section.ANSWERS,
        "… within so many days, an address is written to no more.",
        "60",
    )
    database_url: str | None = setting(
        None,
        kinds.DATABASE_URL,
        Section.SERVERS,
        "The database, if not a SQLite file in db/.",
        '"postgresql://followup@localhost/followup"',
        secrecy=Secrecy.PASSWORD,
    )
    lock_wait_seconds: int = setting(
        60,
        kinds.whole_number("seconds"),
        Section.SERVERS,
        "How long a command waits for another one that changes the database.",
        "10",
    )
    smtp_url: str | None = setting(
        None,
        kinds.SMTP_URL,
        Section.SERVERS,
        "The mail server that emails are handed to.",
        '"smtp://mail.example:587"',
        secrecy=Secrecy.PASSWORD,
    )
    smtp_password_command: str | None = setting(
        None,
        kinds.password_command("pass show smtp"),
        Section.SERVERS,
        "Prints the password or token of the user in smtp_url.",
        '"pass show smtp/care"',
    )
    oauth_client_id: str | None = setting(
        None,
        kinds.TEXT,
        Section.SERVERS,
        "The application that you registered with Microsoft or Google. For: followup mail login",
        '"11112222-bbbb-3333-cccc-4444dddd5555"',
    )
    oauth_client_secret: str | None = setting(
        None,
        kinds.TEXT,
        Section.SERVERS,
        "Its secret, if it has one: Google gives one to each application.",
        '"…"',
        secrecy=Secrecy.SECRET,
    )
    oauth_issuer: str | None = setting(
        None,
        kinds.OAUTH_ISSUER,
        Section.SERVERS,
        "Where the log-in is, if not at the provider's usual place: for an application of one organisation, "
        "with its tenant.",
        '"https://login.microsoftonline.com/YOUR-TENANT/v2.0"',
    )
    smtp_connections: int = setting(
        4, kinds.SMTP_CONNECTIONS, Section.SERVERS, "So many connections to the mail server at once.", "8"
    )
    smtp_emails_per_minute: int | None = setting(
        None,
        kinds.SMTP_EMAILS_PER_MINUTE,
        Section.SERVERS,
        "No more emails a minute than this, where the mail server allows no more.",
        "30",
    )
    dkim_selectors: tuple[str, ...] = setting(
        (),
        kinds.DKIM_SELECTORS,
        Section.SERVERS,
        "Where your DKIM keys are published: the s= of DKIM-Signature in an email of yours. "
        "For: followup doctor --domain",
        '["mail2026"]',
    )
    rehearsal: bool = setting(
        False,
        kinds.YES_NO,
        Section.SERVERS,
        "The mail server is one for tests on this machine, so the daemon may be told another time: --at.",
        "true",
    )
    mail_to_files: bool = setting(
        False,
        kinds.YES_NO,
        Section.SERVERS,
        "Emails are written to files where no mail server is set, although they went to one before.",
        "true",
    )
    on_doubt: OnDoubt = setting(  # noqa: RUF009
        OnDoubt.HOLD,
        kinds.ON_DOUBT,
        Section.SERVERS,
        "An email of which nobody knows whether it went out is held for a person, or sent again.",
        '"resend"',
    )
    retention_days: int | None = setting(
        None,
        kinds.RETENTION_DAYS,
        Section.PRIVACY,
        "Whoever has had nothing open for so many days is erased.",
        "1095",
    )
    secret_key: str | None = setting(
        None,
        kinds.TEXT,
        Section.PRIVACY,
        "What voucher codes and tokens are made with, if not db/secret.key: 32 characters or more.",
        '"…"',
        secrecy=Secrecy.SECRET,
    )
    reasons: Mapping[str, Mapping[str, ReasonPhrases]] = setting(
        MappingProxyType({}),
        kinds.REASONS,
        Section.REASONS,
        "What happened, as a clause by the word for it, in a table for each language; it may name facts.",
        '{ en = { late-delivery = "your delivery arrived later than we promised" } }',
        is_listed=True,
    )

    @property
    def sends_real_mail(self) -> bool:
        """Whether emails leave this machine: an SMTP server is set, and it is not a rehearsal."""
        return self.smtp_url is not None and not self.rehearsal

    @property
    def known_reasons(self) -> tuple[str, ...]:
        """All reasons that have a phrase in some language."""
        return tuple(dict.fromkeys(reason for phrases in self.reasons.values() for reason in phrases))

    @property
    def all_currencies(self) -> tuple[str, ...]:
        """The currencies that cases may have, the main one first."""
        return tuple(dict.fromkeys((self.currency, *self.currencies)))

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of settings that differ from their defaults, in the order of the table."""
        return tuple(one.name for one in SETTINGS.values() if getattr(self, one.name) != one.default)

    def thing_of(self, reason: str) -> Thing:
        """What was bought in the cases of a reason."""
        return self.things.get(reason, self.thing)

    @property
    def facts_told(self) -> tuple[str, ...]:
        """The names of all facts that the phrases for reasons name."""
        every = (phrases for table in self.reasons.values() for phrases in table.values())
        return tuple(dict.fromkeys(name for phrases in every for name in phrases.facts))

    def reason_phrases(self, reason: str, language: str) -> ReasonPhrases | None:
        """The phrases for a reason, clauses about what happened, in a language such as "de" (or that of a
        locale such as "de-AT"); None if there are none. Phrases without a language are in that of the
        workspace's locale.
        """
        wanted = language.partition("-")[0].lower()
        tables = [wanted, *([OWN_LANGUAGE] if wanted == self.locale.partition("-")[0].lower() else [])]
        found = (self.reasons[table].get(reason) for table in tables if table in self.reasons)
        return next((phrases for phrases in found if phrases), None)

    def reason_phrase(self, reason: str, language: str) -> str | None:
        """The phrase for a reason that was our doing and of which nothing more is known."""
        phrases = self.reason_phrases(reason, language)
        return phrases.plain if phrases else None


def _entries() -> Iterator[Setting]:
    for item in fields(Settings):
        yield Setting(name=item.name, **item.metadata)


SETTINGS: Mapping[str, Setting] = MappingProxyType({entry.name: entry for entry in _entries()})
"""All settings by name, in the order of the table."""
