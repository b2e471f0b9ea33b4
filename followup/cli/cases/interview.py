"""`case open` as a short interview: asks for what is missing, and for what the policy wants to know."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from followup.cli import output
from followup.domain.cases.case import Feeling, Severity
from followup.domain.shared.word import Word
from followup.errors import FollowupError

if TYPE_CHECKING:
    from followup.cli.call import Call


def complete(call: "Call", told: dict[str, str | None], facts: dict[str, str]) -> bool:
    """Ask for the answers that `told` lacks, and for the facts that a rule for this reason needs; each is
    checked when it is given, so that a slip costs one answer. Returns whether more than a name was asked.

    Only what cannot be done without is asked for where everything else was given as flags."""
    if told["customer"] and told["reason"] and told["severity"]:
        _ask_name(call, told)
        return False
    from followup.services.shared import parse_input

    currency = call.workspace.settings.currency
    told["customer"] = told["customer"] or _ask("Customer's email address", parse_input.address)
    _ask_name(call, told)
    if not told["reason"]:
        known = dict.fromkeys((*call.rules.policy.reasons, *call.workspace.settings.known_reasons))
        output.say(f"What went wrong? Known are {', '.join(known)}.")
        told["reason"] = _ask_reason(call)
    told["severity"] = told["severity"] or _ask_word("How bad was it", Severity)
    told["feeling"] = told["feeling"] or _ask_word(
        "How do they feel (Enter to leave out)", Feeling, optional=True
    )
    told["verbatim"] = told["verbatim"] or _ask("In their own words (Enter to leave out)", optional=True)
    told["order"] = told["order"] or _ask(
        "Order (Enter to leave out)", lambda text: parse_input.line("order", text), optional=True
    )
    if told["order"] and not told["order_value"]:
        told["order_value"] = _ask(
            "Order value (Enter to leave out)",
            lambda text: parse_input.money("order value", text, currency),
            optional=True,
        )
    told["promised"] = told["promised"] or _ask(
        "Did you promise anything (Enter for no)",
        lambda text: parse_input.line("promised", text),
        optional=True,
    )
    _ask_facts(call, told["reason"], facts)
    return True


def _ask_name(call: "Call", told: dict[str, str | None]) -> None:
    from followup.services.people import customers
    from followup.services.shared import parse_input

    address = told["customer"]
    if address and not told["name"]:
        known = call.read(lambda session: customers.find_customer_or_none(session, address))
        if known is None:
            told["name"] = _ask("They are new here. Their name", lambda text: parse_input.line("name", text))


def _ask_reason(call: "Call") -> str:
    """A reason; one that nobody has used is held against those that are known."""
    from followup.services.goodwill import case_reasons
    from followup.services.shared import parse_input

    given = parse_input.slug(
        "reason", _ask("A short name", lambda text: parse_input.slug("reason", text)) or ""
    )
    near = call.read(lambda session: case_reasons.meant(session, call.rules, given))
    if near is None:
        return given
    question = f"No case has the reason {given}. Did you mean {near}?"
    return near if typer.confirm(question, default=True, err=True) else given


def _ask_facts(call: "Call", reason: str | None, facts: dict[str, str]) -> None:
    from functools import partial

    from followup.domain.goodwill.policy.facts import read_fact

    for spec in call.rules.policy.facts_for(reason or ""):
        if spec.name in facts:
            continue
        question = f"{spec.ask or spec.name} (Enter to leave out)"
        answer = _ask(question, partial(read_fact, spec), optional=True)
        if answer is not None:
            facts[spec.name] = answer


def _ask(
    question: str, check: Callable[[str], object] = lambda _text: None, *, optional: bool = False
) -> str | None:
    """An answer that `check` takes; asked again, with what was wrong, until there is one."""
    while True:
        given: str = typer.prompt(question, default="" if optional else None, show_default=False, err=True)
        answer = given.strip()
        if not answer:
            if optional:
                return None
            continue
        try:
            check(answer)
        except FollowupError as error:
            output.say(f"{output.plain(error.message)} {output.plain(error.hint)}")
        else:
            return answer


def _ask_word(question: str, words: type[Word], *, optional: bool = False) -> str | None:
    output.say(f"{question}?")
    for place, word in enumerate(words, 1):
        output.say(f"  {place:>2}  {word.value:<18} {word.meaning}")
    while True:
        answer = _ask("A number or a word", optional=optional)
        if answer is None and optional:
            return None
        if answer and answer.isdigit() and 1 <= int(answer) <= len(words):
            return words.values()[int(answer) - 1]
        if answer in words.values():
            return answer
        output.say("Choose one of the list.")
