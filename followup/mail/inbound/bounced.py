"""What a mail server says about one address."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounced:
    """One address that a mail server speaks about, or that complained.

    `address` stands as the server wrote it, without quoting; `addresses.comparable_address` makes it equal to
    other spellings, and may refuse it. `permanent`: the server has given this email up; False for what it
    still tries. `status` is a code of RFC 3463 such as "5.1.1"; where the server gives none that says
    anything, the one that its words mean, else None. `detail` is one short line for people.
    """

    address: str
    permanent: bool
    status: str | None
    detail: str
