"""followup case find."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.cases.case import app
from followup.domain.cases.case_search import FoundIn

if TYPE_CHECKING:
    from rich.text import Text

    from followup.application.cases.find_cases import FoundCaseDocument, FoundPlaceDocument

_MOST_COUNTED = 1_000
_MEANINGS = {place.value: place.meaning for place in FoundIn}


@command(
    app,
    "find",
    example="""
    followup case find shah umbrella
    followup case find HB-2041
    followup case find 07700 900123
    followup case find '"two days late"' --team "Customer care" --from 2026-11-01
    """,
)
def find(
    call: Call,
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]...",
            help="A reference (C-0012, G-, A-, E-), an order, a voucher code, a name, an address, a phone "
            "number, or words of the case.",
        ),
    ] = None,
    agent: Annotated[
        str | None, typer.Option(metavar="EMAIL", help="Only cases logged by this agent.")
    ] = None,
    team: Annotated[str | None, typer.Option(metavar="TEAM", help="Only cases logged by this team.")] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="Only what happened on this day or later.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Only what happened on this day or before.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The maximum number of cases.")] = 20,
) -> None:
    """Find cases by whatever you know: best matches first, then the newest.

    All words have to be found, in any place of the case and in any order. The beginning of a word is enough,
    case and accents do not count, and an order or a phone number may be written in any way. Words between
    quotation marks are found in a row only."""
    from followup.application.cases import find_cases

    document = find_cases.find(
        call.caller, texts=text or (), agent=agent, team=team, since=from_, until=to, limit=limit
    )

    def people() -> None:
        if not document["cases"]:
            output.say(_nothing(text or []))
        for number, case in enumerate(document["cases"]):
            if number:
                output.lines("")
            output.rendered(_case(case))
        if document["more"]:
            more = "1,000 or more" if document["more"] >= _MOST_COUNTED else f"{document['more']}"
            output.say(f"{more} others fit as well. Add a word, or give a higher --limit.")
        if document["words_left_out"]:
            output.say(f"The last {document['words_left_out']:,} words are too many and were not looked for.")

    call.answer(document, people)


def _nothing(text: list[str]) -> str:
    instead = "fewer words" if len(text) > 1 else "a name, an order or the last digits of the phone"
    return (
        f"No case found. Try {instead}, or only the beginning of a word. Who has no case is found with: "
        "followup customer list --help"
    )


def _case(case: "FoundCaseDocument") -> "Text":
    from rich.text import Text

    customer = case["customer"]
    day = f"{date.fromisoformat(case['occurred_on']):%-d %b %Y}" if case["occurred_on"] else "day unknown"
    status = "undone (taken back, counts nowhere)" if case["status"] == "undone" else case["status"]
    first = [case["ref"], status, day, case["reason"], f"{customer['name']} <{customer['email']}>"]
    if case["order"]:
        first.append(case["order"])
    shown = Text("  ".join(output.plain(part) for part in first))
    for gesture in case["gestures"]:
        worth = f" {output.money(gesture)}" if gesture["amount"] else ""
        shown.append(f"\n    {gesture['ref']}  {gesture['kind']}{worth}, {gesture['state']}")
    for place in case["found"]:
        shown.append(f"\n    {_MEANINGS[place['where']]}: ")
        for part, is_marked in _parts(place):
            shown.append(output.one_line(part), style="bold" if is_marked else "")
    return shown


def _parts(place: "FoundPlaceDocument") -> Iterator[tuple[str, bool]]:
    """The text of a place in parts, each with whether it is marked."""
    last = 0
    for start, end in place["marks"]:
        yield place["text"][last:start], False
        yield place["text"][start:end], True
        last = end
    yield place["text"][last:], False
