"""Report schedules: which reports are sent to whom, and when. Due reports become rows of the outbox."""

import difflib
import re
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, cast

from babel import Locale, UnknownLocaleError
from sqlalchemy import CursorResult, update
from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import UNSENT_STATES, EmailState
from followup.domain.people.agent import Role
from followup.domain.people.rights import Right
from followup.domain.reporting.report_schedule import Every, Rhythm
from followup.domain.shared.local_time import local_text
from followup.domain.shared.reason import Reason
from followup.errors import NotFound, Refused, WrongUsage, missing
from followup.services.people import customers, rights
from followup.services.reporting.report_catalog import QUESTIONS
from followup.services.sequences import email_events
from followup.services.shared import audit, parse_input
from followup.services.shared.actors import DAEMON, Actor, manager_needed
from followup.services.shared.configuration import Configuration
from followup.services.shared.references import ref
from followup.store.tables import NOT_HELD, Agent, Email, ReportSchedule

KIND = EmailKind.REPORT
TEMPLATE = "report"
STOPPED = EmailReason.SCHEDULE_REMOVED.of()
AT = time(8)
ALL = "all"

_MOST_RECIPIENTS = 20
_LONGEST_NAME = 60
_FURTHEST = timedelta(days=63)
"""The longest time to the next report. A later time means that the clock was set back since."""

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def add(
    session: Session,
    rules: Configuration,
    *,
    now: datetime,
    actor: Actor,
    reports: str,
    every: str,
    to: Iterable[str],
    at: str | None = None,
    locale: str | None = None,
    timezone: str | None = None,
    name: str | None = None,
) -> ReportSchedule:
    """Create a schedule. `reports` are names separated by spaces or commas; missing values default to the
    workspace's, and the time to 08:00. The first email is sent at the schedule's next time.

    Raises WrongUsage for invalid values, Refused if the actor is no manager, for a customer's address, and
    for a name that is taken."""
    agent = _manager(actor)
    names = named(reports)
    rhythm = Rhythm(
        parse_input.word("time to send a report", every, Every),
        _time(at) if at else AT,
        parse_input.timezone(timezone or rules.settings.timezone),
    )
    sent = [ALL] if names == list(QUESTIONS) else names
    called = parse_input.slug(
        "name", name or "-".join((rhythm.every.value, *sent))[:_LONGEST_NAME].strip("-")
    )
    if _find(session, called) is not None:
        raise Refused(
            f"There is a schedule {called} already.",
            hint="Give this one another name: --name …, or remove that one first.",
            code="schedule_exists",
        )
    assert agent.id is not None
    row = ReportSchedule(
        name=called,
        reports=names,
        every=rhythm.every,
        at=rhythm.at,
        timezone=rhythm.timezone,
        locale=_locale(rules, locale),
        recipients=_recipients(session, to),
        agent_id=agent.id,
        added_at=now,
        next_at=rhythm.next_after(now),
    )
    session.add(row)
    session.flush()
    _record(session, row, "report schedule add", now=now, actor=actor)
    return row


def remove(session: Session, name: str, *, now: datetime, actor: Actor) -> ReportSchedule:
    """Remove a schedule and cancel its unsent emails. Raises NotFound, and Refused if the actor is no
    manager."""
    _manager(actor)
    row = find(session, name)
    row.removed_at = now
    session.add(row)
    unsent = select(Email.id).where(
        col(Email.schedule_id) == row.id,
        col(Email.kind) == KIND,
        col(Email.state).in_(UNSENT_STATES),
    )
    # Guarded by state, because a daemon may claim an email at the same time.
    statement = (
        update(Email)
        .where(col(Email.id).in_(unsent), col(Email.state).in_(UNSENT_STATES))
        .values(state=EmailState.CANCELLED, **STOPPED.columns(), **NOT_HELD)
        .returning(col(Email.id))
        .execution_options(synchronize_session=False)
    )
    stopped = [(number, EmailState.CANCELLED, STOPPED) for number in session.execute(statement).scalars()]
    email_events.record(session, stopped, now=now, actor=actor)
    _record(session, row, "report schedule remove", now=now, actor=actor)
    return row


