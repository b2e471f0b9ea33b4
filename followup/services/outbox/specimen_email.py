"""Test emails: one email sent to an agent through the real transport. Nothing is recorded."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlmodel import Session
from typing_extensions import TypedDict

from followup.errors import Unreachable
from followup.mail.compose import compose, message_id
from followup.mail.letter import Letter, LetterLinks, Rendered
from followup.mail.message_check import problems
from followup.mail.open_transport import transport_for
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from followup.mail.transport import DeliveryOutcome
from followup.services.cases import cases
from followup.services.letters import letters
from followup.services.outbox import template_previews, transport_guard
from followup.services.people import customers
from followup.services.shared import parse_input
from followup.services.shared.configuration import Configuration

MARK = "[Test] "
"""Prefix of the subject, so that a test email is not mistaken for a real one."""


class SpecimenDocument(TypedDict):
    """The test email that was sent. `detail` is the server's reply, `problems` lists faults of the email's
    form."""

    to: str
    template: str
    subject: str
    message_id: str
    detail: str
    problems: list[str]


@dataclass(frozen=True, slots=True)
class Specimen:
    """A test email as it is handed over."""

    address: str
    template: str
    subject: str
    message_id: str
    message: bytes


def write(
    session: Session,
    rules: Configuration,
    *,
    to: str,
    case_ref: str | None,
    step: int | None,
    template: str | None,
    now: datetime,
) -> Specimen:
    """Write an email of a case, or of an invented one, to `to`.

    Raises Refused if `to` is a customer's address, or if the email would become a file that nobody meant."""
    transport_guard.require_meant(session, rules.settings)
    address = parse_input.address(to)
    if customers.find_customer_or_none(session, address) is not None:
        raise customers.customer_address(address, hint="Give your own: a test email is for nobody else.")
    name, letter, rendered = _content(session, rules, case_ref, step, template, now)
    own_id = message_id(f"test.{now.isoformat()}.{address}", letters.sender_address(rules).rpartition("@")[2])
    message = compose(
        replace(rendered, subject=MARK + rendered.subject),
        sender=letters.sender_of(rules, letter.agent.name),
        to_name="",
        to_address=address,
        reply_to=letters.reply_mailbox(rules, None),
        message_id=own_id,
        in_reply_to=None,
        references=(),
        date=now,
    )
    return Specimen(address, name, MARK + rendered.subject, own_id, message)


def hand_over(rules: Configuration, specimen: Specimen) -> SpecimenDocument:
    """Send a test email, with no transaction open, and list faults of its form.

    Raises Unreachable if the mail server does not accept it."""
    transport = transport_for(rules.settings, rules.workspace.outbox_dir, rules.log_ins)
    with transport.open() as connection:
        delivery = connection.deliver(
            letters.sender_address(rules), specimen.address, specimen.message, lambda: None
        )
    if delivery.outcome is not DeliveryOutcome.ACCEPTED:
        raise Unreachable(
            f"The mail server did not take it: {delivery.detail}",
            hint="See what is set: followup doctor",
            code="mail_refused",
        )
    return {
        "to": specimen.address,
        "template": specimen.template,
        "subject": specimen.subject,
        "message_id": specimen.message_id,
        "detail": delivery.detail,
        "problems": list(problems(specimen.message)),
    }


def _content(
    session: Session,
    rules: Configuration,
    case_ref: str | None,
    step: int | None,
    template: str | None,
    now: datetime,
) -> tuple[str, Letter, Rendered]:
    if case_ref is not None:
        found = cases.find_case(session, case_ref)
        name, draft = template_previews.draft_for(
            session, rules, found, now=now, step=step, template=template
        )
        return name, *_harmless(rules, name, draft.letter, draft.rendered)
    name = template or template_previews.template_of(
        rules.sequences.by_name[rules.sequences.default], step or 1
    )
    letter = sample_letter(rules.settings.locale, rules.settings.currency, rules.settings.thing)
    return name, letter, render(rules.workspace.templates_dir, name, letter)


def _harmless(rules: Configuration, name: str, letter: Letter, rendered: Rendered) -> tuple[Letter, Rendered]:
    """Replace the links by those of an invented case, so that trying them answers for no real customer."""
    links = sample_letter(letter.customer.locale, rules.settings.currency).links
    if letter.links == LetterLinks():
        return letter, rendered
    taken = {name: getattr(links, name) for name, link in asdict(letter.links).items() if link is not None}
    letter = replace(letter, links=LetterLinks(**taken))
    return letter, render(rules.workspace.templates_dir, name, letter)
