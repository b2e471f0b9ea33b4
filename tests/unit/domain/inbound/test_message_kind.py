"""When an address takes no email any more, by the codes of RFC 3463."""

import pytest

from followup.domain.inbound.message_kind import is_nobody_there


@pytest.mark.parametrize("status", [None, "5.0.0", "5.1.1", "5.1.10", "5.2.1", "5.4.4", "5.5.0"])
def test_an_address_that_is_gone_is_gone(status: str | None) -> None:
    assert is_nobody_there(permanent=True, status=status)
    assert not is_nobody_there(permanent=False, status=status)


@pytest.mark.parametrize(
    "status", ["4.2.2", "4.4.7", "5.2.2", "5.2.3", "5.3.0", "5.3.4", "5.6.1", "5.7.1", "5.7.26"]
)
def test_what_says_nothing_of_the_address_does_not_end_writing_there(status: str) -> None:
    assert not is_nobody_there(permanent=True, status=status)


def test_a_code_is_compared_part_by_part() -> None:
    assert is_nobody_there(permanent=True, status="5.2.20")
    assert is_nobody_there(permanent=True, status="5.30.1")