def send_now(
    session: Session, row: ReportSchedule, *, now: datetime, actor: Actor, to: str | None = None
) -> list[Email]:
    """Plan a schedule's reports for the next tick, for the same days as the last ones; with `to`, only to
    that address. Emails planned already stay planned.

    Raises Refused if the actor is no manager, and for a customer's address."""
    _manager(actor)
    recipients = _recipients(session, [to]) if to is not None else row.recipients
    planned = _plan(
        session, row, recipients, now, now=now, actor=actor, told=EmailReason.PLANNED_AT_ONCE.of()
    )
    _record(session, row, "report schedule send", now=now, actor=actor)
    return planned


def plan_due(session: Session, *, now: datetime) -> int:
    """Insert one email per recipient of every schedule that is due, in the caller's transaction, and compute
    its next time. If several times were missed while no daemon ran, only the last one is sent.

    Returns the number planned. However often and by however many daemons this is called, there is one email
    per time and recipient."""
    there = select(ReportSchedule).where(col(ReportSchedule.removed_at).is_(None))
    planned = 0
    for row in session.exec(there.order_by(col(ReportSchedule.id))).all():
        if not (row.next_at <= now or row.next_at > now + _FURTHEST):
            continue
        rhythm, was_due_at = rhythm_of(row), row.next_at
        if not _moved(session, row, rhythm.next_after(now)) or was_due_at > now:
            continue
        occurs_at = rhythm.last_until(now)
        told = EmailReason.PLANNED.of(local_text(occurs_at, row.timezone))
        planned += len(_plan(session, row, row.recipients, occurs_at, now=now, actor=DAEMON, told=told))
    return planned


def due(session: Session, *, now: datetime) -> list[ReportSchedule]:
    """The schedules that are due and not planned yet."""
    query = select(ReportSchedule).where(
        col(ReportSchedule.removed_at).is_(None), col(ReportSchedule.next_at) <= now
    )
    return list(session.exec(query.order_by(col(ReportSchedule.next_at), col(ReportSchedule.id))).all())


def find(session: Session, name: str) -> ReportSchedule:
    """The schedule with a name. Raises NotFound, suggesting the most similar name."""
    row = _find(session, name.strip().lower())
    if row is not None:
        return row
    known = [schedule.name for schedule in list_schedules(session)]
    near = difflib.get_close_matches(name.strip().lower(), known, n=1)
    raise NotFound(
        f"There is no schedule {name}.",
        hint=f"Did you mean {near[0]}?" if near else "See what there is: followup report schedule list",
        code="unknown_schedule",
    )


def list_schedules(session: Session) -> list[ReportSchedule]:
    """The schedules, the next one due first."""
    query = select(ReportSchedule).where(col(ReportSchedule.removed_at).is_(None))
    return list(session.exec(query.order_by(col(ReportSchedule.next_at), col(ReportSchedule.id))).all())


def rhythm_of(row: ReportSchedule) -> Rhythm:
    """The rhythm of a schedule: its days and time."""
    return Rhythm(row.every, row.at, row.timezone)


def named(reports: str) -> list[str]:
    """Parse names of reports, without duplicates, in order; `all` stands for every report. Raises WrongUsage,
    suggesting the most similar name."""
    wanted = list(dict.fromkeys(reports.lower().replace(",", " ").split()))
    if ALL in wanted:
        return list(QUESTIONS)
    for name in wanted:
        if name not in QUESTIONS:
            near = difflib.get_close_matches(name, QUESTIONS, n=1)
            choices = f"The reports are {', '.join(QUESTIONS)}."
            raise WrongUsage(
                f"{name!r} is not a report.",
                hint=f"Did you mean {near[0]}? {choices}" if near else choices,
                code="unknown_report",
            )
    if not wanted:
        raise missing("Which reports?", hint=f"As: spend budgets. There are {', '.join(QUESTIONS)}.")
    return wanted


class LastReportDocument(TypedDict):
    """The state of the last email of a schedule."""

    id: str
    state: str
    sent_at: str | None


class ReportScheduleDocument(TypedDict):
    """A schedule. `next_at` is None after removal, `last` is None before the first email."""

    name: str
    reports: list[str]
    every: str
    at: str
    timezone: str
    locale: str
    to: list[str]
    by: str
    next_at: str | None
    last: LastReportDocument | None


