"""Why a reader did not get an email."""

from followup.domain.inbound.bounce_cause import BounceCause

NOT_WRITTEN = "not_written"
"""Why an email failed that no mail server refused: it could not be written."""

REASONS = (*BounceCause.values(), NOT_WRITTEN)
"""What `outbox retry --all --reason` takes."""
