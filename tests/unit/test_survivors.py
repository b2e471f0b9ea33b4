"""The list of surviving mutants names what is there."""

import tomllib

import pytest

from tests.mutants.areas import AREAS, ROOT
from tests.mutants.survivors import Change, as_entries, listed


@pytest.mark.parametrize("change", listed(), ids=lambda change: change[0])
def test_a_listed_survivor_is_a_change_of_lines_that_are_there(change: Change) -> None:
    function, was, became = change
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path for a in AREAS for path in a.files()
    }
    (path,) = (path for name, path in files.items() if function.startswith(f"{name}."))
    lines = {line.strip() for line in path.read_text(encoding="utf-8").splitlines()}
    assert was
    assert set(was.split("\n")) <= lines
    assert became != was


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
