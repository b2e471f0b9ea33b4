"""SQL columns that sum ledger entries by figure."""

from typing import Any

from sqlalchemy import case, func
from sqlmodel import col

from followup.domain.goodwill.budget import Figure
from followup.store.tables import LedgerEntry

FIGURES = (Figure.HELD, Figure.COMMITTED, Figure.SPENT, Figure.RELEASED)
"""The figures that entries are summed to, in the order of `figure_sums`."""


def figure_sums() -> list[Any]:
    """One column per figure: the sum put to it minus the sum taken from it, in minor units."""
    amount = col(LedgerEntry.amount_minor)
    return [
        func.coalesce(
            func.sum(
                case((col(LedgerEntry.put_to) == figure, amount), else_=0)
                - case((col(LedgerEntry.taken_from) == figure, amount), else_=0)
            ),
            0,
        )
        for figure in FIGURES
    ]
