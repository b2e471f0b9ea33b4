"""Templates for the people who edit them: a preview of an email for a case."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from sqlmodel import Session, col, select

from followup.domain.cases.case import ITEM
from followup.domain.goodwill.gesture import GestureState
from followup.domain.goodwill.policy.recommendation import Recommendation
from followup.domain.letters.finding import LetterFinding
from followup.domain.outbox.email_state import UNSENT_STATES
from followup.domain.sequences.sequence import Sequence
from followup.domain.sequences.single_email import Single
from followup.errors import NotFound, Refused
from followup.mail.letter import EditedText, LetterGesture, LetterSum
from followup.services.documents.documents import FindingDocument, PreviewDocument
from followup.services.goodwill.recommendations import advise
from followup.services.letters import letter_context, letters
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.registry import kind_of
from followup.services.outbox.presend_checks import PresendDecision
from followup.services.sequences import also_told, enrolments, sender_eligibility
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.services.shared.settled import settled_by
from followup.store.tables import Agent, Case, Email, Gesture

EXAMPLE_CODE = "7KQ2MF-X3T9AB-CDWERT"
"""Placeholder for the code of a voucher that is not issued yet."""
_SOME_ITEM = "…"
"""Stands for an item that nobody has said yet."""
_TOLD = (GestureState.ISSUED, GestureState.SPENT, GestureState.KEPT, GestureState.ADDED)
_SHOWN = (*_TOLD, GestureState.PENDING, GestureState.HELD)


@dataclass(frozen=True, slots=True)
class Offered:
    """The gesture that an email would describe, and in `also` those that it tells of besides. `as_if`
    explains that it is not issued yet, if so."""

    gesture: Gesture | None
    letter: LetterGesture | None
    as_if: str | None = None
    also: tuple[LetterGesture, ...] = ()


def preview(
    session: Session,
    rules: Configuration,
    case: Case,
    *,
    now: datetime,
    agent: Agent | None = None,
    step: int | None = None,
    template: str | None = None,
) -> PreviewDocument:
    """An email of a case as it would be written now, with the lint's findings. Writes and sends nothing.

    The email is the next one to be sent unless `step` or `template` names another. For a case without a
    gesture, the recommended one is shown as if it were issued. Raises Refused if no email is to come,
    NotFound for an unknown step or template, InvalidFile if the email cannot be written."""
    number, name, offer = _chosen(session, rules, case, agent=agent, now=now, step=step, template=template)
    draft = draft_of(session, rules, case, offer, name, number, now)
    return {
        "case": ref(case),
        "step": number,
        "template": name,
        "class": draft.rendered.template_class.value,
        "locale": draft.rendered.locale_used,
        "fallback": draft.rendered.fallback,
        "as_if": offer.as_if,
        "subject": draft.rendered.subject,
        "text": draft.rendered.text,
        "html": draft.rendered.html,
        "findings": [finding_document(finding) for finding in draft.findings],
    }


def finding_document(finding: LetterFinding) -> FindingDocument:
    """A finding of the lint or of the gate."""
    return cast("FindingDocument", finding.to_document())


def draft_for(
    session: Session,
    rules: Configuration,
    case: Case,
    *,
    now: datetime,
    step: int | None,
    template: str | None,
) -> tuple[str, letters.LintedLetter]:
    """The template's name and the letter for a case, chosen as in `preview`."""
    number, name, offer = _chosen(session, rules, case, agent=None, now=now, step=step, template=template)
    return name, draft_of(session, rules, case, offer, name, number, now)


