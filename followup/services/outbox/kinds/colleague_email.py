"""Emails to colleagues: requests to decide about a gesture, and notices of a gesture."""

from dataclasses import replace
from typing import ClassVar

from sqlmodel import col, select

from followup.domain.outbox.email_kind import FOR_APPROVAL, EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.mail.letter import LetterBudget, LetterRequest
from followup.mail.render import render
from followup.services.goodwill.grounds import grounds_of
from followup.services.letters import letter_context, letters
from followup.services.letters.letters import Written
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.outbox_kind import AboutCase, gesture_text
from followup.services.outbox.presend_checks import PresendDecision, PresendVerdict, Situation
from followup.services.sequences.colleague_emails import still_to_decide
from followup.services.shared.references import ref
from followup.store.tables import Agent, Approval, Gesture


def _decided(s: Situation) -> PresendVerdict | None:
    """Skip a request for a decision once the approval is no longer pending."""
    asked = s.email.template == FOR_APPROVAL
    is_decided = asked and not still_to_decide(s.session, s.email)
    return PresendVerdict(PresendDecision.SKIP, EmailReason.DECIDED.of()) if is_decided else None


def _outside_business_hours(s: Situation) -> PresendVerdict | None:
    """Defer an email to a colleague to business hours."""
    opens = s.rules.calendar().next_open(s.now)
    return (
        PresendVerdict(PresendDecision.DEFER, EmailReason.OUTSIDE_BUSINESS_HOURS.of(), opens)
        if opens > s.now
        else None
    )


class ColleagueEmail(AboutCase):
    """An email to a colleague. The lint does not read it, and it is sent in business hours."""

    kind: ClassVar = EmailKind.COLLEAGUE
    unless: ClassVar = "it is decided before"

    checks: ClassVar = (presend_checks.erased, presend_checks.suppressed, _decided)

    time_checks: ClassVar = (_outside_business_hours,)

    def write(self, situation: Situation) -> Written:
        """Write who asks for what, and by when a decision is needed. The sender is the agent who asks."""
        session, rules, email, now = situation.session, situation.rules, situation.email, situation.now
        gesture = session.get_one(Gesture, email.gesture_id)
        requester = session.get_one(Agent, gesture.agent_id)
        colleague = session.exec(select(Agent).where(col(Agent.email) == email.to_address)).first()
        name = colleague.name if colleague else email.to_address
        asked = session.exec(select(Approval).where(col(Approval.gesture_id) == gesture.id)).first()
        grounds = grounds_of(session, gesture)
        offered = letter_context.offered(session, rules, gesture, now=now, to_colleague=True)
        letter = replace(
            letter_context.letter_of(session, rules, situation.case, offered, now=now, agent=requester),
            request=LetterRequest(
                colleague=name,
                ref=ref(asked) if asked and email.template == FOR_APPROVAL else ref(gesture),
                because=gesture.because,
                needs=asked.approver_role.value if asked else None,
                until=rules.today(asked.expires_at) if asked else None,
                reasons=grounds.reasons,
                cases_before=grounds.cases_before,
                given_before=grounds.given_before,
                budgets=tuple(
                    LetterBudget(name=one.name, left=one.left, until=one.last_day) for one in grounds.budgets
                ),
            ),
        )
        rendered = render(rules.workspace.templates_dir, email.template, letter)
        seed = f"{ref(gesture)}.{email.template}.{gesture.requested_at.isoformat()}.{email.to_address}"
        return letters.composed(rules, email, name, rendered, letter, seed, now)

    def timezone(self, situation: Situation) -> str:
        """The business's time zone."""
        return situation.rules.settings.timezone

    def occasion(self, situation: Situation) -> str:
        """What the colleague is asked to do, or informed of."""
        wanted = "waits for a decision" if situation.email.template == FOR_APPROVAL else "is to be known"
        return f"{gesture_text(situation)} {wanted}, so a colleague is written to."
