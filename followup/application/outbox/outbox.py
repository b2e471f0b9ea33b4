"""Emails in the outbox: `followup outbox`."""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from typing_extensions import TypedDict

from followup.application.door import Caller, Reading, Writing, look_up, reads, works, writes
from followup.application.several import SeveralDocument, ShowPart, change_each, show_no_part
from followup.domain.outbox.email_state import EmailState
from followup.errors import WrongUsage
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument, FindingDocument
from followup.services.outbox import outbox, resend
from followup.services.shared import parse_input


class WholeEmailDocument(EmailDocument):
    """An email with its message, which is None until it is written."""

    message: str | None


class LetterWordsDocument(TypedDict):
    """The words of a letter, without its footer. `keeps_subject` says that its conversation has begun, so its
    subject cannot be changed."""

    email: str
    subject: str
    text: str
    keeps_subject: bool


class EditedLetterDocument(EmailDocument):
    """A letter after a change of its words: its text without the footer, and what the lint finds in it."""

    text: str
    findings: list[FindingDocument]


class ResolvedEmailsDocument(TypedDict):
    """The emails that were in doubt, in their new state."""

    emails: list[EmailDocument]


class RetriedEmailsDocument(TypedDict):
    """The emails that only became files: scheduled again, or with `dry_run` as they are."""

    emails: list[EmailDocument]
    dry_run: bool


class RetriedSeveralDocument(SeveralDocument):
    """What became of several emails. One that came back is sent as a new email, which `done` has."""

    done: list[EmailDocument]


@reads("outbox list")
def list_emails(
    work: Reading, state: str | None = None, case: str | None = None, held: bool = False, limit: int = 100
) -> list[EmailDocument]:
    """Emails in a state, of a case, or held ones, in the order in which they are due.

    Raises WrongUsage for an unknown state, NotFound for an unknown case."""
    found = outbox.list_emails(
        work.session,
        state=state,
        case_id=cases.find_case(work.session, case).id if case else None,
        limit=limit,
        held=held,
    )
    return [serializers.email(row) for row in found]


@reads("outbox show")
def show_email(work: Reading, reference: str) -> WholeEmailDocument:
    """An email, with its message once that is written. Raises NotFound."""
    found = outbox.find_email(work.session, reference)
    message = found.message.decode("utf-8", "replace") if found.message else None
    return {**serializers.email(found), "message": message}


@reads("outbox edit words")
def letter_words(work: Reading, reference: str) -> LetterWordsDocument:
    """The words of an unsent letter as it would be sent now. Raises as `edit_letter.words_of`."""
    from followup.services.outbox import edit_letter

    found = outbox.find_email(work.session, reference)
    words = edit_letter.words_of(work.session, work.configuration, found, now=work.now)
    return {
        "email": serializers.email(found)["id"],
        "subject": words.words.subject,
        "text": words.words.text,
        "keeps_subject": words.keeps_subject,
    }


@writes("outbox edit")
def edit_letter(
    work: Writing,
    reference: str,
    subject: str | None = None,
    text: str | None = None,
    because: str | None = None,
    shown: LetterWordsDocument | None = None,
) -> EditedLetterDocument:
    """Give an unsent letter another text, and another subject if one is given; without a text, let its
    template write it again. If `shown` are not its words any more, nothing is saved.

    Raises as `edit_letter.edit` and `edit_letter.drop`."""
    from followup.mail.letter import EditedText
    from followup.services.outbox import edit_letter
    from followup.services.outbox.template_previews import finding_document

    found = outbox.find_email(work.session, reference)
    if text is None:
        words = edit_letter.drop(
            work.session, work.configuration, found, now=work.now, actor=work.actor, because=because
        )
    else:
        words = edit_letter.edit(
            work.session,
            work.configuration,
            found,
            subject,
            text,
            shown=None if shown is None else EditedText(shown["subject"], shown["text"]),
            now=work.now,
            actor=work.actor,
            because=because,
        )
    return {
        **serializers.email(found),
        "subject": words.words.subject,
        "text": words.words.text,
        "findings": [finding_document(finding) for finding in words.findings],
    }


@writes("outbox hold")
def hold_email(work: Writing, reference: str, because: str) -> EmailDocument:
    """Hold an email, whatever its due time, until a person releases it. Raises Refused if it is held already,
    was sent, or has ended."""
    found = outbox.find_email(work.session, reference)
    return serializers.email(
        outbox.hold(work.session, found, now=work.now, actor=work.actor, because=because)
    )


@writes("outbox release")
def release_email(work: Writing, reference: str, because: str) -> EmailDocument:
    """Release a held email; the reasons that held it are stored as seen and hold it no more. Raises Refused
    if it is not held, WrongUsage if no agent acts."""
    found = outbox.find_email(work.session, reference)
    released = outbox.release(
        work.session, work.configuration, found, now=work.now, actor=work.actor, because=because
    )
    return serializers.email(released)


@writes("outbox skip")
def skip_email(work: Writing, reference: str, because: str) -> EmailDocument:
    """Skip an unsent email; the rest of its sequence continues. Raises Refused if it was sent or has
    ended."""
    found = outbox.find_email(work.session, reference)
    return serializers.email(
        outbox.skip(work.session, found, now=work.now, actor=work.actor, because=because)
    )


