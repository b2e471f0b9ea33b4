import pytest
from sqlmodel import Session

from followup.application.privacy import erase, export_personal_data
from followup.application.privacy.erase import NotConfirmed
from followup.errors import NotFound, Refused, WrongUsage
from followup.services.shared import idempotency
from tests.application.conftest import NewCaller
from tests.shop import MAX, Shop

PRIYA = "priya@example.com"


def test_nobody_is_erased_unless_it_is_meant_and_by_a_manager(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case(PRIYA)
    before = shop.stored()
    foreseen = erase.erase_customer(new_caller(None), PRIYA, dry_run=True)
    assert (foreseen["cases"], foreseen["cleared"]) == (1, None)
    with pytest.raises(WrongUsage, match="--because"):
        erase.erase_customer(new_caller(MAX), PRIYA, yes=True)
    with pytest.raises(NotConfirmed) as asked:
        erase.erase_customer(new_caller(MAX), PRIYA, "she asked")
    assert asked.value.question == f"Erase {PRIYA} for good?"
    with pytest.raises(Refused) as refused:
        erase.erase_customer(new_caller(key="k"), PRIYA, "she asked", yes=True)
    with pytest.raises(WrongUsage) as nobody:
        erase.erase_customer(new_caller(None), PRIYA, "she asked", yes=True)
    assert (refused.value.code, nobody.value.code) == ("manager_needed", "unknown_actor")
    assert shop.stored() == before


def test_a_key_erases_once_and_the_bytes_are_cleared(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case(PRIYA)
    first = erase.erase_customer(new_caller(MAX, key="k"), PRIYA, "she asked", yes=True)
    assert (first["customer"], first["cleared"], first["not_cleared_because"]) == (
        "erased-1@invalid",
        True,
        None,
    )
    assert PRIYA not in shop.stored()
    assert erase.erase_customer(new_caller(MAX, key="k"), PRIYA, "she asked", yes=True) == first
    with pytest.raises(Refused) as refused:
        erase.erase_customer(new_caller(MAX, key="k"), PRIYA, "a rule wants it", yes=True)
    assert refused.value.code == "key_conflict"


def test_a_key_that_the_command_used_before_gives_the_first_answer(shop: Shop, new_caller: NewCaller) -> None:
    asked = {"email": PRIYA, "because": "x", "expired": False, "yes": True, "dry_run": False, "as": MAX}

    def answered_before(session: Session) -> None:
        idempotency.remember(session, "k", "customer erase", asked, {"records": 1}, now=shop.now)

    shop.write(answered_before)
    assert erase.erase_customer(new_caller(MAX, key="k"), PRIYA, "x", yes=True)["records"] == 1


def test_nobody_is_kept_too_long_where_no_time_is_set(new_caller: NewCaller) -> None:
    with pytest.raises(Refused) as unset:
        erase.erase_expired_customers(new_caller(MAX), yes=True)
    assert unset.value.code == "no_retention"


def test_those_kept_too_long_are_erased_together(shop: Shop, new_caller: NewCaller) -> None:
    shop.settings(retention_days=30)
    for number in (1, 2):
        shop.open_case(f"c{number}@example.com")
    long_ago = "UPDATE cases SET status = 'closed', closed_at = '2020-01-01 00:00:00.000000'"
    shop.write(lambda session: session.connection().exec_driver_sql(long_ago))
    with pytest.raises(NotConfirmed, match="cannot be undone") as asked:
        erase.erase_expired_customers(new_caller(MAX))
    assert asked.value.question == "Erase 2 customers for good?"
    with pytest.raises(WrongUsage, match="--key is for one customer"):
        erase.erase_expired_customers(new_caller(MAX, key="k"), yes=True)
    done = erase.erase_expired_customers(new_caller(MAX), yes=True)
    assert (done["erased"], done["due"], done["cleared"]) == (2, 0, True)
    again = erase.erase_expired_customers(new_caller(MAX))
    assert (again["erased"], again["due"]) == (0, 0)


def test_who_asks_for_everything_about_a_person_is_recorded(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case(PRIYA)
    export_personal_data.export_customer(new_caller(MAX), PRIYA)
    again = export_personal_data.export_customer(new_caller(), PRIYA)
    assert [event["by"] for event in again["log"] if event["action"] == "customer export"] == [MAX]
    before = shop.stored()
    with pytest.raises(NotFound):
        export_personal_data.export_customer(new_caller(), "x@example.com")
    assert shop.stored() == before
