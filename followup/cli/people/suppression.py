"""followup suppression."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.domain.people.suppression import SuppressionReason

if TYPE_CHECKING:
    from followup.application.people.suppressions import AddedSuppressionDocument

app = typer.Typer(name="suppression", help="Addresses that must not be written to.", no_args_is_help=True)


@command(
    app,
    "add",
    writes=True,
    example="""
    followup suppression add priya@example.com --because "she asked on the phone"
    followup suppression add --token aaaaaaarmmdvonlpwzwsdjy4vwn4753b
    """,
)
def add(
    call: Call,
    address: Annotated[
        str | None, typer.Argument(metavar="[ADDRESS]", help="Whom not to write to.", show_default=False)
    ] = None,
    reason: Annotated[
        str | None, word_option(SuppressionReason, "--reason", text="Why, in one word; manual if left out")
    ] = None,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="Why, in your words.")] = None,
    token: Annotated[
        str | None,
        typer.Option(metavar="TOKEN", help="What a link to unsubscribe brought, instead of the address."),
    ] = None,
) -> None:
    """Write to an address no more, or to the customer whose link to unsubscribe was followed.

    Your web page that customers stop emails on calls this with --token, and with nothing else."""
    from followup.application.people import suppressions

    document = suppressions.add_suppression(call.caller, address, reason, because, token)
    call.answer(document, lambda: _say_added(call, document))


def _say_added(call: Call, document: "AddedSuppressionDocument") -> None:
    since = f"since {call.local(document['since'])} ({document['reason']})"
    text = "is not written to any more." if document["added"] else f"was suppressed before, {since}."
    output.lines(output.plain(f"{document['address']} {text}"))


@command(
    app,
    "remove",
    writes=True,
    example='followup suppression remove priya@example.com --because "she wants to hear from us again"',
)
def remove(
    call: Call,
    address: Annotated[str, typer.Argument(metavar="ADDRESS", help="Whom to write to again.")],
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why.")],
) -> None:
    """Let an address be written to again; after a complaint or an erasure, as a manager."""
    from followup.application.people import suppressions

    document = suppressions.remove_suppression(call.caller, address, because)
    call.answer(
        document, lambda: output.lines(output.plain(f"{document['address']} may be written to again."))
    )


@command(app, "list", example="followup suppression list --reason hard_bounce")
def list_(
    call: Call,
    reason: Annotated[str | None, word_option(SuppressionReason, "--reason", text="Only this reason")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="How many at most.")] = 100,
) -> None:
    """List the addresses that must not be written to, the newest first."""
    from followup.application.people import suppressions

    document = suppressions.list_suppressions(call.caller, reason, limit)
    call.table(
        document,
        ("address", "reason", "because", "since", "by"),
        lambda row: (
            _readable(row["address"]),
            row["reason"],
            row["because"],
            call.local(row["since"]),
            row["by"],
        ),
        empty="No address is suppressed.",
    )


def _readable(address: str) -> str:
    from followup.domain.people.erased_address import is_entry

    return "(not kept)" if is_entry(address) else address


@command(app, "export", example="followup suppression export --output suppressed.csv")
def export(
    call: Call,
    output_: Annotated[
        Path | None,
        typer.Option("--output", metavar="NEW-FILE", help="Write it there; only you may read it."),
    ] = None,
) -> None:
    """Write out all suppressed addresses as CSV: address, reason, since, because.

    Of people who were erased it has what an import knows them by, not their addresses."""
    from followup.application.importing import suppression_export
    from followup.cli import private_file

    listed = suppression_export.export_suppressions(call.caller)
    rows, text = listed["suppressions"], listed["csv"]
    if output_ is not None:
        private_file.write_private(output_, text)
        document = {"file": str(output_), "addresses": len(rows)}
        call.answer(
            document, lambda: output.lines(output.plain(f"{len(rows):,} addresses are in {output_}."))
        )
        return
    call.answer(rows, lambda: output.lines(text.replace("\r\n", "\n").removesuffix("\n")))
