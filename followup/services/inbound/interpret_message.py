"""Interprets an inbound message: which case and email it is about, and what has to be done.

Reads and decides only; `apply_message` carries it out. Anybody can send us email, so little is believed
without proof (a signed token in the recipient address, or the Message-ID of an email of ours): an email
without any is about the case of its sender, which stops emails and lets a person read it, and no more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus
from followup.domain.cases.likeness import order_key
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.inbound.bounce_cause import BounceCause
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.people.suppression import SuppressionReason
from followup.domain.shared.reason import Reason
from followup.errors import WrongUsage
from followup.mail.addresses import comparable_address, parse_mailbox
from followup.mail.answer_links import read_answer
from followup.mail.parse_inbound import Bounced, ParsedMessage
from followup.mail.sanitize import single_line
from followup.mail.tokens import read_bounce_token, read_reply_token, read_unsubscribe_token, tokens_in
from followup.services.cases import outcomes
from followup.services.people import customers, suppressions
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import Agent, Case, Customer, Email, InboundMail

_Row = TypeVar("_Row", Case, Email)
_MOST_ANSWERED = 50
_LONGEST_ID = 500
_SHORTEST_ORDER = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The meaning of an inbound message.

    `idle` says why nothing has to be done, if so. `address` is the subject of a bounce or complaint, or the
    sender of a message without a known case. `bounced` is the mail server's report about that address.
    `answer` is the customer's answer to the closing email, given by a click. `by_address` says that only the
    sender's address says which case it is; `may_be_about` are the cases of the sender, if there are
    several. `colleague` is who works here and wrote it: it is no answer of the customer's."""

    kind: InboundKind
    case: Case | None = None
    email: Email | None = None
    address: str | None = None
    bounced: Bounced | None = None
    answer: OutcomeAnswer | None = None
    customer_id: int | None = None
    message_id: str | None = None
    idle: Reason[MessageReason] | None = None
    by_address: bool = False
    may_be_about: tuple[Case, ...] = ()
    colleague: str | None = None

    @property
    def for_good(self) -> bool | None:
        """For a bounce, whether the address is permanently unreachable; else None."""
        if self.bounced is None or self.kind is not InboundKind.BOUNCE:
            return None
        return self.bounced.is_gone

    @property
    def cause(self) -> BounceCause | None:
        """For a bounce, whose trouble it is; else None."""
        if self.kind is not InboundKind.BOUNCE:
            return None
        return BounceCause.UNKNOWN if self.bounced is None else self.bounced.cause


def meaning_of(session: Session, rules: Configuration, arrived: ParsedMessage) -> Meaning:
    """Interpret a message by the present state of the database. Writes nothing."""
    own_id = _kept_id(arrived.message_id)
    if own_id and _email_with_id(session, [own_id]) is not None:
        return _unknown(session, arrived, own_id, MessageReason.OWN.of())
    case, email = _about(session, rules, arrived)
    answer, answered = _answer(session, rules, arrived)
    if answered is not None:
        case, email = answered, outcomes.closing_email(session, answered)
    if email is not None and not email.kind.traits.to_customer and case is None:
        why = MessageReason.TO_A_COLLEAGUE.of(email=ref(email))
        return _unknown(session, arrived, own_id, why, email)
    if case is not None and session.get_one(Customer, case.customer_id).erased_at is not None:
        # A person reads what the customer wrote in the mailbox; nobody has to read automatic replies.
        by_them = arrived.kind in (InboundKind.REPLY, InboundKind.UNSUBSCRIBE)
        kind = InboundKind.UNKNOWN if by_them else arrived.kind
        return Meaning(kind=kind, idle=MessageReason.ERASED.of())
    if arrived.kind in (InboundKind.BOUNCE, InboundKind.COMPLAINT):
        return _came_back(session, arrived, case, email, own_id)
    if arrived.kind is InboundKind.UNSUBSCRIBE:
        return _unsubscribing(session, rules, arrived, case, email, own_id)
    if case is None:
        # An automatic message about no email of ours needs no person.
        automatic = arrived.kind in (InboundKind.AUTO_REPLY, InboundKind.NOTICE)
        if not automatic:
            return _by_sender(session, arrived, own_id)
        return Meaning(kind=arrived.kind, message_id=own_id, idle=MessageReason.NO_CASE_AUTOMATIC.of())
    colleague = _colleague(session, rules, arrived, case)
    kind = arrived.kind if colleague is None else InboundKind.NOTICE
    is_known = own_id and _came_before(session, case, own_id, kind)
    idle = MessageReason.TWICE.of() if is_known else None
    if colleague is not None:
        return Meaning(kind=kind, case=case, email=email, message_id=own_id, idle=idle, colleague=colleague)
    return Meaning(kind=arrived.kind, case=case, email=email, answer=answer, message_id=own_id, idle=idle)


