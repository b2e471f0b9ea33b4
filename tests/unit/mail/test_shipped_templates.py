"""The shipped emails in English, for every kind of case they may meet.

The sincerity lint judges the sentences here, as it does before they are sent.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import cycle, islice, product
from pathlib import Path

import pytest

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.domain.shared.money import Money
from followup.mail.answer_links import with_answer_links
from followup.mail.letter import (
    Letter,
    LetterAgent,
    LetterBusiness,
    LetterCase,
    LetterCustomer,
    LetterGesture,
    LetterLinks,
    LetterRequest,
    Rendered,
    TemplateClass,
)
from followup.mail.lint_email import findings_for
from followup.mail.render import render, template_names, text_of_letter
from followup.mail.template_file import read_template
from followup.mail.text_analysis import sentences_of
from followup.services.upkeep.new_workspace import starter_files
from followup.settings import Settings, read_settings

pytestmark = pytest.mark.usefixtures("shipped_as_it_is")

SHIPPED = Path(__file__).parents[3] / "templates"
SERIES = ("apology", "check-in", "closing")
FIRST = ("apology", "callback-arranged")
LATER = ("approval-delayed", "voucher-expiring", "given-later", "taken-back")
TO_CUSTOMERS = (*SERIES, "callback-arranged", *LATER)
TO_COLLEAGUES = ("for-approval", "notice")
ADDING = ("apology", "callback-arranged", "check-in", "given-later")
"""Those that tell of all that was given."""

FEELINGS = [None, *Feeling]
SENDER = "Ana at Harbour Books <ana@shop.test>"
WHAT = "your order arrived later than we promised"
WORDS = "I waited three days and nobody called me back, and it was for my daughter's birthday on Sunday."
PROMISES = ("a replacement by Friday", "We'll send a replacement by Friday")

KNOWN: list[dict[str, str | None]] = [
    {"what_happened": WHAT, "order": "1182", "verbatim": WORDS, "promised": PROMISES[1]},
    {"what_happened": "one of us was rude to you", "order": None, "verbatim": WORDS, "promised": None},
    {"what_happened": None, "order": "1182", "verbatim": None, "promised": PROMISES[0]},
    {"what_happened": WHAT, "order": "1182", "verbatim": None, "promised": None},
    {"what_happened": None, "order": "1182", "verbatim": WORDS, "promised": None},
    {"what_happened": "we charged you the wrong amount", "order": None, "verbatim": None, "promised": None},
    {"what_happened": None, "order": None, "verbatim": WORDS, "promised": None},
    {"what_happened": WHAT, "order": None, "verbatim": None, "promised": PROMISES[1]},
    {
        "what_happened": "we missed our appointment with you",
        "order": "1182",
        "verbatim": WORDS,
        "promised": None,
    },
    {"what_happened": None, "order": None, "verbatim": WORDS, "promised": PROMISES[0]},
    {"what_happened": None, "order": None, "verbatim": None, "promised": PROMISES[1]},
]
"""What a case may hold, with each of the four there and not there, together with each of the others."""

ANSWERS = with_answer_links(LetterLinks(), b"k" * 32, 12, reply_to="ana@shop.test", locale="en-GB")

WORDINGS = 12
"""After so many, the mixtures of three and four alternatives come back."""

BARE: dict[str, str | None] = {"what_happened": None, "order": None, "verbatim": None, "promised": None}
"""A case of which only the day is known: no email can be specific about it, and E6 asks for a person."""


def gestures(kinds: tuple[GestureKind, ...] = tuple(GestureKind)) -> Iterator[LetterGesture]:
    """Every kind, owed and freely given, with and without its code and its day."""
    for kind, owed, known in product(kinds, (False, True), (False, True)):
        if kind.may_have_amount or not owed:
            yield LetterGesture(
                kind=kind,
                gesture_class=GestureClass.CORRECTIVE if owed else GestureClass.GOODWILL,
                money=Money(1250, "GBP") if kind.has_amount else None,
                code="HB-7Q2K" if kind.has_code and known else None,
                expires_on=date(2027, 1, 30) if kind.has_code and known else None,
                settled_by=date(2026, 3, 20) if known else None,
                item="Desk lamp, blue" if kind.names_item else None,
                is_handed_over=kind.is_handed_over and known,
                left=Money(600, "GBP") if kind.has_code and known else None,
            )


def letter_for(
    known: dict[str, str | None],
    feeling: Feeling | None = None,
    responsibility: Responsibility = Responsibility.OURS,
    gesture: LetterGesture | None = None,
    wording: int = 0,
) -> Letter:
    return Letter(
        business=LetterBusiness(name="Harbour Books", reply_to="ana@shop.test"),
        customer=LetterCustomer(name="Jo Núñez", first_name="Jo", locale="en-GB"),
        case=LetterCase(
            ref="C-000012",
            reason="late-delivery",
            occurred_on=date(2026, 3, 12),
            responsibility=responsibility,
            severity=Severity.MINOR,
            feeling=feeling,
            order_value=Money(8000, "GBP") if known["order"] else None,
            **known,  # type: ignore[arg-type]
        ),
        agent=LetterAgent(name="Ana Reyes", team="North"),
        gesture=gesture,
        wording=wording,
        written_on=date(2026, 3, 13),
    )


def letters(name: str, feeling: Feeling | None) -> Iterator[Letter]:
    """Every kind of case in which somebody felt like this and this email may go out. What else is known,
    and the wording, take turns at different paces."""
    turn = FEELINGS.index(feeling)
    again = range(1 + 24 // len(offered(name)))
    for responsibility, gesture, _ in product(Responsibility, offered(name), again):
        turn += 1
        letter = letter_for(KNOWN[turn % len(KNOWN)], feeling, responsibility, gesture, turn % WORDINGS)
        if name == "approval-delayed":
            until = LetterRequest(colleague=None, ref="A-1", needs="manager", until=date(2026, 3, 16))
            letter = replace(letter, request=until)
        if name in ADDING and turn % 3 == 0:
            letter = replace(letter, also=tuple(islice(also_given(), turn % 5, turn % 5 + 2)))
        yield replace(letter, links=ANSWERS) if name == "closing" else letter


def also_given() -> Iterator[LetterGesture]:
    """What a letter may tell of besides, all kinds, for ever."""
    kinds = [kind for kind in GestureKind if kind is not GestureKind.APOLOGY and not kind.is_advertising]
    for one in cycle(gestures(tuple(kinds))):
        if one.code or not one.kind.has_code:
            yield replace(one, money=one.money and Money(775, "GBP"), item=one.item and "Mirror")


def offered(name: str) -> tuple[LetterGesture | None, ...]:
    """With which gestures an email goes out."""
    if name == "callback-arranged":
        return tuple(gestures((GestureKind.CALLBACK,)))
    if name == "voucher-expiring":
        return tuple(one for one in gestures((GestureKind.VOUCHER, GestureKind.DISCOUNT)) if one.code)
    if name in ("taken-back", "given-later"):
        return tuple(one for one in gestures() if one.kind is not GestureKind.APOLOGY)
    return (None, *gestures())


@cache
def written(name: str, letter: Letter) -> Rendered:
    """Each email is written once and read by several tests."""
    return render(SHIPPED, name, letter)


def says_enough(letter: Letter) -> bool:
    """Somebody who was embarrassed is not told what happened. Where the case holds neither an order nor a
    promise, only its day is left to be specific with, and a person has to look at the email."""
    case = letter.case
    return case.feeling is not Feeling.EMBARRASSED or bool(case.order or case.promised)


@pytest.mark.parametrize("name", TO_CUSTOMERS)
@pytest.mark.parametrize("feeling", FEELINGS, ids=str)
def test_the_rules_find_nothing(name: str, feeling: Feeling | None) -> None:
    for letter in letters(name, feeling):
        rendered = written(name, letter)
        is_later = name == "given-later"
        found = findings_for(letter, rendered, sender=SENDER, is_first=name in FIRST, introduces=is_later)
        # What is told besides takes its words; that is never a reason to hold an email.
        rules = {finding.rule for finding in found} - ({SincerityRule.W1} if letter.also else set())
        assert rules <= (set() if says_enough(letter) else {SincerityRule.E6}), (found, rendered.text)


@pytest.mark.parametrize("name", TO_CUSTOMERS)
@pytest.mark.parametrize("feeling", FEELINGS, ids=str)
def test_no_email_has_a_gap_or_a_slip_of_the_pen(name: str, feeling: Feeling | None) -> None:
    for letter in letters(name, feeling):
        rendered = written(name, letter)
        text = rendered.text.replace(WORDS, "").replace("HB-7Q2K", "X")
        assert not re.search(r" [.,;:?!]|\.\.|,,|\bNone\b|[{}]|  |\bon on\b|\bby by\b", text), text
        for paragraph in rendered.text.split("\n\n"):
            assert re.match(r"[A-Z£>-]", paragraph), text
        assert text.count("?") == 1
        assert "!" not in text
        assert "http" not in text
        assert rendered.text.startswith("Hello Jo,\n\n")
        assert rendered.text.endswith("\n\nAna Reyes\nNorth, Harbour Books\n")
        assert not re.search("sorry|offer|%|!|£", rendered.subject, re.IGNORECASE)


@pytest.mark.parametrize("name", FIRST)
@pytest.mark.parametrize("feeling", FEELINGS, ids=str)
def test_the_first_email_says_sorry_once_and_what_we_do(name: str, feeling: Feeling | None) -> None:
    for letter in letters(name, feeling):
        text = written(name, letter).text
        theirs = letter.case.responsibility is Responsibility.THEIRS
        assert len(re.findall(r"\bsorry\b|\bapolog", text)) == (0 if theirs else 1), text
        assert (f"“{letter.case.promised}”" in text) is (letter.case.promised is not None)
        if letter.gesture and letter.gesture.money:
            before, amount, after = text.partition("£12.50")
            assert amount
            assert "12 March" in before
            assert re.search(
                r"by 20 March|within \w+ working days|until 30 January 2027", before[-90:] + after
            )
            assert bool(re.search(r"\bowed?\b|\byours by right|yours:|belongs to you|your money", text)) is (
                letter.gesture.gesture_class is GestureClass.CORRECTIVE
            ), text


@pytest.mark.parametrize("name", [name for name in TO_CUSTOMERS if name not in FIRST])
def test_later_emails_do_not_apologise_again(name: str) -> None:
    for feeling in FEELINGS:
        for letter in letters(name, feeling):
            text = written(name, letter).text
            assert not re.search(r"\bsorry\b|\bapolog", text)
            # No amount is promised before somebody agreed, and none is dangled at the end.
            assert ("£12.50" in text) <= (name in ("check-in", "given-later", "taken-back"))


def facts_of_another_case(letter: Letter) -> Letter:
    """The same customer again: the same thing happened, on another day, with another order and amount."""
    gesture = letter.gesture
    return replace(
        letter,
        case=replace(
            letter.case,
            ref="C-000099",
            occurred_on=date(2026, 7, 9),
            order=letter.case.order and "2077",
            order_value=letter.case.order_value and Money(5000, "GBP"),
        ),
        gesture=gesture and replace(gesture, settled_by=gesture.settled_by and date(2026, 7, 20)),
        written_on=date(2026, 7, 10),
    )


def test_a_customer_who_comes_back_reads_no_sentence_twice() -> None:
    """Over three series, whatever the customer felt each time, and though what happened, what was promised,
    what was said and what was given is the same each time, no sentence stands in two emails of ours."""
    sent: dict[str, tuple[str, int]] = {}
    for name, feeling, series in product(TO_CUSTOMERS, FEELINGS, range(3)):
        for letter in letters(name, feeling):
            told = replace(facts_of_another_case(letter) if series else letter, wording=series, also=())
            for sentence in sentences_of(text_of_letter(SHIPPED, name, told)[0], "en"):
                if sentence in (letter.case.verbatim, letter.case.promised):
                    continue
                before = sent.setdefault(sentence, (name, series))
                assert before[1] == series, (sentence, before, name)
    assert len(sent) > 500


def test_no_sentence_is_sent_twice_in_a_series() -> None:
    for feeling in FEELINGS:
        for known, wording, gesture in product(KNOWN, range(5), (None, *gestures((GestureKind.VOUCHER,)))):
            letter = letter_for(known, feeling, gesture=gesture, wording=wording)
            texts = [text_of_letter(SHIPPED, name, letter)[0] for name in SERIES]
            sent = [line for text in texts for line in sentences_of(text, "en")]
            assert len(sent) == len(set(sent)), sent


def test_each_feeling_begins_in_its_own_way() -> None:
    for wording in range(3):
        openings = {
            written("apology", letter_for(KNOWN[0], feeling, wording=wording)).text.split("\n\n")[1]
            for feeling in FEELINGS
        }
        assert len(openings) == len(FEELINGS)
    angry = written("apology", letter_for(KNOWN[0], Feeling.ANGRY)).text
    assert angry.split("\n\n")[1].startswith("This was our fault.")
    worried = written("apology", letter_for(KNOWN[0], Feeling.WORRIED)).text
    assert worried.split("\n\n")[1].startswith("There is nothing you have to do right now. Case C-000012 is")


def test_whoever_was_embarrassed_is_not_told_what_happened() -> None:
    for name in TO_CUSTOMERS:
        for letter in letters(name, Feeling.EMBARRASSED):
            rendered = written(name, letter)
            assert str(letter.case.what_happened) not in rendered.text
            assert "three days" not in rendered.text
            assert "1182" not in rendered.subject


def test_whoever_was_angry_is_offered_a_call() -> None:
    for letter in letters("apology", Feeling.ANGRY):
        if letter.gesture and letter.gesture.kind is GestureKind.CALLBACK:
            continue
        assert re.search(r"\bcall\b[^?]*\?", written("apology", letter).text)


def test_their_own_words_are_quoted_where_that_is_kind() -> None:
    for feeling in FEELINGS:
        quoted = "\n> I waited three days" in written("apology", letter_for(KNOWN[0], feeling)).text
        hurts = {Feeling.ANGRY, Feeling.CONFUSED, Feeling.EMBARRASSED, Feeling.DISTRESSED}
        assert quoted is (feeling not in hurts)


def test_what_was_told_and_done_is_in_every_email_of_a_series() -> None:
    case = replace(
        letter_for(KNOWN[3]).case, told=("your parcel is in Leeds",), done=("I moved it to the front",)
    )
    letter = replace(letter_for(KNOWN[3]), case=case)
    for name in SERIES:
        text = written(name, replace(letter, case=case)).text
        assert "\n\nYour parcel is in Leeds.\n\n" in text
        assert re.search(r": I moved it to the front\.\n\n", text)


def test_an_order_is_named_where_the_phrase_speaks_of_it() -> None:
    text = written("apology", letter_for(KNOWN[0])).text
    assert "your order 1182 arrived later than we promised. We let you down on 12 March, and" in text
    rude = {**KNOWN[0], "what_happened": "one of us was rude to you"}
    text = written("apology", letter_for(rude)).text
    assert "I am sorry that one of us was rude to you. We let you down on 12 March with order 1182," in text


@cache
def shipped_settings() -> Settings:
    return read_settings(starter_files()["followup.toml"], "followup.toml", {})


@pytest.mark.parametrize("reason", shipped_settings().known_reasons)
def test_every_shipped_phrase_makes_an_email_in_which_the_rules_find_nothing(reason: str) -> None:
    phrase = shipped_settings().reason_phrase(reason, "en")
    for feeling, wording in product(FEELINGS, range(3)):
        known = {**KNOWN[3], "what_happened": phrase}
        letter = letter_for(known, feeling, gesture=offered("voucher-expiring")[0], wording=wording)
        rendered = written("apology", letter)
        assert findings_for(letter, rendered, sender=SENDER, is_first=True) == (), rendered.text


def test_a_case_that_holds_nothing_is_still_an_email_and_waits_for_a_person() -> None:
    for name, feeling in product(TO_CUSTOMERS, FEELINGS):
        letter = replace(next(letters(name, feeling)), case=letter_for(BARE, feeling).case)
        rendered = written(name, letter)
        rules = {f.rule for f in findings_for(letter, rendered, sender=SENDER, is_first=name in FIRST)}
        assert rules <= {SincerityRule.E6, SincerityRule.W1}, rendered.text


# ---- American English


def test_an_american_reads_no_british_words() -> None:
    british = (
        r"working day|in the post|apologis|realis|\b\w+our\b(?<!our)(?<!your)(?<!hour)(?<!four)|whilst|cheque"
    )
    for name, feeling in product(TO_CUSTOMERS, FEELINGS):
        for letter in letters(name, feeling):
            american = replace(letter, customer=replace(letter.customer, locale="en-US"))
            text, locale = text_of_letter(SHIPPED, name, american)
            assert locale in ("en-US", "en-GB")
            assert not re.search(british, text.replace(WORDS, "")), text


# ---- The files


def test_the_templates_are_there_and_know_their_place() -> None:
    assert template_names(SHIPPED) == tuple(sorted((*TO_CUSTOMERS, *TO_COLLEAGUES)))
    steps = {"apology": 1, "callback-arranged": 1, "check-in": 2, "closing": 3}
    for name in template_names(SHIPPED):
        template = read_template(SHIPPED / "en" / f"{name}.md")
        assert (template.step, template.template_class) == (steps.get(name), TemplateClass.SERVICE)
        assert template.locale == "en-GB"


def test_every_feeling_has_an_opening_of_its_own() -> None:
    there = {
        path.stem for path in (SHIPPED / "en" / "partials" / "feeling").glob("*.md") if "." not in path.stem
    }
    assert there == {*Feeling.values(), "plain"}


def test_only_what_speaks_of_a_discount_is_marketing() -> None:
    discount = next(one for one in offered("voucher-expiring") if one and one.kind is GestureKind.DISCOUNT)
    classes = {name: written(name, letter_for(KNOWN[0], gesture=discount)).template_class for name in SERIES}
    assert classes == {
        "apology": TemplateClass.MARKETING,
        "check-in": TemplateClass.MARKETING,
        "closing": TemplateClass.SERVICE,
    }


def test_colleagues_are_told_the_reason_and_not_the_phrase_for_the_customer() -> None:
    asked = LetterRequest(
        colleague="Max Ortiz", ref="A-1", because="She waited.", needs="manager", until=date(2026, 3, 16)
    )
    gesture = next(gestures((GestureKind.REFUND,)))
    for name in TO_COLLEAGUES:
        text = written(name, replace(letter_for(KNOWN[0], gesture=gesture), request=asked)).text
        assert "Reason: late-delivery, minor, on 12 March; order 1182 for £80.00." in text
        assert "Jo Núñez" in text
        assert "your order" not in text


def test_the_html_is_light_and_needs_no_pictures() -> None:
    letter = replace(letter_for(KNOWN[0]), links=LetterLinks(unsubscribe="https://shop.test/u/abc"))
    document = render(SHIPPED, "apology", letter).html
    assert len(document) < 4000
    assert not re.search(r"<(img|style|link|script|table)\b|url\(|class=\"\"", document)
    assert 'lang="en-GB" dir="ltr"' in document
    assert document.count("<a ") == 1
    assert "<a " not in render(SHIPPED, "apology", letter_for(KNOWN[0])).html
