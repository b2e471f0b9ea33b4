"""A test email to oneself: `followup template test`."""

from followup.application.door import Caller, look_up, works
from followup.services.outbox import specimen_email
from followup.services.outbox.specimen_email import SpecimenDocument


@works("template test")
def send_specimen(
    caller: Caller,
    to: str,
    case: str | None = None,
    step: int | None = None,
    template: str | None = None,
) -> SpecimenDocument:
    """Send an email of a case, or of an invented one, to `to` through the real transport. Nothing is
    recorded.

    Raises Refused if `to` is a customer's address, Unreachable if the mail server does not accept it, and as
    `template preview`."""
    written = look_up(
        caller,
        lambda work: specimen_email.write(
            work.session,
            work.configuration,
            to=to,
            case_ref=case,
            step=step,
            template=template,
            now=work.now,
        ),
    )
    return specimen_email.hand_over(caller.place.configuration, written)
