"""Documents keep their form: what a program reads today is there tomorrow, under the same name."""

from typing import Any, get_type_hints

import pytest
from pydantic import ValidationError

from followup.application.privacy.export_personal_data import PersonalDataFileDocument
from followup.reports.report_documents import REPORT_DOCUMENTS, AllReportsDocument
from followup.services.privacy.export_personal_data import PersonalDataDocument
from followup.services.reporting.report_catalog import QUESTIONS
from tests.application.documents import FROZEN, check, schemas, text

SCHEMAS = schemas()


@pytest.mark.parametrize("room", sorted(SCHEMAS))
def test_the_documents_of_a_room_have_the_frozen_schema(room: str) -> None:
    frozen = FROZEN / f"{room}.json"
    assert text(SCHEMAS[room]) == frozen.read_text(encoding="utf-8"), (
        "A document changed its form. Keys may be added, none renamed or taken away; "
        "if it is meant: python -m tests.application.documents"
    )


def test_no_frozen_schema_is_of_a_room_that_is_gone() -> None:
    assert {path.stem for path in FROZEN.glob("*.json")} == set(SCHEMAS)


GESTURE: dict[str, Any] = {
    "ref": "G-0001",
    "case": "C-0001",
    "state": "held",
    "kind": "voucher",
    "class": "goodwill",
    "amount": "8.00",
    "currency": "GBP",
    "item": None,
    "points": None,
    "rule": None,
    "policy_version": "1",
    "because": None,
    "again": False,
    "requested_by": "ana@shop.example",
    "requested_at": "2026-11-02T10:00:00+00:00",
    "issued_at": None,
    "approval": None,
    "voucher": None,
    "not_written_because": None,
    "not_written_code": None,
    "holds": [{"budget": "goodwill", "period": "2026-11", "amount": "8.00", "currency": "GBP"}],
    "sum": None,
    "recommended_now": None,
}


def test_a_document_is_held_against_its_type() -> None:
    check(("gesture", "show", "G-0001"), GESTURE)


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 8},
        {"more": 1},
        {"holds": [{"budget": "goodwill"}]},
        {"holds": [{**GESTURE["holds"][0], "more": 1}]},
    ],
)
def test_another_type_and_a_key_too_many_or_too_few_would_be_found(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        check(("gesture", "show", "G-0001"), {**GESTURE, **change})


def test_what_is_told_of_a_file_is_held_against_its_type() -> None:
    written = ("suppression", "export", "--output", "list.csv")
    check(written, {"file": "list.csv", "addresses": 2})
    for wrong in ({"file": "list.csv"}, {"file": "list.csv", "addresses": "2"}, [{"file": "list.csv"}]):
        with pytest.raises(ValidationError):
            check(written, wrong)


def test_of_a_file_with_personal_data_every_kind_of_record_is_counted() -> None:
    lists = set(get_type_hints(PersonalDataDocument)) - {"exported_at"}
    assert set(get_type_hints(PersonalDataFileDocument)) == {"file", *lists}


SPEND: dict[str, Any] = {
    "report": "spend",
    "by": "reason",
    "period": "all time",
    "says": [],
    "rows": [],
    "total": None,
    "totals": [],
}


def test_a_report_is_held_against_its_type_alone_and_among_several() -> None:
    check(("report", "spend"), SPEND)
    check(("report", "all", "spend"), {"spend": SPEND})
    for name, asked in (("spend", SPEND | {"sums": []}), ("spend", SPEND | {"rows": [{"key": "late"}]})):
        with pytest.raises(ValidationError):
            check(("report", name), asked)
        with pytest.raises(ValidationError):
            check(("report", "all"), {name: asked})


def test_every_report_of_the_catalog_has_a_type() -> None:
    assert set(REPORT_DOCUMENTS) == {*QUESTIONS, "all"} | {"coaching"}
    assert set(AllReportsDocument.__annotations__) == set(QUESTIONS)
