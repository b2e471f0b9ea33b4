"""followup suppression."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.importing import NEW_FILE_FOR_BAD_ROWS, checked_and_imported
from followup.domain.suppression import SuppressionReason

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.actors import Actor

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
    from followup.errors import WrongUsage
    from followup.services import entries, suppressions

    if (token is None) is (address is None) or (token is not None and (reason or because)):
        raise WrongUsage("Give an address, or --token alone.", hint="See: followup suppression add --help")
    if address is not None and because is None:
        raise WrongUsage("--because is missing.", hint="Say why nobody is to write there.")
    word = entries.word("reason", reason or "manual", SuppressionReason)
    if word is SuppressionReason.ERASED:
        raise WrongUsage("Only forgetting a customer suppresses as erased.", hint="Give another --reason.")

    def change(session: "Session", actor: "Actor") -> dict[str, Any]:
        if token is not None:
            suppressed = suppressions.unsubscribe(session, call.rules, token, now=call.now, actor=actor)
        else:
            suppressed = suppressions.suppress(
                session, address or "", word, now=call.now, actor=actor, because=because
            )
        return {**suppressions.document(suppressed.row), "added": suppressed.is_new}

    document = call.write(change)
    call.answer(document, lambda: _say_added(call, document))


def _say_added(call: Call, document: dict[str, Any]) -> None:
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
    from followup.services import suppressions

    document = call.write(
        lambda session, actor: suppressions.document(
            suppressions.lift(session, address, now=call.now, actor=actor, because=because)
        )
    )
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
    from followup.services import suppressions

    document = call.read(
        lambda session: [
            suppressions.document(row)
            for row in suppressions.list_suppressions(session, reason=reason, limit=limit)
        ]
    )
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
    from followup.domain.erased_address import is_entry

    return "(not kept)" if is_entry(address) else address


_ALL = 100_000_000


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
    from followup.services import exports, suppression_lists, suppressions

    rows = call.read(lambda session: suppressions.list_suppressions(session, reason=None, limit=_ALL))
    rows.reverse()
    text = suppression_lists.csv_text(rows)
    if output_ is not None:
        exports.write_private(output_, text)
        document = {"file": str(output_), "addresses": len(rows)}
        call.answer(
            document, lambda: output.lines(output.plain(f"{len(rows):,} addresses are in {output_}."))
        )
        return
    call.answer(
        [suppressions.document(row) for row in rows],
        lambda: output.lines(text.replace("\r\n", "\n").removesuffix("\n")),
    )


@command(
    app,
    "import",
    writes=True,
    example="""
    followup suppression import suppressed.csv --dry-run
    followup suppression import bounces.csv --reason hard_bounce
    """,
)
def import_(
    call: Call,
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="CSV, JSON or JSON lines; - reads standard input.")
    ],
    reason: Annotated[
        str, word_option(SuppressionReason, "--reason", text="Why, for lines that do not say")
    ] = "manual",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything, say what would be imported, write nothing.")
    ] = False,
    skip_bad: Annotated[Path | None, NEW_FILE_FOR_BAD_ROWS] = None,
) -> None:
    """Suppress the addresses of a list: what `suppression export` wrote, or any with a column address or
    email, and maybe reason, since and because.

    What is suppressed already stays as it is. Without --skip-bad nothing is taken in if a line is bad."""
    from followup.domain.imports.map import FileForm
    from followup.errors import WrongUsage
    from followup.services import entries, import_file, suppression_lists

    word = entries.word("reason", reason, SuppressionReason)
    if word is SuppressionReason.ERASED:
        raise WrongUsage("Only forgetting a customer suppresses as erased.", hint="Give another --reason.")
    path = None if file == "-" else Path(file)
    with import_file.open_import_file(path, sys.stdin.buffer, FileForm()) as opened:
        work = suppression_lists.Import(opened, word, call.now)

        def check(session: "Session", aside: Any, progress: Any) -> Any:
            return suppression_lists.check_rows(session, work, aside, progress)

        def write(session: "Session", checked: Any, actor: "Actor", progress: Any) -> Any:
            return suppression_lists.import_rows(session, work, checked, actor, progress)

        document = checked_and_imported(call, opened, check, write, dry_run=dry_run, skip_bad=skip_bad)
    imported = "would be suppressed" if dry_run else "suppressed"
    call.answer(
        document,
        lambda: output.lines(
            f"{document['read']:,} lines: {document['imported']:,} {imported}, "
            f"{document['already_there']:,} already there, {document['bad']:,} bad"
        ),
    )
