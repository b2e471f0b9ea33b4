"""`case show`: the reasons that people gave, the state of the sequence, and a suppressed address."""

from followup.application.cases import change_case, show_case
from followup.application.goodwill import approvals
from followup.application.people import customers, suppressions
from followup.application.sequences import enrolments
from tests.application.conftest import NewCaller
from tests.shop import MAX, Shop


def reasons(shown: show_case.CaseHistoryDocument) -> list[tuple[str, str | None, str | None]]:
    return [
        (event["action"], event["subject"], event["because"])
        for event in shown["history"]
        if event["because"]
    ]


def test_the_reasons_of_every_decision_stand_in_the_case(shop: Shop, new_caller: NewCaller) -> None:
    case = shop.open_case()
    shop.open_case("other@example.com")
    shop.request(case, "voucher", "60.00", because="She rang three times.")
    approvals.reject(new_caller(MAX), "A-0001", "We paid this in May.")
    change_case.resolve_case(new_caller(), "C-0001", because="A new lamp was sent.")
    change_case.reopen_case(new_caller(), "C-0001", because="It came broken.")
    change_case.resolve_case(new_caller(), "C-0002", because="Of another customer.")
    assert reasons(show_case.show_case(new_caller(), "C-0001")) == [
        ("gesture request", "G-0001", "She rang three times."),
        ("approval rejected", "A-0001", "We paid this in May."),
        ("case resolved", "C-0001", "A new lamp was sent."),
        ("case open", "C-0001", "It came broken."),
    ]


def test_a_paused_sequence_and_a_suppressed_address_are_shown(shop: Shop, new_caller: NewCaller) -> None:
    shop.request(shop.open_case())
    shown = show_case.show_case(new_caller(), "C-0001")
    assert shown["sequence"] == {"name": "recovery", "state": "active", "because": None}
    assert shown["suppression"] is None
    assert customers.show_customer(new_caller(), "priya@example.com")["suppression"] is None
    enrolments.pause(new_caller(), "C-0001", "On holiday.")
    suppressions.add_suppression(new_caller(), "Priya@Example.com", because="She asked.")
    shown = show_case.show_case(new_caller(), "C-0001")
    assert shown["sequence"] is not None
    assert shown["sequence"]["state"] == "paused"
    assert ("sequence paused", "C-0001", "On holiday.") in reasons(shown)
    for found in (shown, customers.show_customer(new_caller(), "priya@example.com")):
        assert found["suppression"] is not None
        assert (found["suppression"]["reason"], found["suppression"]["because"]) == ("manual", "She asked.")
