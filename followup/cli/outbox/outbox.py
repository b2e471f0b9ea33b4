"""followup outbox."""

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from followup.cli import output, several
from followup.cli.call import Call, command, text_of_file
from followup.cli.choices import word_option
from followup.cli.editor import kept, write_in_editor
from followup.cli.nouns import app_of
from followup.cli.outbox.template import show_findings
from followup.domain.inbound.unreceived import REASONS
from followup.domain.outbox.email_state import EmailState
from followup.domain.outbox.mail_transport import MailTransport
from followup.errors import FollowupError, WrongUsage

if TYPE_CHECKING:
    from followup.application.outbox.outbox import (
        EditedLetterDocument,
        ResolvedEmailsDocument,
        RetriedEmailsDocument,
        RetriedSeveralDocument,
    )
    from followup.services.documents.documents import EmailDocument

app = app_of("outbox")
Reference = Annotated[
    str, typer.Argument(metavar="EMAIL", help="The reference of the email, such as E-0012.")
]
OneReference = Annotated[
    str | None,
    typer.Argument(metavar="[EMAIL]", help="The reference of the email, such as E-0012.", show_default=False),
]
Because = Annotated[str | None, typer.Option(metavar="TEXT", help="The reason.")]
_SUBJECT = "Subject:"
Reason = Annotated[str, typer.Option("--because", metavar="TEXT", help="The reason.")]


