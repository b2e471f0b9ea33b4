"""One check of the sender's domain, and the record that would mend it."""

from dataclasses import dataclass

from typing_extensions import TypedDict

from followup.domain.outbox.sender_domain.finding import DomainFinding, Weight
from followup.errors import Refused, Unreachable


class DnsRecordDocument(TypedDict):
    """A record to publish at the name server of its domain."""

    name: str
    type: str
    value: str


class DomainCheckDocument(TypedDict):
    """One check. `code` says what was found, and `weight` whether it is fine, wrong, a mere advice, or could
    not be found out; `publish` is the record that mends it, if a record does."""

    name: str
    ok: bool
    code: str
    weight: str
    found: str
    mend: str | None
    publish: DnsRecordDocument | None
    exit_code: int


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """A record to publish."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class DomainCheck:
    """What was found about one part."""

    name: str
    finding: DomainFinding
    found: str
    mend: str = ""
    publish: DnsRecord | None = None

    @property
    def exit_code(self) -> int:
        """As that of any check of doctor: 4 for what is wrong, 6 for what could not be asked, else 0."""
        if self.finding.weight is Weight.WRONG:
            return Refused.exit_code
        return Unreachable.exit_code if self.finding in _UNREAD else 0

    def to_document(self) -> DomainCheckDocument:
        """The JSON document of one check."""
        record = self.publish
        return {
            "name": self.name,
            "ok": self.finding.weight is Weight.FINE,
            "code": self.finding.value,
            "weight": self.finding.weight.name.lower(),
            "found": self.found,
            "mend": self.mend or None,
            "publish": {"name": record.name, "type": record.type, "value": record.value} if record else None,
            "exit_code": self.exit_code,
        }


_UNREAD = frozenset(
    {
        DomainFinding.MX_UNREAD,
        DomainFinding.SPF_UNREAD,
        DomainFinding.DKIM_UNREAD,
        DomainFinding.DMARC_UNREAD,
        DomainFinding.PTR_UNREAD,
        DomainFinding.TLS_UNTRIED,
    }
)
"""What a service did not answer, unlike what nobody can know beforehand."""
