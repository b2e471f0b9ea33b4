"""Emails that carry a report: the figures for the schedule's days, in the reader's locale and time zone, with
the workbook attached.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, text, update
from sqlmodel import Session, col, func, select

from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.money import Money
from followup.errors import Refused
from followup.mail.compose import Attachment
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

# Must be written exactly as in the partial index, else the index is not used.
_OF_REPORTS = text(f"outbox.kind = '{report_schedules.KIND}'")


@dataclass(frozen=True, slots=True)
class ReportLetter:
    """The content of a report email: subject, text, HTML and the attached workbook."""

    subject: str
    text: str
    html: str
    workbook: Attachment


Known = dict[tuple[int | None, datetime, int], ReportLetter]
"""Letters rendered already, by schedule, time, and number of missed times."""


def write(
    session: Session, rules: Configuration, email: Email, *, now: datetime, known: Known | None = None
) -> Written:
    """Write a report email as bytes, with the figures as of `now`. Letters in `known` are not rendered again,
    because all recipients get the same."""
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
    seed = f"report-{schedule.id}.{email.occurs_at:%Y%m%d}.{email.occurs_at.isoformat()}.{email.to_address}"
    rendered = Rendered(
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        template_class=TemplateClass.SERVICE,
        locale_used=schedule.locale,
        fallback=False,
        language_tag="en",
    )
    return letters.composed_by_business(
        rules,
        email,
        "",
        rendered,
        seed,
        now,
        reply_to=letters.mailbox_text(agent.name, agent.email) if agent.active else None,
        attachments=(letter.workbook,),
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
    """The content of the email of a schedule for the time `occurs_at`. `left_out` is the number of earlier
    times that were missed since the previous email."""
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
    """Render due reports before they are claimed: claiming blocks other writers, and a report may read a
    million entries. A report that cannot be rendered is left to the claim, which records why.

    Returns the number rendered."""
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
                # The report may quote text about a person who was erased meanwhile.
                break
            prepared += _freeze(session, email, written)
    return prepared


def kept(session: Session) -> list[Email]:
    """The report emails whose bytes are stored. Raises Refused while one is being transmitted."""
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
    """Store the bytes of an email, unless a worker has claimed it meanwhile. Returns whether they were
    stored."""
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
    """The cost of goodwill, if that was asked for, else the names of the reports."""
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
    """The total of what was promised or paid."""
    committed, spent = cells["committed"], cells["spent"]
    assert isinstance(committed, Money)
    assert isinstance(spent, Money)
    return committed + spent


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _remarks(
    session: Session, schedule: ReportSchedule, first: date, workbook: str, left_out: int
) -> list[str]:
    """The closing remarks of a report email."""
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
    """The number of times missed since the last email to this address, or since the schedule was created."""
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