def _chosen(
    session: Session,
    rules: Configuration,
    case: Case,
    *,
    agent: Agent | None,
    now: datetime,
    step: int | None,
    template: str | None,
) -> tuple[int, str, Offered]:
    offer = offered(session, rules, case, agent=agent, now=now)
    sequence = _sequence_of(session, rules, case, offer.letter)
    if step is None and template is None and (planned := _next_to_come(session, rules, case, now)):
        offer = _told(session, rules, planned, offer, now)
        if planned.kind.traits.in_series:
            return planned.step, planned.template, offer
        numbers = {name: number for number, name in may_be_sent(session, rules, case, offer)}
        # Automatic emails describe the gesture in its real state.
        return numbers.get(planned.template, 0), planned.template, replace(offer, as_if=None)
    later = also_told.own_emails(session, case) if template == Single.GIVEN_LATER.value else []
    if later:
        return 0, template or later[0].template, _told(session, rules, later[0], offer, now)
    number = step or next((one.number for one in sequence.steps if one.template == template), 1)
    return number, template or template_of(sequence, number), offer


def _next_to_come(session: Session, rules: Configuration, case: Case, now: datetime) -> Email | None:
    """The next email to the customer of a case; None if the case has had none yet.

    Raises Refused, saying why, if it had some and no more will be sent."""
    emails = enrolments.emails_of(session, case)
    to_come = [email for email in emails if email.state in UNSENT_STATES]
    for situation in presend_checks.situations(session, rules, to_come, now=now):
        verdict = kind_of(situation.email).look_again(situation)
        if verdict is None or verdict.decision not in (PresendDecision.SKIP, PresendDecision.END):
            return situation.email
    closed = case.status.is_over
    if not emails or not (closed or sender_eligibility.not_enrolled_because(session, case, now=now)):
        return None
    counts = Counter(email.state.value.replace("_", " ") for email in emails)
    became = ", ".join(f"{number} {state}" for state, number in counts.items())
    raise Refused(
        f"No email of {ref(case)} is to come: {became}.",
        hint=f"Say which one to look at, for instance --step 1; see them all: "
        f"followup sequence timeline {ref(case)}",
        code="nothing_to_come",
    )


def offered(
    session: Session, rules: Configuration, case: Case, *, agent: Agent | None, now: datetime
) -> Offered:
    """The newest gesture of a case that the customer may be told of, or the recommended one."""
    gesture = session.exec(
        select(Gesture)
        .where(col(Gesture.case_id) == case.id, col(Gesture.state).in_(_SHOWN))
        .order_by(col(Gesture.id).desc())
    ).first()
    if gesture is not None:
        said = letter_context.offered(session, rules, gesture, now=now)
        if gesture.state in _TOLD:
            first = _first_of_sequence(session, case)
            given = Offered(gesture, said)
            return given if first is None else _told(session, rules, first, given, now)
        return Offered(
            gesture, _with_example(rules, said, now), f"{ref(gesture)} were issued; it is {gesture.state}"
        )
    asks = agent or session.get_one(Agent, case.agent_id)
    advice = advise(session, rules, case, agent=asks, now=now)
    if advice.kind is None or advice.gesture_class is None or advice.lacks_amount:
        return Offered(None, None)
    said = LetterGesture(
        kind=advice.kind,
        gesture_class=advice.gesture_class,
        money=None if advice.kind.names_item else advice.amount,
        item=(case.facts.get(ITEM) or _SOME_ITEM) if advice.kind.names_item else None,
        settled_by=None if advice.is_kept else settled_by(rules, advice.kind, now),
        total=_sum_of(advice),
    )
    return Offered(None, _with_example(rules, said, now), f"the recommended {advice.kind} were issued")


def _first_of_sequence(session: Session, case: Case) -> Email | None:
    """The first email of the newest sequence of a case."""
    enrolment = enrolments.newest_enrolment(session, case)
    return None if enrolment is None else also_told.first_email(session, enrolment)


def _sum_of(advice: Recommendation) -> LetterSum | None:
    """The sum that a recommended amount would be kept in or pay."""
    found = advice.added_up
    if found is None or (found.pays_out and not found.before.amount_minor):
        return None
    before = found.before if found.before.amount_minor else None
    return LetterSum(own=found.own, before=before, minimum=found.minimum, is_kept=advice.is_kept)


