"""Row 8: one email that cannot be sent, among many."""

from followup.domain.outbox.email_state import EmailState
from followup.mail.transport import Phase
from followup.services.outbox import outbox as outbox_service
from tests.integration.faulty_relay import Fault, FaultyRelay
from tests.score import due_emails, lives, outbox
from tests.score.row import Place, Row, Seen
from tests.shop import Shop

_NEVER_WRITTEN = '\n{% if case.ref == "C-0003" %}{{ 1 // 0 }}{% endif %}\n'
_THIRD = due_emails.address(3)
_WRITTEN = "it cannot be written"
POISONS = {
    _WRITTEN: None,
    "its recipient is refused": Phase.RCPT,
    "its body is refused": Phase.BODY,
}
"""The causes for which the third email cannot be sent, each with the phase in which the mail server refuses
it.
"""


def run(here: Place) -> Seen:
    """Try each cause in a shop of its own."""
    number = here.count(500, 6)
    not_sent, wrongly_sent, unseen = 0, 0, 0
    for place, (poison, phase) in enumerate(POISONS.items()):
        relay = FaultyRelay(phase=phase, fault=Fault.NEVER, only_to=_THIRD)
        with due_emails.shop_with(here, number, name=f"shop-{place}") as shop, relay.running():
            if poison == _WRITTEN:
                path = shop.workspace.templates_dir / "en" / "apology.md"
                path.write_text(path.read_text(encoding="utf-8") + _NEVER_WRITTEN, encoding="utf-8")
            for _ in range(2):
                lives.drain(shop.workspace.root, due_emails.sent_to(relay))
            taken = relay.times_taken
            not_sent += number - 1 - sum(taken[due_emails.address(n)] == 1 for n in range(1, number + 1))
            not_sent += number - 1 - outbox.states(shop)["sent"]
            wrongly_sent += taken[_THIRD]
            unseen += not _is_seen(shop)
    told = outbox.told(
        f"{len(POISONS)} poisons, each one in {number}: {number - 1} sent and 1 failed each time",
        not_sent=not_sent,
        poison_sent=wrongly_sent,
        unseen=unseen,
    )
    return Seen(told.kept, told.figures)


def _is_seen(shop: Shop) -> bool:
    """Whether a person who lists failed emails finds it with its cause."""
    state = EmailState.FAILED.value
    failed = shop.read(
        lambda session: outbox_service.list_emails(session, state=state, case_id=None, limit=100)
    )
    return [email.to_address for email in failed] == [_THIRD] and bool(failed[0].reason)


ROW = Row(8, "one poison email in 500", "499 sent, 1 visible as failed", run)
