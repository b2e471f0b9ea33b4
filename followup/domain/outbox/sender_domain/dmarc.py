"""DMARC (RFC 7489): what a domain asks of receivers, and when SPF and DKIM speak for the sender's address."""

from dataclasses import dataclass

from followup.domain.outbox.sender_domain.dkim import tags_of
from followup.domain.shared.word import Word


class DmarcPolicy(Word):
    """What receivers are asked to do with what is not proved."""

    NONE = "none", "Nothing but report it"
    QUARANTINE = "quarantine", "Put it into junk"
    REJECT = "reject", "Refuse it"


@dataclass(frozen=True, slots=True)
class DmarcRecord:
    """A record as it counts for one domain. `policy` is None if it names none that receivers know."""

    policy: DmarcPolicy | None
    strict_spf: bool = False
    strict_dkim: bool = False
    reports_to: str = ""
    percent: int = 100


def is_dmarc(text: str) -> bool:
    """Whether a TXT record is a DMARC record (6.3)."""
    head, _, _ = text.partition(";")
    return head.replace(" ", "") == "v=DMARC1"


def parse_dmarc(record: str, *, for_subdomain: bool = False) -> DmarcRecord:
    """What a record says. `for_subdomain`: it is of the organisation's domain and counts for one below."""
    tags = tags_of(record)
    word = tags.get("sp", tags.get("p", "")) if for_subdomain else tags.get("p", "")
    policy = next((policy for policy in DmarcPolicy if policy.value == word.lower()), None)
    if policy is None and tags.get("rua"):
        # A record that can report is read as p=none (6.6.3).
        policy = DmarcPolicy.NONE
    percent = tags.get("pct", "100")
    return DmarcRecord(
        policy,
        strict_spf=tags.get("aspf", "r").lower() == "s",
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        reports_to=tags.get("rua", ""),
        percent=int(percent) if percent.isascii() and percent.isdigit() else 100,
    )


def is_aligned(proved: str, sender: str, *, strict: bool, organisations: tuple[str, str]) -> bool:
    """Whether a domain that SPF or DKIM proved speaks for the sender's (3.1): the same one, or, unless
    `strict`, one of the same organisation. `organisations` are those of the two."""
    return proved == sender or (not strict and organisations[0] == organisations[1])