def _with_example(rules: Configuration, said: LetterGesture, now: datetime) -> LetterGesture:
    """The gesture with a placeholder code if its real code is made only when it is issued."""
    if not said.kind.has_code or said.code is not None:
        return said
    last_day = rules.today(now) + timedelta(days=rules.settings.voucher_valid_days)
    return replace(said, code=EXAMPLE_CODE, expires_on=last_day)


def _sequence_of(session: Session, rules: Configuration, case: Case, said: LetterGesture | None) -> Sequence:
    """The sequence that a case is enrolled in, or else the one that its gesture would start."""
    enrolment = enrolments.newest_enrolment(session, case)
    if enrolment is not None and enrolment.sequence in rules.sequences.by_name:
        return rules.sequences.by_name[enrolment.sequence]
    return rules.sequences.by_name[rules.sequences.for_kind(said.kind if said else None)]


def template_of(sequence: Sequence, number: int) -> str:
    """The template of a step. Raises NotFound."""
    for step in sequence.steps:
        if step.number == number:
            return step.template
    raise NotFound(
        f"The sequence {sequence.name} has no step {number}.",
        hint=f"See its steps: followup sequence show {sequence.name}",
        code="unknown_step",
    )


def may_be_sent(
    session: Session, rules: Configuration, case: Case, offer: Offered
) -> Iterator[tuple[int, str]]:
    """The number and template of each email that a case may still be sent."""
    sequence = _sequence_of(session, rules, case, offer.letter)
    for step in sequence.steps:
        yield step.number, step.template
    if offer.gesture is not None and offer.gesture.state is GestureState.PENDING:
        yield 0, Single.APPROVAL_DELAYED.value
    if offer.as_if is None and offer.letter is not None and offer.letter.kind.has_code:
        yield len(sequence.steps) + 1, Single.VOUCHER_EXPIRING.value


def draft_of(
    session: Session, rules: Configuration, case: Case, offer: Offered, name: str, number: int, now: datetime
) -> letters.LintedLetter:
    """The letter that a template makes for a case and what it is offered, with the findings of the lint."""
    return letters.draft_of(
        session,
        rules,
        case,
        offer.gesture,
        offer.letter,
        name,
        now=now,
        wording=enrolments.wording_for(session, case, offer.gesture),
        is_first=number <= 1,
        went_out=_went_out(session, case, name),
        earlier=_earlier(_sequence_of(session, rules, case, offer.letter), name),
        edited=_edited(session, case, name),
        also=offer.also,
    )


def _told(session: Session, rules: Configuration, email: Email, offer: Offered, now: datetime) -> Offered:
    """What an email tells of, if that is on record; else what was offered."""
    gesture, besides = letters.told_in(session, email)
    if gesture is None or gesture.state not in _TOLD:
        return offer
    also = tuple(letter_context.offered(session, rules, one, now=now) for one in besides)
    return Offered(gesture, letter_context.offered(session, rules, gesture, now=now), also=also)


def _edited(session: Session, case: Case, template: str) -> EditedText | None:
    """What an agent wrote in place of a template, for an email of the case that is to come."""
    to_come = (
        email
        for email in enrolments.emails_of(session, case)
        if email.template == template and email.state in UNSENT_STATES
    )
    return next((words for email in to_come if (words := letters.edited_text_of(email))), None)


def _earlier(sequence: Sequence, template: str) -> tuple[str, ...]:
    """The templates before this one in a sequence; () if it is none of the sequence."""
    names = [step.template for step in sequence.steps]
    return tuple(names[: names.index(template)]) if template in names else ()


def _went_out(session: Session, case: Case, template: str) -> bool:
    """Whether a template was sent for a case and may not be sent again."""
    made = [email for email in enrolments.emails_of(session, case) if email.template == template]
    return any(email.sent_at for email in made) and all(email.state not in UNSENT_STATES for email in made)
