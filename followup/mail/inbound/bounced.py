"""What a mail server says about one address."""

import re
from dataclasses import dataclass

_MAY_PASS = re.compile(r"4\.\d+\.\d+|5\.2\.[23]|5\.3\.[1234]|5\.4\.[67]|5\.5\.\d+|5\.6\.\d+|5\.7\.\d+")
"""Codes (RFC 3463) that blame the network, a full mailbox, a policy, the email's size or content."""

_WORDS_OF_PASSING = re.compile(
    r"quota|full|size|spam|blocked|block list|blacklist|reputation|policy|timed? ?out|timeout|not responding"
    r"|try again|unable to connect|connection|temporar|too many hops|loop",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounced:
    """One address that a mail server speaks about, or that complained.

    `address` stands as the server wrote it, without quoting; `addresses.comparable_address` makes it equal to
    other spellings, and may refuse it. `permanent`: the server has given the email up; False for what it
    still tries. `status` is a code of RFC 3463 such as "5.1.1". `detail` is one short line for people.
    """

    address: str
    permanent: bool
    status: str | None
    detail: str

    @property
    def is_hard(self) -> bool:
        """Whether it says that no email will ever reach the address. A full mailbox, a server that nobody
        answered for, or one that took this email for spam says less, although the email is given up."""
        if not self.permanent:
            return False
        if self.status and not self.status.endswith(".0.0"):
            return not _MAY_PASS.fullmatch(self.status)
        return not _WORDS_OF_PASSING.search(self.detail)
