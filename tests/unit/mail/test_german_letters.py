"""How a German letter goes on after its greeting, quotes a question and answers it."""

from dataclasses import replace

import pytest

from followup.domain.cases.case import Channel, Feeling, Responsibility, Severity
from followup.mail.letter import Letter
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from followup.resources import shipped

pytestmark = pytest.mark.usefixtures("shipped_as_it_is")

SHIPPED = shipped("templates")
WORDINGS = range(12)
ASKED = ("haben Sie gefragt:", "wollten Sie wissen:", "haben Sie uns gefragt:")


def letter(wording: int, *, happened: str = "Die Lampe kam zu spät.", **case: object) -> Letter:
    sample = sample_letter("de-DE", "EUR")
    told = replace(
        sample.case,
        happened=happened,
        responsibility=Responsibility.OURS,
        severity=Severity.MODERATE,
        feeling=Feeling.WORRIED,
        verbatim=None,
        promised=None,
        told=(),
        done=(),
    )
    return replace(sample, case=replace(told, **case), wording=wording)  # type: ignore[arg-type]


def paragraphs(written: Letter) -> list[str]:
    return render(SHIPPED, "apology", written).text.split("\n\n")


@pytest.mark.parametrize(
    ("happened", "begins"),
    [
        ("Wegen Schnee war die Straße gesperrt.", "wegen Schnee"),
        ("Alle anderen kamen mit.", "alle anderen"),
        ("Es gab Streit um die Rechnung.", "es gab"),
        ("Sie haben vier Stunden gewartet.", "Sie haben"),
        ("Ihr Paket kam nie an.", "Ihr Paket"),
        ("Schnee lag auf der Straße.", "Schnee lag"),
    ],
)
def test_after_the_greeting_only_small_words_are_written_small(happened: str, begins: str) -> None:
    for wording in WORDINGS:
        assert paragraphs(letter(wording, happened=happened))[1].startswith(begins)


def test_their_question_stands_before_our_answer_and_is_called_one() -> None:
    for wording in WORDINGS:
        told = letter(wording, verbatim="Kommt es noch?", answer="Es kommt am Montag.", channel=Channel.EMAIL)
        text = render(SHIPPED, "apology", told).text
        before, _, after = text.partition("> Kommt es noch?")
        assert "Es kommt am Montag." in after
        assert before.rstrip().endswith(ASKED)
        told = letter(wording, verbatim="Es kam nie. Kommt es noch?", channel=Channel.EMAIL)
        before = render(SHIPPED, "apology", told).text.partition("> Es kam nie.")[0]
        assert before.rstrip().endswith(":")
        assert not before.rstrip().endswith(ASKED)


@pytest.mark.parametrize("severity", [Severity.MODERATE, Severity.SEVERE])
def test_a_sentence_has_one_colon(severity: Severity) -> None:
    told, answer = "Es war so: Die Lampe brannte.", "Sicher ist eines: Sie ist weg."
    for wording in WORDINGS:
        one = letter(wording, happened=told, answer=answer, severity=severity, feeling=Feeling.IGNORED)
        text = render(SHIPPED, "apology", one).text
        assert f": {told}" not in text
        assert f". {answer}" in text
        one = letter(wording, happened="Die Lampe brannte.", severity=severity, feeling=Feeling.ANGRY)
        assert ": Die Lampe brannte." in render(SHIPPED, "apology", one).text


@pytest.mark.parametrize("feeling", [Feeling.LET_DOWN, Feeling.FRUSTRATED, Feeling.IGNORED, None])
def test_a_phrase_for_the_reason_is_said_once_and_before_whose_doing_it_was(feeling: Feeling | None) -> None:
    for wording in WORDINGS:
        phrase = "Wir haben Sie 70 Minuten warten lassen"
        one = letter(wording, happened="", what_happened=phrase, feeling=feeling)
        first, second = paragraphs(one)[1:3]
        assert first.endswith(f": {phrase}.")
        assert first.split()[:2] in (["das", "ist"], ["so", "war"], ["folgendes", "ist"])
        assert "leid" in second
        assert render(SHIPPED, "apology", one).text.count("warten lassen") == 1
