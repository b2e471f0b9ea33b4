import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from followup.application.door import Caller
from followup.application.importing import imports, suppression_export
from followup.application.importing.run_import import RowsRefused
from followup.application.people import customer_list, suppressions
from followup.application.progress import ShowProgress, show_nothing
from followup.errors import InvalidFile, Refused, WrongUsage
from followup.services.shared import idempotency
from tests.application.conftest import NewCaller
from tests.shop import ANA, Shop

GOOD, BAD = "a@x.test,Ann\nb@x.test,Bo\n", "nobody,Nobody\n"
HEADER = "email,name\n"
MAP = """
[external_id]
column = "email"
[customer]
column = "email"
[name]
column = "name"
[reason]
default = "late-delivery"
[severity]
default = "minor"
"""


class Kind:
    """One of the three imports, of a file with addresses and names."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.file = folder / "rows.csv"
        self.aside = folder / "bad.csv"
        self.map = folder / "map.toml"
        self.map.write_text(MAP, encoding="utf-8")

    def run(
        self,
        caller: Caller,
        rows: str,
        *,
        dry_run: bool = False,
        skip_bad: bool = False,
        progress: ShowProgress = show_nothing,
    ) -> dict[str, Any]:
        self.file.write_text(HEADER + rows, encoding="utf-8")
        file, aside = str(self.file), str(self.aside) if skip_bad else None
        if self.name == "case":
            return {**imports.import_cases(caller, file, str(self.map), dry_run, aside, progress=progress)}
        if self.name == "customer":
            return {**imports.import_customers(caller, file, None, dry_run, aside, progress=progress)}
        return {**imports.import_suppressions(caller, file, "manual", dry_run, aside, progress=progress)}


@pytest.fixture(params=["case", "customer", "suppression"])
def kind(request: pytest.FixtureRequest, tmp_path: Path) -> Kind:
    return Kind(request.param, tmp_path)


def counts(document: dict[str, Any]) -> list[int]:
    return [document[name] for name in ("read", "imported", "importable", "already_there", "bad")]


def test_bad_rows_keep_all_from_being_imported_and_are_told(
    shop: Shop, new_caller: NewCaller, kind: Kind
) -> None:
    before = shop.stored()
    with pytest.raises(RowsRefused) as refused:
        kind.run(new_caller(key="k"), GOOD + BAD)
    assert refused.value.code == "bad_rows"
    assert refused.value.message.startswith("1 of 3 rows cannot be imported")
    assert counts(refused.value.document) == [3, 0, 2, 0, 1]
    assert [(error["row"], error["line"]) for error in refused.value.document["errors"]] == [(3, 4)]
    assert shop.stored() == before


def test_a_dry_run_says_what_an_import_does_and_writes_nothing(
    shop: Shop, new_caller: NewCaller, kind: Kind
) -> None:
    before = shop.stored()
    foreseen = kind.run(new_caller(), GOOD + BAD, dry_run=True, skip_bad=True)
    assert shop.stored() == before
    assert not kind.aside.exists()
    done = kind.run(new_caller(), GOOD + BAD, skip_bad=True)
    assert counts(foreseen) == counts(done) == [3, 2, 2, 0, 1]
    assert "nobody,Nobody," in kind.aside.read_text(encoding="utf-8-sig")


def test_a_key_imports_once_and_is_refused_for_another_call(
    shop: Shop, new_caller: NewCaller, kind: Kind
) -> None:
    first = kind.run(new_caller(key="k"), GOOD)
    after = shop.stored()
    assert kind.run(new_caller(key="k"), GOOD) == first
    with pytest.raises(Refused) as refused:
        kind.run(new_caller(key="k"), GOOD, skip_bad=True)
    assert refused.value.code == "key_conflict"
    assert shop.stored() == after
    assert counts(kind.run(new_caller(), GOOD)) == [2, 0, 0, 2, 0]


def test_a_file_that_changes_meanwhile_leaves_nothing_behind(
    shop: Shop, new_caller: NewCaller, kind: Kind
) -> None:
    before = shop.stored()

    @contextmanager
    def growing(label: str) -> Iterator[Callable[[float], None]]:
        if label == "Importing":
            with kind.file.open("a", encoding="utf-8") as file:
                file.write("c@x.test,Cy\n")
        yield lambda _part: None

    with pytest.raises(InvalidFile) as refused:
        kind.run(new_caller(key="k"), GOOD + BAD, skip_bad=True, progress=growing)
    assert refused.value.code == "file_changed"
    assert shop.stored() == before
    assert not kind.aside.exists()


def test_somebody_must_be_known_who_imports(shop: Shop, new_caller: NewCaller, kind: Kind) -> None:
    before = shop.stored()
    for dry_run in (True, False):
        with pytest.raises(WrongUsage) as nobody:
            kind.run(new_caller(None), GOOD, dry_run=dry_run)
        assert nobody.value.code == "unknown_actor"
    assert shop.stored() == before


def test_a_key_that_the_command_used_before_gives_the_first_answer(
    shop: Shop, new_caller: NewCaller, kind: Kind
) -> None:
    """What a key stood for was the flags of the command, paths among them."""
    own: dict[str, dict[str, object]] = {
        "case": {"map_": kind.map},
        "customer": {"map_": None},
        "suppression": {"reason": "manual"},
    }
    asked = {"file": str(kind.file), "dry_run": False, "skip_bad": kind.aside, **own[kind.name], "as": ANA}
    first = {"read": 7, "imported": 7}

    def answered_before(session: Session) -> None:
        idempotency.remember(session, "k", f"{kind.name} import", asked, first, now=shop.now)

    shop.write(answered_before)
    assert kind.run(new_caller(key="k"), GOOD, skip_bad=True) == first


def test_standard_input_is_whatever_stream_the_caller_gives(new_caller: NewCaller) -> None:
    text = io.BytesIO((HEADER + GOOD).encode())
    assert imports.import_customers(new_caller(), "-", standard_input=text)["imported"] == 2
    assert [row["name"] for row in customer_list.list_customers(new_caller())] == ["Bo", "Ann"]
    with pytest.raises(InvalidFile, match="empty"):
        imports.import_customers(new_caller(), "-")


def test_what_was_exported_is_there_already(new_caller: NewCaller, tmp_path: Path) -> None:
    suppressions.add_suppression(new_caller(), "a@x.test", because="she asked")
    listed = suppression_export.export_suppressions(new_caller())
    (tmp_path / "list.csv").write_text(listed["csv"], encoding="utf-8", newline="")
    done = imports.import_suppressions(new_caller(), str(tmp_path / "list.csv"))
    assert (done["read"], done["imported"], done["already_there"]) == (1, 0, 1)
    with pytest.raises(WrongUsage, match="Only forgetting"):
        imports.import_suppressions(new_caller(), str(tmp_path / "list.csv"), "erased")
