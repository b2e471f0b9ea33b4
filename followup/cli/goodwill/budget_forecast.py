"""Prints a budget's forecast in sentences for a manager."""

from datetime import date
from typing import Any

from followup.cli import output


def show(document: Any) -> None:
    """Print the forecast of a budget: what is used, the pace, the expected result, and what may be
    released."""
    output.lines(f"{document['name']}, {document['period']}{_until(document)}")
    output.fields((f"  {label}", sentence) for label, sentence in _rows(document))


def _rows(document: Any) -> list[tuple[str, str | None]]:
    used = f"{document['used']} of {_money(document, 'limit')}"
    elapsed = _days(document["business_days_elapsed"])
    burn = document["burn_per_business_day"]
    left = document["business_days_left"]
    pace, at_end = f"{used}; no business day has begun yet, so no pace can be told", None
    if burn is not None and not _is_zero(document["used"]):
        pace = f"{used} in {elapsed}: {burn} a business day"
        if left:
            expected = f"{_money(document, 'expected_at_end')} of {document['limit']}"
            at_end = f"{expected} if the {_days(left)} left are like these"
    elif burn is not None:
        pace = f"nothing of {_money(document, 'limit')} in {elapsed}, so no pace can be told"
    return [
        ("used", pace),
        ("at the end", at_end),
        ("it lasts", _lasts(document)),
        ("waiting", _part(document, "pending", "of this waits for approval")),
        ("in codes", _part(document, "outstanding_vouchers", "of this was not redeemed yet")),
        ("it costs", _costs(document)),
    ]


def _lasts(document: Any) -> str | None:
    if document["exhausted_on"]:
        over = str(document["available"]).startswith("-")
        if over:
            return f"no longer: it is {document['available'][1:]} {document['currency']} over"
        if _is_zero(document["available"]):
            return "no longer: nothing is left"
        return f"until {date.fromisoformat(document['exhausted_on']):%A %-d %B %Y}, at this pace"
    if document["burn_per_business_day"] is None or _is_zero(document["used"]):
        return None
    return (
        "to the end, at this pace" if document["starts_anew_on"] else "for more than ten years, at this pace"
    )


def _costs(document: Any) -> str | None:
    if document["if_all_redeemed"] == document["if_none_redeemed"]:
        return None
    return (
        f"{_money(document, 'if_all_redeemed')} if all of that is approved and redeemed, "
        f"{document['if_none_redeemed']} if none is"
    )


def _part(document: dict[str, Any], key: str, what: str) -> str | None:
    return None if _is_zero(document[key]) else f"{_money(document, key)} {what}"


def _until(document: Any) -> str:
    ends = document["starts_anew_on"]
    return f", until {date.fromisoformat(ends):%-d %B %Y}" if ends else ""


def _money(document: dict[str, Any], key: str) -> str:
    return f"{document[key]} {document['currency']}"


def _days(count: int) -> str:
    return f"{count} business day" + ("" if count == 1 else "s")


def _is_zero(amount: str) -> bool:
    return not amount.strip("0.")
