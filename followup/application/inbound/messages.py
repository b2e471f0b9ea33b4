"""Inbound messages: `followup inbound`."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from typing_extensions import TypedDict

from followup.application.door import Caller, Reading, reads, works
from followup.mail.mailbox.exported_files import exported
from followup.services.cases import cases
from followup.services.documents.documents import InboundMessageDocument
from followup.services.inbound import receive_messages
from followup.services.inbound.receive_messages import Harvest, Receipt


class ReceiptDocument(TypedDict):
    """The result of processing a message, or the expected result. `ref` is None if nothing was written."""

    ref: str | None
    kind: str
    case: str | None
    email: str | None
    reason: str | None
    reason_code: str | None


class HarvestDocument(TypedDict):
    """The messages found: how many, how many were processed before, and the others by kind and one by one."""

    fetched: int
    known: int
    reply: int
    auto_reply: int
    notice: int
    bounce: int
    complaint: int
    unsubscribe: int
    unknown: int
    unreadable: int
    messages: list[ReceiptDocument]
    dry_run: bool


OnMessage = Callable[[ReceiptDocument], None]
Clock = Callable[[], datetime]


def _nobody_looks(_message: ReceiptDocument) -> None:
    return None


@works("inbound poll", changes=True)
def poll_mailbox(
    caller: Caller, dry_run: bool = False, *, now: Clock | None = None, on_message: OnMessage = _nobody_looks
) -> HarvestDocument:
    """Read the mailbox of inbound_url, as the daemon does once a minute, and process each message in a
    transaction of its own. With `dry_run`, report only what would be done.

    A message is processed as of `now()`, or else of the caller's time. `on_message` gets each result at once,
    except for messages processed before. Raises as `receive_messages.poll` and `mailbox_of`."""
    mailbox = receive_messages.mailbox_of(caller.place.configuration)
    harvest = receive_messages.poll(
        caller.place.engine,
        caller.place.configuration,
        mailbox,
        now=now or (lambda: caller.now),
        on_receipt=lambda receipt: _tell(receipt, on_message),
        dry_run=dry_run,
    )
    return _answer(harvest, dry_run=dry_run)


@works("inbound import", changes=True)
def import_messages(
    caller: Caller,
    place: str,
    dry_run: bool = False,
    *,
    now: Clock | None = None,
    on_message: OnMessage = _nobody_looks,
) -> HarvestDocument:
    """Process the messages of a file or folder, or with - of standard input, as if they had just arrived. A
    message that could not be parsed before is parsed again. `now` and `on_message` are as in `poll_mailbox`.

    Raises NotFound if the path does not exist, or if the key that verifies tokens is missing."""
    configuration = caller.place.configuration
    # The key verifies tokens. Without it, no reply could be assigned to a case.
    configuration.workspace.secret_key()
    harvest = Harvest()
    for _name, raw in exported(place):
        receipt = (
            receive_messages.foresee(caller.place.engine, configuration, raw)
            if dry_run
            else receive_messages.receive(
                caller.place.engine, configuration, raw, now=now() if now else caller.now, anew=True
            )
        )
        harvest.receipts.append(receipt)
        _tell(receipt, on_message)
    return _answer(harvest, dry_run=dry_run)


@reads("inbound list")
def list_messages(
    work: Reading, kind: str | None = None, case: str | None = None, limit: int = 50
) -> list[InboundMessageDocument]:
    """Inbound messages of a kind and about a case, newest first. Raises WrongUsage, NotFound."""
    case_id = cases.find_case(work.session, case).id if case else None
    rows = receive_messages.list_mail(work.session, kind=kind, case_id=case_id, limit=limit)
    workspace = work.configuration.workspace
    return [receive_messages.document(row, workspace) for row in rows]


@reads("inbound show")
def show_message(work: Reading, reference: str) -> InboundMessageDocument:
    """What is stored about a message, without its text, which is in a note of its case or still in the
    mailbox.

    Raises NotFound."""
    found = receive_messages.find_mail(work.session, reference)
    return receive_messages.document(found, work.configuration.workspace)


def _tell(receipt: Receipt, on_message: OnMessage) -> None:
    for message in Harvest([receipt]).to_document()["messages"]:
        on_message(message)


def _answer(harvest: Harvest, *, dry_run: bool) -> HarvestDocument:
    return cast("HarvestDocument", {**harvest.to_document(), "dry_run": dry_run})
