"""What one email is about, as frozen values, and what comes of writing it.

Whoever fills a Letter gives values as they are stored; cleaning and formatting them for the customer's
locale is the renderer's work.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.shared.money import Money
from followup.domain.shared.word import Word
from followup.mail.languages import languages, one_of

_COMPANY = re.compile(
    r"(?:ag|bv|co|company|corp|gmbh|group|inc|kg|llc|llp|ltd|limited|nv|plc|s\.?a|s\.?l|sarl|srl|sons)\.?",
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

    `what_happened` is a clause that can stand after "I am sorry that", for instance "your order arrived later
    than we promised"; None where there is none for the reason in the reader's language. `promised` is what
    was promised in the agent's words, for instance "a replacement by Friday" or "We'll call on Friday".
    `told` is what the agent wants the customer to know, and `done` what was done about it, each a sentence.
    `facts` are those of the case by their names; templates know two of them, item and place.
    """

    ref: str
    reason: str
    occurred_on: date
    responsibility: Responsibility
    severity: Severity
    what_happened: str | None = None
    feeling: Feeling | None = None
    verbatim: str | None = None
    order: str | None = None
    order_value: Money | None = None
    promised: str | None = None
    told: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterGesture:
    """What is offered. `settled_by` is the day by which the customer has it (the refund, the code, the call);
    without it the templates speak of working days. `left` is what a voucher can still pay."""

    kind: GestureKind
    gesture_class: GestureClass
    money: Money | None = None
    code: str | None = None
    expires_on: date | None = None
    settled_by: date | None = None
    left: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAgent:
    """The person who signs."""

    name: str
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLinks:
    """Links that are this customer's own: to stop emails, and to answer with a click that all is well, or
    not yet."""

    unsubscribe: str | None = None
    made_right: str | None = None
    not_yet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRequest:
    """What a colleague is asked to decide, or told of. `ref` is that of the approval or the gesture,
    `needs` the role that may decide, `until` the last day for it. In an email to the customer who waits for
    it, `colleague` is None where several may decide."""

    colleague: str | None
    ref: str
    because: str | None = None
    needs: str | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything a template may speak of. `request` is there only where a colleague has to decide.

    `wording` says which of several wordings is written, see vary.py: it begins with a number of the
    customer's own and goes up by one with each further series to them. `written_on` is the customer's day on
    which it is written.
    """

    business: LetterBusiness
    customer: LetterCustomer
    case: LetterCase
    agent: LetterAgent
    gesture: LetterGesture | None = None
    links: LetterLinks = field(default_factory=LetterLinks)
    request: LetterRequest | None = None
    wording: int = 0
    written_on: date | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """A written email: `text` with "\\n" line ends, `html` a whole document.

    `locale_used` is the locale of the template that was taken; `fallback` says that it is in another language
    than the customer's. `template_class` is the template's own, or marketing where the text speaks of a
    discount on a future purchase.
    """

    subject: str
    text: str
    html: str
    template_class: TemplateClass
    locale_used: str
    fallback: bool


def first_name_of(name: str) -> str | None:
    """What to call somebody in a greeting: the first name where it is clear, else None.

    Titles are passed over only where a first name follows ("Dr Ana Ortiz"); "Ms Ortiz", "J. Smith" and names
    of companies are left whole by giving None. A name in capitals or small letters alone, as some systems
    keep them, is written as people write it.
    """
    family, comma, given = name.partition(",")
    parts = _NAME_PARTS.findall(given if comma and given.strip() else family)
    whole = len(parts)
    while parts and _titles().fullmatch(parts[0]):
        parts = parts[1:]
    titled = len(parts) < whole
    if not parts or (titled and len(parts) == 1):
        return None
    first: str = parts[0]
    is_initial = len(first.rstrip(".")) < 2 and first.isascii()
    is_company = any(_COMPANY.fullmatch(part) for part in _NAME_PARTS.findall(name))
    if is_initial or is_company or any(letter.isdigit() for letter in name) or not first[0].isalpha():
        return None
    return first.title() if len(first) > 2 and (first.isupper() or first.islower()) else first


@cache
def _titles() -> re.Pattern[str]:
    known = (title for language in languages().values() for title in language.name_titles)
    return re.compile(rf"{one_of(known)}\.?", re.IGNORECASE)


def greeting_name_of(customer: LetterCustomer, language: str) -> str:
    """What stands after "Hello": in English the first name where it is clear. In most languages the whole
    name, with its title: there a polite greeting has the family name, and nobody is called by the first one
    unasked."""
    spoken = languages().get(language)
    if spoken and spoken.greets_by_first_name and customer.first_name:
        return customer.first_name
    family, comma, given = customer.name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and first_name_of(customer.name) else customer.name
