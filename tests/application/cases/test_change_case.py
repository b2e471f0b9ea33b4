import pytest

from followup.application.cases import change_case, list_cases, show_case
from followup.errors import NotFound, Refused, WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import Shop


def test_a_key_writes_one_note(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case()
    first = change_case.add_note(new_caller(key="k"), "C-0001", "She called.")
    assert change_case.add_note(new_caller(key="k"), reference="C-0001", text="She called.") == first
    with pytest.raises(Refused) as conflict:
        change_case.add_note(new_caller(key="k"), "C-0001", "She called.", done=True)
    assert conflict.value.code == "key_conflict"
    assert [note["text"] for note in show_case.show_case(new_caller(), "C-0001")["notes"]] == ["She called."]


def test_what_the_customer_said_ends_the_emails_and_makes_the_case_wait(
    shop: Shop, new_caller: NewCaller
) -> None:
    shop.request(shop.open_case())
    change_case.add_note(new_caller(), "C-0001", "Where is it?", from_customer=True)
    emails = show_case.show_case(new_caller(), "C-0001")["emails"]
    assert {email["state"] for email in emails} == {"cancelled"}
    (waiting,) = list_cases.list_cases(new_caller(), needs_person=True)
    assert waiting["ref"] == "C-0001"


def test_a_change_that_is_refused_leaves_the_case_as_it_was(shop: Shop, new_caller: NewCaller) -> None:
    shop.request(shop.open_case())
    before = shop.stored()
    with pytest.raises(WrongUsage) as several:
        change_case.add_note(new_caller(), "C-0001", "x", done=True, tell_customer=True)
    with pytest.raises(WrongUsage) as no_word:
        change_case.close(new_caller(), "C-0001", outcome="recoverd")
    # The severity alone could be changed.
    with pytest.raises(WrongUsage) as no_value:
        change_case.set_case(new_caller(), "C-0001", severity="severe", order_value="a lot")
    with pytest.raises(NotFound) as nobody:
        change_case.resolve_case(new_caller("nobody@shop.example"), "C-0001")
    assert several.value.message.startswith("A note is told to the customer, or ")
    assert (no_word.value.code, no_value.value.code) == ("unknown_outcome", "bad_amount")
    assert nobody.value.code == "unknown_agent"
    assert shop.stored() == before


def test_cases_that_wait_for_a_person_are_listed_without_other_filters(new_caller: NewCaller) -> None:
    with pytest.raises(WrongUsage) as refused:
        list_cases.list_cases(new_caller(), status="open", needs_person=True)
    assert refused.value.message == "--needs-person goes with --mine or --owner alone."
