"""followup suppression."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output, several
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.nouns import app_of
from followup.domain.inbound.bounce_cause import BounceCause
from followup.domain.people.suppression import SuppressionReason

if TYPE_CHECKING:
    from followup.application.importing.suppression_export import SuppressionFileDocument
    from followup.application.people.suppressions import (
        AddedSuppressionDocument,
        RemovedSeveralDocument,
        SuppressionDocument,
    )

app = app_of("suppression")


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
        str | None, typer.Argument(metavar="[ADDRESS]", help="The address to suppress.", show_default=False)
    ] = None,
    reason: Annotated[
        str | None, word_option(SuppressionReason, "--reason", text="The reason; the default is manual")
    ] = None,
    because: Annotated[str | None, typer.Option(metavar="TEXT", help="The reason in your own words.")] = None,
    token: Annotated[
        str | None,
        typer.Option(metavar="TOKEN", help="The token of an unsubscribe link, instead of the address."),
    ] = None,
) -> None:
    """Suppress an address, or the customer whose unsubscribe link was followed.

    A web page for unsubscribing calls this with --token, and with nothing else."""
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
    example="""
    followup suppression remove priya@example.com --because "she wants to hear from us again"
    followup suppression remove --cause sender --since 2026-11-23 --because "our DNS was down" --dry-run
    """,
)
def remove(
    call: Call,
    because: Annotated[str, typer.Option(metavar="TEXT", help="The reason.")],
    addresses: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ADDRESS]...", help="The suppressed address.", show_default=False),
    ] = None,
    cause: Annotated[
        str | None,
        word_option(
            BounceCause,
            "--cause",
            text="Instead of addresses: all whose email came back for this",
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="With --cause: suppressed on this day or later.")
    ] = None,
    dry_run: several.DryRun = False,
    yes: several.Yes = False,
) -> None:
    """Remove the suppression of an address. After a complaint or an erasure, only a manager may.

    With --cause, of all addresses from which email came back for what was our trouble and not theirs."""
    from followup.application.people import suppressions

    named = addresses or []
    if len(named) == 1 and cause is None and not dry_run:
        document = suppressions.remove_suppression(call.caller, named[0], because)
        call.answer(
            document, lambda: output.lines(output.plain(f"{document['address']} may be written to again."))
        )
        return

    def run(references: list[str] = named, **more: Any) -> "RemovedSeveralDocument":
        seen = references is not named
        return suppressions.remove_suppressions(
            call.caller,
            references,
            because,
            cause=None if seen else cause,
            since=None if seen else since,
            **more,
        )

    several.answer(
        call,
        run,
        lambda row: several.Row(ref=row["address"], what=row["reason"], state="written to again"),
        dry_run=dry_run,
        empty="No address is suppressed for that.",
        ask=None if yes else "Write to them again?",
    )


@command(app, "list", example="followup suppression list --reason hard_bounce")
def list_(
    call: Call,
    reason: Annotated[str | None, word_option(SuppressionReason, "--reason", text="Only this reason")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="The maximum number of rows.")] = 100,
) -> None:
    """List suppressed addresses, newest first."""
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
        typer.Option(
            "--output", metavar="NEW-FILE", help="Write the list to this file, which only you can read."
        ),
    ] = None,
) -> None:
    """Export all suppressed addresses as CSV: address, reason, since, because.

    Erased people appear as a salted hash that an import recognises, not by their address."""
    from followup.application.importing import suppression_export
    from followup.cli import private_file

    listed = suppression_export.export_suppressions(call.caller)
    rows, text = listed["suppressions"], listed["csv"]
    if output_ is not None:
        private_file.write_private(output_, text)
        document: SuppressionFileDocument = {"file": str(output_), "addresses": len(rows)}
        call.answer(
            document, lambda: output.lines(output.plain(f"{len(rows):,} addresses are in {output_}."))
        )
        return
    call.answer(rows, lambda: output.lines(text.replace("\r\n", "\n").removesuffix("\n")))


def why_text(call: Call, document: "SuppressionDocument | None") -> str | None:
    """Why an address is suppressed and since when, for people; None if it is not."""
    if document is None:
        return None
    because = f": {document['because']}" if document["because"] else ""
    return f"{document['reason']} since {call.local(document['since'])}, by {document['by']}{because}"
