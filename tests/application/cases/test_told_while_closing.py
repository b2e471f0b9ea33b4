"""What a customer was told in person is noted with the change of the case, in one step."""

from collections.abc import Callable
from typing import Any

import pytest

from followup.application.cases import change_case, show_case
from followup.errors import FollowupError
from tests.application.cases.test_correct_case import caller, logged
from tests.services.waiting import codes
from tests.shop import Shop

STEPS: dict[str, Callable[..., Any]] = {"resolve": change_case.resolve_case, "close": change_case.close}


@pytest.mark.parametrize("step", STEPS)
def test_it_is_noted_as_told_and_the_case_leaves_the_list(shop: Shop, step: str) -> None:
    case = logged(shop, feeling="distressed")
    assert codes(shop) != {}
    document = STEPS[step](caller(shop), case, told="I rang her: the parcel is there.")
    assert document["status"] == {"resolve": "resolved", "close": "closed"}[step]
    assert [(note["use"], note["text"]) for note in show_case.show_case(caller(shop), case)["notes"]] == [
        ("told", "I rang her: the parcel is there.")
    ]
    assert codes(shop) == {}


@pytest.mark.parametrize("step", STEPS)
def test_an_empty_text_changes_nothing(shop: Shop, step: str) -> None:
    case = logged(shop)
    with pytest.raises(FollowupError):
        STEPS[step](caller(shop), case, told="  ")
    assert show_case.show_case(caller(shop), case)["status"] == "open"
