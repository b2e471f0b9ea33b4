"""The lint stays as good as it was on the corpus, and the corpus stays worth being measured against."""

import tomllib
from collections import Counter

import pytest

from followup.domain.letters.sincerity.finding import SincerityRule
from tests.corpus.items import HERE, LABELLED_RULES, SENTENCE_RULES, Item, items
from tests.corpus.score import Tally, misses, of_errors, score

CORPUS = items()
TALLIES = score(CORPUS)
LANGUAGES = ("en", "de", "es", "fr", "pt")


RULES = {rule.value: rule for rule in SincerityRule}


def _floors() -> dict[tuple[SincerityRule, str], tuple[int, int]]:
    with (HERE / "floors.toml").open("rb") as file:
        languages = tomllib.load(file)
    return {
        (RULES[rule], language): (floor["precision"], floor["recall"])
        for language, rules in languages.items()
        for rule, floor in rules.items()
    }


FLOORS = _floors()

LEAST_PRECISION, LEAST_RECALL = 95, 85
"""Of the errors in what is held out, in each language, in whole percent."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", list(SincerityRule))
def test_a_rule_is_as_precise_and_finds_as_much_as_before(rule: SincerityRule, language: str) -> None:
    tally = TALLIES.get((rule, language), Tally())
    said = misses({(rule, language): tally})
    if (rule, language) not in FLOORS:
        assert not tally.wrong, said
        assert not tally.missed, said
        return
    precision, recall = FLOORS[rule, language]
    reached = tally.precision_percent
    assert reached is None or reached >= precision, said
    reached = tally.recall_percent
    assert reached is None or reached >= recall, said


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_are_found_in_what_was_never_looked_at(language: str) -> None:
    held_out = [item for item in CORPUS if item.held_out]
    tally = of_errors(held_out, language)
    assert len(tally.right) + len(tally.missed) >= 50
    precision, recall = tally.precision_percent, tally.recall_percent
    assert precision is not None
    assert precision >= LEAST_PRECISION
    assert recall is not None
    assert recall >= LEAST_RECALL


def test_floors_are_kept_only_where_something_should_be_found() -> None:
    expected = {(rule, item.language) for item in CORPUS for rule in item.rules}
    assert set(FLOORS) == expected


def test_the_corpus_has_enough_of_each_language() -> None:
    sentences = Counter(item.language for item in CORPUS if not item.is_email)
    emails = Counter(item.language for item in CORPUS if item.is_email)
    assert sentences["en"] >= 400
    assert emails["en"] >= 22
    assert emails.total() >= 30
    for language in LANGUAGES:
        assert sentences[language] >= 200
        assert emails[language] >= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_half_of_the_sentences_break_nothing(language: str) -> None:
    sentences = [item for item in CORPUS if item.language == language and not item.is_email]
    assert 2 * sum(not item.rules for item in sentences) >= len(sentences)


def test_ten_emails_break_nothing() -> None:
    assert sum(not item.rules for item in CORPUS if item.is_email) >= 10


@pytest.mark.parametrize("rule", list(SincerityRule))
def test_every_rule_is_broken_three_times_and_nearly_broken_three_times(rule: SincerityRule) -> None:
    where = [item for item in CORPUS if item.is_email != (rule in SENTENCE_RULES)]
    assert sum(rule in item.rules for item in where) >= 3
    assert sum(rule in item.near for item in where) >= 3


def test_labels_of_an_item_do_not_contradict_each_other() -> None:
    for item in CORPUS:
        assert not item.rules & item.near, item.title
        assert not item.rules & item.may, item.title
        assert item.is_email or item.rules <= SENTENCE_RULES | LABELLED_RULES, item.title


def test_nothing_stands_twice() -> None:
    def told_apart(item: Item) -> tuple[str, bool]:
        return item.title.casefold(), item.circumstances.action_done

    assert [entry for entry, times in Counter(map(told_apart, CORPUS)).items() if times > 1] == []


def test_a_quarter_of_the_sentences_and_a_tenth_of_the_emails_is_held_out() -> None:
    held_out = Counter(item.is_email for item in CORPUS if item.held_out)
    of = Counter(item.is_email for item in CORPUS)
    assert 4 * held_out[False] >= of[False]
    assert 10 * held_out[True] >= of[True]


def test_a_tally_counts_by_hand() -> None:
    one, two, three = CORPUS[:3]
    tally = Tally(right=[one, two], wrong=[three], missed=[])
    assert tally.precision_percent == 66
    assert tally.recall_percent == 100
    assert Tally(missed=[one]).precision_percent is None
    assert Tally(missed=[one]).recall_percent == 0
