"""`case open` as a short interview: asks for what is missing, and for what the policy wants to know."""

from typing import TYPE_CHECKING

import typer

from followup.cli import output
from followup.domain.case import Feeling, Severity
from followup.domain.word import Word
from followup.errors import FollowupError

if TYPE_CHECKING:
    from followup.cli.call import Call


def complete(call: "Call", told: dict[str, str | None], facts: dict[str, str]) -> None:
    """Ask for the answers that `told` lacks, and for the facts that a rule for this reason needs.

    Only what cannot be done without is asked for where everything else was given as flags."""
    if told["customer"] and told["reason"] and told["severity"]:
        _ask_name(call, told)
        return
    told["customer"] = told["customer"] or _ask("Customer's email address")
    _ask_name(call, told)
    told["reason"] = told["reason"] or _ask("What went wrong, as a short name such as late-delivery")
    told["severity"] = told["severity"] or _ask_word("How bad was it", Severity)
    told["feeling"] = told["feeling"] or _ask_word(
        "How do they feel (Enter to leave out)", Feeling, optional=True
    )
    told["verbatim"] = told["verbatim"] or _ask("In their own words (Enter to leave out)", optional=True)
    told["order"] = told["order"] or _ask("Order (Enter to leave out)", optional=True)
    if told["order"] and not told["order_value"]:
        told["order_value"] = _ask("Order value (Enter to leave out)", optional=True)
    told["promised"] = told["promised"] or _ask("Did you promise anything (Enter for no)", optional=True)
    _ask_facts(call, told["reason"], facts)


def _ask_name(call: "Call", told: dict[str, str | None]) -> None:
    from followup.services import customers

    address = told["customer"]
    if address and not told["name"]:
        known = call.read(lambda session: customers.find_customer_or_none(session, address))
        told["name"] = None if known else _ask("They are new here. Their name")


def _ask_facts(call: "Call", reason: str | None, facts: dict[str, str]) -> None:
    from followup.domain.facts import read_fact

    for spec in call.rules.policy.facts_for(reason or ""):
        while spec.name not in facts:
            answer = _ask(f"{spec.ask or spec.name} (Enter to leave out)", optional=True)
            if answer is None:
                break
            try:
                read_fact(spec, answer)
            except FollowupError as error:
                output.say(f"{error.message} {error.hint}")
            else:
                facts[spec.name] = answer


def _ask(question: str, *, optional: bool = False) -> str | None:
    answer: str = typer.prompt(question, default="" if optional else None, show_default=False, err=True)
    return answer.strip() or None


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
