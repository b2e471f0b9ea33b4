"""Voucher codes and their redemptions: `followup voucher`."""

from pathlib import Path

from sqlmodel import Session

from followup.application.door import Reading, Writing, reads, writes
from followup.services.documents import serializers
from followup.services.documents.documents import WholeVoucherDocument
from followup.services.goodwill import gestures, vouchers
from followup.services.goodwill import import_redemptions as redemption_files
from followup.services.goodwill.import_redemptions import ImportedRedemptionsDocument, RedemptionRow
from followup.services.sequences import telling
from followup.services.shared import parse_input
from followup.store.tables import Case, Gesture


@reads("voucher show")
def show_voucher(work: Reading, code: str) -> WholeVoucherDocument:
    """The value of a voucher and its redemptions, by its code or its gesture (G-0012). Raises WrongUsage for
    text that cannot be a code, NotFound."""
    return _whole(work.session, code)


@writes("voucher redeem")
def redeem_voucher(
    work: Writing, code: str, order: str | None = None, amount: str | None = None
) -> WholeVoucherDocument:
    """Redeem a voucher, wholly or partly: committed money becomes spent. Raises Refused if less is left than
    asked for, or if it has ended."""
    found = vouchers.find_voucher(work.session, code)
    wanted = (
        parse_input.money("amount", amount, found.currency, work.configuration.settings.locale)
        if amount
        else None
    )
    vouchers.redeem(
        work.session, work.configuration, found, now=work.now, actor=work.actor, amount=wanted, order=order
    )
    return _whole(work.session, code)


@writes("voucher rollback")
def roll_back_redemption(
    work: Writing, code: str, order: str | None = None, because: str | None = None
) -> WholeVoucherDocument:
    """Undo the newest redemption, or that of an order; the customer can use the value again. Raises Refused
    if there is none."""
    found = vouchers.find_voucher(work.session, code)
    vouchers.roll_back(work.session, found, now=work.now, actor=work.actor, because=because, order=order)
    return _whole(work.session, code)


@writes("voucher void")
def void_voucher(work: Writing, code: str, because: str) -> WholeVoucherDocument:
    """Take a voucher back: its remaining value is released and its unsent emails are cancelled. Raises
    Refused if it has ended."""
    found = vouchers.find_voucher(work.session, code)
    gesture = work.session.get_one(Gesture, found.gesture_id)
    gestures.void(work.session, gesture, now=work.now, actor=work.actor, because=because)
    case = work.session.get_one(Case, gesture.case_id)
    telling.tell_of_the_rest(work.session, work.configuration, case, now=work.now, actor=work.actor)
    return _whole(work.session, code)


def read_redemptions(path: Path) -> list[RedemptionRow]:
    """Read a file of redemptions for `import_redemptions`. Raises InvalidFile if it cannot be read."""
    return redemption_files.read_rows(path)


@writes("voucher import-redemptions")
def import_redemptions(
    work: Writing, file: list[RedemptionRow], dry_run: bool = False
) -> ImportedRedemptionsDocument:
    """Import redemptions recorded by a till or a shop: all rows of the file, or none.

    An idempotency key stands for the contents of the file, not for its name. Raises InvalidFile listing the
    invalid rows."""
    return redemption_files.take_over(
        work.session, work.configuration, file, now=work.now, actor=work.actor, dry_run=dry_run
    )


def _whole(session: Session, code: str) -> WholeVoucherDocument:
    return serializers.voucher_whole(session, vouchers.find_voucher(session, code))
