"""The email of a report: asked for the days that it is about, written in its reader's locale and zone, with
the workbook attached."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, text, update
from sqlmodel import Session, col, func, select

from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.mail.addresses import envelope_address
from followup.mail.compose import Attachment, compose, message_id
from followup.mail.letter import Rendered, TemplateClass
from followup.reports.answer import Cell, Kind, ReportAnswer, counted
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.letter import as_html, as_text, days_in_words
from followup.reports.scope import Scope
from followup.services.letters import letters
from followup.services.letters.letters import Written
from followup.services.reporting import report_catalog, report_schedules
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.engine import reading, writing
from followup.store.tables import Agent, Customer, Email, ReportSchedule

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# In the words of the partial index, which is not used otherwise.
_OF_REPORTS = text(f"outbox.kind = '{report_schedules.KIND}'")


@dataclass(frozen=True, slots=True)
class ReportLetter:
    """What the email of a report says: subject, text, HTML and the workbook that goes with it."""

    subject: str
    text: str
    html: str
    workbook: Attachment


Known = dict[tuple[int | None, datetime, int], ReportLetter]
"""What was written already, by schedule, time, and how many were left out."""


def write(
    session: Session, rules: Configuration, email: Email, *, now: datetime, known: Known | None = None
) -> Written:
    """The email of a report as bytes, with the figures as they stand at `now`. What is `known` is not asked
    again: all recipients read the same."""
    schedule = session.get_one(ReportSchedule, email.schedule_id)
    assert email.occurs_at is not None
    known = {} if known is None else known
    left_out = _left_out(session, schedule, email)
    key = (schedule.id, email.occurs_at, left_out)
    letter = known.get(key) or letter_of(
        session, rules, schedule, email.occurs_at, now=now, left_out=left_out
    )
    known[key] = letter
    agent = session.get_one(Agent, schedule.agent_id)
    sender = letters.sender_address(rules)
    seed = f"report-{schedule.id}.{email.occurs_at:%Y%m%d}.{email.occurs_at.isoformat()}.{email.to_address}"
    own_id = message_id(seed, sender.rpartition("@")[2])
    rendered = Rendered(
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        template_class=TemplateClass.SERVICE,
        locale_used=schedule.locale,
        fallback=False,
    )
    message = compose(
        rendered,
        sender=letters.mailbox_text(rules.settings.business, sender),
        to_name="",
        to_address=email.to_address,
        reply_to=letters.mailbox_text(agent.name, agent.email) if agent.active else None,
        message_id=own_id,
        in_reply_to=None,
        references=(),
        date=now,
        attachments=(letter.workbook,),
    )
    return Written(
        sender=letters.envelope_sender(rules, email),
        recipient=envelope_address(email.to_address),
        message_id=own_id,
        subject=letter.subject,
        text=letter.text,
        template_class=TemplateClass.SERVICE,
        message=message,
    )


def letter_of(
    session: Session,
    rules: Configuration,
    schedule: ReportSchedule,
    occurs_at: datetime,
    *,
    now: datetime,
    left_out: int = 0,
) -> ReportLetter:
    """What the email of a schedule says which is sent at `occurs_at`; `left_out` is how many were to be sent
    since the one before it and were not."""
    from followup.reports.renderers.workbook import as_workbook

    first, last = report_schedules.rhythm_of(schedule).days_before(occurs_at)
    scope = Scope(
        since=first,
        until=last,
        timezone=schedule.timezone,
        currency=rules.settings.currency,
        now=now,
    )
    reader = Reader(schedule.locale, schedule.timezone)
    business = rules.settings.business
    answers = report_catalog.ask(session, rules, schedule.reports, scope)
    heading = f"Goodwill, {days_in_words(first, last, reader)}"
    name = f"goodwill-{first.isoformat()}.xlsx"
    remarks = _remarks(session, schedule, first, name, left_out)
    return ReportLetter(
        subject=f"{heading}: {_in_short(answers, reader)}",
        text=as_text(answers, reader, business=business, heading=heading, remarks=remarks),
        html=as_html(answers, reader, business=business, heading=heading, remarks=remarks),
        workbook=Attachment(name, XLSX, as_workbook(answers, reader, business=business, now=now)),
    )


def prepare(engine: Engine, rules: Configuration, *, now: datetime) -> int:
    """Write the reports that are due, before they are claimed: to claim keeps others from writing, and a
    report may have a million entries to read. What cannot be written is left to the claim, which says why.

    Returns how many were written."""
    with reading(engine) as session:
        erased = _last_erased(session)
        due = session.exec(
            select(Email)
            .where(_OF_REPORTS, col(Email.state) == EmailState.SCHEDULED, col(Email.due_at) <= now)
            .where(col(Email.message).is_(None), col(Email.held_code).is_(None))
            .order_by(col(Email.id))
        ).all()
    known: Known = {}
    prepared = 0
    for email in due:
        try:
            with reading(engine) as session:
                written = write(session, rules, email, now=now, known=known)
        except Exception:  # noqa: S112 -- the claim meets it again, and says it
            continue
        with writing(engine) as session:
            if _last_erased(session) != erased:
                # It may quote what was written about somebody who was erased meanwhile.
                break
            prepared += _freeze(session, email, written)
    return prepared


def kept(session: Session) -> list[Email]:
    """The emails of reports whose bytes are kept. Raises Refused while one is being handed over."""
    query = select(Email).where(_OF_REPORTS, col(Email.message).is_not(None)).order_by(col(Email.id))
    emails = list(session.exec(query).all())
    for email in emails:
        if email.state in (EmailState.CLAIMED, EmailState.TRANSMITTING):
            raise Refused(
                f"{ref(email)}, a report, is being handed over just now.",
                hint="Try again in a minute.",
                code="report_under_way",
            )
    return emails


def _freeze(session: Session, email: Email, written: Written) -> bool:
    """Keep the bytes of an email that nobody has claimed meanwhile."""
    statement = (
        update(Email)
        .where(col(Email.id) == email.id, col(Email.epoch) == email.epoch)
        .where(col(Email.state) == EmailState.SCHEDULED, col(Email.message).is_(None))
        .values(
            message=written.message,
            message_sha256=hashlib.sha256(written.message).hexdigest(),
            message_id=written.message_id,
            subject=written.subject,
        )
        .returning(col(Email.id))
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).scalar() is not None


def _last_erased(session: Session) -> tuple[datetime | None, int]:
    query = select(func.max(Customer.erased_at), func.count(col(Customer.erased_at)))
    last, number = session.exec(query).one()
    return last, number


def _in_short(answers: Sequence[ReportAnswer], reader: Reader) -> str:
    """What goodwill cost, where that was asked, else which questions were."""
    spend = next((answer for answer in answers if answer.name == "spend"), None)
    if spend is None:
        return _listed([answer.name for answer in answers])
    return _listed(
        [
            f"{reader.shown(_cost(line.cells), Kind.MONEY)} in "
            + counted(int(str(line.cells["gestures"])), "gesture")
            for line in spend.main.totals
        ]
    )


def _cost(cells: Mapping[str, Cell]) -> Money:
    """What has been promised or paid."""
    committed, spent = cells["committed"], cells["spent"]
    assert isinstance(committed, Money)
    assert isinstance(spent, Money)
    return committed + spent


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _remarks(
    session: Session, schedule: ReportSchedule, first: date, workbook: str, left_out: int
) -> list[str]:
    """What an email says of itself, at its end."""
    agent = session.get_one(Agent, schedule.agent_id)
    remarks = [f"The workbook {workbook}, which came with this email, has all of it, with charts."]
    if left_out:
        were = "one was left out, since no daemon ran that could have sent it"
        if left_out > 1:
            were = f"{left_out} were left out, since no daemon ran that could have sent them"
        remarks.append(
            f"Before this, {were}. Days before {first} are told by: "
            f"followup report all {' '.join(schedule.reports)} --from DATE --to DATE"
        )
    at = report_schedules.rhythm_of(schedule).at_text()
    return [
        *remarks,
        f"{agent.name} set this up, to be sent {at}. Answers go to {agent.name}.",
        f"To stop it, ask {agent.name} or any manager: followup report schedule remove {schedule.name}",
    ]


def _left_out(session: Session, schedule: ReportSchedule, email: Email) -> int:
    """How many times went by since the last email to this address, or since the schedule was made."""
    assert email.occurs_at is not None
    before = session.exec(
        select(func.max(Email.occurs_at)).where(
            col(Email.schedule_id) == schedule.id,
            col(Email.to_address) == email.to_address,
            col(Email.occurs_at) < email.occurs_at,
            _OF_REPORTS,
        )
    ).one()
    rhythm = report_schedules.rhythm_of(schedule)
    return rhythm.left_out(before or schedule.added_at, rhythm.last_until(email.occurs_at))
