"""The context of a letter: the values that a template can use, gathered from a case and its related rows."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select
from typing_extensions import TypedDict

from followup.domain.cases.case import DESCRIBED, NoteUse
from followup.domain.goodwill.gesture import ApprovalState, GestureState
from followup.domain.goodwill.policy.facts import FactValue, read_value
from followup.domain.outbox.email_kind import TO_CUSTOMERS
from followup.domain.shared.money import Money
from followup.domain.shared.unreadable import UnreadableValue
from followup.mail.country_words import country_words_of
from followup.mail.fact_text import StatedFact, phrase_for
from followup.mail.letter import (
    Letter,
    LetterAgent,
    LetterBusiness,
    LetterCase,
    LetterCustomer,
    LetterGesture,
    LetterRequest,
    LetterSum,
    first_name_of,
)
from followup.mail.template_values import known_locale
from followup.mail.tokens import without_token
from followup.services.cases import owners
from followup.services.goodwill import kept_amounts, vouchers
from followup.services.letters import text_gate
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.services.shared.settled import settled_by
from followup.store.tables import Agent, Approval, Case, Customer, Email, Gesture, Note


def letter_of(
    session: Session,
    rules: Configuration,
    case: Case,
    offered: LetterGesture | None,
    *,
    now: datetime,
    wording: int = 0,
    agent: Agent | None = None,
) -> Letter:
    """A letter about a case, signed by `agent`, or else by the owner of the case.

    A note for the customer is included once, in the first email after it was written."""
    customer = session.get_one(Customer, case.customer_id)
    signs = agent or owners.owner_of(session, case)
    settings = rules.settings
    stated = stated_facts(rules, case)
    written_on = now.astimezone(ZoneInfo(customer.timezone)).date()
    told_until = _last_sent(session, case)
    return Letter(
        business=LetterBusiness(
            name=settings.business,
            reply_to=without_token(settings.reply_to or settings.sender) or settings.sender,
        ),
        customer=LetterCustomer(
            name=customer.name,
            locale=customer.locale,
            first_name=first_name_of(customer.name),
            region=customer.region,
            marketing_consent=customer.marketing_consent,
        ),
        case=LetterCase(
            ref=ref(case),
            reason=case.reason,
            **phrase_of(rules, case, stated, customer.locale, written_on=written_on),
            happened=case.what_happened,
            answer=case.answer,
            verbatim=case.verbatim,
            quote=case.quote,
            not_quoted=text_gate.left_out(session, case, language=customer.locale),
            channel=case.channel,
            order=case.order_ref,
            thing=settings.thing_of(case.reason),
            order_value=(
                None if case.order_value_minor is None else Money(case.order_value_minor, case.currency)
            ),
            occurred_on=case.occurred_on,
            promised=case.promised,
            told=_notes(session, case, NoteUse.TELL, told_until),
            done=_notes(session, case, NoteUse.DONE, told_until),
            feeling=case.feeling,
            responsibility=case.responsibility,
            severity=case.severity,
            facts=case.facts,
            stated=stated,
        ),
        gesture=offered,
        agent=LetterAgent(
            name=signs.name,
            team=signs.team,
            took_over_from=_took_over_from(session, case, signs, told_until),
        ),
        wording=wording,
        written_on=written_on,
    )


def _took_over_from(session: Session, case: Case, signs: Agent, last_sent: datetime | None) -> str | None:
    """The colleague who signed the last email to the customer, if the case was handed over since; else
    None."""
    if last_sent is None:
        return None
    since = owners.handed_over_from(session, case, since=last_sent)
    return None if since is None or since.id == signs.id else since.name


class SaidOfReason(TypedDict):
    """The phrase for a reason, and the names of the facts that it says."""

    what_happened: str | None
    says: tuple[str, ...]


def phrase_of(
    rules: Configuration,
    case: Case,
    stated: Mapping[str, StatedFact],
    locale: str,
    *,
    written_on: date | None = None,
) -> SaidOfReason:
    """What happened as a clause in the language of a locale, with the facts that are recorded."""
    phrases = rules.settings.reason_phrases(case.reason, locale.partition("-")[0])
    worth = case.order_value_minor
    given: dict[str, FactValue | None] = {
        **{name: case.facts.get(name) for name in DESCRIBED},
        "order": case.order_ref,
        "order_value": None if worth is None else Money(worth, case.currency),
        "occurred_on": case.occurred_on,
        "promised": case.promised,
    }
    of_every_case = {name: StatedFact(value) for name, value in given.items() if value is not None}
    found = phrase_for(
        phrases,
        case.responsibility,
        {**of_every_case, **stated},
        known_locale(locale),
        written_on,
        country_words_of(rules.workspace.templates_dir, (locale.replace("_", "-"),)),
    )
    return {"what_happened": found.text if found else None, "says": found.facts if found else ()}


def stated_facts(rules: Configuration, case: Case) -> dict[str, StatedFact]:
    """The facts of a case that the policy of its currency declares and can read, with their units; none in a
    currency that was given up."""
    if not case.facts or case.currency not in rules.settings.all_currencies:
        return {}
    stated = {}
    declared = rules.policy_in(case.currency).facts
    for name, text in case.facts.items():
        spec = declared.get(name)
        if spec is not None:
            with suppress(UnreadableValue):
                stated[name] = StatedFact(read_value(spec, str(text)), spec.unit)
    return stated


def with_request(session: Session, rules: Configuration, letter: Letter, gesture: Gesture) -> Letter:
    """The letter for a customer whose gesture needs an approval, with the day by which it is decided."""
    asked = session.exec(select(Approval).where(col(Approval.gesture_id) == gesture.id)).first()
    if asked is None or asked.state is not ApprovalState.PENDING:
        return letter
    request = LetterRequest(
        colleague=None, ref=ref(asked), needs=asked.approver_role.value, until=rules.today(asked.expires_at)
    )
    return replace(letter, request=request)


def something_done(session: Session, case: Case) -> bool:
    """Whether a note says what was done about the case; only then may the email promise to do better."""
    query = select(Note.id).where(col(Note.case_id) == case.id, col(Note.use) == NoteUse.DONE)
    return session.exec(query).first() is not None


def offered(
    session: Session, rules: Configuration, gesture: Gesture, *, now: datetime, to_colleague: bool = False
) -> LetterGesture:
    """What a letter says of a gesture: its value, its code and last day, and the day by which it arrives; of
    an item its name, and what it costs us to a colleague alone."""
    voucher = vouchers.voucher_of(session, gesture)
    left = None if voucher is None else voucher.amount_minor - voucher.redeemed_minor
    is_cost = gesture.kind.names_item and not to_colleague
    return LetterGesture(
        kind=gesture.kind,
        gesture_class=gesture.gesture_class,
        money=None
        if gesture.amount_minor is None or is_cost
        else Money(gesture.amount_minor, gesture.currency),
        item=gesture.item,
        points=gesture.points,
        is_handed_over=gesture.kind.is_handed_over and gesture.state is GestureState.SPENT,
        code=None if voucher is None else vouchers.code_of(rules, voucher),
        expires_on=None if voucher is None else voucher.expires_on,
        settled_by=None
        if gesture.state is GestureState.KEPT
        else settled_by(rules, gesture.kind, gesture.issued_at or now),
        left=None if left is None else Money(left, gesture.currency),
        total=_sum_of(session, gesture),
    )


def _sum_of(session: Session, gesture: Gesture) -> LetterSum | None:
    """The sum that a gesture is kept in or pays; None if it is neither."""
    own = Money((gesture.amount_minor or 0) - gesture.added_minor, gesture.currency)
    if gesture.state is GestureState.ADDED:
        return LetterSum(own=own, is_added=True)
    if gesture.state is GestureState.KEPT and gesture.kept_in is not None:
        customer = session.get_one(Customer, session.get_one(Case, gesture.case_id).customer_id)
        kept = kept_amounts.kept_for(session, customer, gesture.kept_in, gesture.currency)
        before = sum(row.amount_minor or 0 for row in kept if row.id != gesture.id)
        minimum = Money(gesture.kept_minimum_minor or 0, gesture.currency)
        return LetterSum(own=own, before=_some(before, gesture.currency), minimum=minimum, is_kept=True)
    before_paid = _some(gesture.added_minor, gesture.currency)
    return None if before_paid is None else LetterSum(own=own, before=before_paid)


def _some(amount_minor: int, currency: str) -> Money | None:
    return Money(amount_minor, currency) if amount_minor else None


def _notes(session: Session, case: Case, use: NoteUse, since: datetime | None) -> tuple[str, ...]:
    query = select(Note.body).where(col(Note.case_id) == case.id, col(Note.use) == use)
    if since is not None:
        query = query.where(col(Note.written_at) > since)
    return tuple(session.exec(query.order_by(col(Note.id))).all())


def _last_sent(session: Session, case: Case) -> datetime | None:
    query = select(func.max(Email.sent_at)).where(
        col(Email.case_id) == case.id, col(Email.kind).in_(TO_CUSTOMERS)
    )
    return session.exec(query).one()
