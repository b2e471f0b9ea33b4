"""The variables of a template and their values for one letter: cleaned, and in the reader's locale."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NoReturn

from babel import Locale, UnknownLocaleError
from babel.numbers import format_currency, format_decimal
from jinja2 import Undefined, UndefinedError

from followup.domain.cases.case import Channel, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.country_words import AS_EVERYWHERE, CountryWords
from followup.domain.letters.law import may_ask_satisfaction
from followup.domain.letters.quotation import key_sentence, quotation
from followup.domain.shared.money import Money
from followup.domain.shared.word import listed
from followup.errors import InvalidFile
from followup.mail.addresses import parse_mailbox
from followup.mail.fact_text import StatedFact, fact_text, is_empty
from followup.mail.languages import language_of, languages
from followup.mail.letter import (
    Letter,
    LetterCase,
    LetterCustomer,
    LetterGesture,
    LetterSum,
    greeting_name_of,
    greeting_of,
)
from followup.mail.local_day import LocalDay
from followup.mail.sanitize import several_lines, single_line
from followup.mail.vary import WORDING

_INSTEAD = {
    "case.occurred_on": ": write {% if case.occurred_on %} … {% endif %} around it, or tell the day with "
    "followup case set … --occurred-on DATE"
}
"""What to do about a value that templates of older days could always write."""
_LINK = re.compile(r"(?:https?://|mailto:)[!#-;=?-~]+")

VARIABLES = {
    "business.name": "Your business, as customers know it",
    "business.reply_to": "The address that a reply goes to",
    "customer.name": "The customer's whole name",
    "customer.first_name": "The first name; empty where it is not clear",
    "customer.greeting": "How the letter greets them, without the comma: Dear Mrs Shaw; Hello where in doubt",
    "customer.greeting_name": "What stands after Hello, as it is polite in the template's language",
    "customer.locale": "The customer's language and country, for instance en-GB",
    "customer.may_rate_us": "Not empty where the letter may ask how content they are (see letters.md)",
    "case.ref": "The case's reference",
    "case.reason": "The reason, as it was recorded",
    "case.what_happened": 'A clause such as "your delivery arrived later than we promised"; may be empty',
    "case.happened": "What happened, in the agent's own sentences; empty if not recorded",
    "case.answer": "What the customer needs to hear, in the agent's sentences; empty if not recorded",
    "case.occurred_on": "The day it happened, for instance 12 March; empty if nobody said it",
    "case.responsibility": listed(Responsibility.values(), "or"),
    "case.severity": listed(Severity.values(), "or"),
    "case.feeling": "How the customer felt; empty if not recorded",
    "case.verbatim": "The customer's own words; empty if not recorded",
    "case.quote": "Whole sentences of theirs, chosen for what they minded; empty if there are none",
    "case.key_sentence": "The one short sentence that says most, to stand within one of yours; may be empty",
    "case.channel": f"How they told us: {listed(Channel.values(), 'or')}; empty if not recorded",
    "case.order": "The reference of what was bought; empty if not recorded",
    "case.thing": "The forms of the word for what was bought: case.thing.your and others; .kind is the word",
    "case.order_value": "What it cost, with its currency; empty if not recorded",
    "case.item": "What it was about, from the fact item; empty if not recorded",
    "case.place": "Where it was, from the fact place; empty if not recorded",
    "case.facts": "The facts that the policy declares, each by its name with its unit: case.facts.days_late",
    "case.promised": "What was promised, in the agent's words: best in quotation marks; empty if nothing",
    "case.told": "What the agent wants the customer to know, in sentences; empty if nothing",
    "case.done": "What was done about it, in sentences; empty if nothing",
    "gesture.kind": listed(GestureKind.values(), "or"),
    "gesture.gesture_class": "corrective (owed) or goodwill (given freely)",
    "gesture.amount": "What it is worth, with its currency; empty without money, and for an item",
    "gesture.item": "What is replaced, mended or sent again; empty for other kinds",
    "gesture.points": "How many points they are, as a number; empty for other kinds",
    "gesture.handed_over": "Not empty once it is recorded that it was paid, sent or mended",
    "gesture.kept": "Not empty while the amount is too small to be paid out by itself",
    "gesture.added": "Not empty once such an amount is paid together with a later one",
    "gesture.own": "What this case is owed of a sum that is kept or paid out; empty where there is none",
    "gesture.before": "What was kept of earlier cases and is part of that sum; empty if nothing was",
    "gesture.so_far": "What that sum comes to now; empty where there is none",
    "gesture.minimum": "What the sum has to come to before it is paid out; empty where nothing is kept",
    "gesture.left": "What a voucher can still pay, with its currency; empty if not known",
    "gesture.code": "The voucher's code; empty while there is none",
    "gesture.expires_on": "The last day it can be used; empty if there is none",
    "gesture.settled_by": "The day by which the customer has it; empty if not known",
    "also": "What else they get: {% for one in also %}, with one.gesture and the phrases made for it",
    "agent.name": "The person who signs",
    "agent.team": "Their team; empty if they have none",
    "agent.took_over_from": "Who wrote before, in the first email of whoever took over; else empty",
    "links.unsubscribe": "The customer's own link to stop these emails; empty if there is none",
    "links.made_right": "Begins an email that says that all is well; empty but in the email closing",
    "links.not_yet": "Begins one that says that it is not; empty but in the email closing",
    "colleague.name": "Who is asked to decide, or told; empty where nobody is",
    "request.ref": "The reference of what is to be decided; empty where nothing is",
    "request.because": "Why the agent asks for it; empty if they did not say",
    "request.needs": "The role that may decide",
    "request.until": "The last day to decide",
    "request.reasons": "Why the policy says so, in sentences; empty if it gave no reason",
    "request.cases_before": "How many other cases the customer has, as a number; empty for none",
    "request.given_before": "What those were given in all, with its currency; empty without such cases",
    "request.budgets": "What is left: {% for one in request.budgets %}, with one.name, one.left, one.until",
    "opening": "The name of the partial that opens the email in the tone of the case",
}
"""Every variable that a template may use, with its meaning. `gesture` is empty if nothing is offered."""


def template_variables() -> dict[str, str]:
    """The variables that a template may use, each with its meaning."""
    return dict(VARIABLES)


class Missing(Undefined):
    """A value that this case does not have: false in a condition, an error if it is written."""

    __slots__ = ()

    def _refuse(self) -> NoReturn:
        self._fail_with_undefined_error()

    def __str__(self) -> str:
        self._refuse()

    def __iter__(self) -> NoReturn:
        self._refuse()

    def __len__(self) -> int:
        self._refuse()


@dataclass(frozen=True, slots=True)
class Group:
    """A group of values, such as `case`. It has parts, but no text of its own."""

    name: str
    parts: dict[str, Any]

    def _refuse(self) -> NoReturn:
        listed = (
            ", ".join(variable for variable in VARIABLES if variable.startswith(f"{self.name}.")) or "parts"
        )
        raise UndefinedError(f"{self.name} is not a value by itself; it has {listed}")

    def __str__(self) -> str:
        self._refuse()

    def __html__(self) -> str:
        self._refuse()


@dataclass(frozen=True, slots=True)
class Facts(Group):
    """The facts of the case that the policy declares. One that is not recorded is missing."""

    def part(self, name: str) -> Any:
        """The text of a fact, or Missing."""
        return self.parts.get(name) or _missing(f"case.facts.{name}")


@dataclass(frozen=True, slots=True)
class Sentences:
    """Several statements, each as a sentence. A template may iterate over them."""

    said: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.said)

    def __iter__(self) -> Iterator[str]:
        return iter(self.said)


def as_sentence(value: object) -> str:
    """A clause with a capital letter and a full stop."""
    text = str(value)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?', '…')) else '.'}"


def known_locale(tag: str, default: str = "en") -> Locale:
    """The locale of a language tag such as en-GB, or of its language alone, or the default."""
    return _locale(tag) or _locale(tag.replace("_", "-").split("-")[0]) or Locale.parse(default)


@lru_cache(maxsize=512)
def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def values_for(
    letter: Letter, locale: Locale, opening: str, country: CountryWords = AS_EVERYWHERE
) -> dict[str, Any]:
    """The values of all variables, with dates and amounts as `locale` writes them, and words of ours as its
    country does."""
    business, customer, case, agent = letter.business, letter.customer, letter.case, letter.agent
    return {
        WORDING: letter.wording,
        "opening": opening,
        "business": _group(
            "business",
            name=single_line(business.name),
            reply_to=parse_mailbox(business.reply_to).address,
        ),
        "customer": _group(
            "customer",
            name=single_line(customer.name),
            first_name=_line("customer.first_name", customer.first_name),
            greeting=single_line(greeting_of(customer, locale.language)),
            greeting_name=single_line(greeting_name_of(customer, locale.language)),
            locale=single_line(customer.locale),
            may_rate_us=_line("customer.may_rate_us", _may_rate_us(customer)),
        ),
        "case": _group(
            "case",
            ref=single_line(case.ref),
            reason=single_line(case.reason),
            what_happened=_text("case.what_happened", case.what_happened and _clause(case.what_happened)),
            happened=_sentence("case.happened", case.happened),
            answer=_sentence("case.answer", case.answer),
            occurred_on=_day("case.occurred_on", case.occurred_on, locale, letter.written_on),
            responsibility=case.responsibility.value,
            severity=case.severity.value,
            feeling=_line("case.feeling", case.feeling and case.feeling.value),
            verbatim=_text("case.verbatim", case.verbatim and several_lines(case.verbatim)),
            quote=_text("case.quote", _quotation(case, locale.language)),
            key_sentence=_text("case.key_sentence", _key_sentence(case, locale.language)),
            channel=_line("case.channel", case.channel and case.channel.value),
            order=_line("case.order", case.order),
            thing=_thing(case, locale.language, country),
            order_value=_money("case.order_value", case.order_value, locale),
            item=_line("case.item", case.facts.get("item")),
            place=_line("case.place", case.facts.get("place")),
            facts=_facts(case.stated, locale, letter.written_on),
            told=_sentences("case.told", case.told),
            done=_sentences("case.done", case.done),
            promised=_text("case.promised", case.promised and _clause(case.promised)),
        ),
        "gesture": _missing("gesture")
        if letter.gesture is None
        else _gesture(letter.gesture, locale, letter.written_on),
        "also": tuple(
            _group("also", gesture=_gesture(one, locale, letter.written_on)) for one in letter.also
        ),
        "agent": _group(
            "agent",
            name=single_line(agent.name),
            team=_line("agent.team", agent.team),
            took_over_from=_line("agent.took_over_from", agent.took_over_from),
        ),
        "colleague": _colleague(letter),
        "request": _request(letter, locale),
        "links": _links(letter),
    }


def _may_rate_us(customer: LetterCustomer) -> str | None:
    may = may_ask_satisfaction(customer.locale, customer.region, marketing_consent=customer.marketing_consent)
    return "yes" if may else None


def _facts(stated: Mapping[str, StatedFact], locale: Locale, written_on: date | None) -> Facts:
    told = {name: fact_text(fact, locale, written_on) for name, fact in stated.items() if not is_empty(fact)}
    return Facts("case.facts", told)


def _thing(case: LetterCase, language: str, country: CountryWords) -> Group:
    """The word for what was bought. A language that a workspace added has no words of the program: its
    folder, copied from another, has the forms of all languages until it writes its own words."""
    found = languages().get(language)
    of = (found,) if found else tuple(reversed([*languages().values()]))
    forms = {form: country.written(said) for spoken in of for form, said in spoken.things[case.thing].items()}
    return Group("case.thing", {"kind": case.thing.value, **forms})


def _group(group: str, /, **parts: Any) -> Group:
    return Group(group, parts)


def _gesture(gesture: LetterGesture, locale: Locale, written_on: date | None) -> Group:
    sum_ = gesture.total
    return _group(
        "gesture",
        kind=gesture.kind.value,
        gesture_class=gesture.gesture_class.value,
        amount=_money("gesture.amount", gesture.money, locale),
        item=_line("gesture.item", gesture.item),
        points=_line("gesture.points", number_text(gesture.points, locale) if gesture.points else None),
        handed_over=_line("gesture.handed_over", "yes" if gesture.is_handed_over else None),
        kept=_line("gesture.kept", "yes" if sum_ and sum_.is_kept else None),
        added=_line("gesture.added", "yes" if sum_ and sum_.is_added else None),
        **_sum_values(sum_, locale),
        code=_line("gesture.code", gesture.code),
        left=_money("gesture.left", gesture.left, locale),
        expires_on=_day("gesture.expires_on", gesture.expires_on, locale, written_on),
        settled_by=_day("gesture.settled_by", gesture.settled_by, locale, written_on),
    )


def _sum_values(found: LetterSum | None, locale: Locale) -> dict[str, str | Missing]:
    amounts = {
        "own": found.own if found else None,
        "before": found.before if found else None,
        "so_far": found.so_far if found else None,
        "minimum": found.minimum if found else None,
    }
    return {name: _money(f"gesture.{name}", money, locale) for name, money in amounts.items()}


def _links(letter: Letter) -> Group:
    named = {field.name: getattr(letter.links, field.name) for field in fields(letter.links)}
    return _group("links", **{name: _link(f"links.{name}", link) for name, link in named.items()})


def _colleague(letter: Letter) -> Group | Missing:
    if letter.request is None or letter.request.colleague is None:
        return _missing("colleague")
    return _group("colleague", name=single_line(letter.request.colleague))


def _request(letter: Letter, locale: Locale) -> Group | Missing:
    request = letter.request
    if request is None:
        return _missing("request")
    return _group(
        "request",
        ref=single_line(request.ref),
        because=_line("request.because", request.because),
        needs=_line("request.needs", request.needs),
        until=_day("request.until", request.until, locale, letter.written_on),
        reasons=_sentences("request.reasons", request.reasons),
        cases_before=_line(
            "request.cases_before",
            number_text(request.cases_before, locale) if request.cases_before else None,
        ),
        given_before=_money("request.given_before", request.given_before, locale),
        budgets=tuple(
            _group(
                "budget",
                name=single_line(one.name),
                left=_money("budget.left", one.left, locale),
                until=_day("budget.until", one.until, locale, letter.written_on),
            )
            for one in request.budgets
        ),
    )


def _quotation(case: LetterCase, language: str) -> str | None:
    """What is quoted of the customer's words: whole sentences, each piece on a line."""
    if case.quote:
        return several_lines(case.quote)
    words = language_of(language).quotations
    found = quotation(several_lines(case.verbatim or ""), words, without=case.not_quoted)
    return "\n".join(found) or None


