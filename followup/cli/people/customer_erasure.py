"""followup customer export | erase | merge."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.people.customer import app

if TYPE_CHECKING:
    from followup.application.privacy.erase import Cleared, ErasureDocument, ExpiredErasureDocument

Document = TypeVar("Document")
Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The customer's email address.")]


@command(
    app,
    "export",
    example="""
    followup customer export priya@example.com
    followup customer export priya@example.com --output priya.json
    """,
)
def export(
    call: Call,
    email: Email,
    output_: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="NEW-FILE", help="Write the document to this file, which only you can read."
        ),
    ] = None,
) -> None:
    """Print all personal data of a customer as one JSON document.

    The export is recorded with who asked for it. Voucher codes appear in the text of the emails that carried
    them."""
    from followup.application.privacy import export_personal_data
    from followup.cli import private_file

    document = export_personal_data.export_customer(call.caller, email)
    if output_ is None:
        output.json_document(document)
        return
    private_file.write_private(output_, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    call.answer(
        export_personal_data.told_of_file(document, str(output_)),
        lambda: output.lines(output.plain(f"Everything about {email} is in {output_}.")),
    )


@command(
    app,
    "erase",
    writes=True,
    example="""
    followup customer erase priya@example.com --dry-run
    followup customer erase priya@example.com --because "she asked in a letter" --yes
    followup customer erase --expired --dry-run
    """,
)
def erase(
    call: Call,
    email: Annotated[
        str | None,
        typer.Argument(metavar="[EMAIL]", help="The customer's email address.", show_default=False),
    ] = None,
    because: Annotated[
        str | None, typer.Option(metavar="TEXT", help="The reason. It is kept, so name nobody in it.")
    ] = None,
    expired: Annotated[
        bool, typer.Option("--expired", help="Erase every customer whose retention_days are over.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would be removed; change nothing.")
    ] = False,
) -> None:
    """Erase a person permanently, as a manager: names, addresses, free text, emails. Amounts stay, without
    the person.

    Their address is suppressed. Backups are not changed: see docs/data-protection.md."""
    from followup.application.privacy import erase as erasing
    from followup.errors import WrongUsage

    if (email is None) is not expired:
        raise WrongUsage(
            "Give an address, or --expired.", hint="See: followup customer erase --help", code="erase_whom"
        )
    if email is not None:
        document = _meant(
            lambda said: erasing.erase_customer(call.caller, email, because, yes or said, dry_run)
        )
        _say_not_cleared(document)
        call.answer(document, lambda: _show(document))
        return
    expired_ones = _meant(
        lambda said: erasing.erase_expired_customers(
            call.caller, yes or said, dry_run, progress=lambda label: output.progress(label, quiet=call.json)
        )
    )
    _say_not_cleared(expired_ones)
    call.answer(expired_ones, lambda: _show_expired(expired_ones))


def _meant(erase: "Callable[[bool], Document]") -> Document:
    """Run an erasure after confirmation: by a person on a terminal, or else by --yes. Raises NotConfirmed,
    Refused."""
    from followup.application.privacy.erase import NotConfirmed
    from followup.errors import Refused

    try:
        return erase(False)
    except NotConfirmed as asked:
        if not output.interactive():
            raise
        question = f"{output.plain(asked.question)} It cannot be undone."
    if not typer.confirm(question, err=True):
        raise Refused("Nobody was erased.", hint="See what it would do with --dry-run.", code="answered_no")
    return erase(True)


def _say_not_cleared(document: "Cleared") -> None:
    why = document["not_cleared_because"]
    if why:
        output.say(f"What was removed is still to be cleared from the file; the daemon does it: {why}")


def _show_expired(document: "ExpiredErasureDocument") -> None:
    if not document["dry_run"]:
        output.lines(f"{document['erased']:,} customers are erased.")
    elif not document["people"]:
        output.say(f"Nobody has had all their cases closed for {document['retention_days']} days.")
    else:
        columns = ("email", "cases", "notes", "emails", "files")
        rows = ([row.get(name) for name in columns] for row in document["people"])
        output.table(columns, rows, right=columns[1:])


def _show(document: "ErasureDocument") -> None:
    stopped, kept = document["stopped"], document["kept"]
    would = "would be" if document["dry_run"] else "is"
    removed = {name: count for name, count in document.items() if name in _REMOVED}
    output.lines(f"The customer {would} {document['customer']}.")
    output.fields(
        [
            ("removed", ", ".join(f"{removed[name]} {label}" for name, label in _REMOVED.items())),
            ("stopped", ", ".join(f"{count} {name}" for name, count in stopped.items())),
            ("kept", f"{kept['gestures']} gestures, {kept['vouchers_outstanding']} vouchers still good"),
        ]
    )


_REMOVED = {
    "notes": "notes",
    "emails": "emails' texts",
    "files": "files",
    "inbound": "records of what arrived",
    "reasons": "reasons in the log",
    "answers": "answers kept for --key",
}


@command(
    app,
    "merge",
    writes=True,
    example="""
    followup customer merge p.shah@example.com priya@example.com --dry-run
    followup customer merge p.shah@example.com priya@example.com --because "she wrote from both"
    """,
)
def merge(
    call: Call,
    record: Annotated[
        str, typer.Argument(metavar="FROM", help="The address of the record to merge into the other.")
    ],
    into: Annotated[str, typer.Argument(metavar="INTO", help="The address of the record that stays.")],
    because: Annotated[
        str | None, typer.Option(metavar="TEXT", help="How you know that both records are one person.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would move; change nothing.")
    ] = False,
) -> None:
    """Merge two records of the same person. Cases move, and both addresses find the customer. This cannot be
    undone.

    If the two records differ on what may be sent, the stricter one counts."""
    from followup.application.people import merge as merging

    document = merging.merge_two_customers(call.caller, record, into, because, dry_run)

    def people() -> None:
        would = "would be" if dry_run else "is"
        cases = ", ".join(document["cases"]) or "no case"
        output.lines(
            output.plain(f"{document['from']} {would} one with {document['into']}: {cases} moved, ")
            + f" {document['emails_to_come']} emails to come change their address."
        )
        if document["suppressed"]:
            output.say(f"They {'would be' if dry_run else 'are'} suppressed: {document['suppressed']}.")

    call.answer(document, people)
