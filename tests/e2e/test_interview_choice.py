"""Where the policy leaves a choice between two remedies, the interview asks which one is preferred."""

import pytest
from sqlmodel import select as sql_select

from followup.store.tables import Gesture
from tests.e2e.conftest import Desk
from tests.e2e.terminal import Terminal

CHOICE = """
version = "choice"
currency = "GBP"
timezone = "Europe/London"
[[rule]]
id = "late-boat"
when = { reason = "late-boat" }
class = "corrective"
offer = { kind = "refund", amount = "18" }
or = { kind = "voucher", amount = "21.60" }
[[authority]]
role = "agent"
per_gesture = "50"
"""


@pytest.mark.parametrize(
    ("answers", "given"),
    [
        (["2"], [("voucher", 2160)]),
        (["1"], [("refund", 1800)]),
        ([""], []),
        (["3", "yes", "2"], [("voucher", 2160)]),
    ],
)
def test_which_remedy_is_asked_by_number(
    desk: Desk, answers: list[str], given: list[tuple[str, int]]
) -> None:
    desk.shop.rules.workspace.policy_file.write_text(CHOICE, encoding="utf-8")
    flags = ("--customer", "nora@example.com", "--name", "Nora New", "--severity", "minor")
    terminal = Terminal(desk, "dumb", "case", "open", *flags)
    terminal.answer("A short name: ", "late-boat")
    terminal.answer("A number or a word: ", "")
    terminal.answer("own words (Enter to leave out): ", "")
    for question in ("nobody came", "a date", "Order (Enter", "promise anything (Enter for no): "):
        terminal.answer(question, "")
    for question in ("A number or a word: ", "telephone number"):
        terminal.answer(question, "")
    terminal.wait_for("1  a refund of 18.00 GBP")
    terminal.wait_for("2  a voucher of 21.60 GBP")
    for answer in answers:
        terminal.answer("or Enter for none: ", answer)
    assert terminal.end() == 0
    rows = desk.shop.read(lambda session: list(session.exec(sql_select(Gesture)).all()))
    assert [(row.kind.value, row.amount_minor) for row in rows] == given