def document(session: Session, row: ReportSchedule) -> ReportScheduleDocument:
    """The JSON document of a schedule, with the state of its last email."""
    newest = session.exec(
        select(Email)
        .where(col(Email.schedule_id) == row.id, col(Email.kind) == KIND)
        .order_by(col(Email.occurs_at).desc(), col(Email.id).desc())
    ).first()
    return {
        "name": row.name,
        "reports": row.reports,
        "every": row.every.value,
        "at": f"{row.at:%H:%M}",
        "timezone": row.timezone,
        "locale": row.locale,
        "to": row.recipients,
        "by": session.get_one(Agent, row.agent_id).email,
        "next_at": None if row.removed_at else row.next_at.isoformat(timespec="seconds"),
        "last": None
        if newest is None
        else {
            "id": ref(newest),
            "state": newest.state.value,
            "sent_at": newest.sent_at.isoformat(timespec="seconds") if newest.sent_at else None,
        },
    }


def _plan(
    session: Session,
    row: ReportSchedule,
    recipients: Iterable[str],
    occurs_at: datetime,
    *,
    now: datetime,
    actor: Actor,
    told: Reason[EmailReason],
) -> list[Email]:
    known = select(Email.to_address).where(
        col(Email.schedule_id) == row.id,
        col(Email.occurs_at) == occurs_at,
        col(Email.kind) == KIND,
    )
    there = set(session.exec(known).all())
    emails = [
        Email(
            kind=KIND,
            schedule_id=row.id,
            occurs_at=occurs_at,
            step=0,
            template=TEMPLATE,
            to_address=address,
            state=EmailState.SCHEDULED,
            due_at=occurs_at,
        )
        for address in recipients
        if address not in there
    ]
    session.add_all(emails)
    session.flush()
    email_events.record(session, [(email.id, email.state, told) for email in emails], now=now, actor=actor)
    return emails


def _moved(session: Session, row: ReportSchedule, next_at: datetime) -> bool:
    """Set the next time of a schedule. Returns False if another daemon has done so at the same time."""
    statement = (
        update(ReportSchedule)
        .where(col(ReportSchedule.id) == row.id, col(ReportSchedule.next_at) == row.next_at)
        .values(next_at=next_at)
        .execution_options(synchronize_session="fetch")
    )
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1


def _find(session: Session, name: str) -> ReportSchedule | None:
    query = select(ReportSchedule).where(
        col(ReportSchedule.name) == name, col(ReportSchedule.removed_at).is_(None)
    )
    return session.exec(query).first()


def _manager(actor: Actor) -> Agent:
    agent = actor.needed_agent
    if not rights.holds(agent, Right.SCHEDULES):
        raise manager_needed(
            f"Only a {Role.MANAGER} may say to whom reports are sent.",
            hint="Ask one, or read it yourself: followup report --help",
        )
    return agent


def _recipients(session: Session, addresses: Iterable[str]) -> list[str]:
    found = list(dict.fromkeys(parse_input.address(part) for text in addresses for part in text.split(",")))
    for address in found:
        if customers.find_customer_or_none(session, address) is not None:
            raise customers.customer_address(address, hint="Reports are for those who work here.")
    if not 1 <= len(found) <= _MOST_RECIPIENTS:
        raise WrongUsage(
            f"A schedule has 1 to {_MOST_RECIPIENTS} recipients, not {len(found)}.",
            hint="As: --to cfo@harbour.example; more than one with commas between them.",
            code="bad_recipients",
        )
    return found


def _time(text: str) -> time:
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise WrongUsage(f"{text!r} is not a time of the day.", hint="Write it as 08:00.", code="bad_time")
    return time(int(match[1]), int(match[2]))


def _locale(rules: Configuration, text: str | None) -> str:
    wanted = str(customers.check(rules.settings, "locale", text or rules.settings.locale))
    try:
        Locale.parse(wanted, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise parse_input.bad_locale(
            f"Nobody knows how the locale {text!r} writes numbers and days."
        ) from error
    return wanted


def _record(session: Session, row: ReportSchedule, action: str, *, now: datetime, actor: Actor) -> None:
    """Record an audit event without addresses, because events are never changed."""
    audit.record(
        session,
        now=now,
        actor=actor,
        action=action,
        subject=f"report schedule {row.id}",
        detail={"name": row.name, "reports": row.reports, "every": row.every.value},
    )