@writes("outbox retry", added=("to",))
def retry_email(
    work: Writing,
    reference: str | None = None,
    because: str | None = None,
    went_to_files: bool = False,
    dry_run: bool = False,
    to_current_address: bool = False,
    to: str | None = None,
) -> EmailDocument | RetriedEmailsDocument:
    """Schedule an email again that failed or became a file, written anew, or that is in doubt, which may then
    be sent twice. With `went_to_files`, every email that became a file; with `dry_run`, only list those.

    One of a sequence that came back is sent as a new email. With `to_current_address`, a letter that failed
    or was sent goes to the address that its customer has now; for one that was sent, the document is of the
    new email. `to` is that address: the customer's is corrected first, and an email that waits goes out now.
    Raises Refused for any other email, WrongUsage if neither or both of email and `went_to_files` are
    given."""
    if went_to_files is (reference is not None) or (went_to_files and (to_current_address or to)):
        raise _no_email_named(reference, "retry", "--went-to-files")
    if reference is not None:
        if dry_run:
            raise WrongUsage(
                "--dry-run goes with --went-to-files.",
                hint=f"See one email with: followup outbox why {reference}",
                code="nothing_to_preview",
            )
        found = outbox.find_email(work.session, reference)
        if to is not None:
            email = resend.to_corrected_address(
                work.session,
                work.configuration.settings,
                found,
                to,
                now=work.now,
                actor=work.actor,
                because=because,
            )
            return serializers.email(email)
        again = resend.to_current_address if to_current_address else resend.again
        return serializers.email(again(work.session, found, now=work.now, actor=work.actor, because=because))
    emails = outbox.only_files(work.session)
    if not dry_run:
        for email in emails:
            outbox.retry(work.session, email, now=work.now, actor=work.actor, because=because)
    return {"emails": [serializers.email(email) for email in emails], "dry_run": dry_run}


@works("outbox retry --several", changes=True)
def retry_unreceived(
    caller: Caller,
    references: Sequence[str] | None = None,
    because: str | None = None,
    *,
    reason: str | None = None,
    since: str | None = None,
    dry_run: bool = False,
    on_progress: ShowPart = show_no_part,
) -> RetriedSeveralDocument:
    """Schedule every email again that failed, or that came back for what is not the reader's trouble: of one
    `reason`, and due or sent on the day `since` or later, in the workspace's time zone. Or those named by
    their references. With `dry_run`, only say which. Raises WrongUsage."""
    if references is None:
        references = look_up(caller, lambda work: _unreceived(work, reason, since))
    several, done = change_each(
        caller, retry_email, references, {"because": because}, dry_run=dry_run, on_progress=on_progress
    )
    return {**several, "done": done}


def _unreceived(work: Reading, reason: str | None, since: str | None) -> list[str]:
    from followup.services.outbox import unreceived

    if since is None:
        return unreceived.references(work.session, reason, None)
    rules = work.configuration
    first = parse_input.day("--since", since, today=rules.today(work.now))
    begins = datetime.combine(first, time(), ZoneInfo(rules.settings.timezone)).astimezone(UTC)
    return unreceived.references(work.session, reason, begins)


@writes("outbox restore")
def restore_email(work: Writing, reference: str, because: str | None = None) -> EmailDocument:
    """Schedule an email to a customer again that was cancelled or skipped, for its time or for now. Raises
    Refused for any other, or if it is not right any more."""
    # What checks and writes emails is slow to load, and listing them needs none of it.
    from followup.services.outbox import restore

    found = outbox.find_email(work.session, reference)
    restored = restore.restore(
        work.session, work.configuration, found, now=work.now, actor=work.actor, because=because
    )
    return serializers.email(restored)


@writes("outbox cancel")
def cancel_email(work: Writing, reference: str, because: str | None = None) -> EmailDocument:
    """Cancel an unsent email. Raises Refused if it was sent or has ended."""
    found = outbox.find_email(work.session, reference)
    return serializers.email(
        outbox.cancel(work.session, found, now=work.now, actor=work.actor, because=because)
    )


@writes("outbox resolve")
def resolve(
    work: Writing,
    reference: str | None = None,
    sent: bool = True,
    because: str | None = None,
    all_: bool = False,
) -> EmailDocument | ResolvedEmailsDocument:
    """Settle an email in doubt, or with `all_` every one: with `sent` as sent, else as not sent, so that it
    is sent again.

    Raises Refused if the email is not in doubt, WrongUsage if neither or both of email and `all_` are
    given."""
    settle = outbox.resolve_as_sent if sent else outbox.resolve_as_not_sent
    if all_ is (reference is not None):
        raise _no_email_named(reference, "resolve", "--all")
    if reference is not None:
        found = outbox.find_email(work.session, reference)
        return serializers.email(settle(work.session, found, now=work.now, actor=work.actor, because=because))
    in_doubt = outbox.list_emails(work.session, state=EmailState.IN_DOUBT, case_id=None, limit=1_000_000)
    settled = [
        settle(work.session, email, now=work.now, actor=work.actor, because=because) for email in in_doubt
    ]
    return {"emails": [serializers.email(email) for email in settled]}


def _no_email_named(reference: str | None, verb: str, flag: str) -> WrongUsage:
    """Neither one email was named nor a flag that stands for many, or both were."""
    return WrongUsage(
        "Which email?" if reference is None else f"Name one email, or give {flag}.",
        hint=f"As: followup outbox {verb} E-0012, or: followup outbox {verb} {flag}",
        code="no_email_named",
    )
