"""followup daemon status and followup daemon unit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from followup.cli import output
from followup.cli.call import Call, command
from followup.cli.outbox.daemon import app
from followup.domain.outbox.mail_transport import MailTransport

if TYPE_CHECKING:
    from followup.application.outbox.daemon_status import StatusDocument


@command(app, "unit", example="followup daemon unit --user followup")
def unit(
    call: Call,
    user: Annotated[
        str | None,
        typer.Option(
            metavar="LOGIN", help="The user that runs the daemon; the default is the workspace's owner."
        ),
    ] = None,
    secrets: Annotated[
        Path, typer.Option(metavar="FILE", help="A file with environment variables that hold the secrets.")
    ] = Path("/etc/followup/environment"),
) -> None:
    """Print a systemd unit that runs the daemon for this workspace, with a watchdog and a sandbox."""
    from followup.application.outbox import daemon_status

    document = daemon_status.unit(call.caller, user=user, secrets=str(secrets))

    def people() -> None:
        output.lines(document["unit"].rstrip())
        missing = " ".join(f"'{folder}'" for folder in document["missing_folders"])
        if missing:
            output.say(f"The daemon may not make these folders itself: mkdir -m 700 {missing}")

    call.answer(document, people)


@command(app, "resume", writes=True, example='followup daemon resume --because "The SPF record is mended."')
def resume(
    call: Call, because: Annotated[str, typer.Option(metavar="TEXT", help="What was mended.")]
) -> None:
    """Let emails go again that an alarm stopped: the mail server refused everything, or many came back.

    Without it, single emails try again by themselves. What is still wrong stops them again."""
    from followup.application.outbox import daemon_status

    document = daemon_status.resume(call.caller, because)

    def people() -> None:
        for name in document["resumed"]:
            output.lines(f"Emails go to {output.plain(name)} again.")
        if not document["resumed"]:
            output.say("No mail server is left alone.")

    call.answer(document, people)


@command(app, "status", example="followup daemon status")
def status(call: Call) -> None:
    """Show whether a daemon runs, what waits, how late it is, and what a person must review.

    The exit code is 6 while emails are due and no daemon runs, or the first has waited for more than an hour,
    or nobody is heard (the mail server refuses everything, many emails come back for our sake, the mailbox
    cannot be read); else 4 while an email is in doubt or another alarm lasts; else 0. It is also 6 if the
    database does not answer."""
    from followup.application.outbox import daemon_status

    document = daemon_status.status(call.caller)
    call.answer(document, lambda: _show_status(call, document))
    if document["exit_code"]:
        raise typer.Exit(document["exit_code"])


def _show_status(call: Call, document: "StatusDocument") -> None:
    if not document["workers"]:
        output.lines("No daemon has run here yet. Start one: followup daemon run")
    for worker in document["workers"]:
        ended = f" {call.local(worker['stopped_at'])}" if worker["stopped_at"] else ""
        output.lines(
            f"{worker['id']}  {worker['state']}{ended}, last tick {call.local(worker['last_tick_at'])}"
        )
    for relay in document["relays"]:
        paused = f", left alone until {call.local(relay['paused_until'])}" if relay["paused_until"] else ""
        output.lines(
            f"{output.plain(relay['name'])}  {relay['accepted']} accepted, {relay['refused']} refused{paused}"
        )
    output.lines(_TRANSPORTS[document["mail"]["transport"]])
    output.lines(", ".join(f"{count} {state}" for state, count in document["emails"].items() if count))
    late = f", the first for {_length(document['lag_seconds'])}" if document["due"] else ""
    output.lines(f"{document['due']} due{late}; {document['held']} held")
    for kind, number in document["inbound_unread"].items():
        if number:
            output.lines(f"{number} emails that arrived are {kind}")
    if document["needs_person"]:
        waits = "1 case waits" if document["needs_person"] == 1 else f"{document['needs_person']} cases wait"
        output.say(f"{waits} for a person: followup case list --needs-person")
    if document["in_doubt"]:
        output.say("Look at those in doubt: followup outbox list --state in_doubt")
    mail = document["mail"]
    if mail["last_relay"] and mail["went_to_files"]:
        output.say(
            f"{mail['went_to_files']} emails count as sent and are only files. "
            "See them: followup outbox retry --went-to-files --dry-run"
        )
    if mail["refused_because"]:
        output.say(f"From this shell nothing is sent: {mail['refused_because']}")
    for alarm in document["alarms"]:
        since = f" since {call.local(alarm['since'])}" if alarm["since"] else ""
        output.say(output.plain(f"{alarm['text']}{since}. {alarm['hint']}"))
    if document["stuck_because"]:
        output.say(f"Emails are due and do not go out: {document['stuck_because']}. See: followup doctor")


_TRANSPORTS = {
    MailTransport.RELAY.value: "From this shell, emails go to the mail server of smtp_url.",
    MailTransport.TEST_SERVER.value: "From this shell, emails go to a mail server for tests.",
    MailTransport.FILES.value: "From this shell, emails are written to files (smtp_url is not set).",
}


def _length(seconds: float) -> str:
    """A duration in the largest unit that fits."""
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