def _colleague(session: Session, rules: Configuration, arrived: ParsedMessage, case: Case) -> str | None:
    """Who wrote an email about a case, if that is an agent, or somebody with an address at our own domain;
    None for the customer, whoever they are, and for everybody else."""
    sender = comparable(arrived.sender)
    theirs = comparable(session.get_one(Customer, case.customer_id).email)
    if sender is None or sender == theirs:
        return None
    agent = session.exec(select(Agent).where(col(Agent.email) == sender)).first()
    if agent is not None:
        return agent.name
    domain = sender.rpartition("@")[2]
    is_ours = domain == parse_mailbox(rules.settings.sender).address.rpartition("@")[2].lower()
    return sender if is_ours and not (theirs or "").endswith(f"@{domain}") else None


def _by_sender(session: Session, arrived: ParsedMessage, own_id: str | None) -> Meaning:
    """A message that proves nothing, judged by the address it says to be from: somebody with one case at work
    writes about that one, or about the one whose order they name. Never by a name that is shown.

    Anybody can write any sender. The worst that comes of it is that a case's emails stop and a person
    reads."""
    sender = comparable(arrived.sender)
    customer = customers.find_customer_or_none(session, sender) if sender else None
    at_work = [] if customer is None else _at_work(session, customer)
    if len(at_work) > 1:
        said = order_key(f"{arrived.subject} {arrived.text or arrived.whole_text}") or ""
        named = [case for case in at_work if _is_named(order_key(case.order_ref), said)]
        at_work = named if len(named) == 1 else at_work
    if len(at_work) == 1:
        came_before = own_id and _came_before(session, at_work[0], own_id, InboundKind.REPLY)
        return Meaning(
            kind=InboundKind.REPLY,
            case=at_work[0],
            message_id=own_id,
            by_address=True,
            idle=MessageReason.TWICE.of() if came_before else None,
        )
    if not at_work:
        return _unknown(session, arrived, own_id, MessageReason.NO_CASE.of())
    why = MessageReason.SEVERAL_CASES.of(cases=[ref(case) for case in at_work])
    return replace(_unknown(session, arrived, own_id, why), may_be_about=tuple(at_work))


def _at_work(session: Session, customer: Customer) -> list[Case]:
    """The open cases of a customer; if there is none, those that are resolved and not closed."""
    query = select(Case).where(col(Case.customer_id) == customer.id).order_by(col(Case.id))
    found = session.exec(query.where(col(Case.status).in_((CaseStatus.OPEN, CaseStatus.RESOLVED)))).all()
    is_open = [case for case in found if case.status is CaseStatus.OPEN]
    return is_open or list(found)


def _is_named(order: str | None, said: str) -> bool:
    """Whether an order stands in a text; both as their keys. Very short ones stand in any."""
    return order is not None and len(order) >= _SHORTEST_ORDER and order in said


def _unknown(
    session: Session,
    arrived: ParsedMessage,
    own_id: str | None,
    why: Reason[MessageReason],
    email: Email | None = None,
) -> Meaning:
    sender = comparable(arrived.sender)
    suppressed = suppressions.is_suppressed(session, sender) if sender else None
    if suppressed is not None and suppressed.reason is SuppressionReason.ERASED:
        return Meaning(kind=InboundKind.UNKNOWN, idle=why)
    return Meaning(
        kind=InboundKind.UNKNOWN,
        email=email,
        address=sender,
        message_id=own_id,
        idle=why,
    )


def _came_back(
    session: Session, arrived: ParsedMessage, case: Case | None, email: Email | None, own_id: str | None
) -> Meaning:
    """A bounce or a complaint. It applies to the address that we wrote to, whatever address it names:
    forwarded email comes back from elsewhere."""
    if email is not None and case is not None:
        address = comparable_address(email.to_address)
        said = next((found for found in arrived.bounced if comparable(found.address) == address), None)
        return Meaning(
            kind=arrived.kind,
            case=case,
            email=email,
            address=address,
            bounced=said or next(iter(arrived.bounced), None),
            message_id=own_id,
        )
    named = [comparable(found.address) for found in arrived.bounced]
    known = _known_address(session, [spelling for spelling in named if spelling])
    if known is None and arrived.kind is InboundKind.BOUNCE:
        # A bounce of an email that somebody forged with our address needs no person.
        return Meaning(kind=InboundKind.BOUNCE, message_id=own_id, idle=MessageReason.NOT_PROVED.of())
    return Meaning(
        kind=InboundKind.UNKNOWN, address=known, message_id=own_id, idle=MessageReason.NOT_PROVED.of()
    )


