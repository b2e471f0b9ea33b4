"""When two cases of one customer may be the same trouble, logged twice: the same order however it is written,
or the same reason a short while ago.
"""

import unicodedata
from datetime import datetime, timedelta

from followup.domain.shared.word import Word


class Likeness(Word):
    """In what a recorded case is like a new one of the same customer."""

    ORDER = "order", "It is about the same order"
    REASON = "reason", "It has the same reason, and is open or was logged a short while ago"


def order_key(text: str | None) -> str | None:
    """An order reference without what people write differently: "HB-2041", "hb 2041" and "#HB-2041" have the
    same. None if nothing is left of it."""
    plain = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(letter for letter in plain if letter.isalnum()) or None


def likeness(
    *,
    orders: tuple[str | None, str | None],
    same_reason: bool,
    is_open: bool,
    logged_at: datetime,
    now: datetime,
    within_days: int,
) -> Likeness | None:
    """In what a recorded case is like a new one; None if it is another trouble. `orders` are both references.

    Two cases about different orders are two troubles, whatever their reasons."""
    recorded, new = (order_key(order) for order in orders)
    if recorded is not None and recorded == new:
        return Likeness.ORDER
    if recorded is not None and new is not None:
        return None
    is_near = is_open or now - logged_at < timedelta(days=within_days)
    return Likeness.REASON if same_reason and is_near else None
