"""The gate: what its rules find, one text at a time, and the numbers of cards."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.letters.gate.finding import GateRule, TextKind
from followup.domain.letters.gate.gate import GateKnowledge, PersonsText, gate
from followup.domain.letters.gate.gate_words import load_gate_words
from followup.domain.letters.gate.names import KnownNames, possible_names
from followup.domain.letters.gate.private_numbers import card_numbers, is_luhn, without_cards
from followup.domain.letters.gate.sentences import typed_sentences
from followup.errors import InvalidFile
from followup.mail.languages import frequent_words, gate_words_of

SHARED = Path(__file__).parents[5] / "shared"
KNOWN = KnownNames(signer="Ana Reyes", reader="Nina Holt", colleagues=("Ana Reyes", "Dave Pratt"))


def caught(text: str, kind: TextKind = TextKind.VERBATIM, language: str = "en") -> set[GateRule]:
    known = GateKnowledge(
        language=language, words=gate_words_of(language), frequent=frequent_words(), names=KNOWN
    )
    return {finding.rule for finding in gate(PersonsText(kind=kind, text=text, mend="…"), known)}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the texts lie beside the project")
def test_the_texts_that_went_out_are_caught_or_let_through() -> None:
    lines = (SHARED / "cases/letters/texts.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines, delimiter="\t"))
    assert rows
    for row in rows:
        in_german = "German" in row["field"]
        kind = TextKind.TOLD if row["field"].startswith("tell-customer") else TextKind.VERBATIM
        found = caught(row["text"], kind, "de" if in_german else "en")
        assert bool(found) == (not row["right"].startswith("quotes")), row


@pytest.mark.skipif(not SHARED.is_dir(), reason="the strings lie beside the project")
@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "pt"])
def test_hostile_strings_break_nothing(language: str) -> None:
    strings = json.loads((SHARED / "data/hostile/blns.json").read_text(encoding="utf-8"))
    assert len(strings) > 400
    for text in strings:
        caught(text, language=language)
        without_cards(text)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    caught(text)
    assert not list(card_numbers(without_cards(text)))


def test_a_finding_shows_the_sentence_and_says_what_to_do() -> None:
    known = GateKnowledge(language="en", words=gate_words_of("en"), names=KNOWN)
    text = PersonsText(
        kind=TextKind.VERBATIM,
        text="It came late. Your driver is an idiot. I want it back.",
        mend='followup case set C-0001 --verbatim "…"',
    )
    (found,) = gate(text, known)
    assert (found.rule, found.level, found.sentence) == (GateRule.G4, "E", "Your driver is an idiot.")
    assert found.why == "“idiot” is an insult or a swear word."
    assert found.instead == 'Give the words that say what happened: followup case set C-0001 --verbatim "…"'


def test_without_words_of_a_language_only_numbers_and_markup_are_found() -> None:
    known = GateKnowledge(language="nl", words=None)
    found = gate(PersonsText(kind=TextKind.TOLD, text="<b>idioot</b> 4111 1111 1111 1111", mend=""), known)
    assert [finding.rule for finding in found] == [GateRule.G1, GateRule.G7]


# ---- Whose words they are


@pytest.mark.parametrize("text", ["Pls send it tmrw", "I was told by Dave"])
def test_how_customers_write_is_theirs_to_decide(text: str) -> None:
    assert caught(text) == set()
    assert caught(text, TextKind.TOLD) != set()


def test_the_signer_and_the_reader_may_be_named() -> None:
    assert caught("Ana Reyes promised me a call.") == set()
    assert caught("Ana promised a call.", TextKind.DONE) == set()
    assert caught("My name is Nina Holt.") == set()
    assert caught("Dave Pratt promised me a call.") == {GateRule.G5}


def test_what_may_be_a_name_is_two_words_with_capitals() -> None:
    assert possible_names("I saw Tom Baker at the shop.") == {"Tom Baker"}
    assert possible_names("nobody was there") == frozenset()


# ---- Numbers of cards


@pytest.mark.parametrize(
    "number", ["4111 1111 1111 1111", "4111-1111-1111-1111", "378282246310005", "6011111111111117"]
)
def test_the_number_of_a_card_keeps_its_last_four_digits(number: str) -> None:
    digits = number.replace(" ", "").replace("-", "")
    assert is_luhn(digits)
    assert without_cards(f"It was {number}, twice.") == f"It was •••• {digits[-4:]}, twice."


@pytest.mark.parametrize(
    "text",
    [
        "Order 4111111111111112 is late.",  # its check digit is wrong
        "The phone's number is 356938035643809.",  # an IMEI
        "Call 0044 20 7946 0958 please.",
        "It is parcel 1Z9999999999999999.",
    ],
)
def test_other_long_numbers_stay(text: str) -> None:
    assert without_cards(text) == text


def test_the_check_digit_is_that_of_luhn() -> None:
    # 7992739871: doubled from the right 2, 7→14→5, 9, 3→6, ... its check digit is 3.
    assert is_luhn("79927398713")
    assert not any(is_luhn(f"7992739871{digit}") for digit in "012456789")


# ---- Sentences as people type them


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("I am 81. Nobody came!", ("I am 81.", "Nobody came!")),
        ("It broke\nafter a day. I rang.", ("It broke after a day.", "I rang.")),
        ("First\n\nsecond", ("First", "second")),
        ("Mr. Shaw came. He left.", ("Mr. Shaw came.", "He left.")),
        ("Es kam am 3. März. Zu spät.", ("Es kam am 3. März.", "Zu spät.")),
        ("It cost £4.50 today", ("It cost £4.50 today",)),
        ("…", ()),
    ],
)
def test_where_sentences_end(text: str, sentences: tuple[str, ...]) -> None:
    assert typed_sentences(text) == sentences


# ---- Its file


def test_a_mistake_in_the_words_names_its_line() -> None:
    with pytest.raises(InvalidFile) as caught_error:
        load_gate_words('[insults]\nfound = ["x"]\nharmles = ["y"]', "gate.toml")
    assert "gate.toml, line " in caught_error.value.message
    assert caught_error.value.code == "invalid_gate"
