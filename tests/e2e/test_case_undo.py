"""Taking back a case, as the desk does it with the grace time of a new workspace."""

import re

from tests.e2e.conftest import Desk

OPEN = ("case", "open", "--customer", "tom@example.com", "--name", "Tom", "--reason", "late-delivery")
TOLD = ("--what-happened", "Your lamp came two days late.", "--accept")
SEVERE = ("--severity", "moderate", "--order-value", "80.00", *TOLD)


def test_a_new_case_says_how_to_take_it_back_and_it_is_taken_back(quick: Desk) -> None:
    quick.followup.settings["FOLLOWUP_GRACE_MINUTES"] = "15"
    opened = quick.followup.run(*OPEN, *SEVERE)
    assert re.search(r"Take it back until .*: followup case undo C-0001", opened.err)
    timeline = quick.followup.run("sequence", "timeline", "C-0001")
    assert "followup case undo C-0001" in timeline.err
    assert quick.followup.json("daemon", "tick")["claimed"] == 0
    said = quick.followup.run("case", "undo", "C-0001", "--because", "It was Tim.")
    assert said.out == (
        "C-0001 is taken back.\nG-0001 (voucher) is void.\nE-0001, E-0002, E-0003 will not be sent.\n"
    )
    assert quick.followup.json("case", "list") == []
    shown = quick.followup.json("case", "show", "C-0001")
    assert (shown["status"], shown["gestures"][0]["state"]) == ("undone", "void")
    refusal = quick.followup.refused("case", "undo", "C-0001", code=4)
    assert refusal["code"] == "case_undone"


def test_the_document_of_an_undone_case_is_whole(quick: Desk) -> None:
    quick.followup.settings["FOLLOWUP_GRACE_MINUTES"] = "15"
    quick.followup.json(*OPEN, *SEVERE)
    undone = quick.followup.json("case", "undo", "C-0001")
    assert (undone["ref"], undone["status"]) == ("C-0001", "undone")
    assert [email["state"] for email in undone["emails"]] == ["cancelled"] * 3
