import os
import pty
import select

import pytest
from sqlmodel import select as sql_select

from followup.store.tables import Case, Customer, Gesture
from tests.e2e.conftest import Desk
from tests.hanging import LONGEST_SECONDS


class Terminal:
    """A real terminal in which `followup case open` asks its questions."""

    def __init__(self, desk: Desk, *arguments: str) -> None:
        self.seen = ""
        child, self.descriptor = pty.fork()
        if child == 0:
            os.chdir(desk.root)
            command = [*desk.followup.command, *arguments]
            os.execvpe(command[0], command, {**desk.followup.environment, "NO_COLOR": "1"})
        self.child = child

    def answer(self, question: str, answer: str) -> None:
        """Wait until a question is asked, then type an answer."""
        before = len(self.seen)
        while question not in self.seen[before:]:
            assert self._read(), f"{question!r} was never asked:\n{self.seen}"
        os.write(self.descriptor, f"{answer}\n".encode())

    def end(self) -> int:
        """Wait until the command is over; gives its exit code."""
        while self._read():
            continue
        os.close(self.descriptor)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])

    def _read(self) -> bool:
        ready, _, _ = select.select([self.descriptor], [], [], LONGEST_SECONDS)
        if not ready:
            return False
        try:
            part = os.read(self.descriptor, 65536)
        except OSError:
            # How a terminal says that nobody is at its other end any more.
            return False
        self.seen += part.decode("utf-8", "replace")
        return bool(part)


def test_on_a_terminal_a_case_is_asked_for_and_a_slip_costs_one_answer(desk: Desk) -> None:
    terminal = Terminal(desk, "case", "open")
    terminal.answer("email address: ", "nonsense")
    terminal.answer("email address: ", "nora@example.com")
    terminal.answer("Their name: ", "Nora New")
    terminal.answer("A short name: ", "Billing Error")
    terminal.answer("A short name: ", "billing-error")
    terminal.answer("A number or a word: ", "2")
    terminal.answer("A number or a word: ", "worried")
    terminal.answer("own words (Enter to leave out): ", "You took it twice.")
    terminal.answer("Order (Enter to leave out): ", "")
    terminal.answer("promise anything (Enter for no): ", "")
    terminal.answer("charged too much? (Enter to leave out): ", "lots")
    terminal.answer("charged too much? (Enter to leave out): ", "12.50")
    terminal.answer("Request it now? [y/N]: ", "y")
    assert terminal.end() == 0
    case = desk.shop.read(lambda session: session.exec(sql_select(Case)).one())
    customer = desk.shop.read(lambda session: session.exec(sql_select(Customer)).one())
    gesture = desk.shop.read(lambda session: session.exec(sql_select(Gesture)).one())
    assert (customer.name, customer.email) == ("Nora New", "nora@example.com")
    assert (case.severity.value, case.feeling and case.feeling.value) == ("moderate", "worried")
    assert case.verbatim == "You took it twice."
    assert (gesture.kind.value, gesture.amount_minor, gesture.state.value) == ("refund", 1250, "issued")


def test_with_the_essentials_given_only_the_name_of_a_new_customer_is_asked(desk: Desk) -> None:
    flags = ("--customer", "nora@example.com", "--reason", "long-wait", "--severity", "minor")
    terminal = Terminal(desk, "case", "open", *flags)
    terminal.answer("Their name: ", "Nora New")
    assert terminal.end() == 0
    assert "C-0001" in terminal.seen


def test_off_a_terminal_a_missing_answer_is_an_error(desk: Desk) -> None:
    answer = desk.followup.run("case", "open", "--customer", "nora@example.com", "--json", code=2)
    assert answer.refusal["code"] == "missing"
    assert "reason" in answer.refusal["message"]


@pytest.mark.parametrize(("answer", "kept"), [("", "long-wait"), ("n", "long-wiat")])
def test_a_slip_in_the_reason_costs_one_key_and_a_new_reason_may_stay(
    desk: Desk, answer: str, kept: str
) -> None:
    flags = ("--customer", "nora@example.com", "--name", "Nora New", "--severity", "minor")
    terminal = Terminal(desk, "case", "open", *flags, "--feeling", "worried", "--verbatim", "An hour.")
    terminal.answer("A short name: ", "long-wiat")
    terminal.answer("No case has the reason long-wiat. Did you mean long-wait? [Y/n]: ", answer)
    terminal.answer("Order (Enter to leave out): ", "")
    terminal.answer("promise anything (Enter for no): ", "")
    terminal.answer("Request it now? [y/N]: ", "n")
    assert terminal.end() == 0
    assert desk.shop.read(lambda session: session.exec(sql_select(Case)).one()).reason == kept
