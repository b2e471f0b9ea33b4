import pytest

from followup.application.cases import change_case, find_cases
from followup.application.upkeep import database
from followup.errors import WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import Shop


def test_a_found_case_says_where_it_was_found_and_what_was_given(shop: Shop, new_caller: NewCaller) -> None:
    shop.request(shop.open_case(verbatim="It was a present. My umbrella never came."))
    change_case.add_note(new_caller(), "C-0001", "Lost by the carrier")
    document = find_cases.find(new_caller(), ["umbrella", "carrier"])
    (case,) = document["cases"]
    assert case["ref"] == "C-0001"
    assert case["found"] == [
        {"where": "verbatim", "text": "It was a present. My umbrella never came.", "marks": [[21, 29]]},
        {"where": "note", "text": "Lost by the carrier", "marks": [[12, 19]]},
    ]
    assert [(one["ref"], one["kind"], one["state"]) for one in case["gestures"]] == [
        ("G-0001", "voucher", "issued")
    ]
    assert (document["more"], document["words_left_out"]) == (0, 0)


def test_a_search_says_how_many_more_there_are_and_which_words_were_too_many(
    shop: Shop, new_caller: NewCaller
) -> None:
    for number in range(3):
        shop.open_case(f"p{number}@example.com")
    document = find_cases.find(new_caller(), ["priya"], limit=2)
    assert ([case["ref"] for case in document["cases"]], document["more"]) == (["C-0003", "C-0002"], 1)
    assert find_cases.find(new_caller(), [f"word{number}" for number in range(18)])["words_left_out"] == 2
    assert find_cases.find(new_caller(), since="2026-11-02", limit=1)["more"] == 2
    assert find_cases.find(new_caller(), ["!!"])["cases"] == []


@pytest.mark.parametrize(
    ("since", "until", "code"),
    [("2026-13-01", None, "bad_date"), ("2026-11-02", "2026-11-01", "last_day_before_first")],
)
def test_days_that_make_no_sense_are_refused(
    shop: Shop, new_caller: NewCaller, since: str, until: str | None, code: str
) -> None:
    with pytest.raises(WrongUsage) as refused:
        find_cases.find(new_caller(), ["x"], since=since, until=until)
    assert refused.value.code == code


def test_a_check_finds_the_index_sound_and_repairs_it(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case()
    assert database.check(new_caller()) == {"ok": True, "problems": []}
    shop.write(lambda session: session.connection().exec_driver_sql("DELETE FROM casesearch"))
    assert not database.check(new_caller())["ok"]
    assert database.check_and_repair(new_caller()) == {"ok": True, "problems": []}
    assert find_cases.find(new_caller(), ["priya"])["cases"]
