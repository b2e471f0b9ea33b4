"""The same bad experience of several customers: each case is logged by itself, and foreseen as it then is."""

from typing import Any

import pytest
from sqlmodel import select

from followup.application.cases import open_several
from followup.application.cases.open_several import OpenedSeveralDocument, people_in
from followup.errors import WrongUsage
from followup.mail.addresses import NamedAddress
from followup.store.tables import Case, Customer, Gesture
from tests.application.conftest import NewCaller
from tests.shop import ANA, Shop

OUTAGE = {
    "reason": "service-outage",
    "severity": "moderate",
    "what_happened": "You could not log in on Monday morning.",
    "mass_incident": True,
}
FILE = """\ufeff# Hit on Monday
Priya Shah <priya@example.com>

"Day, Jo" <Jo@Example.com>
unknown@example.com
not an address
Priya Again <PRIYA@example.com>
"""


def logged(caller: Any, text: str = FILE, **more: Any) -> OpenedSeveralDocument:
    return open_several.open_several(caller, people_in(text), OUTAGE, **more)


def counted(shop: Shop) -> tuple[int, int, int]:
    """How many customers, cases and gestures there are."""
    return shop.read(
        lambda session: (
            len(session.exec(select(Customer)).all()),
            len(session.exec(select(Case)).all()),
            len(session.exec(select(Gesture)).all()),
        )
    )


def test_a_line_is_an_address_with_or_without_a_name() -> None:
    assert people_in(FILE) == (
        NamedAddress("Priya Shah", "priya@example.com"),
        NamedAddress("Day, Jo", "Jo@Example.com"),
        NamedAddress("", "unknown@example.com"),
        NamedAddress("", "not an address"),
        NamedAddress("Priya Again", "PRIYA@example.com"),
    )


@pytest.mark.parametrize("accept", [False, True])
def test_each_is_logged_once_and_what_is_refused_is_named(
    shop: Shop, new_caller: NewCaller, accept: bool
) -> None:
    parts: list[float] = []
    document = logged(new_caller(ANA), accept=accept, on_progress=parts.append)
    assert [one["case"]["customer"]["name"] for one in document["done"]] == ["Priya Shah", "Day, Jo"]
    assert [(one["ref"], one["code"]) for one in document["refused"]] == [
        ("UNKNOWN@EXAMPLE.COM", "unknown_customer"),
        ("NOT AN ADDRESS", "bad_address"),
    ]
    # Priya stands in the file twice, and is asked for once.
    assert parts == [0.25, 0.5, 0.75, 1.0]
    assert counted(shop) == (2, 2, 2 if accept else 0)


def test_a_preview_says_the_same_and_keeps_nothing(shop: Shop, new_caller: NewCaller) -> None:
    foreseen = logged(new_caller(ANA), accept=True, dry_run=True)
    assert counted(shop) == (0, 0, 0)
    then = logged(new_caller(ANA), accept=True)
    for name in ("asked", "refused"):
        assert foreseen[name] == then[name]
    assert [one["gesture"] and one["gesture"]["amount"] for one in foreseen["done"]] == [
        one["gesture"] and one["gesture"]["amount"] for one in then["done"]
    ]


def test_the_same_file_again_logs_and_gives_nothing_twice(shop: Shop, new_caller: NewCaller) -> None:
    logged(new_caller(ANA), accept=True)
    again = logged(new_caller(ANA), f"{FILE}Mo Day <mo@example.com>\n", accept=True)
    assert [one["case"]["customer"]["email"] for one in again["done"]] == ["mo@example.com"]
    assert [one["code"] for one in again["refused"][:2]] == ["case_repeated", "case_repeated"]
    assert counted(shop) == (3, 3, 3)


def test_a_key_gives_the_first_answers_again(shop: Shop, new_caller: NewCaller) -> None:
    first = logged(new_caller(ANA, key="monday"), accept=True)
    second = logged(new_caller(ANA, key="monday"), accept=True)
    assert [one["case"]["ref"] for one in second["done"]] == [one["case"]["ref"] for one in first["done"]]
    assert counted(shop) == (2, 2, 2)


def test_a_budget_that_ends_among_them_leaves_the_rest_logged(shop: Shop, new_caller: NewCaller) -> None:
    worth = logged(new_caller(ANA), accept=True, dry_run=True)["done"][0]["gesture"]
    assert worth is not None
    assert worth["amount"] is not None
    shop.budget(worth["amount"])
    done = logged(new_caller(ANA), accept=True)["done"]
    assert [one["gesture"] is not None for one in done] == [True, False]
    assert done[1]["gesture_refused"] is not None
    assert counted(shop) == (2, 2, 1)


@pytest.mark.parametrize("name", ["order", "verbatim", "phone", "again", "customer"])
def test_what_is_of_one_customer_is_refused_for_several(shop: Shop, new_caller: NewCaller, name: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        open_several.open_several(new_caller(ANA), people_in(FILE), {**OUTAGE, name: "x"})
    assert caught.value.code == "one_flag_for_several"
    assert counted(shop) == (0, 0, 0)
