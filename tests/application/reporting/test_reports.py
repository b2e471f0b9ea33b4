import pytest

from followup.application.reporting import catalog_reports, coaching, outcomes, spend
from followup.errors import WrongUsage
from followup.reports.answer import document
from tests.application.conftest import NewCaller
from tests.shop import ANA, Shop


def test_spend_has_the_rows_that_were_asked_for(shop: Shop, new_caller: NewCaller) -> None:
    shop.request(shop.open_case())
    answer = spend.spend(new_caller(), by=["kind, month"])
    (row,) = document(answer, "GBP")["rows"]
    assert (row["key"], row["then"], row["gestures"]) == ("voucher", "2026-11", 1)
    with pytest.raises(WrongUsage) as unknown:
        spend.spend(new_caller(), by=["weather"])
    assert unknown.value.code == "unknown_kind_of_row"


def test_outcomes_have_one_kind_of_row(new_caller: NewCaller) -> None:
    assert outcomes.outcomes(new_caller()).name == "outcomes"
    with pytest.raises(WrongUsage) as more:
        outcomes.outcomes(new_caller(), by=["kind", "reason"])
    assert more.value.code == "one_kind_of_row"


def test_practice_is_shown_only_to_somebody_who_is_known(new_caller: NewCaller) -> None:
    assert coaching.coaching(new_caller(ANA)).name == "coaching"
    with pytest.raises(WrongUsage) as unnamed:
        coaching.coaching(new_caller(None))
    assert unnamed.value.code == "unknown_actor"


def test_several_reports_come_in_the_order_that_was_asked_for(new_caller: NewCaller) -> None:
    asked = catalog_reports.all_(new_caller(), names=["exceptions", "spend,budgets", "spend"])
    assert [answer.name for answer in asked] == ["exceptions", "spend", "budgets"]
    with pytest.raises(WrongUsage) as unknown:
        catalog_reports.all_(new_caller(), names=["sped"])
    assert "Did you mean spend?" in unknown.value.hint


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", ""])
def test_what_is_no_date_is_refused(new_caller: NewCaller, day: str) -> None:
    with pytest.raises(WrongUsage):
        catalog_reports.liability(new_caller(), until=day)
