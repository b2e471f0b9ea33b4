"""Every error has a code of its own, which is explained with the exit code that it has."""

from collections import Counter

import pytest

from followup.error_codes import SECTIONS
from tests.reference.errors_page import errors_page
from tests.reference.raised_codes import Given, codes_given

EXPLAINED = [one for codes in SECTIONS.values() for one in codes]


@pytest.fixture(scope="module")
def given() -> list[Given]:
    return codes_given()


def test_every_code_that_the_source_gives_is_explained(given: list[Given]) -> None:
    explained = {one.code for one in EXPLAINED}
    assert [one for one in given if one.code not in explained] == []


def test_every_code_that_is_explained_is_given_somewhere(given: list[Given]) -> None:
    codes = {one.code for one in given}
    assert [one.code for one in EXPLAINED if one.code not in codes] == []


def test_no_code_is_explained_twice() -> None:
    assert [code for code, times in Counter(one.code for one in EXPLAINED).items() if times > 1] == []


def test_no_two_places_make_errors_with_the_same_code(given: list[Given]) -> None:
    places: dict[str, set[str]] = {}
    for one in given:
        if one.is_made_here:
            places.setdefault(one.code, set()).add(one.place)
    assert {code: where for code, where in places.items() if len(where) > 1} == {}


def test_the_exit_code_that_is_explained_is_that_of_the_class_that_is_raised(given: list[Given]) -> None:
    kinds = {one.code: one.kind.__name__ for one in EXPLAINED}
    assert [one for one in given if one.kind != kinds[one.code]] == []


def test_every_explanation_is_a_sentence_that_says_what_to_do() -> None:
    page = errors_page()
    for one in EXPLAINED:
        assert one.meaning.endswith("."), one
        assert one.remedy, one
        assert "|" not in one.meaning + one.remedy, one
        assert f"| `{one.code}` | {one.kind.exit_code} |" in page
