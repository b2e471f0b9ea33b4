"""Several rows in one command: the tables, the exit code, and the question before money moves."""

import os
import pty
import select

from tests.e2e.conftest import Desk
from tests.hanging import LONGEST_SECONDS
from tests.shop import MAX

OUTAGE = ("gesture", "request", "--reason", "service-outage", "--from", "2026-11-01")


def hit_by_an_outage(desk: Desk, count: int) -> None:
    for number in range(1, count + 1):
        desk.shop.open_case(f"c{number}@example.com", reason="service-outage", occurred_on="2026-11-01")


def on_a_terminal(desk: Desk, answer: str, *arguments: str) -> tuple[int, str]:
    """The exit code of a command that is asked a question on a terminal and answered, and what it shows."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(desk.followup.folder)
        command = [*desk.followup.command, *arguments]
        os.execvpe(command[0], command, desk.followup.environment | {"TERM": "dumb", "COLUMNS": "120"})
    shown, is_answered = "", False
    while select.select([terminal], [], [], LONGEST_SECONDS)[0]:
        try:
            piece = os.read(terminal, 4096).decode("utf-8", "replace")
        except OSError:
            break
        if not piece:
            break
        shown += piece
        if "[y/N]" in shown and not is_answered:
            os.write(terminal, f"{answer}\n".encode())
            is_answered = True
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), shown


def test_what_is_done_and_what_is_refused_stand_in_tables_and_some_refused_exits_with_4(
    quick: Desk,
) -> None:
    hit_by_an_outage(quick, 4)
    quick.shop.budget("20.00")
    foreseen = quick.followup.run(*OUTAGE, "--dry-run", code=4)
    assert "To be done: 2 (16.00 GBP). Refused: 2." in foreseen.err
    done = quick.followup.run(*OUTAGE, code=4)
    rows = [line.split() for line in done.out.splitlines()]
    assert ["C-0001", "voucher", "8.00", "GBP", "issued"] in rows
    assert ["C-0002", "voucher", "8.00", "GBP", "issued"] in rows
    (first,) = [line for line in done.out.splitlines() if line.startswith("C-0003")]
    assert "Budget goodwill has 4.00 GBP left" in first
    assert ["C-0004", "as", "above"] in rows
    assert "Done: 2 (16.00 GBP). Refused: 2." in done.err
    # Nobody is asked and no bar is shown without a terminal.
    assert "[y/N]" not in done.err
    document = quick.followup.json(*OUTAGE, code=4)
    assert (document["done"], [row["ref"] for row in document["refused"]]) == ([], ["C-0003", "C-0004"])
    empty = quick.followup.run("gesture", "request", "--reason", "long-wait", "--from", "2026-11-01")
    assert (empty.out, empty.err) == (
        "",
        "No open case of long-wait on these days is without a gesture.\n",
    )


def test_one_reference_has_the_document_of_one_and_several_have_one_document(quick: Desk) -> None:
    hit_by_an_outage(quick, 3)
    quick.shop.budget("500.00")
    one = quick.followup.json("gesture", "request", "C-0001", "--kind", "refund", "--amount", "9.00")
    assert one["ref"] == "G-0001"
    for case in ("C-0002", "C-0003"):
        quick.followup.json("gesture", "request", case, "--kind", "refund", "--amount", "30.00")
    several = quick.followup.json(
        "approval", "approve", "A-0001", "A-0002", "--because", "Right.", "--as", MAX
    )
    assert [row["ref"] for row in several["done"]] == ["A-0001", "A-0002"]
    paid = quick.followup.run("gesture", "pay", "G-0001", "G-0002", "G-0003", "--because", "The run.")
    assert "Done: 3 (69.00 GBP). Refused: 0." in paid.err
    closed = quick.followup.json("case", "close", "C-0001", "C-0002", "--outcome", "recovered")
    assert [row["outcome"] for row in closed["done"]] == ["recovered", "recovered"]
    assert quick.followup.refused("approval", "approve", code=2)["code"] == "approve_which"
    again = ("gesture", "request", "C-0001", "C-0002", "--again", "--because", "x")
    assert quick.followup.refused(*again, code=2)["code"] == "again_for_several"


def test_on_a_terminal_the_preview_is_shown_before_money_moves(desk: Desk) -> None:
    hit_by_an_outage(desk, 2)
    code, shown = on_a_terminal(desk, "n", *OUTAGE)
    assert code == 4
    assert "To be done: 2 (16.00 GBP). Refused: 0." in shown
    assert "Nothing was changed." in shown
    assert desk.followup.json("gesture", "list") == []
    code, shown = on_a_terminal(desk, "y", *OUTAGE)
    assert (code, shown.count("C-0001")) == (0, 2)
    assert "Done: 2 (16.00 GBP). Refused: 0." in shown
    assert len(desk.followup.json("gesture", "list")) == 2
    code, shown = on_a_terminal(desk, "n", "gesture", "pay", "G-0001", "G-0002", "--yes")
    # Vouchers are redeemed, not paid: both are refused, and nobody was asked.
    assert (code, "[y/N]" in shown) == (4, False)
