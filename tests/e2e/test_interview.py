import sys
import time

import pytest
from sqlmodel import select as sql_select

from followup.store.tables import Case, Customer, Gesture
from tests.e2e.conftest import Desk
from tests.e2e.terminal import Terminal

PRIYA = "priya@example.com"

KINDS = ("dumb", "xterm-256color")
"""A terminal that only prints lines, and one with line editing."""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Every interview is held in both kinds of terminal."""
    return str(request.param)


def test_on_a_terminal_a_case_is_asked_for_and_a_slip_costs_one_answer(desk: Desk, kind: str) -> None:
    terminal = Terminal(desk, kind, "case", "open")
    terminal.answer("email address: ", "nonsense")
    terminal.answer("email address: ", "nora@example.com")
    terminal.answer("Their name: ", "Nora New")
    terminal.answer("A short name: ", "Billing error!")
    terminal.answer("A short name: ", "billing-error")
    terminal.answer("A number or a word: ", "2")
    terminal.answer("A number or a word: ", "worried")
    terminal.answer("own words (Enter to leave out): ", "You took it twice.")
    terminal.answer("nobody came (Enter to leave out): ", "")
    terminal.answer("They need to hear what is safe now", "")
    terminal.answer("a date (Enter if nobody knows): ", "")
    terminal.answer("Order (Enter to leave out): ", "")
    terminal.answer("promise anything (Enter for no): ", "")
    terminal.answer("A number or a word: ", "")
    terminal.answer("telephone number", "")
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


def test_with_the_essentials_given_only_the_name_of_a_new_customer_is_asked(desk: Desk, kind: str) -> None:
    flags = ("--customer", "nora@example.com", "--reason", "long-wait", "--severity", "minor")
    terminal = Terminal(desk, kind, "case", "open", *flags)
    terminal.answer("Their name: ", "Nora New")
    assert terminal.end() == 0
    assert "C-0001" in terminal.seen


def test_off_a_terminal_a_missing_answer_is_an_error(desk: Desk) -> None:
    answer = desk.followup.run("case", "open", "--customer", "nora@example.com", "--json", code=2)
    assert answer.refusal["code"] == "missing"
    assert "reason" in answer.refusal["message"]


@pytest.mark.parametrize(("answer", "kept"), [("", "long-wait"), ("n", "long-wiat")])
def test_a_slip_in_the_reason_costs_one_key_and_a_new_reason_may_stay(
    desk: Desk, kind: str, answer: str, kept: str
) -> None:
    flags = ("--customer", "nora@example.com", "--name", "Nora New", "--severity", "minor")
    terminal = Terminal(desk, kind, "case", "open", *flags, "--feeling", "worried", "--verbatim", "An hour.")
    terminal.answer("A short name: ", "long-wiat")
    terminal.answer("No case has the reason long-wiat. Did you mean long-wait? [Y/n]: ", answer)
    terminal.answer("nobody came (Enter to leave out): ", "")
    terminal.answer("They need to hear what is safe now", "")
    terminal.answer("a date (Enter if nobody knows): ", "")
    terminal.answer("Order (Enter to leave out): ", "")
    terminal.answer("promise anything (Enter for no): ", "")
    terminal.answer("A number or a word: ", "")
    terminal.answer("telephone number", "")
    if kept == "long-wait":
        terminal.answer("minutes did they wait? (Enter to leave out): ", "")
    terminal.answer("Request it now? [y/N]: ", "n")
    assert terminal.end() == 0
    assert desk.shop.read(lambda session: session.exec(sql_select(Case)).one()).reason == kept


FLAGS = (
    "--customer",
    "nora@example.com",
    "--name",
    "Nora New",
    "--severity",
    "minor",
    "--feeling",
    "worried",
)
PASTED = "It came late.\nNobody called.\nI asked twice.\nAnd it was broken.\n"


def _paste(terminal: Terminal, kind: str, text: str) -> None:
    """Paste as such a terminal does, and press Enter at the end of the answer."""
    if kind == "dumb":
        terminal.type(text)
        terminal.answer("Press Enter on an empty line to go on.", "")
    else:
        terminal.paste(text)
        terminal.type("\n")
        terminal.wait_for("<answered>")


def test_four_pasted_lines_are_one_answer(desk: Desk, kind: str) -> None:
    terminal = Terminal(desk, kind, "case", "open", *FLAGS)
    terminal.answer("A short name: ", "long-wait")
    terminal.wait_for("own words (Enter to leave out): ")
    _paste(terminal, kind, PASTED)
    terminal.answer("nobody came (Enter to leave out): ", "")
    terminal.answer("They need to hear what is safe now", "")
    terminal.answer("a date (Enter if nobody knows): ", "")
    terminal.answer("Order (Enter to leave out): ", "")
    terminal.answer("promise anything (Enter for no): ", "")
    terminal.answer("A number or a word: ", "")
    terminal.answer("telephone number", "")
    terminal.answer("minutes did they wait? (Enter to leave out): ", "")
    terminal.answer("Request it now? [y/N]: ", "n")
    assert terminal.end() == 0
    assert terminal.left_for_the_shell() == ""
    case = desk.shop.read(lambda session: session.exec(sql_select(Case)).one())
    assert case.verbatim == PASTED.strip()
    assert (case.order_ref, case.promised, case.facts) == (None, None, {})


def test_a_terminal_that_does_not_mark_pastes_is_no_excuse(desk: Desk) -> None:
    terminal = Terminal(desk, "xterm", "case", "open", *FLAGS)
    terminal.answer("A short name: ", "long-wait")
    terminal.wait_for("own words (Enter to leave out): ")
    terminal.type(PASTED)
    terminal.wait_for("And it was broken.")
    terminal.type("\n")
    terminal.wait_for("<answered>")
    terminal.answer("nobody came (Enter to leave out): ", "")
    terminal.answer("They need to hear what is safe now", "")
    terminal.answer("a date (Enter if nobody knows): ", "")
    terminal.answer("Order (Enter to leave out): ", "")
    terminal.answer("promise anything (Enter for no): ", "")
    terminal.answer("A number or a word: ", "")
    terminal.answer("telephone number", "")
    terminal.answer("minutes did they wait? (Enter to leave out): ", "")
    terminal.answer("Request it now? [y/N]: ", "n")
    assert terminal.end() == 0
    assert desk.shop.read(lambda session: session.exec(sql_select(Case)).one()).verbatim == PASTED.strip()


def test_several_lines_are_refused_where_one_is_asked_for(desk: Desk, kind: str) -> None:
    terminal = Terminal(desk, kind, "case", "open", "--customer", "nora@example.com", "--reason", "long-wait")
    terminal.wait_for("Their name: ")
    if kind == "dumb":
        terminal.type(PASTED)
    else:
        terminal.paste(PASTED)
        terminal.type("\n")
    terminal.wait_for("Several lines were pasted, and this answer has one.")
    terminal.wait_for("Their name: ")
    terminal.interrupt()
    assert terminal.end() == 130
    assert terminal.left_for_the_shell() == ""
    assert desk.shop.read(lambda session: session.exec(sql_select(Customer)).all()) == []


def _until_the_money(desk: Desk, kind: str) -> Terminal:
    """An interview whose next question is whether the recommended gesture is requested."""
    terminal = Terminal(desk, kind, "case", "open", *FLAGS)
    terminal.answer("A short name: ", "long-wait")
    for question in (
        "own words (Enter to leave out): ",
        "nobody came",
        "They need to hear",
        "a date",
        "Order (Enter",
        "promise",
        "A number or a word: ",
        "telephone number",
    ):
        terminal.answer(question, "")
    terminal.wait_for("minutes did they wait? (Enter to leave out): ")
    return terminal


def test_a_pasted_y_gives_nothing(desk: Desk, kind: str) -> None:
    terminal = _until_the_money(desk, kind)
    # Typed in one go with the answer before: one at a time, so that it is not one paste.
    terminal.type("\n")
    if kind == "dumb":
        # Lines that come within 50 ms are one paste.
        time.sleep(0.1)
    else:
        terminal.wait_for("<answered>")
    terminal.type("y\n")
    terminal.wait_for("Request it now? [y/N]: ")
    if kind == "dumb":
        terminal.type("y\ny\n")
    else:
        terminal.paste("y\n")
    terminal.wait_for("What was pasted is not taken as an answer here: type y or n.")
    terminal.answer("Request it now? [y/N]: ", "n")
    assert terminal.end() == 0
    assert desk.shop.read(lambda session: session.exec(sql_select(Gesture)).all()) == []


def test_stopped_at_the_last_question_it_says_what_was_recorded(desk: Desk, kind: str) -> None:
    terminal = _until_the_money(desk, kind)
    terminal.answer("", "")
    terminal.wait_for("Request it now? [y/N]: ")
    terminal.interrupt()
    terminal.wait_for("C-0001 is recorded; nothing was requested.")
    assert terminal.end() == 130
    assert desk.shop.read(lambda session: session.exec(sql_select(Gesture)).all()) == []


@pytest.mark.parametrize("stop", ["\x03", "\x04"])
def test_stopped_in_the_middle_of_a_paste_nothing_reaches_the_shell(desk: Desk, kind: str, stop: str) -> None:
    terminal = Terminal(desk, kind, "case", "open", *FLAGS)
    terminal.answer("A short name: ", "long-wait")
    terminal.wait_for("own words (Enter to leave out): ")
    terminal.type(stop)
    terminal.type("rm -r important\necho sent")
    assert terminal.end() == 130
    assert "nothing was recorded" in terminal.seen
    go_on = "followup case open --customer nora@example.com --name 'Nora New' --reason long-wait"
    assert go_on in " ".join(terminal.seen.split())
    assert terminal.left_for_the_shell() == ""
    assert desk.shop.read(lambda session: session.exec(sql_select(Case)).all()) == []


def test_a_naive_prompt_leaves_the_rest_of_a_paste_to_the_shell(desk: Desk) -> None:
    desk.followup.command = (sys.executable, "-c", "input('words: ')")
    terminal = Terminal(desk, "dumb")
    terminal.wait_for("words: ")
    terminal.type("It came late.\nrm -r important\n")
    assert terminal.end() == 0
    assert terminal.left_for_the_shell() == "rm -r important\n"


def test_one_can_go_back_and_the_answer_before_is_kept(desk: Desk, kind: str) -> None:
    terminal = Terminal(desk, kind, "case", "open", *FLAGS[2:])
    terminal.wait_for("< goes back one question")
    terminal.answer("email address: ", "nora@example.com")
    terminal.answer("A short name: ", "long-wiat")
    terminal.answer("Did you mean long-wait? [Y/n]: ", "n")
    terminal.answer("own words (Enter to leave out): ", "<")
    if kind == "dumb":
        terminal.answer("A short name [long-wiat]: ", "long-wait")
    else:
        terminal.wait_for("A short name: long-wiat")
        terminal.type("long-wait\n")  # It takes the place of the answer that stands there.
        terminal.wait_for("<answered>")
    terminal.answer("own words (Enter to leave out): ", "An hour.")
    terminal.answer("nobody came (Enter to leave out): ", "")
    terminal.answer("They need to hear what is safe now", "")
    terminal.answer("a date (Enter if nobody knows): ", "")
    terminal.answer("Order (Enter to leave out): ", "")
    terminal.answer("promise anything (Enter for no): ", "")
    terminal.answer("A number or a word: ", "")
    terminal.answer("telephone number", "")
    terminal.answer("minutes did they wait? (Enter to leave out): ", "")
    terminal.answer("Request it now? [y/N]: ", "n")
    assert terminal.end() == 0
    case = desk.shop.read(lambda session: session.exec(sql_select(Case)).one())
    assert (case.reason, case.verbatim) == ("long-wait", "An hour.")


def test_an_arrow_key_edits_the_answer_that_stands_there(desk: Desk) -> None:
    terminal = Terminal(desk, "xterm", "case", "open", *FLAGS[2:])
    terminal.wait_for("< goes back one question")
    terminal.answer("email address: ", "nora@example.com")
    terminal.answer("A short name: ", "long-wai")
    terminal.answer("Did you mean long-wait? [Y/n]: ", "n")
    terminal.answer("own words (Enter to leave out): ", "<")
    terminal.wait_for("A short name: long-wai")
    terminal.type("\x1b[Ct\n")
    terminal.wait_for("<answered>")
    terminal.answer("own words (Enter to leave out): ", "\x03")
    assert terminal.end() == 130
    assert "--reason long-wait" in terminal.seen


def test_an_unknown_agent_is_noticed_before_the_first_question(desk: Desk, kind: str) -> None:
    terminal = Terminal(desk, kind, "case", "open", "--as", "nobody@shop.example")
    assert terminal.end() == 3
    assert "There is no agent nobody@shop.example." in terminal.seen
    assert "email address:" not in terminal.seen


def test_a_known_customer_is_found_by_name_and_their_history_is_shown(desk: Desk) -> None:
    desk.shop.open_case(PRIYA)
    terminal = Terminal(desk, "dumb", "case", "open")
    terminal.answer("email address: ", "shah")
    terminal.wait_for(f"1  Priya Shah <{PRIYA}>")
    terminal.answer("Which of them", "1")
    terminal.wait_for("Priya Shah is known here, one case:")
    terminal.wait_for("C-0001")
    terminal.interrupt()
    assert terminal.end() == 130


def test_a_line_editor_offers_what_matches_while_one_types(desk: Desk) -> None:
    desk.shop.open_case(PRIYA)
    terminal = Terminal(desk, "xterm-256color", "case", "open")
    terminal.wait_for("email address: ")
    terminal.type("shah")
    terminal.wait_for(PRIYA)
    terminal.interrupt()
    assert terminal.end() == 130


def test_after_a_refusal_one_answer_is_asked_for_again(desk: Desk, kind: str) -> None:
    desk.followup.json("case", "open", *FLAGS, "--reason", "long-wait", "--external-id", "T-1")
    terminal = Terminal(desk, kind, "case", "open", *FLAGS, "--external-id", "T-1")
    terminal.answer("A short name: ", "long-wait")
    terminal.answer("own words (Enter to leave out): ", "An hour.")
    for question in (
        "nobody came",
        "They need to hear",
        "a date",
        "Order (Enter to leave out): ",
        "promise anything",
        "A number or a word: ",
        "telephone number",
    ):
        terminal.answer(question, "")
    terminal.answer("minutes did they wait? (Enter to leave out): ", "")
    terminal.answer("Log another case nevertheless? [y/N]: ", "y")
    terminal.answer("Why is it another case: ", "It happened twice.")
    terminal.wait_for("A case with the external id T-1 is recorded already.")
    terminal.answer("Change which answer", "verbatim")
    # Ctrl-U empties a line that is edited.
    terminal.answer("own words (Enter to leave out)", "Two hours." if kind == "dumb" else "\x15Two hours.")
    terminal.answer("Change which answer", "")
    assert terminal.end() == 4
    again = " ".join(terminal.seen.split())
    assert "--external-id T-1" in again
    assert "--verbatim 'Two hours.'" in again


@pytest.mark.parametrize(("answer", "cases"), [("n", 1), ("y", 2)])
def test_a_case_that_may_be_recorded_already_is_asked_about(desk: Desk, answer: str, cases: int) -> None:
    desk.followup.json("case", "open", *FLAGS, "--reason", "long-wait")
    terminal = Terminal(desk, "dumb", "case", "open", *FLAGS)
    terminal.answer("A short name: ", "long-wait")
    for question in (
        "own words (Enter to leave out): ",
        "nobody came",
        "They need to hear",
        "a date",
        "Order (Enter",
    ):
        terminal.answer(question, "")
    terminal.answer("promise anything (Enter for no): ", "")
    terminal.answer("A number or a word: ", "")
    terminal.answer("telephone number", "")
    terminal.answer("minutes did they wait? (Enter to leave out): ", "")
    terminal.wait_for("This may be recorded already:")
    terminal.wait_for("C-0001")
    terminal.answer("Log another case nevertheless? [y/N]: ", answer)
    if answer == "y":
        terminal.answer("Why is it another case: ", "It happened twice.")
        terminal.answer("Request it now? [y/N]: ", "n")
    assert terminal.end() == 0
    assert len(desk.followup.json("case", "list")) == cases


@pytest.mark.parametrize(("answer", "locale"), [("y", "de-DE"), ("", "en-GB")])
def test_a_sign_of_another_language_is_asked_about_once(desk: Desk, answer: str, locale: str) -> None:
    terminal = Terminal(desk, "dumb", "case", "open", "--name", "Lena Fischer", "--reason", "long-wait")
    terminal.answer("email address: ", "lena@post.de")
    terminal.answer("A number or a word: ", "1")
    terminal.answer("A number or a word: ", "")
    terminal.answer("own words (Enter to leave out): ", "")
    terminal.answer("nobody came (Enter to leave out): ", "")
    terminal.answer("a date (Enter if nobody knows): ", "")
    terminal.answer("Order (Enter to leave out): ", "")
    terminal.answer("promise anything (Enter for no): ", "")
    terminal.answer("A number or a word: ", "")
    terminal.answer("telephone number", "")
    terminal.answer("Write to them in de-DE? [y/N]: ", answer)
    terminal.answer("minutes did they wait? (Enter to leave out): ", "")
    terminal.answer("Request it now? [y/N]: ", "n")
    assert terminal.end() == 0
    assert "Their address is of Germany." in terminal.seen
    customer = desk.shop.read(lambda session: session.exec(sql_select(Customer)).one())
    assert customer.locale == locale


def test_how_they_reached_us_and_their_number_are_asked(desk: Desk, kind: str) -> None:
    for number, channel in enumerate(("email", "phone", "phone"), start=1):
        said = ("--reason", f"reason-{number}", "--severity", "minor", "--channel", channel)
        customer = ("--customer", f"{number}-some@example.com", "--name", "Some One")
        desk.followup.json("case", "open", *customer, *said)
    flags = ("--customer", "grace@example.com", "--name", "Grace Hall", "--reason", "long-wait")
    terminal = Terminal(desk, kind, "case", "open", *flags, "--verbatim", "I cannot sleep any more.")
    terminal.answer("A number or a word: ", "")
    terminal.wait_for("The severity is needed, and cannot be left out.")
    terminal.answer("A number or a word: ", "moderate")
    terminal.answer("A number or a word: ", "distressed")
    for question in ("nobody came", "a date", "Order (Enter", "promise"):
        terminal.answer(question, "")
    terminal.wait_for("How did they reach us (Enter for phone)?")
    terminal.answer("A number or a word: ", "")
    terminal.answer("telephone number, so that somebody can call (Enter if nobody knows): ", "020 7946 0018")
    terminal.answer("minutes did they wait? (Enter to leave out): ", "")
    terminal.answer("Request it now? [y/N]: ", "y")
    assert terminal.end() == 0
    case = desk.shop.read(lambda session: session.exec(sql_select(Case)).all())[-1]
    grace = desk.shop.read(lambda session: session.exec(sql_select(Customer)).all())[-1]
    assert (case.channel and case.channel.value, grace.phone) == ("phone", "020 7946 0018")
    gesture = desk.shop.read(lambda session: session.exec(sql_select(Gesture)).one())
    assert (gesture.kind.value, gesture.state.value) == ("callback", "issued")


def test_a_known_number_is_not_asked_for_again(desk: Desk) -> None:
    told = ("--reason", "rude-service", "--severity", "minor", "--phone", "020 7946 0018")
    desk.followup.json("case", "open", "--customer", PRIYA, "--name", "Priya Shah", *told)
    flags = ("--customer", PRIYA, "--reason", "long-wait", "--verbatim", "An hour.")
    terminal = Terminal(desk, "dumb", "case", "open", *flags)
    terminal.answer("A number or a word: ", "minor")
    terminal.answer("A number or a word: ", "")
    for question in ("nobody came", "a date", "Order (Enter", "promise"):
        terminal.answer(question, "")
    terminal.wait_for("How did they reach us (Enter to leave out)?")
    terminal.answer("A number or a word: ", "social")
    terminal.answer("minutes did they wait? (Enter to leave out): ", "")
    terminal.answer("Request it now? [y/N]: ", "n")
    assert terminal.end() == 0
    assert "telephone number" not in terminal.seen