@command(
    app,
    "list",
    example="""
    followup outbox list --held
    followup outbox list --state in_doubt
    """,
)
def list_(
    call: Call,
    state: Annotated[str | None, word_option(EmailState, "--state", text="Only this state")] = None,
    case: Annotated[str | None, typer.Option(metavar="CASE", help="Only this case.")] = None,
    held: Annotated[bool, typer.Option("--held", help="Only emails that wait for a person.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000_000, help="The maximum number of rows.")] = 100,
) -> None:
    """List emails in the order in which they are due. Emails that wait for a person are shown as held."""
    from followup.application.outbox import outbox

    document = outbox.list_emails(call.caller, state=state, case=case, held=held, limit=limit)
    call.table(
        document,
        ("email", "case", "step", "state", "due", "sent", "via", "to", "subject", "reason"),
        lambda row: (
            row["id"],
            row["case"],
            f"{row['step'] or ''} {row['template']}",
            shown_state(row),
            call.local(row["due_at"]),
            call.local(row["sent_at"]),
            shown_transport(row),
            row["to"],
            row["subject"],
            row["held_because"] or row["reason"],
        ),
        empty="No email waits for a person."
        if held
        else "No email found. They are made when a gesture is issued.",
    )


def shown_transport(document: "EmailDocument") -> str | None:
    """What an email was handed to: the mail server, or a file."""
    return "file" if document["transport"] == MailTransport.FILES.value else document["relay"]


def shown_state(document: "EmailDocument") -> str:
    """The state of an email in words."""
    return "held" if document["held"] else str(document["state"]).replace("_", " ")


@command(app, "show", example="followup outbox show E-0012")
def show(call: Call, reference: Reference) -> None:
    """Show an email: its state and the reason, and its message once that is written."""
    from followup.application.outbox import outbox

    document = outbox.show_email(call.caller, reference)

    def people() -> None:
        output.fields((name, value) for name, value in document.items() if name != "message")
        if document["message"]:
            output.lines("\n" + output.passage(document["message"]))

    call.answer(document, people)


@command(app, "why", example="followup outbox why E-0012")
def why(call: Call, reference: Reference) -> None:
    """Show the history of an email: why it was planned, what happened to it, and what comes next."""
    from followup.application.outbox import email_story

    document = email_story.explain(call.caller, reference)

    def people() -> None:
        output.lines(f"{document['id']}, {_what(document)}: {shown_state(document)}\n")
        for event in document["story"]:
            output.lines(f"{event['local']}\n  {output.plain(event['text'])}")
        output.lines(f"Next\n  {output.plain(document['next'])}")

    call.answer(document, people)


def _what(document: "EmailDocument") -> str:
    return f"{document['template']} of {document['case']}" if document["case"] else "a report"


def _show_changed(call: Call, document: "EmailDocument") -> None:
    call.answer(document, lambda: output.lines(f"{document['id']} is {shown_state(document)}."))


@command(
    app,
    "edit",
    writes=True,
    example="""
    followup outbox edit E-0012
    followup outbox edit E-0012 --file letter.txt --because "She asked about the cat."
    followup outbox edit E-0012 --drop
    """,
)
def edit(
    call: Call,
    reference: Reference,
    file: Annotated[
        str | None,
        typer.Option(
            "--file",
            metavar="FILE",
            help="Take the words from this file, or with - from standard input. A first line “Subject: …” is "
            "the subject.",
        ),
    ] = None,
    because: Because = None,
    drop: Annotated[
        bool, typer.Option("--drop", help="Drop what somebody wrote; the template writes the letter again.")
    ] = False,
) -> None:
    """Change the words of a letter that is not sent yet, in $VISUAL or $EDITOR.

    What you save is what the customer gets: the template's words do not come back when the case changes.
    The lint reads it; an error holds the letter until you change it again or release it. The footer stays."""
    from followup.application.outbox import outbox

    if drop:
        if file is not None:
            raise WrongUsage(
                "--drop takes no text.", hint="Give --drop or --file, not both.", code="drop_with_text"
            )
        _show_edited(call, outbox.edit_letter(call.caller, reference, because=because))
        return
    shown = None
    if file is not None:
        written = text_of_file(file, hint="Name the file that holds the letter.")
    else:
        shown = outbox.letter_words(call.caller, reference)
        if not output.interactive():
            raise WrongUsage(
                "There is no terminal to open an editor on.",
                hint=f"Give the words: followup outbox edit {reference} --file FILE, or with - from standard "
                "input.",
                code="no_terminal_to_edit",
            )
        written = write_in_editor(
            f"{_SUBJECT} {shown['subject']}\n\n{shown['text']}", otherwise="give the words with --file FILE"
        )
    subject, text = _subject_and_text(written)
    try:
        document = outbox.edit_letter(
            call.caller, reference, subject, text, because, shown if file is None else None
        )
    except FollowupError:
        if file is None:
            path = kept(written)
            output.say(f"Your words are kept: followup outbox edit {reference} --file {path}")
        raise
    if shown is not None and (shown["subject"], shown["text"]) == (document["subject"], document["text"]):
        output.say("You changed nothing.")
    _show_edited(call, document)


def _subject_and_text(written: str) -> tuple[str | None, str]:
    """The subject, if the first line has one, and the text below it."""
    first, _, below = written.lstrip().partition("\n")
    if not first.lower().startswith(_SUBJECT.lower()):
        return None, written
    return first[len(_SUBJECT) :].strip(), below


def _show_edited(call: Call, document: "EditedLetterDocument") -> None:
    def people() -> None:
        output.lines(f"Subject: {output.plain(document['subject'])}\n")
        output.lines(output.passage(document["text"]))
        show_findings(document["findings"])
        output.lines(f"{document['id']} is {shown_state(document)}.")

    call.answer(document, people)


@command(
    app, "hold", writes=True, example='followup outbox hold E-0012 --because "She is in hospital this week."'
)
def hold(call: Call, reference: Reference, because: Reason) -> None:
    """Hold an email, whatever its due time, until a person releases it."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.hold_email(call.caller, reference, because))


@command(
    app,
    "release",
    writes=True,
    example='followup outbox release E-0012 --because "It is what she said."',
)
def release(call: Call, reference: Reference, because: Reason) -> None:
    """Release a held email. It is sent at the next tick, or when it is due.

    If the sincerity lint held it, you accept the lint's findings. To send other words, edit the template
    first, then release the email."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.release_email(call.caller, reference, because))


@command(app, "skip", writes=True, example='followup outbox skip E-0012 --because "I called instead."')
def skip(call: Call, reference: Reference, because: Reason) -> None:
    """Skip one unsent email. The emails after it are still sent, unless it is the first of its sequence."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.skip_email(call.caller, reference, because))


@command(
    app,
    "retry",
    writes=True,
    example="""
    followup outbox retry E-0012
    followup outbox retry E-0012 --to priya@example.com --because "Her address was misspelled."
    followup outbox retry --all --reason sender --since 2026-11-23 --dry-run
    followup outbox retry --went-to-files --dry-run
    """,
)
def retry(
    call: Call,
    reference: OneReference = None,
    because: Because = None,
    went_to_files: Annotated[
        bool,
        typer.Option("--went-to-files", help="Every email that counts as sent and was written to a file."),
    ] = False,
    all_: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Every email that failed, or came back for what is not the reader's trouble. What is wrong "
            "with an address is corrected first: see --to.",
        ),
    ] = False,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason",
            metavar="|".join(REASONS),
            help="With --all: only those that failed or came back for this.",
            autocompletion=lambda: list(REASONS),
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="With --all: due or sent on this day or later.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --all or --went-to-files: list them; change nothing.")
    ] = False,
    yes: several.Yes = False,
    to_current_address: Annotated[
        bool,
        typer.Option(
            "--to-current-address",
            help="Send a letter that failed, came back or went astray to the address its customer has now.",
        ),
    ] = False,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="ADDRESS", help="Correct the customer's address, and send them this letter there."
        ),
    ] = None,
) -> None:
    """Send a failed email again, written anew; or one that came back; or an email in doubt, which the
    customer may then get twice; or one that was written to a file, which the customer did not get.

    What has happened since is looked at before each is sent, as for any email."""
    from followup.application.outbox import outbox

    if all_:
        if reference or went_to_files or to or to_current_address:
            raise WrongUsage(
                "--all goes with --reason, --since and --dry-run.",
                hint="As: followup outbox retry --all --reason sender --dry-run",
                code="retry_all_with_one",
            )

        _retry_all(call, because, reason, since, dry_run=dry_run, asks=not yes)
        return
    if reason or since:
        raise WrongUsage(
            "--reason and --since go with --all.",
            hint="As: followup outbox retry --all --reason sender --since 2026-11-23 --dry-run",
            code="reason_without_all",
        )
    document = outbox.retry_email(
        call.caller,
        reference,
        because,
        went_to_files=went_to_files,
        dry_run=dry_run,
        to_current_address=to_current_address,
        to=to,
    )
    if not went_to_files:
        if to:
            now = output.plain(cast("EmailDocument", document)["to"])
            output.say(f"The customer's address is {now} from now on; all that is to come goes there, too.")
        _show_changed(call, cast("EmailDocument", document))
        return
    _show_retried(call, cast("RetriedEmailsDocument", document))


def _retry_all(
    call: Call, because: str | None, reason: str | None, since: str | None, *, dry_run: bool, asks: bool
) -> None:
    from followup.application.outbox import outbox

    def run(references: list[str] | None = None, **more: Any) -> "RetriedSeveralDocument":
        return outbox.retry_unreceived(call.caller, references, because, reason=reason, since=since, **more)

    def row(document: "EmailDocument") -> several.Row:
        what = f"{_what(document)}, to {output.plain(document['to'])}"
        return several.Row(ref=document["id"], what=what, state=shown_state(document))

    several.answer(
        call,
        run,
        row,
        dry_run=dry_run,
        empty="No email failed or came back for that.",
        ask="Send these again?" if asks else None,
    )


def _show_retried(call: Call, document: "RetriedEmailsDocument") -> None:
    """Say of each email that became a file what would become, or became, of it."""
    emails, dry_run = document["emails"], document["dry_run"]

    def people() -> None:
        for email in emails:
            output.lines(
                f"{email['id']}  {_what(email)}, to {output.plain(email['to'])}: "
                f"written to a file {call.local(email['sent_at'])}"
                if dry_run
                else f"{email['id']} is {shown_state(email)}."
            )
        if not emails:
            output.say("No email went to a file.")
        elif dry_run:
            output.say("Nothing was changed. Send them: followup outbox retry --went-to-files")

    call.answer(document, people)


@command(app, "cancel", writes=True, example='followup outbox cancel E-0012 --because "She called us."')
def cancel(call: Call, reference: Reference, because: Because = None) -> None:
    """Cancel one unsent email. To let it go after all: followup outbox restore."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.cancel_email(call.caller, reference, because))


@command(app, "restore", writes=True, example='followup outbox restore E-0012 --because "Wrong email."')
def restore(call: Call, reference: Reference, because: Because = None) -> None:
    """Let an email to a customer go after all that was cancelled or skipped, at its time or now.

    It is written anew, and refused if it is not right any more: if its sequence was ended, or what it is
    about was taken back."""
    from followup.application.outbox import outbox

    _show_changed(call, outbox.restore_email(call.caller, reference, because))


@command(
    app,
    "resolve",
    writes=True,
    example="""
    followup outbox resolve E-0012 --because "It is in her inbox."
    followup outbox resolve E-0012 --not-sent --because "The server's log does not have it."
    followup outbox resolve --all --sent --because "The server's log has them all."
    """,
)
def resolve(
    call: Call,
    reference: OneReference = None,
    sent: Annotated[bool, typer.Option("--sent/--not-sent", help="Whether the email was sent.")] = True,
    because: Because = None,
    all_: Annotated[bool, typer.Option("--all", help="Settle every email in doubt.")] = False,
) -> None:
    """Settle an email in doubt: it was sent; or it was not sent, and is sent again.

    With --all, settle every email in doubt, for example after restoring a backup."""
    from followup.application.outbox import outbox

    document = outbox.resolve(call.caller, reference, sent=sent, because=because, all_=all_)
    if not all_:
        _show_changed(call, cast("EmailDocument", document))
        return
    emails = cast("ResolvedEmailsDocument", document)["emails"]

    def people() -> None:
        for email in emails:
            output.lines(f"{email['id']} is {shown_state(email)}.")
        if not emails:
            output.say("No email is in doubt.")

    call.answer(document, people)
