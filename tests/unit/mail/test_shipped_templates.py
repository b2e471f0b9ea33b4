"""The shipped emails, read with the rules for sincere ones, for every kind of case they may meet.

The rules are E1 to E14 and W1 to W7 of the product's notes on emails, checked here in the plainest way.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from followup.domain.case import Feeling, Responsibility, Severity
from followup.domain.gesture import GestureClass, GestureKind
from followup.domain.money import Money
from followup.mail.letter import (
    Letter,
    LetterAgent,
    LetterBusiness,
    LetterCase,
    LetterCustomer,
    LetterGesture,
    LetterLinks,
    Rendered,
    TemplateClass,
)
from followup.mail.render import render, template_names
from followup.mail.template_file import read_template

SHIPPED = Path(__file__).parents[3] / "templates"
NAMES = ("apology", "check-in", "closing")
TO_COLLEAGUES = ("for-approval", "notice")
FEELINGS = [None, *Feeling]
WHAT = "your order arrived later than we promised"
WORDS = "I waited three days and nobody called me back, and it was for my daughter's birthday on Sunday."

PROMISED = "a replacement by Friday"
KNOWN = [
    (None, None, None),
    (None, "1182", None),
    (WORDS, None, PROMISED),
    (WORDS, "1182", PROMISED),
]
"""What a case may hold: their words, the order, what was promised."""

STOCK = (
    "inconvenience|unfortunate|policy|policies|valued|we strive|important to us|understand how|never again|"
    "do better|do our best|forgive|rest assured|please be|regret|kindly|utmost|hesitate|terms"
)
STACKED = r"\b(very|really|truly|deeply|extremely|sincerely|so) (sorry|much)\b"
CONDITIONAL = r"sorry (if|you|for any)|sorry that you (had|feel|felt)|apologi[sz]e if"
PASSIVE = r"\b(was|were|been|being|got) (not )?(\w+ed|made|lost|sent|told|kept|left|given|done|broken)\b"
APOLOGY = r"\b(sorry|apolog\w+)\b"
INVITATION = (
    r"\b(reply|let me know|let us know|write back|get in touch|contact (me|us)|tell me|call (me|us))\b"
)
OWNED = r"\b(we let|we put|we played|I take responsibility|is our doing)\b"


def gestures() -> Iterator[LetterGesture | None]:
    """None, and every kind, with and without a code and a day."""
    yield None
    for kind, told in product(GestureKind, (False, True)):
        has_code = told and kind in (GestureKind.VOUCHER, GestureKind.DISCOUNT)
        yield LetterGesture(
            kind=kind,
            gesture_class=GestureClass.CORRECTIVE if told else GestureClass.GOODWILL,
            money=Money(1250, "GBP") if kind.has_amount else None,
            code="HB-7Q2K" if has_code else None,
            expires_on=date(2027, 1, 30) if has_code else None,
            settled_by=date(2026, 3, 20) if told else None,
        )


def letters(feeling: Feeling | None) -> Iterator[Letter]:
    """Every kind of case in which somebody felt like this."""
    for responsibility, gesture, (verbatim, order, promised) in product(Responsibility, gestures(), KNOWN):
        yield Letter(
            business=LetterBusiness(name="Harbour Books", reply_to="ana@shop.test"),
            customer=LetterCustomer(name="Jo Núñez", first_name="Jo", locale="en-GB"),
            case=LetterCase(
                ref="C-000012",
                reason="late-delivery",
                what_happened=WHAT,
                occurred_on=date(2026, 3, 12),
                responsibility=responsibility,
                severity=Severity.MODERATE,
                feeling=feeling,
                verbatim=verbatim,
                order=order,
                order_value=Money(8000, "GBP") if order else None,
                promised=promised,
            ),
            agent=LetterAgent(name="Ana Reyes", team="North"),
            gesture=gesture,
        )


@cache
def written(name: str, letter: Letter) -> Rendered:
    """Each email is written once and read by several tests."""
    return render(SHIPPED, name, letter)


def own_words(text: str) -> str:
    """The email without what the customer said and without greeting and signature."""
    lines = [line for line in text.split("\n") if not line.startswith(">")]
    return "\n".join(lines).partition("\n")[2].rpartition("\n\nAna Reyes\n")[0].strip()


def sentences(text: str) -> list[str]:
    flat = re.sub(r"\s*\n+\s*(?:- )?", "\n", text)
    return [part.strip() for part in re.split(r"(?<=[.?!:])\s+|\n", flat) if part.strip()]


def syllables(word: str) -> int:
    groups = re.findall(r"[aeiouy]+", word.lower())
    return max(1, len(groups) - (word.lower().endswith("e") and not word.lower().endswith("le")))


def reading_grade(text: str) -> float:
    """Flesch-Kincaid, with syllables counted as groups of vowels."""
    words = re.findall(r"[A-Za-z']+", text)
    return 0.39 * len(words) / len(sentences(text)) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def check_every_email(rendered: Rendered, letter: Letter) -> None:
    """What holds for all three."""
    words = own_words(rendered.text)
    said = sentences(words)
    everything = f"{rendered.subject}\n{words}"
    assert not re.search(STOCK, everything, re.IGNORECASE)
    assert not re.search(STACKED, everything, re.IGNORECASE)
    assert not re.search(CONDITIONAL, everything, re.IGNORECASE)
    assert not re.search(PASSIVE, everything, re.IGNORECASE)
    assert not re.search(INVITATION, everything, re.IGNORECASE)
    for sentence in said:
        assert not (re.search(APOLOGY, sentence) and re.search(r"\b(but|however)\b", sentence))
        assert len(sentence.split()) <= 33
        assert sentence[0].isupper() or sentence[0] == "£" or sentence.startswith("a replacement")
        assert not re.search(r" [.,;:?!]|\.\.|,,|\bNone\b|[{}]", sentence)
    assert everything.count("?") == 1
    assert "!" not in everything
    assert "http" not in everything
    total = len(rendered.text.split())
    assert 50 <= total <= 125, (total, rendered.text)
    assert sum(len(sentence.split()) for sentence in said) / len(said) <= 20
    assert reading_grade(words) <= 8
    assert len(rendered.subject.split()) <= 8
    assert not re.search("offer|%|!|£", rendered.subject)
    assert rendered.text.startswith("Hello Jo,\n\n")
    assert rendered.text.endswith("\n\nAna Reyes\nNorth, Harbour Books\n")
    assert rendered.fallback is False
    assert facts(rendered.text, letter) >= 2 or is_bare_and_discreet(letter)


def facts(text: str, letter: Letter) -> int:
    given = ["12 March", WHAT, "1182", "£12.50", "£80.00", "a replacement by Friday", "three days"]
    return sum(fact.lower() in text.lower() for fact in given)


def is_bare_and_discreet(letter: Letter) -> bool:
    """Nothing is told again to somebody who was embarrassed. Where the case holds nothing else, only its
    date is left to say, and a person has to write."""
    return letter.case.feeling is Feeling.EMBARRASSED and letter.case.order is None


@pytest.mark.parametrize("feeling", FEELINGS, ids=str)
def test_the_apology_is_specific_short_owned_and_mends(feeling: Feeling | None) -> None:
    for letter in letters(feeling):
        rendered = written("apology", letter)
        check_every_email(rendered, letter)
        words = own_words(rendered.text)
        apologies = [sentence for sentence in sentences(words) if re.search(APOLOGY, sentence)]
        theirs = letter.case.responsibility is Responsibility.THEIRS
        assert len(apologies) == (0 if theirs else 1), rendered.text
        if letter.case.responsibility is Responsibility.OURS:
            assert re.search(OWNED, words)
        if letter.case.promised:
            assert "What we promised you stands: a replacement by Friday." in words
        gesture = letter.gesture
        if gesture is not None and gesture.money is not None:
            before, amount, after = words.partition("£12.50")
            assert amount
            # The remedy comes after the acknowledgement, and says how and by when.
            assert "12 March" in before
            assert re.search(APOLOGY, before) or theirs
            assert re.search(r"within \w+ working days|by 20 March|until 30 January 2027", after)
            assert re.search("when you pay|you paid with|next payment|address we have", after)
        assert words.endswith("?")


@pytest.mark.parametrize("name", ["check-in", "closing"])
@pytest.mark.parametrize("feeling", FEELINGS, ids=str)
def test_later_emails_do_not_apologise_again(name: str, feeling: Feeling | None) -> None:
    for letter in letters(feeling):
        rendered = written(name, letter)
        check_every_email(rendered, letter)
        assert not re.search(APOLOGY, rendered.text)
        gesture = letter.gesture
        if name == "check-in" and gesture is not None and gesture.money is not None:
            assert re.search("when you pay|you paid with|next payment|address we have", rendered.text)
            assert re.search(
                r"by now|by 20 March|until 20 March|up to five working days|until 30 January 2027",
                rendered.text,
            )
        if name == "closing":
            assert "£12.50" not in rendered.text


def test_no_sentence_is_sent_twice_in_a_sequence() -> None:
    for feeling in FEELINGS:
        for letter in letters(feeling):
            sent: list[str] = []
            for name in NAMES:
                sent += sentences(own_words(written(name, letter).text))
            ours = [sentence for sentence in sent if sentence != f"{PROMISED}."]
            assert len(ours) == len(set(ours))


def test_each_feeling_begins_in_its_own_way() -> None:
    openings = {}
    for feeling in FEELINGS:
        letter = next(letters(feeling))
        text = own_words(written("apology", letter).text)
        openings[feeling] = text.split("\n\n")[0]
    assert len(set(openings.values())) == len(FEELINGS)
    assert openings[Feeling.ANGRY] == "We let you down on 12 March, and I take responsibility for it."
    assert "C-000012" in openings[Feeling.WORRIED]


def test_whoever_was_embarrassed_is_not_told_what_happened() -> None:
    for letter in letters(Feeling.EMBARRASSED):
        for name in NAMES:
            rendered = written(name, letter)
            assert WHAT not in rendered.text
            assert "three days" not in rendered.text
            assert rendered.subject == "From Ana Reyes at Harbour Books"


def test_whoever_was_angry_is_offered_a_call() -> None:
    for letter in letters(Feeling.ANGRY):
        assert re.search(r"for (a|the) call\b", written("apology", letter).text)


def test_their_own_words_are_in_the_apology_where_that_is_kind() -> None:
    quoting = {
        feeling
        for feeling in FEELINGS
        for letter in letters(feeling)
        if "\n> I waited three days" in written("apology", letter).text
    }
    assert set(FEELINGS) - quoting == {
        Feeling.ANGRY,
        Feeling.CONFUSED,
        Feeling.EMBARRASSED,
        Feeling.DISTRESSED,
    }


@pytest.mark.parametrize("what", [WHAT, "this went wrong: late delivery"])
def test_it_reads_right_with_and_without_a_phrase_for_the_reason(what: str) -> None:
    for feeling in FEELINGS:
        letter = next(letters(feeling))
        shown = render(
            SHIPPED,
            "apology",
            Letter(
                business=letter.business,
                customer=letter.customer,
                case=LetterCase(
                    ref="C-1",
                    reason="late-delivery",
                    what_happened=what,
                    occurred_on=date(2026, 3, 12),
                    responsibility=Responsibility.OURS,
                    severity=Severity.MINOR,
                    feeling=feeling,
                ),
                agent=LetterAgent(name="Ana Reyes"),
            ),
        ).text
        told = f"I am sorry that {what}." in shown or f"- {what[0].upper()}{what[1:]}." in shown
        assert told is (feeling is not Feeling.EMBARRASSED)
        assert shown.endswith("\n\nAna Reyes\nHarbour Books\n")


def test_the_three_are_there_and_know_their_place() -> None:
    assert template_names(SHIPPED) == tuple(sorted((*NAMES, *TO_COLLEAGUES)))
    for step, name in enumerate(NAMES, 1):
        template = read_template(SHIPPED / f"{name}.md")
        assert (template.step, template.template_class) == (step, TemplateClass.SERVICE)
        assert template.locale == "en-GB"


def test_every_feeling_has_an_opening_of_its_own() -> None:
    there = {path.stem for path in (SHIPPED / "partials" / "feeling").glob("*.md")}
    assert there == {*Feeling.values(), "plain"}


def test_the_html_is_light_and_needs_no_pictures() -> None:
    letter = next(letters(None))
    linked = Letter(
        business=letter.business,
        customer=letter.customer,
        case=letter.case,
        agent=letter.agent,
        links=LetterLinks(unsubscribe="https://shop.test/u/abc"),
    )
    document = render(SHIPPED, "apology", linked).html
    assert len(document) < 4000
    assert not re.search(r"<(img|style|link|script|table)\b|url\(|class=\"\"", document)
    assert 'lang="en-GB" dir="ltr"' in document
    assert document.count("<a ") == 1


def test_the_rules_would_notice() -> None:
    """A bad email fails the checks above, so that they can fail."""
    for bad in (
        "Unfortunately we could not.",
        "We are so sorry.",
        "I am sorry if it was late.",
        "Your parcel was not delivered.",
        "Please let me know.",
    ):
        patterns = (STOCK, STACKED, CONDITIONAL, PASSIVE, INVITATION)
        assert any(re.search(pattern, bad, re.IGNORECASE) for pattern in patterns)
    assert reading_grade("Notwithstanding aforementioned considerations, remuneration necessitates.") > 8