def _unsubscribing(
    session: Session,
    rules: Configuration,
    arrived: ParsedMessage,
    case: Case | None,
    email: Email | None,
    own_id: str | None,
) -> Meaning:
    token = arrived.unsubscribe_token or ""
    customer_id = read_unsubscribe_token(rules.workspace.secret_key(), token)
    if customer_id is None and case is None:
        return _unknown(session, arrived, own_id, MessageReason.FOREIGN_TOKEN.of())
    return Meaning(
        kind=InboundKind.UNSUBSCRIBE if customer_id is not None else InboundKind.REPLY,
        case=case,
        email=email,
        customer_id=customer_id,
        message_id=own_id,
    )


# ---- Case and email


def _about(
    session: Session, rules: Configuration, arrived: ParsedMessage
) -> tuple[Case | None, Email | None]:
    """The case and the email that the message is provably about. Checked in order: the token in the recipient
    address, the token of a returned email, the Message-IDs it replies to.

    A token with a wrong signature is ignored. An email to a colleague belongs to no case of theirs."""
    key = rules.workspace.secret_key()
    tokens = [token for address in arrived.recipients for token in tokens_in(address)]
    case = _row(session, Case, (read_reply_token(key, token) for token in tokens))
    email = _row(session, Email, (read_bounce_token(key, token) for token in tokens))
    if email is None:
        email = _email_with_id(session, [_kept_id(answered) for answered in arrived.answers])
    if case is None and email is not None and email.kind.traits.to_customer:
        case = session.get(Case, email.case_id)
    if case is not None and email is not None and email.case_id != case.id:
        email = None
    return case, email


def _answer(
    session: Session, rules: Configuration, arrived: ParsedMessage
) -> tuple[OutcomeAnswer | None, Case | None]:
    """The answer given by a click on a link of the closing email: a message that replies to no other, with
    the answer's token in its subject. A written reply to such a message has the token in its subject too, and
    is an ordinary reply."""
    if arrived.kind is not InboundKind.REPLY or arrived.answers:
        return None, None
    said = read_answer(rules.workspace.secret_key(), arrived.subject)
    case = session.get(Case, said[1]) if said else None
    return (said[0], case) if said and case is not None else (None, None)


def _row(session: Session, table: type[_Row], numbers: Iterable[int | None]) -> _Row | None:
    return next((row for n in numbers if n is not None and (row := session.get(table, n)) is not None), None)


def _email_with_id(session: Session, ids: Iterable[str | None]) -> Email | None:
    """The email of ours with the first of these Message-IDs that is known."""
    wanted = [f"<{found}>" for found in ids if found][:_MOST_ANSWERED]
    if not wanted:
        return None
    rows = session.exec(select(Email).where(col(Email.message_id).in_(wanted)).order_by(col(Email.id))).all()
    by_id = {row.message_id: row for row in rows}
    return next((by_id[message_id] for message_id in wanted if message_id in by_id), None)


def _came_before(session: Session, case: Case, message_id: str, kind: InboundKind) -> bool:
    query = select(InboundMail.id).where(
        col(InboundMail.case_id) == case.id,
        col(InboundMail.message_id) == message_id,
        col(InboundMail.kind) == kind,
    )
    return session.exec(query).first() is not None


def _known_address(session: Session, addresses: list[str]) -> str | None:
    """The first of these addresses that belongs to a customer or a colleague."""
    for table in (Customer, Agent):
        found = session.exec(select(table.email).where(col(table.email).in_(addresses))).first()
        if found is not None:
            return found
    return None


def _kept_id(message_id: str | None) -> str | None:
    """A Message-ID in the form in which it is stored and queried; None if no mail program would produce
    it."""
    if message_id is None or not message_id.isascii() or not message_id.isprintable():
        return None
    return message_id if len(message_id) <= _LONGEST_ID else None


def comparable(address: str | None) -> str | None:
    """The comparable form of an address, equal for all its spellings; None if it is no address."""
    try:
        return comparable_address(single_line(address)) if address else None
    except WrongUsage:
        return None
