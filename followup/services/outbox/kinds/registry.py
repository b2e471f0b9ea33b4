"""Maps each kind of email to its class. A new kind is registered here and nowhere else."""

from typing import Any

from followup.domain.outbox.email_kind import EmailKind
from followup.services.outbox.kinds.colleague_email import ColleagueEmail
from followup.services.outbox.kinds.notification_email import NotificationEmail
from followup.services.outbox.kinds.outbox_kind import OutboxKind
from followup.services.outbox.kinds.report_email import ReportEmail
from followup.services.outbox.kinds.single_email import SingleEmail
from followup.services.outbox.kinds.step_email import StepEmail
from followup.store.tables import Email

_ALL: tuple[OutboxKind[Any], ...] = (
    StepEmail(),
    SingleEmail(),
    ColleagueEmail(),
    ReportEmail(),
    NotificationEmail(),
)

KINDS: dict[EmailKind, OutboxKind[Any]] = {one.kind: one for one in _ALL}


def kind_of(email: Email) -> OutboxKind[Any]:
    """The class that handles an email, by its kind."""
    return KINDS[email.kind]
