"""A reason as a row keeps it: a code, what its sentence names, and words of its own."""

from typing import Any

from followup.domain.shared.reason import AnyCode, Reason

NO_REASON: dict[str, Any] = {"reason_code": None, "reason_values": None, "reason_detail": None}
"""What stands in the columns of a reason where there is none."""


def reason_in(
    code: AnyCode | None, values: dict[str, Any] | None, detail: str | None
) -> Reason[AnyCode] | None:
    """The reason that three columns keep."""
    return None if code is None else Reason(code, tuple((values or {}).items()), detail)
