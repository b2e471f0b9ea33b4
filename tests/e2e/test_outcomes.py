"""From the closing email as it went out to the outcome, by nothing but the installed command and a click."""

from datetime import timedelta
from pathlib import Path

from followup.domain.cases.outcomes import OutcomeAnswer
from tests.e2e.conftest import Desk
from tests.services.clicks import click, links
from tests.services.mailing import files


def test_a_click_on_a_link_of_the_email_records_the_outcome_and_another_takes_it_back(
    quick: Desk, tmp_path: Path
) -> None:
    followup, shop = quick.followup, quick.shop
    followup.settings["FOLLOWUP_REPLY_TO"] = "Care <care+{token}@shop.example>"
    shop.request(shop.open_case())
    for days in (0, 5, 15):
        followup.run("daemon", "tick", "--at", (shop.now + timedelta(days=days)).isoformat())
    (closing,) = [message for message in files(shop) if links(message)]
    assert len(files(shop)) == 3
    for answer in OutcomeAnswer:
        (tmp_path / f"{answer}.eml").write_bytes(
            click(links(closing), answer, added="The lid!\n", message_id=f"<{answer}@example.com>")
        )

    arrived = followup.json("inbound", "import", str(tmp_path / "made_right.eml"))
    assert arrived["messages"][0]["reason"] == "they say that all is well now"
    shown = followup.json("case", "show", "C-0001")
    assert (shown["status"], shown["outcome"]) == ("closed", "recovered")
    assert shown["inbound"][0]["email"] == "E-0003"
    assert "outcome" in followup.run("case", "show", "C-0001").out
    (row,) = followup.json("report", "outcomes")["rows"]
    assert (row["key"], row["recovered"], row["cost_each"]) == ("voucher", 1, "8.00")

    followup.run("inbound", "import", str(tmp_path / "not_yet.eml"))
    shown = followup.json("case", "show", "C-0001")
    assert (shown["status"], shown["outcome"]) == ("open", None)
    assert [note["text"] for note in shown["notes"]] == [
        "All is well now.\nThe lid!",
        "It is not right yet.\nThe lid!",
    ]
    (waiting,) = followup.json("case", "list", "--needs-person")
    assert (waiting["ref"], waiting["why"]) == ("C-0001", "they say that it is not made right yet")
    told = followup.run("outbox", "why", "E-0003").out
    assert "They say that all is well now." in told
    assert "They say that it is not made right yet." in told
    assert followup.json("audit", "verify")["ok"]
