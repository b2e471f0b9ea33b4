"""What a shop's web page and its agents call to stop emails to somebody."""

from sqlmodel import select

from followup.mail.tokens import unsubscribe_token
from followup.store.tables import Customer
from tests.e2e.conftest import Desk
from tests.shop import MAX

WHY = ["--because", "she asked"]


def token(desk: Desk) -> str:
    desk.shop.open_case("priya@example.com")
    customer_id = desk.shop.read(lambda session: session.exec(select(Customer.id)).one())
    assert customer_id is not None
    return unsubscribe_token(desk.shop.workspace.secret_key(), customer_id)


def test_the_link_of_an_email_stops_emails_once(quick: Desk) -> None:
    bring = ["suppression", "add", "--token", token(quick)]
    first, second = quick.followup.json(*bring), quick.followup.json(*bring)
    assert first == {**second, "added": True}
    assert (first["address"], first["reason"], second["added"]) == ("priya@example.com", "unsubscribe", False)
    assert "suppressed before" in quick.followup.run(*bring).out


def test_a_page_needs_no_agent_to_pass_on_a_link(quick: Desk) -> None:
    bring = ["suppression", "add", "--token", token(quick)]
    del quick.followup.settings["FOLLOWUP_AGENT"]
    assert quick.followup.json(*bring)["by"].startswith("login:")


def test_a_forged_token_is_refused(quick: Desk) -> None:
    forged = token(quick)[:-2] + "aa"
    error = quick.followup.refused("suppression", "add", "--token", forged, code=4)
    assert error["code"] == "bad_token"
    assert quick.followup.json("suppression", "list") == []


def test_a_key_suppresses_once_and_answers_the_same(quick: Desk) -> None:
    asked = ["suppression", "add", "Jo@Bücher.example", *WHY, "--key", "k-1"]
    first = quick.followup.json(*asked)
    assert first == quick.followup.json(*asked)
    assert (first["added"], first["address"]) == (True, "jo@xn--bcher-kva.example")


def test_what_is_missing_or_too_much_is_said(quick: Desk) -> None:
    for asked in (
        [],
        ["jo@example.com"],
        ["jo@example.com", "--token", "x", *WHY],
        ["--token", "x", *WHY],
        ["--token", "x", "--reason", "manual"],
        ["jo@example.com", "--reason", "erased", *WHY],
        ["jo@example.com", "--reason", "whim", *WHY],
        ["nobody", *WHY],
    ):
        quick.followup.complaint("suppression", "add", *asked, code=2)
    assert quick.followup.json("suppression", "list") == []


def test_a_complaint_is_lifted_by_a_manager(quick: Desk) -> None:
    quick.followup.run("suppression", "add", "jo@example.com", "--reason", "complaint", *WHY)
    remove = ["suppression", "remove", "jo@example.com", *WHY]
    assert quick.followup.refused(*remove, code=4)["code"] == "manager_needed"
    assert quick.followup.json(*remove, "--as", MAX)["reason"] == "complaint"
    quick.followup.complaint(*remove, code=3)
