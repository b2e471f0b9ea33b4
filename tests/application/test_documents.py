"""Documents keep their form: what a program reads today is there tomorrow, under the same name."""

import pytest

from tests.application.documents import FROZEN, schemas, text

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
