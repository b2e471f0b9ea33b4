"""Every language is whole: whatever folder is found among the shipped templates has all that a language
needs. Nothing here names one but English, which the others are held against."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel import Locale

from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.sincerity.circumstances import Act
from followup.domain.letters.sincerity.coverage import rules_known
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.domain.letters.sincerity.wording import Pattern, plain
from followup.mail.answer_links import sentences
from followup.mail.languages import (
    DEFAULT_LANGUAGE,
    GATE,
    LINT,
    REASONS,
    WORDS,
    languages,
    languages_in,
    wording_of,
)
from followup.mail.template_file import read_template
from followup.mail.text_analysis import draft_of
from followup.resources import shipped
from followup.services.coaching.exercises import FOLDER, read_exercises
from followup.services.upkeep.new_workspace import starter_files
from followup.settings import read_settings
from followup.settings.kinds import OWN_LANGUAGE

SHIPPED = shipped("templates")
LANGUAGES = languages_in(SHIPPED)
FEWEST_EXERCISES = 3
_OF_A_COUNTRY = re.compile(r"\.[a-z]{2,3}-[A-Z]{2}\.md")

each_language = pytest.mark.parametrize("language", LANGUAGES)


def texts(language: str) -> set[str]:
    """The templates and partials that everybody needs who reads a language, wherever they live."""
    folder = SHIPPED / language
    found = (path for path in folder.rglob("*.md") if not _OF_A_COUNTRY.search(path.name))
    return {path.relative_to(folder).as_posix() for path in found}


def patterns(value: object) -> Iterator[Pattern]:
    """The patterns in a wording, however deep."""
    if isinstance(value, Pattern):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from patterns(getattr(value, field.name))
    elif isinstance(value, (tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from patterns(part)


def test_english_is_there_and_the_others_are_found_by_their_folders() -> None:
    assert LANGUAGES[0] == DEFAULT_LANGUAGE
    assert tuple(languages()) == LANGUAGES


@each_language
def test_it_has_every_email_and_every_partial(language: str) -> None:
    assert texts(language) == texts(DEFAULT_LANGUAGE)


@each_language
@pytest.mark.parametrize("folder", ["remedy", "arrival"])
def test_it_says_of_every_kind_of_gesture_what_comes_and_whether_it_came(language: str, folder: str) -> None:
    """A personal apology brings nothing. What no file knows cannot be written, instead of being called a
    gift."""
    there = {path.stem for path in (SHIPPED / language / "partials" / folder).glob("*.md")}
    assert {kind.value for kind in GestureKind if kind is not GestureKind.APOLOGY} - there == set()
    assert "none" in there


@each_language
def test_its_files_are_in_it_and_those_of_a_country_are_beside_one_for_all(language: str) -> None:
    folder = SHIPPED / language
    for path in folder.glob("*.md"):
        assert read_template(path).locale.partition("-")[0] == language
    of_countries = {path for path in folder.rglob("*.md") if _OF_A_COUNTRY.search(path.name)}
    for path in of_countries:
        assert path.name.split(".")[-2].startswith(f"{language}-")
        assert path.with_name(f"{path.name.split('.')[0]}.md").is_file()


@each_language
def test_it_has_its_words(language: str) -> None:
    found = languages()[language]
    assert found.tag == language
    assert found.name
    assert set(found.answers) == set(OutcomeAnswer)
    assert all(found.answers.values())
    assert {"from", "date", "subject"} <= set(found.mail_programs.heads.values())


def test_an_answer_with_a_click_is_in_one_language_only() -> None:
    assert len(set(sentences())) == len(sentences()) == len(OutcomeAnswer) * len(LANGUAGES)


@each_language
def test_its_own_greetings_and_closings_are_no_sentences_of_a_letter(language: str) -> None:
    words = languages()[language].letters
    for greeting, closing in zip(literal(words.greetings), literal(words.closings), strict=False):
        text = f"{greeting} Jo Núñez,\n\n1182.\n\n{closing},\nAna Reyes"
        assert draft_of("", text, language).greeting == f"{greeting} Jo Núñez,"
        assert draft_of("", text, language).sign_off[-1] == "Ana Reyes"
        assert [sentence.text for sentence in draft_of("", text, language).sentences] == ["1182."]


def literal(of: tuple[str, ...]) -> list[str]:
    """Those of some patterns that are plain words."""
    return [pattern.capitalize() for pattern in of if pattern.replace(" ", "").isalpha()]


@each_language
def test_every_pattern_of_its_lint_can_be_looked_for(language: str) -> None:
    wording = wording_of(language)
    assert wording is not None
    found = list(patterns(wording))
    assert len(found) >= 11 + len(wording.stock)
    for pattern in found:
        re.compile(pattern.found)
        assert pattern.search(plain("…")) is None
        re.compile(pattern.harmless or "")
    assert wording.stock
    assert "{clause}" in wording.apology_that
    assert "{about}" in wording.question


@each_language
def test_no_rule_of_the_lint_is_missing(language: str) -> None:
    wording = wording_of(language)
    assert wording is not None
    assert rules_known(wording) == frozenset(SincerityRule)
    assert wording.turned is not None
    assert wording.anyway is not None
    assert wording.owned
    assert wording.claims.keys() == {act.value for act in Act}


@each_language
def test_every_gesture_can_be_told_to_come_and_by_when(language: str) -> None:
    wording = wording_of(language)
    assert wording is not None
    assert wording.gestures is not None
    kinds = {kind.value for kind in GestureKind if kind is not GestureKind.APOLOGY}
    assert wording.gestures.how.keys() == kinds - {GestureKind.CALLBACK.value}
    assert wording.gestures.examples.keys() == kinds
    for example in wording.gestures.examples.values():
        assert "…" in example
        assert "{" not in example.format(amount="80,00 €", code="7KQ2", item="Atlas")


def test_a_wording_without_a_table_knows_fewer_rules() -> None:
    wording = wording_of(DEFAULT_LANGUAGE)
    assert wording is not None
    without = replace(wording, blame=None, gestures=None)
    assert frozenset(SincerityRule) - rules_known(without) == {SincerityRule.E9, SincerityRule.E15}
    assert SincerityRule.E1 not in rules_known(None)
    assert SincerityRule.W7 in rules_known(None)


@each_language
def test_every_reason_has_a_phrase_in_it(language: str) -> None:
    reasons = read_settings(starter_files()["followup.toml"], "followup.toml", {}).reasons
    assert reasons.keys() - {OWN_LANGUAGE} == set(LANGUAGES)
    assert reasons[language].keys() == reasons[DEFAULT_LANGUAGE].keys()


@each_language
def test_days_are_written_in_it(language: str) -> None:
    assert Locale.parse(language).language == language
    found = languages()[language]
    assert found.day_spellings
    for day in (date(2026, 3, 1) + timedelta(days=number) for number in range(31)):
        written = found.days_written(day, "March", "Sunday")
        assert all("None" not in spelling and "{" not in spelling for spelling in written)
    assert len(found.days_written(date(2026, 3, 1), "March", "Sunday")) == len(found.day_spellings)


@each_language
def test_there_is_something_to_practise_in_it(language: str) -> None:
    exercises = read_exercises((SHIPPED / language / FOLDER,))
    assert len(exercises) >= FEWEST_EXERCISES
    assert {exercise.language for exercise in exercises} == {language}


@each_language
def test_nothing_else_lies_in_its_folder(language: str) -> None:
    folder = SHIPPED / language
    files = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    tables = {Path(WORDS), Path(LINT), Path(REASONS), Path(GATE)}
    assert tables <= files
    of_countries = {path for path in files if re.fullmatch(rf"{language}-[A-Z0-9]+\.toml", path.as_posix())}
    others = {path for path in files - tables - of_countries if path.suffix != ".md"}
    assert {(path.parent, path.suffix) for path in others} == {(Path(FOLDER), ".toml")}