def _key_sentence(case: LetterCase, language: str) -> str | None:
    text = several_lines(case.quote or case.verbatim or "")
    return key_sentence(text, language_of(language).quotations, without=case.not_quoted)


def _clause(text: str) -> str:
    """A part of a sentence; the template adds the full stop."""
    return single_line(text).rstrip(" .;,")


def _line(name: str, value: str | None) -> str | Missing:
    return _text(name, value and single_line(value))


def _text(name: str, cleaned: str | None) -> str | Missing:
    return cleaned or _missing(name)


def _link(name: str, value: str | None) -> str | Missing:
    """A link for an href. Raises InvalidFile unless it is a web or mailto address."""
    if value and not _LINK.fullmatch(value):
        raise InvalidFile(
            f"{name} is not an address that can be followed.",
            hint="It begins with https:// or mailto: and has no spaces; check the settings.",
            code="bad_link",
        )
    return value or _missing(name)


def _sentence(name: str, said: str | None) -> str | Missing:
    return _text(name, said and as_sentence(single_line(said)))


def _sentences(name: str, said: tuple[str, ...]) -> Sentences | Missing:
    cleaned = tuple(as_sentence(line) for line in map(single_line, said) if line)
    return Sentences(cleaned) if cleaned else _missing(name)


def _day(name: str, day: date | None, locale: Locale, written_on: date | None) -> LocalDay | Missing:
    return _missing(name) if day is None else LocalDay(day, locale, written_on)


def _money(name: str, money: Money | None, locale: Locale) -> str | Missing:
    return _missing(name) if money is None else _money_text(money, locale)


@lru_cache(maxsize=64)
def _missing(name: str) -> Missing:
    return Missing(hint=f"{name} is empty for this case{_INSTEAD.get(name, '')}", name=name)


@lru_cache(maxsize=4096)
def number_text(number: int, locale: Locale) -> str:
    """A whole number as the reader writes it: 1,200 or 1.200."""
    return str(format_decimal(number, locale=locale))


@lru_cache(maxsize=4096)
def _money_text(money: Money, locale: Locale) -> str:
    return format_currency(Decimal(money.text), money.currency, locale=locale)
