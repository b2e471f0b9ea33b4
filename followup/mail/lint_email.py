"""Run the sincerity lint on a written email, with the facts of its case."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.numbers import format_currency, format_decimal, get_currency_name, get_currency_symbol

from followup.domain.goodwill.gesture import GestureClass
from followup.domain.letters import needed
from followup.domain.letters.sincerity.circumstances import Act, Circumstances, Fact, FactKind, StatedOffer
from followup.domain.letters.sincerity.finding import SincerityFinding
from followup.domain.letters.sincerity.lint import lint
from followup.domain.shared.money import Money
from followup.mail.languages import languages
from followup.mail.letter import Letter, LetterCase, LetterGesture, Rendered
from followup.mail.sanitize import several_lines, single_line
from followup.mail.template_values import known_locale, number_text
from followup.mail.text_analysis import draft_of

_PLACES = frozenset(
    {"place", "station", "city", "town", "shop", "store", "branch", "hotel", "airport", "address"}
)
_SAYS_NOTHING = frozenset({"yes", "no", "true", "false", "none"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?")
_CENTS = re.compile(r"[0-9]{1,9}\.[0-9]{2}")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SHORTEST_HEAD = 4
"""The fewest letters of the last word of an item for which that word alone counts as the item: "teapot" of "a
blue teapot".
"""


def findings_for(
    letter: Letter,
    rendered: Rendered,
    *,
    sender: str,
    is_first: bool,
    sent_before: tuple[str, ...] = (),
    action_done: bool = False,
    waited_days: int | None = None,
    goodwill_days: int | None = None,
    by_hand: bool = False,
    introduces: bool = False,
) -> tuple[SincerityFinding, ...]:
    """The lint's findings about an email rendered from `letter`.

    `sender` is its From address. `is_first`: it is the email that apologises. `sent_before` are sentences
    (see `text_analysis.sentences_of`) already sent to this customer. `action_done`: a completed action
    against the cause is on record; the case's own `done` counts as one. `waited_days` are the days since the
    customer told us, after `goodwill_days` of which goodwill comes too late. `by_hand`: a person changed the
    text, and answers for what it says. `introduces`: it tells of what was given after the first email.
    """
    return _findings(
        letter,
        rendered.subject,
        rendered.text,
        rendered.locale_used if rendered.fallback else letter.customer.locale,
        sender=sender,
        is_first=is_first,
        sent_before=sent_before,
        action_done=action_done,
        acts=_acts(letter, action_done=action_done),
        waited_days=waited_days,
        goodwill_days=goodwill_days,
        must_tell=is_first and not by_hand,
        introduces=introduces,
    )


def findings_for_text(
    letter: Letter, subject: str, text: str, *, sender: str, is_first: bool = True
) -> tuple[SincerityFinding, ...]:
    """The lint's findings about an email that somebody wrote by hand about the case of `letter`, in the
    customer's language.
    """
    return _findings(letter, subject, text, letter.customer.locale, sender=sender, is_first=is_first)


def _findings(
    letter: Letter,
    subject: str,
    text: str,
    language: str,
    *,
    sender: str,
    is_first: bool,
    sent_before: tuple[str, ...] = (),
    action_done: bool = False,
    acts: frozenset[Act] | None = None,
    waited_days: int | None = None,
    goodwill_days: int | None = None,
    must_tell: bool = False,
    introduces: bool = False,
) -> tuple[SincerityFinding, ...]:
    locale = known_locale(language)
    circumstances = Circumstances(
        responsibility=letter.case.responsibility,
        feeling=letter.case.feeling,
        facts=tuple(_facts(letter, locale)),
        gestures=tuple(_offer(gesture, locale) for gesture in letter.gestures),
        agent_name=letter.agent.name,
        sender=sender,
        reply_to=letter.business.reply_to,
        is_first=is_first,
        introduces=introduces,
        sent_before=sent_before,
        action_done=action_done or bool(letter.case.done),
        acts=acts,
        notes=(*letter.case.told, *letter.case.done),
        waited_days=waited_days,
        goodwill_days=goodwill_days,
        event=_clause(letter.case.happened) if letter.case.happened else None,
        untold=_untold(letter.case) if must_tell else None,
        unanswered=_unanswered(letter.case) if must_tell else None,
    )
    return lint(draft_of(subject, text, language), circumstances)


def _acts(letter: Letter, *, action_done: bool) -> frozenset[Act]:
    """What the letter may say that we did, by what is on record: a note, a request, what was handed over."""
    found: set[Act] = set()
    if action_done or letter.case.done or letter.case.told:
        found |= {Act.LOOKED_INTO, Act.FOLLOWED}
    if action_done or letter.case.done:
        found.add(Act.CHANGED)
    if letter.request is not None:
        found.add(Act.LOOKED_INTO)
    if any(gesture.is_handed_over for gesture in letter.gestures):
        found |= {Act.PAID, Act.SHIPPED}
    return frozenset(found)


def _untold(case: LetterCase) -> tuple[str, str] | None:
    """Why a letter does not say what went wrong, and what to do; None if it does or need not."""
    if not needed.must_say_what_happened(case.severity, case.feeling):
        return None
    if needed.says_what_happened(case.happened, case.says):
        return None
    why = "It does not say what went wrong: nobody wrote it down, and no fact stands for it."
    return why, f'Say it in a sentence: followup case set {case.ref} --what-happened "…"'


def _unanswered(case: LetterCase) -> tuple[str, str] | None:
    """Why a letter lacks what the feeling asks for, and what to do; None if it has it or may go without."""
    wanted = needed.ANSWERS.get(case.feeling) if case.feeling else None
    if wanted is None or case.answer or case.told or not needed.must_answer(case.severity):
        return None
    return f"It does not say {wanted}.", f'Say it: followup case set {case.ref} --answer "…"'


def _facts(letter: Letter, locale: Locale) -> Iterator[Fact]:
    """The facts that the email can mention, as the locale writes them."""
    case = letter.case
    if case.occurred_on is not None:
        yield Fact(FactKind.DATE, day_spellings(case.occurred_on, locale))
    clauses = [
        _clause(text)
        for text in (case.happened, case.what_happened, case.answer, *case.told, *case.done)
        if text
    ]
    if clauses:
        yield Fact(FactKind.WHAT_HAPPENED, tuple(clauses))
    if case.order:
        yield Fact(FactKind.ORDER, _order_spellings(single_line(case.order)))
    if case.order_value:
        yield Fact(FactKind.AMOUNT, money_spellings(case.order_value, locale))
    if case.verbatim:
        yield Fact(FactKind.WORDS, (several_lines(case.verbatim),))
    if case.promised:
        yield Fact(FactKind.PROMISED, (_clause(case.promised),))
    money = case.order_value or (letter.gesture and letter.gesture.money)
    currency = money.currency if money else ""
    for name, value in case.facts.items():
        fact = _own_fact(name, single_line(value), locale, currency)
        if fact is not None:
            yield fact


def _clause(text: str) -> str:
    return single_line(text).rstrip(" .;,")


def _own_fact(name: str, value: str, locale: Locale, currency: str) -> Fact | None:
    """A fact declared by the policy; None if it cannot be recognised in a text. Yes and no mean nothing
    alone. A number needs its unit, the last word of the fact's name, or is an amount if it has cents.
    """
    words = name.lower().replace("-", "_").split("_")
    if not value or value.lower() in _SAYS_NOTHING:
        return None
    if _DAY.fullmatch(value):
        try:
            return Fact(FactKind.DATE, day_spellings(date.fromisoformat(value[:10]), locale))
        except ValueError:
            return None
    if currency and _CENTS.fullmatch(value):
        return Fact(FactKind.AMOUNT, money_spellings(Money.parse(value, currency), locale))
    if _NUMBER.fullmatch(value):
        unit = words[-1]
        return Fact(
            FactKind.ITEM, (f"{value} {unit}", f"{value} {unit.removesuffix('s')}", f"{value}-{unit}")
        )
    text = value.replace("_", " ")
    if not _PLACES.isdisjoint(words):
        return Fact(FactKind.PLACE, (text,))
    last = text.rpartition(" ")[2]
    return Fact(FactKind.ITEM, (text, last) if len(last) >= _SHORTEST_HEAD and last.isalpha() else (text,))


def _order_spellings(order: str) -> tuple[str, ...]:
    bare = order.lstrip("#")
    return (order, bare) if bare else (order,)


def _offer(gesture: LetterGesture, locale: Locale) -> StatedOffer:
    amounts = () if gesture.money is None else money_spellings(gesture.money, locale)
    if gesture.points:
        amounts = (*amounts, number_text(gesture.points, locale))
    return StatedOffer(
        kind=gesture.kind,
        amounts=amounts,
        code=gesture.code,
        item=gesture.item,
        is_goodwill=gesture.gesture_class is GestureClass.GOODWILL,
        is_kept=gesture.total is not None and gesture.total.is_kept,
    )


@lru_cache(maxsize=1024)
def day_spellings(day: date, locale: Locale) -> tuple[str, ...]:
    """The ways to write a day in a locale, the usual one first: with and without year, in digits, and as a
    weekday if it is unambiguous.
    """
    weekday, month = format_date(day, "EEEE", locale=locale), format_date(day, "MMMM", locale=locale)
    usual = format_skeleton("MMMMd", day, locale=locale)
    spellings = [usual, format_skeleton("MMMd", day, locale=locale), format_date(day, "long", locale=locale)]
    numbers = format_skeleton("Md", day, locale=locale)
    spellings += [f"{day.day} {month}", f"{month} {day.day}", numbers, numbers.rstrip("."), day.isoformat()]
    spellings += [f"{day.day:02}{mark}{day.month:02}" for mark in "/."]
    spoken = languages().get(locale.language)
    spellings += spoken.days_written(day, month, weekday) if spoken else []
    return tuple(dict.fromkeys(spellings))


@lru_cache(maxsize=1024)
def money_spellings(money: Money, locale: Locale) -> tuple[str, ...]:
    """The ways to write an amount in a locale, the usual one first: with currency sign, code or name, and
    without decimals if they are zero.
    """
    code = money.currency
    sign = get_currency_symbol(code, locale=locale)
    usual = format_currency(Decimal(money.text), code, locale=locale)
    numbers = [format_decimal(Decimal(money.text), "#,##0.00", locale=locale)]
    numbers += [money.text]
    whole, _, part = money.text.partition(".")
    if not part.strip("0"):
        numbers += [whole, f"{int(whole):,}"]
    name = get_currency_name(code, locale=locale)
    names = {
        sign,
        code,
        name,
        name.rpartition(" ")[2],
        get_currency_name(code, 2, locale=locale).rpartition(" ")[2],
    }
    spellings = [usual, *(f"{sign}{number}" for number in numbers)]
    spellings += [f"{before} {number}" for number in numbers for before in (sign, code)]
    spellings += [f"{number} {after}" for number in numbers for after in sorted(names)]
    spellings += [f"{number}{sign}" for number in numbers]
    return tuple(dict.fromkeys(spellings))
