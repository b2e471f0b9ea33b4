"""A letter in the words of an agent: what is saved replaces the template's subject and text.

The words are linted at once, and again when the email is sent: what has changed since may make them wrong.
The footer, the layout and the headers stay the template's.
"""

from dataclasses import dataclass
from datetime import datetime
from difflib import ndiff

from sqlmodel import Session

from followup.domain.letters.finding import LetterFinding
from followup.domain.letters.gate.private_numbers import without_cards
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.errors import Refused, illegal_state
from followup.mail.edited_text import edited_text
from followup.mail.letter import EditedText
from followup.services.letters import letters
from followup.services.letters.letters import Written
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.registry import kind_of
from followup.services.outbox.presend_checks import PresendDecision, Situation
from followup.services.sequences import email_events
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Email


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a letter as it would be sent now, without its footer, and what the lint finds in them.
    `keeps_subject` says that it follows an email that was sent, whose subject it has."""

    words: EditedText
    keeps_subject: bool
    findings: tuple[LetterFinding, ...]


def words_of(session: Session, rules: Configuration, email: Email, *, now: datetime) -> Words:
    """The present words of an unsent letter to a customer: an agent's, or else those of its template.

    Raises Refused for any other email, InvalidFile if its template is invalid."""
    if email.kind not in TO_CUSTOMERS:
        raise Refused(
            f"{ref(email)} is not to a customer, so its words are those of its template.",
            hint=f"Change the template {email.template}: it is in the folder templates/ of the workspace.",
            code="letter_to_colleague",
        )
    if email.state not in UNSENT_STATES:
        raise illegal_state(
            f"{ref(email)} is {email.state.value.replace('_', ' ')}, so nobody changes its words.",
            hint=f"See what happened to it: followup outbox why {ref(email)}",
        )
    (situation,) = presend_checks.situations(session, rules, [email], now=now)
    return _in(situation, kind_of(email).write(situation))


def _in(situation: Situation, written: Written) -> Words:
    """The words of a letter that was just written."""
    email = situation.email
    follows = letters.first_of_conversation(situation.session, email) is not None
    words = EditedText(written.subject, letters.body_of(written))
    return Words(words, email.kind.traits.in_series and follows, written.findings)


def edit(
    session: Session,
    rules: Configuration,
    email: Email,
    subject: str | None,
    text: str,
    *,
    shown: EditedText | None,
    now: datetime,
    actor: Actor,
    because: str | None,
) -> Words:
    """Let a letter have this text, and this subject unless it is None. `shown` are the words that the agent
    changed: if the letter has others by now, nothing is saved. Returns the words as saved, with
    the findings of the lint.

    An error of the lint holds the email; without one, an email that the lint had held is scheduled again.
    Raises as `words_of`; WrongUsage for an empty or too long text, Refused if the letter has changed or if a
    follow-up would have another subject than its conversation."""
    session.refresh(email, with_for_update=True)
    before = words_of(session, rules, email, now=now)
    if shown is not None and shown != before.words:
        raise Refused(
            f"{ref(email)} has other words now than those you were shown.",
            hint=f"See them, and change them again: followup outbox edit {ref(email)}",
            code="letter_changed",
        )
    words = edited_text(before.words.subject if subject is None else subject, without_cards(text))
    if before.keeps_subject and words.subject != before.words.subject:
        raise Refused(
            f"{ref(email)} follows an email that was sent, so it keeps the subject “{before.words.subject}”.",
            hint="Leave the line that begins with “Subject:” as it is.",
            code="subject_kept",
        )
    if words == before.words:
        return before
    email.edited_subject, email.edited_text = words.subject, words.text
    return _saved(session, rules, email, before, EmailReason.EDITED_BY, now=now, actor=actor, because=because)


def drop(
    session: Session, rules: Configuration, email: Email, *, now: datetime, actor: Actor, because: str | None
) -> Words:
    """Let the template write a letter again that an agent had edited. Raises as `words_of`, and Refused if
    nobody had edited it."""
    session.refresh(email, with_for_update=True)
    before = words_of(session, rules, email, now=now)
    if email.edited_text is None:
        raise Refused(
            f"Nobody has edited {ref(email)}; its template writes it.",
            hint=f"Edit it: followup outbox edit {ref(email)}",
            code="not_edited",
        )
    email.edited_subject = email.edited_text = None
    did = EmailReason.EDIT_DROPPED_BY
    return _saved(session, rules, email, before, did, now=now, actor=actor, because=because)


def _saved(
    session: Session,
    rules: Configuration,
    email: Email,
    before: Words,
    did: EmailReason,
    *,
    now: datetime,
    actor: Actor,
    because: str | None,
) -> Words:
    """Record the change, and hold or let go the email as the lint demands."""
    why = parse_input.line("because", because) if because is not None else None
    # Bytes that no server has taken would have the words of before.
    email.message = email.message_sha256 = None
    session.add(email)
    session.flush()
    (situation,) = presend_checks.situations(session, rules, [email], now=now)
    written = kind_of(email).write(situation)
    _follow_the_lint(situation, written)
    after = _in(situation, written)
    email_events.record(session, [(email.id, email.state, did.of(why))], now=now, actor=actor)
    # A reason is the one text of the log that an erasure removes.
    changes = _changes(before.words, after.words)
    told = changes if why is None else f"{why}\n{changes}"
    audit.record(session, now=now, actor=actor, action="outbox edit", subject=ref(email), because=told)
    return after


def _follow_the_lint(situation: Situation, written: Written) -> None:
    """Hold the email if its words have an error, or schedule it if only their errors had held it."""
    email = situation.email
    if email.held_code not in (None, EmailReason.LINT, EmailReason.GATE):
        return
    verdict = kind_of(email).of_what_it_says(situation, written)
    if verdict is not None and verdict.decision is PresendDecision.HOLD:
        email.held_code, email.held_detail = verdict.reason.code, verdict.found
        email.stand(EmailState.DEFERRED, verdict.reason)
    elif email.held_code is not None:
        email.held_code = email.held_detail = None
        email.stand(EmailState.SCHEDULED, EmailReason.EDITED_BY.of())
    situation.session.add(email)
    situation.session.flush()


def _changes(before: EditedText, after: EditedText) -> str:
    """The lines that were taken out (-) and put in (+)."""
    old, new = (f"{words.subject}\n{words.text}".split("\n") for words in (before, after))
    return "\n".join(line for line in ndiff(old, new) if line[:2] in ("- ", "+ "))
