"""Alarms: what keeps us from being heard, or customers from being answered, until a person mends it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from followup.domain.shared.reason import Reason, ReasonCode
from followup.errors import Refused, Unreachable


class AlarmCode(ReasonCode):
    """What is wrong. `hint` says what to do; `exit_code` is that of `daemon status` while it lasts."""

    hint: str
    exit_code: int

    RELAY_REFUSES = (
        "relay_refuses",
        "A mail server refuses everything that we send",
        "the mail server refuses everything that we send: {relay}: {detail}",
        (
            "Mend the account or the sender (followup doctor). An email tries again after each pause; "
            'to send at once: followup daemon resume --because "…"'
        ),
        Unreachable.exit_code,
    )
    SENDER_REFUSED = (
        "sender_refused",
        "Many emails come back because of our address, our domain or our server",
        "many emails come back for our sake, so those to customers are held back: {detail}",
        (
            "Mend the sender (followup doctor). Single emails try again meanwhile; to send all: "
            'followup daemon resume --because "…"; those that came back: '
            "followup outbox retry --all --reason sender --dry-run"
        ),
        Unreachable.exit_code,
    )
    MAILBOX_UNREAD = (
        "mailbox_unread",
        "The mailbox cannot be read",
        "the mailbox cannot be read, so answers are not seen and follow-ups wait: {detail}",
        "Mend it, then try: followup inbound poll --dry-run",
        Unreachable.exit_code,
    )
    LOG_IN_ENDED = (
        "log_in_ended",
        "Somebody has to log in to a mail server again",
        "somebody has to log in to the mail server again: {detail}",
        "Do it here: followup mail login microsoft, or google",
        Unreachable.exit_code,
    )
    FIRST_FAILED = (
        "first_failed",
        "First emails failed, so the customers have heard nothing",
        "{counted} failed, so as many customers have heard nothing",
        "See why: followup outbox list --state failed. Then: followup outbox retry --all --dry-run",
        Refused.exit_code,
    )
    BOUNCES_RISING = (
        "bounces_rising",
        "More emails come back than mail providers put up with",
        "{returned} of {sent} emails of the last {days} days came back",
        "See why: followup inbound list --kind bounce. Correct addresses when a case is logged.",
        Refused.exit_code,
    )
    ANSWERS_UNREAD = (
        "answers_unread",
        "Customers have waited for an answer for more than a business day",
        "{counted} waited for an answer for more than a business day",
        "See who: followup case list --needs-person",
        Refused.exit_code,
    )

    def __new__(cls, value: str, meaning: str, sentence: str, hint: str, exit_code: int) -> Self:
        """Create a member from its word, its meaning, its sentence, its hint and its exit code."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.sentence = sentence
        member.hint = hint
        member.exit_code = exit_code
        return member

    def shown(self, values: dict[str, Any], detail: str | None) -> dict[str, Any]:
        """The values of the sentence as people read them: what was counted, in the right number."""
        del detail
        number, is_one = values.get("number", 0), values.get("number") == 1
        if self is AlarmCode.FIRST_FAILED:
            return {**values, "counted": f"{number} first email{'' if is_one else 's'} of open cases"}
        if self is AlarmCode.ANSWERS_UNREAD:
            return {**values, "counted": f"{number} {'customer has' if is_one else 'customers have'}"}
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One alarm. `about` tells alarms with one code apart, such as the name of a mail server; `since` is when
    it began, None if that is not known yet."""

    why: Reason[AlarmCode]
    about: str = ""
    since: datetime | None = None

    @property
    def code(self) -> AlarmCode:
        """What is wrong."""
        return self.why.code

    @property
    def text(self) -> str:
        """The alarm for people, as a sentence without its full stop."""
        said = self.why.text.rstrip(".")
        return said[:1].upper() + said[1:]
