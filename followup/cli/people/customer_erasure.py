"""followup customer export | erase | merge."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.people.customer import app

if TYPE_CHECKING:
    from sqlmodel import Session

    from followup.services.shared.actors import Actor

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="Their address.")]


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
        typer.Option("--output", metavar="NEW-FILE", help="Write it there; only you may read it."),
    ] = None,
) -> None:
    """Print everything that is held about a customer, as one JSON document.

    Who asked for it is recorded. Codes of vouchers stand in the emails that brought them, as they went
    out."""
    from followup.services.people import customers
    from followup.services.privacy import export_personal_data

    def look(session: "Session", actor: "Actor") -> Any:
        person = customers.find_customer(session, email)
        currency = call.workspace.settings.currency
        return export_personal_data.export(session, person, currency, now=call.now, actor=actor)

    document = call.write(look)
    if output_ is None:
        output.json_document(document)
        return
    export_personal_data.write_private(output_, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    written = {"file": str(output_), **{name: len(rows) for name, rows in _lists(document)}}
    call.answer(written, lambda: output.lines(output.plain(f"Everything about {email} is in {output_}.")))


def _lists(document: Any) -> list[tuple[str, list[Any]]]:
    return [(name, value) for name, value in document.items() if isinstance(value, list)]


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
        str | None, typer.Argument(metavar="[EMAIL]", help="Their address.", show_default=False)
    ] = None,
    because: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why; it is kept, so name nobody.")
    ] = None,
    expired: Annotated[
        bool, typer.Option("--expired", help="Everybody who was kept for retention_days.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask whether it is meant.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be removed, change nothing.")
    ] = False,
) -> None:
    """Remove a person for good, as a manager: names, addresses, words, emails. Money stays, without them.

    Their address is not written to again. Backups are not reached: see docs/data-protection.md."""
    from followup.errors import WrongUsage

    if (email is None) is not expired:
        raise WrongUsage("Give an address, or --expired.", hint="See: followup customer erase --help")
    if email is None:
        _erase_expired(call, yes=yes, dry_run=dry_run)
    elif dry_run:
        foreseen = _foreseen(call, email)
        call.answer(foreseen, lambda: _show(foreseen))
    else:
        _erase_one(call, email, because, yes=yes)


def _foreseen(call: Call, email: str) -> dict[str, Any]:
    from followup.services.people import customers
    from followup.services.privacy import erasure
    from followup.services.privacy.personal_data import dossier_of

    return call.read(
        lambda session: {
            **erasure.preview(call.rules, dossier_of(session, customers.find_customer(session, email))),
            "dry_run": True,
        }
    )


def _erase_one(call: Call, email: str, because: str | None, *, yes: bool) -> None:
    from followup.errors import WrongUsage
    from followup.services.people import customers
    from followup.services.privacy import erasure

    if because is None:
        raise WrongUsage("--because is missing.", hint="Say what for: they asked, or a rule wants it.")
    _require_meant(f"Erase {output.plain(email)} for good?", yes=yes)

    def change(session: "Session", actor: "Actor") -> Any:
        _ = actor.needed_agent
        person = customers.find_customer(session, email)
        done = erasure.erase(session, call.rules, person, now=call.now, actor=actor, because=because)
        return {**done, "dry_run": False}

    document = call.write(change)
    cleared = _clear(call)
    call.answer({**document, "cleared": cleared}, lambda: _show(document))


def _erase_expired(call: Call, *, yes: bool, dry_run: bool) -> None:
    from followup.errors import Refused, WrongUsage
    from followup.services.privacy import retention

    days = call.workspace.settings.retention_days
    if days is None:
        raise Refused(
            "retention_days is not set, so nobody is kept too long.",
            hint="Set it in followup.toml, for instance retention_days = 1095.",
            code="no_retention",
        )
    if call.key is not None:
        raise WrongUsage("--key is for one customer.", hint="Run it again as it is: nobody is erased twice.")
    if dry_run:
        found = call.read(
            lambda session: retention.preview_due(session, call.rules, now=call.now, limit=_EVERYBODY)
        )
        document = {"retention_days": days, "erased": 0, "due": len(found), "people": found, "dry_run": True}
        call.answer(document, lambda: _show_due(found, days))
        return
    due = call.read(lambda session: retention.count_due(session, call.rules, now=call.now))
    _require_meant(f"Erase {due:,} customers for good?", yes=yes or due == 0)
    erased = _in_batches(call, due)
    document = {
        "retention_days": days,
        "erased": len(erased),
        "due": due - len(erased),
        "people": erased,
        "dry_run": False,
        "cleared": _clear(call),
    }
    call.answer(document, lambda: output.lines(f"{len(erased):,} customers are erased."))


_EVERYBODY = 1_000_000


def _show_due(found: list[dict[str, Any]], days: int) -> None:
    if not found:
        output.say(f"Nobody has had all their cases closed for {days} days.")
        return
    columns = ("email", "cases", "notes", "emails", "files")
    output.table(columns, ([row[name] for name in columns] for row in found), right=columns[1:])


def _in_batches(call: Call, due: int) -> list[dict[str, Any]]:
    """One transaction for each batch, so that others come to write between them."""
    from followup.services.privacy import retention

    erased: list[dict[str, Any]] = []

    def change(session: "Session", actor: "Actor") -> Any:
        _ = actor.needed_agent
        return {"erased": retention.erase_due(session, call.rules, now=call.now, actor=actor)}

    with output.progress("Erasing", quiet=call.json) as progress:
        while batch := call.write(change)["erased"]:
            erased += batch
            progress(min(len(erased) / max(due, 1), 1.0))
    return erased


def _clear(call: Call) -> bool:
    """Clear the bytes of what was removed; where others keep the database busy, the daemon does it."""
    from followup.errors import FollowupError
    from followup.store import scrub

    try:
        scrub.clear(call.engine)
    except FollowupError as error:
        output.say(
            f"What was removed is still to be cleared from the file; the daemon does it: {error.message}"
        )
        return False
    return True


def _require_meant(question: str, *, yes: bool) -> None:
    """Ask on a terminal; elsewhere --yes says it. Raises WrongUsage, Refused."""
    from followup.errors import Refused, WrongUsage

    if yes:
        return
    if not output.interactive():
        raise WrongUsage("It cannot be undone, so say that it is meant: --yes", code="not_confirmed")
    if not typer.confirm(f"{question} It cannot be undone.", err=True):
        raise Refused("Nobody was erased.", hint="See what it would do with --dry-run.", code="not_confirmed")


def _show(document: Any) -> None:
    stopped, kept = document["stopped"], document["kept"]
    would = "would be" if document["dry_run"] else "is"
    output.lines(f"The customer {would} {document['customer']}.")
    output.fields(
        [
            ("removed", ", ".join(f"{document[name]} {label}" for name, label in _REMOVED.items())),
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
    record: Annotated[str, typer.Argument(metavar="FROM", help="The record that is given up.")],
    into: Annotated[str, typer.Argument(metavar="INTO", help="The record that stays, with its address.")],
    because: Annotated[
        str | None, typer.Option(metavar="TEXT", help="How you know that they are one person.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would move, change nothing.")] = False,
) -> None:
    """Make two records of the same person one. Cases move, both addresses find them; it cannot be undone.

    Where the two differ on what may be sent to them, the stricter counts."""
    from followup.errors import WrongUsage
    from followup.services.people import customers, merge_customers

    def look(session: "Session") -> Any:
        both = (customers.find_customer(session, record), customers.find_customer(session, into))
        return merge_customers.preview(session, *both)

    def change(session: "Session", actor: "Actor") -> Any:
        return merge_customers.merge(
            session,
            customers.find_customer(session, record),
            customers.find_customer(session, into),
            now=call.now,
            actor=actor,
            because=because or "",
        )

    if because is None and not dry_run:
        raise WrongUsage("--because is missing.", hint="Say how you know that they are one person.")
    document = call.read(look) if dry_run else call.write(change)

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
