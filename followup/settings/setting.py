"""What the entry of a setting says: its type, its section, its meaning, and whether it is a secret."""

from dataclasses import field
from typing import Any, NamedTuple

from followup.domain.shared.word import Word
from followup.settings import kinds


class Section(Word):
    """A group of settings. Its meaning is the heading in lists of settings."""

    BUSINESS = "Your business", "Who you are, where you are, and in what you count."
    HOURS = "When customers are written to", "All times are those of the customer's own time zone."
    FREQUENCY = "How often", "This counts over all cases of a customer."
    GOODWILL = "Gestures", "How long what was asked for or given is kept open, and when it is there."
    ANSWERS = (
        "What comes back",
        "{token} in an address tells which case or email it is about. See: docs/inbound.md",
    )
    SERVERS = (
        "Where data and emails go",
        "Without these, data and emails are files here. See: docs/delivery.md, docs/postgresql.md",
    )
    PRIVACY = "What is kept, and secret", "See: docs/data-protection.md"
    REASONS = (
        "What happened, in words for the customer",
        "Where there is no phrase in the customer's language, emails speak of the day and what was bought.",
    )


class Secrecy(Word):
    """Whether a setting is a secret. Secrets are never shown, and not allowed in followup.toml."""

    NONE = "none", "It is no secret"
    PASSWORD = "password", "It may hold a password, and then only the environment may hold it"
    SECRET = "secret", "It is a secret as a whole, so only the environment may hold it"


class Setting(NamedTuple):
    """The entry of one setting. `example` is written as in followup.toml. With `is_listed`, a new workspace's
    followup.toml has the setting with its default; other settings are comments there.
    """

    name: str
    default: object
    kind: kinds.SettingKind
    section: Section
    meaning: str
    example: str
    secrecy: Secrecy
    is_listed: bool

    @property
    def variable(self) -> str | None:
        """The environment variable for it; VARIABLE_FILE can name a file that contains it."""
        return f"FOLLOWUP_{self.name.upper()}" if self.kind.in_environment else None


def setting(
    default: object,
    kind: kinds.SettingKind,
    section: Section,
    meaning: str,
    example: str,
    *,
    secrecy: Secrecy = Secrecy.NONE,
    is_listed: bool = False,
) -> Any:
    """A field of `Settings` with its entry. A default must be frozen, because all instances share it."""
    entry = {
        "default": default,
        "kind": kind,
        "section": section,
        "meaning": meaning,
        "example": example,
        "secrecy": secrecy,
        "is_listed": is_listed,
    }
    return field(default_factory=lambda: default, repr=secrecy is Secrecy.NONE, metadata=entry)
