"""The input of one email as frozen values, and the rendered result.

A Letter is filled with values as they are stored. Rendering cleans them and formats them for the customer's
locale.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from followup.domain.cases.case import Channel, Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.letters.thing import Thing
from followup.domain.people.salutation import TitleKind, salutation
from followup.domain.shared.money import Money
from followup.domain.shared.word import Word
from followup.mail.fact_text import StatedFact
from followup.mail.languages import languages, one_of

FOOTER_MARK = "\n\n-- \n"
"""What separates the text from the footer, so that mail programs show it as a signature (RFC 3676, 4.3)."""

_COMPANY = re.compile(
    r"(?:ag|bv|co|company|corp|gmbh|group|inc|kg|llc|llp|ltd|limited|nv|plc|s\.?a|s\.?l|sarl|srl|sons)\.?",
    re.IGNORECASE,
)
_NAME_PARTS = re.compile(r"[^\s,]+")


class TemplateClass(Word):
    """The legal class of an email."""

    SERVICE = "service", "About something that the customer bought or asked for"
    MARKETING = "marketing", "Also about a purchase to come: needs consent and a way to unsubscribe"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBusiness:
    """The sender: the business's name as customers know it, and the reply address."""

    name: str
    reply_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCustomer:
    """The recipient. `locale` is a language tag such as en-GB; for the name in the greeting see
    `first_name_of`. `region` is where they live, a country or its part.
    """

    name: str
    locale: str
    first_name: str | None = None
    region: str | None = None
    marketing_consent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCase:
    """The incident.

    `what_happened` is a clause that can follow "I am sorry that", for instance "your delivery arrived later
    than we promised"; None if the reader's language has none for the reason. `happened` is what happened in
    the agent's own sentences, and `answer` what they say that the customer needs to hear. `occurred_on` is
    None if nobody knows the day. `promised` is the promise in the agent's words, for instance "a replacement
    by Friday" or "We'll call on Friday". `told` is what the agent wants the customer to know, and `done` what
    was done about the incident, each a sentence. `order` is the reference of what was bought, and `thing`
    what that is. `facts` are the facts of the case by name, as they were written, and `stated` those that the
    policy declares. `says` are the names of the facts that `what_happened` says. `quote` is what of
    `verbatim` an agent chose to be quoted; where nobody did, sentences are chosen, but none of `not_quoted`.
    """

    ref: str
    reason: str
    occurred_on: date | None
    responsibility: Responsibility
    severity: Severity
    what_happened: str | None = None
    feeling: Feeling | None = None
    happened: str | None = None
    answer: str | None = None
    verbatim: str | None = None
    quote: str | None = None
    not_quoted: frozenset[str] = frozenset()
    channel: Channel | None = None
    order: str | None = None
    thing: Thing = Thing.ORDER
    order_value: Money | None = None
    promised: str | None = None
    told: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
    stated: Mapping[str, StatedFact] = field(default_factory=dict, hash=False)
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSum:
    """A sum of several amounts, of which each alone is too small to be paid out. `own` is what this case is
    owed, `before` what was kept of earlier ones, None if nothing was. `minimum` is what the sum has to come
    to.

    `is_kept`: it has not come to that yet. `is_added`: what was kept for this case is paid with a later one.
    """

    own: Money
    before: Money | None = None
    minimum: Money | None = None
    is_kept: bool = False
    is_added: bool = False

    @property
    def so_far(self) -> Money:
        """What the sum comes to."""
        return self.own if self.before is None else self.own + self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterGesture:
    """The offered gesture. `settled_by` is the day by which the customer has it (the refund, the code, the
    call); without it, templates speak of working days. `left` is the remaining value of a voucher. `item` is
    what is sent or mended, and then `money` is what it costs us, for colleagues alone. `points`: how many
    they are that are worth `money`. `is_handed_over`: it is recorded that it was paid, sent, mended or
    booked. `total` is the sum that a small amount is part of.
    """

    kind: GestureKind
    gesture_class: GestureClass
    money: Money | None = None
    code: str | None = None
    expires_on: date | None = None
    settled_by: date | None = None
    left: Money | None = None
    item: str | None = None
    points: int | None = None
    is_handed_over: bool = False
    total: LetterSum | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterAgent:
    """The person who signs. `took_over_from` is the colleague who signed what the customer had last, in the
    first letter of somebody else.
    """

    name: str
    team: str | None = None
    took_over_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLinks:
    """The customer's own links: unsubscribe, and the answers "all is well" and "not yet"."""

    unsubscribe: str | None = None
    made_right: str | None = None
    not_yet: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterBudget:
    """What a budget has left beside the request that it holds, and the last day of its period, if it has
    one."""

    name: str
    left: Money
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRequest:
    """What a colleague has to decide or is told. `ref` is the reference of the approval or gesture, `needs`
    the role that may decide, `until` the last day for it. `reasons` are the policy's, in its own language;
    `given_before` is what the customer's other cases (`cases_before`) were given. In an email to the waiting
    customer, `colleague` is None if several people may decide.
    """

    colleague: str | None
    ref: str
    because: str | None = None
    needs: str | None = None
    until: date | None = None
    reasons: tuple[str, ...] = ()
    cases_before: int = 0
    given_before: Money | None = None
    budgets: tuple[LetterBudget, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """All values that a template may use. `also` are what the letter tells of besides `gesture`. `request`
    exists only if a colleague has to decide.

    `wording` selects among alternative wordings, see vary.py: it starts with a number that depends on the
    customer and increases by one with each further sequence. `written_on` is the date in the customer's time
    zone on which the email is written.
    """

    business: LetterBusiness
    customer: LetterCustomer
    case: LetterCase
    agent: LetterAgent
    gesture: LetterGesture | None = None
    also: tuple[LetterGesture, ...] = ()
    links: LetterLinks = field(default_factory=LetterLinks)
    request: LetterRequest | None = None
    wording: int = 0
    written_on: date | None = None

    @property
    def gestures(self) -> tuple[LetterGesture, ...]:
        """All that the letter tells of."""
        return self.also if self.gesture is None else (self.gesture, *self.also)


@dataclass(frozen=True, slots=True)
class EditedText:
    r"""The subject and the body that an agent wrote in place of a template's. `text` has "\n" line ends and
    no footer."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Rendered:
    r"""A rendered email: `text` with "\n" line ends, `html` a complete document.

    `locale_used` is the locale of the template; `fallback` says that it is in another language than the
    customer's. `language_tag` is the language in which it is written (BCP 47), as the reader's country has
    it. `template_class` is the template's own class, or marketing if the text mentions a discount on a future
    purchase.
    """

    subject: str
    text: str
    html: str
    template_class: TemplateClass
    locale_used: str
    fallback: bool
    language_tag: str


def first_name_of(name: str) -> str | None:
    """The first name for a greeting if it can be told, else None.

    A title is skipped only if a first name follows ("Dr Ana Ortiz"). "Ms Ortiz", "J. Smith" and company names
    give None. A name in upper or lower case only, as some systems store it, is capitalised.
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


def greeting_of(customer: LetterCustomer, language: str) -> str:
    """The greeting of a letter in a language, without its comma or colon: "Dear Mrs Shaw", or "Hello" where
    the name does not tell. In a language of which only a workspace has templates, it is the name alone: that
    is in no other language.
    """
    spoken = languages().get(language)
    if spoken is None:
        return customer.name
    return salutation(customer.name, spoken.salutations, _spellings(spoken.tag))


@cache
def _spellings(tag: str) -> dict[str, TitleKind]:
    """The titles of all languages. One of a single letter may be an initial elsewhere, a short one of the
    kind "other" a name: Don.
    """
    known = {
        spelling: kind
        for language in languages().values()
        for kind, spellings in language.salutations.titles.items()
        for spelling in spellings
        if len(spelling) > (3 if kind is TitleKind.OTHER else 1)
    }
    own = languages()[tag].salutations.titles.items()
    return known | {spelling: kind for kind, spellings in own for spelling in spellings}


def greeting_name_of(customer: LetterCustomer, language: str) -> str:
    """The name after "Hello". In English it is the first name if it can be told. Most languages use the full
    name with its title, because polite greetings there use the family name.
    """
    spoken = languages().get(language)
    if spoken and spoken.greets_by_first_name and customer.first_name:
        return customer.first_name
    family, comma, given = customer.name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma and first_name_of(customer.name) else customer.name
