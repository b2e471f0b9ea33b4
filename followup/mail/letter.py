"""What one email is about, as frozen values, and what comes of writing it.

Whoever fills a Letter gives values as they are stored; cleaning and formatting them for the customer's
locale is the renderer's work.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from followup.domain.case import Feeling, Responsibility, Severity
from followup.domain.gesture import GestureClass, GestureKind
from followup.domain.money import Money
from followup.domain.word import Word

_TITLE = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame|lord|lady|rev|herr|frau|m|mme|mlle|sr|sra)\.?",
    re.IGNORECASE,
)
_NAME_PARTS = re.compile(r"[^\s,]+")


class TemplateClass(Word):
    """What kind of email it is before the law."""

    SERVICE = "service", "About something that the customer bought or asked for"
    MARKETING = "marketing", "Also about a purchase to come: needs consent and a way to unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBusiness:
    """Who writes: the name that customers know, and where a reply goes."""

    name: str
    reply_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCustomer:
    """Who is written to. `locale` is a language tag such as en-GB; see `first_name_of`."""

    name: str
    locale: str
    first_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCase:
    """What happened.

    `what_happened` is a clause that can stand after "I am sorry that on 12 March", for instance "your order
    arrived later than we promised"; see `what_happened_for`. `promised` is what the customer was told to
    expect, for instance "a replacement by Friday".
    """

    ref: str
    reason: str
    what_happened: str
    occurred_on: date
    responsibility: Responsibility
    severity: Severity
    feeling: Feeling | None = None
    verbatim: str | None = None
    order: str | None = None
    order_value: Money | None = None
    promised: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterGesture:
    """What is offered. `settled_by` is the day by which the customer has it (the refund, the code, the call);
    without it the templates speak of working days."""

    kind: GestureKind
    gesture_class: GestureClass
    money: Money | None = None
    code: str | None = None
    expires_on: date | None = None
    settled_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAgent:
    """The person who signs."""

    name: str
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLinks:
    """Addresses on the web that are this customer's own."""

    unsubscribe: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRequest:
    """What a colleague is asked to decide, or told of. `ref` is that of the approval or the gesture,
    `needs` the role that may decide, `until` the last day for it."""

    colleague: str
    ref: str
    because: str | None = None
    needs: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything a template may speak of. `request` is there only in emails to colleagues."""

    business: LetterBusiness
    customer: LetterCustomer
    case: LetterCase
    agent: LetterAgent
    gesture: LetterGesture | None = None
    links: LetterLinks = field(default_factory=LetterLinks)
    request: LetterRequest | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A written email: `text` with "\\n" line ends, `html` a whole document.

    `locale_used` is the locale of the template that was taken; `fallback` says that it is in another language
    than the customer's. `template_class` is the template's own, or marketing for a discount on a future
    purchase.
    """

    subject: str
    text: str
    html: str
    template_class: TemplateClass
    locale_used: str
    fallback: bool


def what_happened_for(reason: str) -> str:
    """A clause for a reason without a better one: "late-delivery" makes "this went wrong: late delivery"."""
    return f"this went wrong: {' '.join(re.split(r'[-_ ]+', reason.strip()))}"


def first_name_of(name: str) -> str | None:
    """What to call somebody in a greeting: the first name where it is clear, else None.

    Titles are passed over only where a first name follows ("Dr Ana Ortiz"); "Ms Ortiz", "J. Smith" and names
    of companies are left whole by giving None.
    """
    family, comma, given = name.partition(",")
    parts = _NAME_PARTS.findall(given if comma and given.strip() else family)
    titled = bool(parts) and _TITLE.fullmatch(parts[0]) is not None
    if titled:
        parts = parts[1:]
    if not parts or (titled and len(parts) == 1):
        return None
    first: str = parts[0]
    is_initial = len(first.rstrip(".")) < 2 and first.isascii()
    if is_initial or any(letter.isdigit() for letter in name) or not first[0].isalpha():
        return None
    return first
