"""The interview of `case open`: asks for missing values, and for the facts that the policy uses."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import typer

from followup.cli import output
from followup.domain.cases.case import Feeling, Severity
from followup.domain.shared.word import Word
from followup.errors import FollowupError

if TYPE_CHECKING:
    from followup.application.cases.interview import InterviewAnswers
    from followup.cli.call import Call


def is_needless(flags: Mapping[str, str | None]) -> bool:
    """Whether the flags hold all required values, so that only the name of a new customer is asked for."""
    return bool(flags["customer"] and flags["reason"] and flags["severity"])


def hold(call: "Call", flags: Mapping[str, str | None], fact: list[str]) -> "InterviewAnswers":
    """Ask for the values that the flags of `case open` leave out, and for the facts that a rule for the
    reason uses. Each answer is checked at once; an invalid one is asked for again."""
    answers: InterviewAnswers = {"told": {}, "facts": {}}
    told = answers["told"]

    def ask(name: str, question: str, *, optional: bool = False) -> None:
        if not flags[name]:
            told[name] = _ask(question, _checking(call, name), optional=optional)

    if is_needless(flags):
        _ask_name(call, flags, told, fact)
        return answers
    ask("customer", "Customer's email address")
    _ask_name(call, flags, told, fact)
    if not flags["reason"]:
        told["reason"] = _ask_reason(call, fact)
    if not flags["severity"]:
        told["severity"] = _ask_word("How bad was it", Severity)
    if not flags["feeling"]:
        told["feeling"] = _ask_word("How do they feel (Enter to leave out)", Feeling, optional=True)
    ask("verbatim", "In their own words (Enter to leave out)", optional=True)
    ask("order", "Order (Enter to leave out)", optional=True)
    if flags["order"] or told["order"]:
        ask("order_value", "Order value (Enter to leave out)", optional=True)
    ask("promised", "Did you promise anything (Enter for no)", optional=True)
    _ask_facts(call, flags["reason"] or told["reason"], fact, answers["facts"])
    return answers


def _checking(call: "Call", name: str, *, is_fact: bool = False) -> Callable[[str], None]:
    from followup.application.cases import interview

    return lambda text: interview.check_answer(call.caller, name, text, is_fact=is_fact)


def _ask_name(call: "Call", flags: Mapping[str, str | None], told: dict[str, str], fact: list[str]) -> None:
    """Ask for the name of a new customer."""
    from followup.application.cases import interview

    if flags["name"]:
        return
    customer = flags["customer"] or told["customer"]
    if not interview.look_up(call.caller, customer=customer, fact=fact)["customer_is_known"]:
        told["name"] = _ask("They are new here. Their name", _checking(call, "name"))


def _ask_reason(call: "Call", fact: list[str]) -> str:
    """Ask for a reason. An unknown one is compared with the known reasons."""
    from followup.application.cases import interview

    known = interview.look_up(call.caller, fact=fact)["known_reasons"]
    output.say(f"What went wrong? Known are {', '.join(known)}.")
    given = _ask("A short name", _checking(call, "reason"))
    found = interview.look_up(call.caller, reason=given, fact=fact)
    near = found["reason_meant"]
    if near is None:
        return given
    question = f"No case has the reason {found['reason']}. Did you mean {near}?"
    return near if typer.confirm(question, default=True, err=True) else given


def _ask_facts(call: "Call", reason: str, fact: list[str], facts: dict[str, str]) -> None:
    """Ask for the facts that a rule for the reason uses."""
    from followup.application.cases import interview

    for asked in interview.look_up(call.caller, reason=reason, fact=fact)["facts"]:
        name = asked["name"]
        question = f"{asked['question']} (Enter to leave out)"
        answer = _ask(question, _checking(call, name, is_fact=True), optional=True)
        if answer:
            facts[name] = answer


def _ask(question: str, check: Callable[[str], None], *, optional: bool = False) -> str:
    """Ask until `check` accepts the answer, printing what is wrong each time. An optional answer may be
    empty."""
    while True:
        given: str = typer.prompt(question, default="" if optional else None, show_default=False, err=True)
        answer = given.strip()
        if not answer:
            if optional:
                return ""
            continue
        try:
            check(answer)
        except FollowupError as error:
            output.say(f"{output.plain(error.message)} {output.plain(error.hint)}")
        else:
            return answer


def _ask_word(question: str, words: type[Word], *, optional: bool = False) -> str:
    """Ask for one of several words, by its number or the word itself."""
    output.say(f"{question}?")
    for place, word in enumerate(words, 1):
        output.say(f"  {place:>2}  {word.value:<18} {word.meaning}")
    while True:
        answer = _ask("A number or a word", lambda _text: None, optional=optional)
        if not answer:
            return ""
        if answer.isdigit() and 1 <= int(answer) <= len(words):
            return words.values()[int(answer) - 1]
        if answer in words.values():
            return answer
        output.say("Choose one of the list.")
