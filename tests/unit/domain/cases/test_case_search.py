import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.cases.case_search import (
    IDENTIFYING,
    MOST_TERMS,
    PHONE,
    Found,
    FoundIn,
    Phrase,
    indexed_words,
    narrowings,
    places_found,
    read_search,
)
from followup.domain.shared.search_words import folded, phone_end, words_in, words_of


def ways(text: str) -> list[list[tuple[str, ...]]]:
    """The alternatives of each term, those with several phrases left out."""
    return [
        [way[0].words for way in term.alternatives if len(way) == 1] for term in read_search([text]).terms
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Müller, Mu\u0308ller", ["muller", "muller"]),
        ("œuvre Ærø Łódź Đặng ıstanbul İstanbul", ["oeuvre", "aero", "lodz", "dang", "istanbul", "istanbul"]),
        ("don't_stop ｆｕｌｌ ﬁne", ["don", "t", "stop", "full", "fine"]),
        ("Ελλάδα ελλαδα", ["ελλαδα", "ελλαδα"]),
        ("Ёлка елка", ["елка", "елка"]),
        ("配送が遅い", ["配", "送", "か", "遅", "い"]),
        ("\ue000 \ue001 ¡ ° * \x00", []),
    ],
)
def test_words_are_compared_without_case_accents_and_forms_of_letters(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_a_word_keeps_its_place_in_the_text() -> None:
    text = "Zu spät, Straße 5"
    assert [text[word.start : word.end] for word in words_in(text)] == ["Zu", "spät", "Straße", "5"]


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_has_the_same_words_the_fast_way(text: str) -> None:
    assert words_of(text) == words_of(text + " é")[:-1]
    assert [found.word for found in words_in(text)] == words_of(text)


@given(st.text())
def test_words_are_letters_and_figures_that_folding_leaves_alone(text: str) -> None:
    for word in words_of(text):
        assert word.isalnum()
        assert folded(word) == word


@pytest.mark.parametrize("order", ["HB-2041", "hb 2041", "#HB2041", "Hb/2041", "hb2041"])
def test_an_order_is_indexed_so_that_every_notation_finds_it(order: str) -> None:
    words = indexed_words([(FoundIn.ORDER, order)])
    assert "hb2041" in words
    assert words.index("2041", words.index("hb") + 1)
    assert (IDENTIFYING + "hb2041" in words, IDENTIFYING + "2041" in words) == (True, True)


@pytest.mark.parametrize(
    "number",
    ["+44 7700 900123", "07700 900123", "(07700) 900-123", "+44 (0) 7700/900.123", "0044 7700900123"],
)
def test_a_phone_number_is_the_same_in_every_notation(number: str) -> None:
    assert phone_end(number) == "321009007"
    assert PHONE + "321009007" in indexed_words([(FoundIn.PHONE, number)])
    (term,) = read_search([number]).terms
    assert term.alternatives[0] == (Phrase((PHONE + "321009007",), begins=True),)


def test_the_last_figures_of_a_phone_number_are_enough_to_find_it() -> None:
    assert (PHONE + "321009",) in ways("900123")[0]
    # Three figures end every thousandth number.
    assert ways("123")[0] == [("123",)]


def test_umlauts_are_also_written_with_two_letters() -> None:
    assert ("muller",) in ways("Mueller")[0]
    assert ("mueller",) in ways("Müller")[0]
    assert ("groessen",) in ways("Größen")[0]
    # The e at the end of "blue" is no part of an umlaut.
    assert ways("blue") == [[("blue",)]]


def test_words_between_quotation_marks_are_one_phrase_and_do_not_go_on() -> None:
    for text in ('"two days"', "„two days“", "“two days”"):
        (term,) = read_search([text]).terms
        assert term.alternatives == ((Phrase(("two", "days")),),)


def test_whole_words_come_before_beginnings_and_who_before_what_was_said() -> None:
    tried = narrowings(read_search(["two days"]))
    firsts = [one.terms[0].alternatives[0][0] for one in tried]
    assert [phrase.begins for phrase in firsts] == [False, True, False, False, True]
    who = (IDENTIFYING + "two",)
    assert [phrase.words for phrase in firsts] == [who, who, ("two",), ("two",), ("two",)]
    assert [len(one.terms) for one in tried] == [2, 2, 3, 2, 2]
    assert tried[2].terms[2].alternatives == ((Phrase(("two", "days")),),)


HOSTILE = [
    *('"', '""', "*", "a*", "NEAR(a b)", "a AND", "OR", "NOT x", "{who} : a", "who:a", "-a", "^a", "a + b"),
    *("((", "'", "\\", "a'b", "'; DROP TABLE cases; --", "a & b | !c", "a <-> b", ":*A", "%", "_", "\x00"),
    *("\ud800", "\ue000", "🙂", "\u0301", "a" * 100_000, "a " * 50_000, '"' * 100_000, "1-" * 50_000),
    *("ue" * 50_000, "x" + "\u0301" * 99_999, "(0)" * 30_000, "0 " * 50_000, "+" * 100_000, "1   " * 25_000),
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_is_an_error_and_no_text_makes_a_large_search(text: str) -> None:
    search = read_search([text])
    assert len(search.terms) <= MOST_TERMS
    assert sum(len(way) for term in search.terms for way in term.alternatives) < 1_000
    places_found(search, [(FoundIn.NOTE, text[:20_000])])


@given(st.lists(st.text()), st.text())
def test_what_is_shown_is_part_of_the_text_with_marks_inside(typed: list[str], text: str) -> None:
    for found in places_found(read_search(typed), [(FoundIn.VERBATIM, text)], width=20):
        assert found.text.strip("…") in text
        last = 0
        for start, end in found.marks:
            assert last <= start < end <= len(found.text)
            last = end


def test_the_part_that_is_shown_has_whole_words_around_the_first_that_was_found() -> None:
    text = "It was a present for my mother, and the umbrella came two days after her birthday, alas."
    (found,) = places_found(read_search(["umbr"]), [(FoundIn.VERBATIM, text)], width=40)
    assert found == Found(FoundIn.VERBATIM, "…and the umbrella came two days after her…", ((9, 17),))


def test_as_many_places_are_shown_as_it_takes_to_show_every_word() -> None:
    texts = [
        (FoundIn.NAME, "Priya Shah"),
        (FoundIn.VERBATIM, "My umbrella"),
        (FoundIn.NOTE, "Priya, umbrella"),
    ]
    assert [found.where for found in places_found(read_search(["shah"]), texts)] == [FoundIn.NAME]
    assert [found.where for found in places_found(read_search(["priya umbrella"]), texts)] == [FoundIn.NOTE]
    assert [found.where for found in places_found(read_search(["shah umbrella"]), texts)] == [
        FoundIn.NAME,
        FoundIn.VERBATIM,
    ]
    assert places_found(read_search(["kettle"]), texts) == []
