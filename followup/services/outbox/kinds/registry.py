"""Which class stands for which kind of email. A new kind is named here, and nowhere else."""

from typing import Any

from followup.domain.outbox.email_kind import EmailKind
from followup.services.outbox.kinds.colleague_email import ColleagueEmail
from followup.services.outbox.kinds.outbox_kind import OutboxKind
from followup.services.outbox.kinds.report_email import ReportEmail
from followup.services.outbox.kinds.single_email import SingleEmail
from followup.services.outbox.kinds.step_email import StepEmail
from followup.store.tables import Email

_ALL: tuple[OutboxKind[Any], ...] = (StepEmail(), SingleEmail(), ColleagueEmail(), ReportEmail())

KINDS: dict[EmailKind, OutboxKind[Any]] = {one.kind: one for one in _ALL}

OWN_TEMPLATES = tuple(name for one in _ALL for name in one.templates)
"""The templates that belong to a kind, whatever the sequences say."""

FOR_COLLEAGUES = tuple(name for one in _ALL if not one.kind.traits.to_customer for name in one.templates)
"""Templates of emails to colleagues, which the lint does not read."""


def kind_of(email: Email) -> OutboxKind[Any]:
    """What is done with an email, by its kind."""
    return KINDS[email.kind]
