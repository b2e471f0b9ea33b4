"""Imports of redemptions that a till or a shop recorded."""

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.goodwill.voucher import read_code
from followup.errors import FollowupError, InvalidFile
from followup.services.goodwill import vouchers
from followup.services.shared import parse_input
from followup.services.shared.actors import Actor
from followup.services.shared.configuration import Configuration
from followup.store.tables import Redemption

COLUMNS = ("code", "order", "amount", "id")
MOST_ERRORS = 20


@dataclass(frozen=True, slots=True)
class RedemptionRow:
    """One row of the file."""

    line: int
    code: str
    order: str | None
    amount: str | None
    external_id: str | None


class ImportedRedemptionsDocument(TypedDict):
    """The results of an import, by row."""

    read: int
    redeemed: int
    already_there: int
    dry_run: bool


def read_rows(path: Path) -> list[RedemptionRow]:
    """Read the rows of a CSV file. Raises InvalidFile naming the line that cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            header = [name.strip().lower() for name in reader.fieldnames or ()]
            if "code" not in header:
                raise InvalidFile(
                    f"{path} has no column code.",
                    hint=f"The first line names the columns: {', '.join(COLUMNS)}.",
                    code="missing_column",
                )
            reader.fieldnames = header
            return [
                RedemptionRow(
                    reader.line_num,
                    (row["code"] or "").strip(),
                    *((row.get(name) or "").strip() or None for name in COLUMNS[1:]),
                )
                for row in reader
            ]
    except (csv.Error, UnicodeDecodeError) as error:
        raise InvalidFile(
            f"{path} is not a CSV file: {error}.", hint="Save it as CSV in UTF-8.", code="bad_csv"
        ) from error


class _Undone(Exception):
    """Rolls back a dry run."""


def take_over(
    session: Session,
    rules: Configuration,
    rows: list[RedemptionRow],
    *,
    now: datetime,
    actor: Actor,
    dry_run: bool,
) -> ImportedRedemptionsDocument:
    """Redeem every row that is not known yet. Raises InvalidFile listing the invalid rows, and redeems none
    then. With `dry_run`, everything is checked and rolled back."""
    redeemed = already_there = 0
    problems: list[str] = []
    try:
        with session.begin_nested():
            for row in rows:
                try:
                    done = _redeem(session, rules, row, now=now, actor=actor)
                except FollowupError as error:
                    problems.append(f"line {row.line}: {error.message}")
                else:
                    redeemed += done
                    already_there += not done
            if problems or dry_run:
                raise _Undone
    except _Undone:
        if problems:
            shown = problems[:MOST_ERRORS]
            more = len(problems) - len(shown)
            raise InvalidFile(
                "; ".join(shown) + (f"; and {more} more" if more else ""),
                hint="Nothing was imported. Mend these lines and import the file again.",
                code="bad_redemptions",
            ) from None
    return {
        "read": len(rows),
        "redeemed": redeemed,
        "already_there": already_there,
        "dry_run": dry_run,
    }


def _redeem(
    session: Session, rules: Configuration, row: RedemptionRow, *, now: datetime, actor: Actor
) -> bool:
    if row.external_id and _known(session, col(Redemption.external_id) == row.external_id):
        return False
    read_code(row.code)
    voucher = vouchers.find_voucher(session, row.code)
    if not row.external_id and _known(
        session, col(Redemption.voucher_id) == voucher.id, col(Redemption.order_ref) == row.order
    ):
        return False
    amount = parse_input.money("amount", row.amount, voucher.currency) if row.amount else None
    vouchers.redeem(
        session,
        rules,
        voucher,
        now=now,
        actor=actor,
        amount=amount,
        order=row.order,
        external_id=row.external_id,
    )
    return True


def _known(session: Session, *conditions: Any) -> bool:
    return session.exec(select(Redemption.id).where(*conditions)).first() is not None
