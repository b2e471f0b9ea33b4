from pathlib import Path

import pytest

from followup.application.goodwill import gestures, vouchers
from followup.errors import InvalidFile, NotFound, Refused
from tests.application.conftest import NewCaller
from tests.shop import Shop


@pytest.fixture
def code(shop: Shop, new_caller: NewCaller) -> str:
    """The code of a voucher of 8.00 GBP, that of G-0001."""
    shop.budget("100.00")
    shop.request(shop.open_case(), "voucher")
    voucher = gestures.show_gesture(new_caller(), "G-0001")["voucher"]
    assert voucher is not None
    assert voucher["code"]
    return voucher["code"]


def till(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("\n".join(("code,order,amount,id", *rows)) + "\n", encoding="utf-8")
    return path


def test_a_key_stands_for_the_rows_of_a_file_and_not_for_its_name(
    shop: Shop, new_caller: NewCaller, code: str, tmp_path: Path
) -> None:
    rows = vouchers.read_redemptions(till(tmp_path, "till.csv", f"{code},HB-1,2.00,t1"))
    first = vouchers.import_redemptions(new_caller(key="k"), rows)
    assert first == {"read": 1, "redeemed": 1, "already_there": 0, "dry_run": False}
    same = vouchers.read_redemptions(till(tmp_path, "copy.csv", f"{code},HB-1,2.00,t1"))
    assert vouchers.import_redemptions(new_caller(key="k"), same) == first
    other = vouchers.read_redemptions(till(tmp_path, "till.csv", f"{code},HB-1,3.00,t1"))
    with pytest.raises(Refused) as conflict:
        vouchers.import_redemptions(new_caller(key="k"), other)
    assert conflict.value.code == "key_conflict"
    assert vouchers.show_voucher(new_caller(), code)["left"] == "6.00"


def test_one_row_that_is_wrong_leaves_no_redemption_of_the_others(
    shop: Shop, new_caller: NewCaller, code: str, tmp_path: Path
) -> None:
    rows = vouchers.read_redemptions(
        till(tmp_path, "till.csv", f"{code},HB-1,2.00,t1", f"{code},HB-2,7.00,t2")
    )
    before = shop.stored()
    with pytest.raises(InvalidFile) as wrong:
        vouchers.import_redemptions(new_caller(key="k"), rows)
    assert wrong.value.message.startswith("line 3: ")
    assert shop.stored() == before


def test_a_code_is_used_once_for_a_key_and_given_back_whole(
    shop: Shop, new_caller: NewCaller, code: str
) -> None:
    first = vouchers.redeem_voucher(new_caller(key="k"), code, order="HB-1", amount="3.00")
    assert vouchers.redeem_voucher(new_caller(key="k"), code, amount="3.00", order="HB-1") == first
    assert first["left"] == "5.00"
    before = shop.stored()
    with pytest.raises(Refused):
        vouchers.redeem_voucher(new_caller(), code, amount="5.01")
    with pytest.raises(NotFound):
        vouchers.redeem_voucher(new_caller("nobody@shop.example"), code)
    assert shop.stored() == before
    undone = vouchers.roll_back_redemption(new_caller(), code)
    assert (undone["left"], len(undone["redemptions"])) == ("8.00", 1)
    assert vouchers.void_voucher(new_caller(), "G-0001", because="Wrong person.")["state"] == "void"


def test_whoever_is_at_the_till_hears_whose_voucher_it_is(
    shop: Shop, new_caller: NewCaller, code: str
) -> None:
    for document in (
        vouchers.show_voucher(new_caller(), code),
        vouchers.redeem_voucher(new_caller(), code, amount="3.00"),
    ):
        assert (document["case"], document["gesture"]) == ("C-0001", "G-0001")
        assert (document["customer"]["name"], document["customer"]["email"]) == (
            "Priya Shah",
            "priya@example.com",
        )
