import pytest

from followup.application.sequences import enrolments, sequences, timeline
from followup.errors import NotFound, Refused
from tests.application.conftest import NewCaller
from tests.shop import Shop


def test_sequences_are_shown_without_a_database(new_caller: NewCaller) -> None:
    caller = new_caller()
    names = [sequence["name"] for sequence in sequences.list_sequences(caller)]
    shown = sequences.show_sequence(caller, names[0])
    assert [step["step"] for step in shown["steps"]] == list(range(1, len(shown["steps"]) + 1))
    assert "database" not in vars(caller.place)
    with pytest.raises(NotFound):
        sequences.show_sequence(caller, "nothing")


def test_a_case_is_enrolled_once_for_a_key(shop: Shop, new_caller: NewCaller) -> None:
    shop.open_case()
    first = enrolments.enrol(new_caller(key="k"), "C-0001")
    assert (first["case"], first["state"]) == ("C-0001", "active")
    assert enrolments.enrol(new_caller(key="k"), case="C-0001", sequence=None) == first
    before = shop.stored()
    with pytest.raises(Refused) as again:
        enrolments.enrol(new_caller(), "C-0001")
    with pytest.raises(Refused) as conflict:
        enrolments.enrol(new_caller(key="k"), "C-0001", because="She asked for it.")
    assert (again.value.code, conflict.value.code) == ("cannot_enrol", "key_conflict")
    assert shop.stored() == before


def test_a_paused_case_goes_on_where_it_was(shop: Shop, new_caller: NewCaller) -> None:
    shop.request(shop.open_case())
    planned = [email["local"] for email in timeline.show_timeline(new_caller(), "C-0001")["emails"]]
    assert enrolments.pause(new_caller(), "C-0001", "She is on holiday.")["state"] == "paused"
    with pytest.raises(NotFound):
        enrolments.resume(new_caller("nobody@shop.example"), "C-0001")
    assert enrolments.resume(new_caller(), "C-0001")["state"] == "active"
    shown = timeline.show_timeline(new_caller(), "C-0001")
    assert [email["local"] for email in shown["emails"]] == planned
    ended = enrolments.unenrol(new_caller(), "C-0001", "We spoke.")
    assert {email["state"] for email in ended["emails"]} == {"cancelled"}
