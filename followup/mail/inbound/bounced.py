"""A mail server's statement about one address."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounced:
    """One address that a mail server reports on, or that complained.

    `address` is as the server wrote it, without quoting. `addresses.comparable_address` normalises it, and
    may refuse it. `permanent`: the server has given up on this email; False if it still tries. `status` is an
    RFC 3463 code such as "5.1.1"; if the server gives no meaningful one, the one its words imply, else None.
    `detail` is one short line for people.
    """

    address: str
    permanent: bool
    status: str | None
    detail: str
