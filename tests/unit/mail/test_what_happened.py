"""Letters that begin with what happened, in the agent's own sentences, in every language."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.needed import ANSWERS as ANSWERS_NEEDED
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.mail.letter import Letter, Rendered
from followup.mail.lint_email import findings_for
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from followup.resources import shipped

pytestmark = pytest.mark.usefixtures("shipped_as_it_is")

SHIPPED = shipped("templates")
HAPPENED = {
    "en-GB": "You rang on Monday and again on Thursday, and nobody came",
    "en-US": "You called on Monday and again on Thursday, and nobody came",
    "de-DE": "Am Montag und am Donnerstag haben Sie angerufen, und niemand kam",
    "es-ES": "Usted llamó el lunes y otra vez el jueves, y no vino nadie",
    "fr-FR": "Vous avez appelé lundi et encore jeudi, et personne n’est venu",
}
ANSWERS = {
    "en-GB": "The engineer has the job on her list for Friday",
    "en-US": "The engineer has the job on her list for Friday",
    "de-DE": "Die Technikerin kommt am Freitag",
    "es-ES": "La técnica irá el viernes",
    "fr-FR": "La technicienne passe vendredi",
}
WORDINGS = 20
"""After so many, the mixtures of four and five alternatives come back."""
TOLD = tuple(feeling for feeling in (*Feeling, None) if feeling is not Feeling.EMBARRASSED)


def written(locale: str, wording: int = 0, **known: object) -> tuple[Letter, Rendered]:
    letter = sample_letter(locale, "EUR")
    assert letter.gesture is not None
    told: dict[str, Any] = {
        **dict.fromkeys(("what_happened", "verbatim", "promised")),
        "told": (),
        "done": (),
        "happened": HAPPENED[locale],
        "severity": Severity.MODERATE,
        **known,
    }
    case = replace(letter.case, **told)
    gesture = replace(letter.gesture, kind=GestureKind.REFUND, code=None, left=None, item=None)
    letter = replace(letter, case=case, gesture=gesture, wording=wording)
    return letter, render(SHIPPED, "apology", letter)


@pytest.mark.parametrize("locale", HAPPENED)
def test_the_letter_leads_with_the_sentence_of_the_agent(locale: str) -> None:
    _, rendered = written(locale, feeling=Feeling.LET_DOWN)

    opening = rendered.text.split("\n\n")[1]
    assert opening.casefold() == f"{HAPPENED[locale]}.".casefold()
    assert HAPPENED[locale][1:] in rendered.html


def test_a_german_sentence_goes_on_in_small_letters_after_the_greeting() -> None:
    _, small = written("de-DE", feeling=Feeling.WORRIED)
    _, polite = written("de-DE", feeling=Feeling.WORRIED, happened="Sie haben zweimal bezahlt.")

    assert small.text.split("\n\n")[1].startswith("am Montag")
    assert polite.text.split("\n\n")[1] == "Sie haben zweimal bezahlt."


@pytest.mark.parametrize("locale", HAPPENED)
def test_somebody_angry_reads_first_whose_doing_it_was(locale: str) -> None:
    _, rendered = written(locale, feeling=Feeling.ANGRY)

    opening = rendered.text.split("\n\n")[1]
    assert HAPPENED[locale][1:] in opening
    assert not opening.startswith(HAPPENED[locale][:12])


@pytest.mark.parametrize("locale", HAPPENED)
def test_somebody_embarrassed_is_not_told_it_again(locale: str) -> None:
    _, rendered = written(locale, feeling=Feeling.EMBARRASSED)

    assert HAPPENED[locale][1:] not in rendered.text


@pytest.mark.parametrize("locale", HAPPENED)
def test_the_answer_of_the_agent_follows(locale: str) -> None:
    for feeling in TOLD:
        _, rendered = written(locale, feeling=feeling, answer=ANSWERS[locale])

        paragraphs = rendered.text.split("\n\n")
        # After a colon it begins with a small letter in some languages.
        said = f"{ANSWERS[locale]}."[1:]
        place = next(number for number, text in enumerate(paragraphs) if said in text)
        assert 1 < place < 4, rendered.text


@pytest.mark.parametrize("locale", HAPPENED)
def test_no_letter_with_it_would_be_held(locale: str) -> None:
    for feeling, responsibility, wording in product(TOLD, Responsibility, range(WORDINGS)):
        letter, rendered = written(
            locale,
            wording,
            feeling=feeling,
            responsibility=responsibility,
            answer=ANSWERS[locale] if wording % 2 else None,
        )
        found = findings_for(letter, rendered, sender="Ana <ana@shop.test>", is_first=True)
        assert [finding for finding in found if finding.level == "E"] == [], rendered.text


def test_a_sentence_is_data_and_no_markup() -> None:
    _, rendered = written("en-GB", happened="You paid *twice* for {{ agent.name }} <b>and</b> a [lamp](x).")

    assert "You paid *twice* for {{ agent.name }} <b>and</b> a [lamp](x)." in rendered.text
    assert "<b>" not in rendered.html


@pytest.mark.parametrize(
    ("known", "held"),
    [
        ({"happened": None}, True),
        ({"happened": None, "what_happened": "we charged you the wrong amount"}, True),
        ({"happened": None, "what_happened": "your order 1182 came late", "says": ("order",)}, True),
        ({"happened": None, "what_happened": "it came 2 days late", "says": ("days_late",)}, False),
        ({}, False),
        ({"happened": None, "severity": Severity.MINOR}, False),
        ({"happened": None, "feeling": Feeling.EMBARRASSED}, False),
    ],
)
def test_a_first_letter_says_what_went_wrong_or_waits(known: dict[str, Any], held: bool) -> None:
    letter, rendered = written("en-GB", **{"feeling": Feeling.LET_DOWN, **known})
    found = findings_for(letter, rendered, sender="Ana <ana@shop.test>", is_first=True)

    told = [finding.instead for finding in found if finding.rule is SincerityRule.E6]
    assert any('followup case set C-0001 --what-happened "…"' in instead for instead in told) == held
    later = findings_for(letter, rendered, sender="Ana <ana@shop.test>", is_first=False)
    by_hand = findings_for(letter, rendered, sender="Ana <ana@shop.test>", is_first=True, by_hand=True)
    assert not [one for one in (*later, *by_hand) if "--what-happened" in one.instead]


@pytest.mark.parametrize("feeling", Feeling)
def test_what_the_feeling_needs_holds_a_serious_letter(feeling: Feeling) -> None:
    wanted = feeling in ANSWERS_NEEDED

    def waits(**known: Any) -> bool:
        letter, rendered = written("en-GB", feeling=feeling, **known)
        found = findings_for(letter, rendered, sender="Ana <ana@shop.test>", is_first=True)
        return any("--answer" in finding.instead for finding in found)

    assert waits(severity=Severity.SERIOUS) == waits(severity=Severity.SEVERE) == wanted
    assert not waits(severity=Severity.MODERATE)
    assert not waits(severity=Severity.SEVERE, answer="The engineer has it on her list for Friday.")
