"""Emails to come, gone out, and stuck: `followup outbox`."""

from typing_extensions import TypedDict

from followup.application.door import Reading, Writing, reads, writes
from followup.domain.outbox.email_state import EmailState
from followup.errors import WrongUsage
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.documents.documents import EmailDocument
from followup.services.outbox import explain_email, outbox
from followup.services.outbox.explain_email import EmailStoryDocument


class WholeEmailDocument(EmailDocument):
    """An email with its message, None before it is written."""

    message: str | None


class ResolvedEmailsDocument(TypedDict):
    """The emails that were in doubt, as they are now."""

    emails: list[EmailDocument]


@reads("outbox list")
def list_emails(
    work: Reading, state: str | None = None, case: str | None = None, held: bool = False, limit: int = 100
) -> list[EmailDocument]:
    """Emails in a state, of a case, or that wait for a person, in the order in which they are due.

    Raises WrongUsage for a state that there is not, NotFound for a case that there is not."""
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
    """An email, and the message itself once it is written. Raises NotFound."""
    found = outbox.find_email(work.session, reference)
    message = found.message.decode("utf-8", "replace") if found.message else None
    return {**serializers.email(found), "message": message}


@reads("outbox why")
def explain(work: Reading, reference: str) -> EmailStoryDocument:
    """The story of an email: why it was planned, what happened to it, what is next. Raises NotFound."""
    found = outbox.find_email(work.session, reference)
    return explain_email.story(work.session, work.configuration, found, now=work.now)


@writes("outbox hold")
def hold_email(work: Writing, reference: str, because: str) -> EmailDocument:
    """Keep an email from going out, whatever its time, until it is released. Raises Refused for one that is
    held already, or has gone out or ended."""
    found = outbox.find_email(work.session, reference)
    return serializers.email(
        outbox.hold(work.session, found, now=work.now, actor=work.actor, because=because)
    )


@writes("outbox release")
def release_email(work: Writing, reference: str, because: str) -> EmailDocument:
    """Let an email go that is held; what held it was seen by a person and holds it no more. Raises Refused
    where it is not held, WrongUsage where nobody in particular acts."""
    found = outbox.find_email(work.session, reference)
    released = outbox.release(
        work.session, work.configuration, found, now=work.now, actor=work.actor, because=because
    )
    return serializers.email(released)


@writes("outbox skip")
def skip_email(work: Writing, reference: str, because: str) -> EmailDocument:
    """Leave out an email that has not gone out; its series goes on. Raises Refused after that."""
    found = outbox.find_email(work.session, reference)
    return serializers.email(
        outbox.skip(work.session, found, now=work.now, actor=work.actor, because=because)
    )


@writes("outbox retry")
def retry_email(work: Writing, reference: str, because: str | None = None) -> EmailDocument:
    """Send a failed email again, written anew; or one in doubt, which may then arrive twice. Raises Refused
    for any other."""
    found = outbox.find_email(work.session, reference)
    return serializers.email(
        outbox.retry(work.session, found, now=work.now, actor=work.actor, because=because)
    )


@writes("outbox cancel")
def cancel_email(work: Writing, reference: str, because: str | None = None) -> EmailDocument:
    """Stop an email that has not gone out. Raises Refused after that."""
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
    """Say of an email in doubt, or with `all_` of every one, that it did go out; or, not `sent`, that it did
    not, and it is sent again.

    Raises Refused where the email is not in doubt, WrongUsage where neither or both are named."""
    settle = outbox.resolve_as_sent if sent else outbox.resolve_as_not_sent
    if all_ is (reference is not None):
        raise WrongUsage(
            "Name one email, or all of them." if all_ else "Which email?",
            hint="As: followup outbox resolve E-0012, or: followup outbox resolve --all",
            code="no_email_named",
        )
    if reference is not None:
        found = outbox.find_email(work.session, reference)
        return serializers.email(settle(work.session, found, now=work.now, actor=work.actor, because=because))
    in_doubt = outbox.list_emails(work.session, state=EmailState.IN_DOUBT, case_id=None, limit=1_000_000)
    settled = [
        settle(work.session, email, now=work.now, actor=work.actor, because=because) for email in in_doubt
    ]
    return {"emails": [serializers.email(email) for email in settled]}
