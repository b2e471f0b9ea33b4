"""The list of surviving mutants can be read, and what is printed can be added to it."""

import tomllib

import pytest

from tests.mutants.areas import AREAS, ROOT
from tests.mutants.survivors import FILE, Change, as_entries, listed


def test_every_survivor_is_listed_once_under_a_reason() -> None:
    reasons = tomllib.loads(FILE.read_text(encoding="utf-8"))["reason"]
    assert len(listed()) == sum(len(reason["survivors"]) for reason in reasons) > 0
    assert all(
        function.startswith("followup.domain.") and was != became for function, was, became in listed()
    )


def test_every_area_has_files_and_tests() -> None:
    for area in AREAS:
        assert area.files()
        assert all((ROOT / "tests" / "unit" / "domain" / place).exists() for place in area.tests)


@pytest.mark.parametrize(
    "change", [("a.b", "x = 1", "x = 2"), ("a.b", 'it\'s "so"', "\\d"), ("a.b", "one\ntwo", "")]
)
def test_what_is_printed_can_be_put_into_the_list(change: Change) -> None:
    read = tomllib.loads(f"survivors = [\n{as_entries([change])}\n]")
    assert read["survivors"] == [list(change)]
