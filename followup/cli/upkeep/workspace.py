"""followup init, followup doctor."""

import os
from pathlib import Path
from typing import Annotated

import typer

from followup import clock
from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.choices import word_option
from followup.cli.upkeep import sender_domain
from followup.domain.letters.thing import Thing
from followup.errors import WrongUsage

app = typer.Typer()
"""Has no noun."""


_INIT_EXAMPLE = """
followup init harbour --business "Harbour Books" --currency GBP --timezone Europe/London \\
  --country GB --sender "Ana at Harbour Books <ana@harbour.example>"
"""


def init(
    call: Call,
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="The folder of the new workspace.")
    ] = Path(),
    business: Annotated[
        str | None, typer.Option(help="The name of the business, as customers know it.")
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option(help="The currency, as an ISO 4217 code; the shipped amounts are chosen for it."),
    ] = None,
    timezone: Annotated[str | None, typer.Option(help="The IANA time zone of the business.")] = None,
    country: Annotated[
        str | None, typer.Option(help="The ISO 3166 country whose public holidays apply.")
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="The language and country of customers, such as en-GB.")
    ] = None,
    sender: Annotated[str | None, typer.Option(help='The sender of emails: "Name <address>".')] = None,
    thing: Annotated[
        str | None,
        word_option(Thing, text="What customers buy, as emails call it"),
    ] = None,
) -> None:
    """Create a workspace: settings, policy, sequences, templates and the database.

    It works at once: the database is a SQLite file, and emails are written as files to outbox/ until you set
    an SMTP server."""
    from followup.application.upkeep import workspace

    document = workspace.init(
        folder,
        business=business,
        currency=currency,
        timezone=timezone,
        country=country,
        locale=locale,
        sender=sender,
        thing=thing,
        environment=os.environ,
    )

    def people() -> None:
        output.lines(f"{document['workspace']} is a workspace now.")
        output.lines("")
        output.lines("  followup.toml    settings       policy.toml   what may be offered")
        output.lines("  sequences.toml   when to write  templates/    what to write")
        output.lines("")
        enter = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
        output.say(f'Next: {enter}followup agent add --name "Your Name" --email you@example.com --role agent')

    call.answer(document, people)


def doctor(
    call: Call,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="With --domain: the domain, if not the sender's.")
    ] = None,
    domain: Annotated[
        bool,
        typer.Option(
            "--domain",
            help="Check what Gmail, Yahoo and Microsoft ask of the domain that emails are sent from.",
        ),
    ] = False,
    selector: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="With --domain: the selector of a DKIM key. May be repeated."),
    ] = None,
    resolver: Annotated[
        str | None, typer.Option(metavar="ADDRESS[:PORT]", help="With --domain: the name server to ask.")
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(metavar="IP", help="With --domain: the address from which emails reach receivers."),
    ] = None,
) -> None:
    """Check what is configured and what is missing, and say what to do about it.

    It reads the files, the database and the clock, logs in to the mail server and the mailbox as the daemon
    would, and sends nothing. Exits with code 0 if nothing is broken, else with the code of the first
    problem.

    With --domain it checks SPF, DKIM, DMARC, MX, PTR and TLS of the sender's domain instead."""
    if domain:
        sender_domain.show(call, name, selectors=tuple(selector or ()), resolver=resolver, address=address)
        return
    if name is not None or selector or resolver is not None or address is not None:
        raise WrongUsage(
            "What was given is for a check of the domain.",
            hint="Say it with --domain: followup doctor --domain harbour.example --selector mail",
            code="domain_options",
        )
    from followup.application.upkeep import workspace

    document = workspace.doctor(call.caller, clock=clock.now)

    def people() -> None:
        for check in document["checks"]:
            mark = "ok" if check["ok"] else "!!" if check["exit_code"] else "--"
            output.lines(f"{mark}  {check['name']:<11} {output.plain(check['found'])}")
            if check["mend"]:
                output.lines(f"{'':<15} {output.plain(check['mend'])}")

    call.answer(document, people)
    broken = [check["exit_code"] for check in document["checks"] if check["exit_code"]]
    if broken:
        raise typer.Exit(broken[0])


command(app, "init", example=_INIT_EXAMPLE)(init)
_DOCTOR_EXAMPLE = """
followup doctor
followup doctor --domain
followup doctor --domain harbour.example --selector mail2026 --address 192.0.2.10
"""

command(app, "doctor", example=_DOCTOR_EXAMPLE)(doctor)
