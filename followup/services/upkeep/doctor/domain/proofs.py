"""What proves to receivers that an email is the domain's own: SPF and DKIM, and DMARC, which joins them."""

from dataclasses import dataclass

from followup.domain.outbox.sender_domain.dmarc import DmarcPolicy, is_aligned
from followup.domain.outbox.sender_domain.finding import DomainFinding as Found
from followup.domain.outbox.sender_domain.finding import Weight
from followup.mail.sender_domain.dns_lookup import NameServer
from followup.mail.sender_domain.read_dmarc import DmarcReading, organisation_of, read_dmarc
from followup.mail.sender_domain.read_spf import read_spf
from followup.services.upkeep.doctor.domain.dkim_check import check_dkim
from followup.services.upkeep.doctor.domain.domain_check import DnsRecord, DomainCheck
from followup.services.upkeep.doctor.domain.sender import Sender
from followup.services.upkeep.doctor.domain.spf_check import check_spf


@dataclass(frozen=True, slots=True)
class Proofs:
    """The checks, and what the domain asks of receivers."""

    checks: tuple[DomainCheck, ...]
    policy: DmarcPolicy | None


def check_proofs(sender: Sender, server: NameServer) -> Proofs:
    """Check SPF, DKIM, DMARC and alignment."""
    policy = read_dmarc(server, sender.domain)
    by_spf = check_spf(sender, read_spf(server, sender.bounce_domain))
    by_dkim = check_dkim(sender, server, policy)
    alignment = _alignment(sender, server, policy, by_spf, by_dkim)
    checks = (by_spf, by_dkim, _dmarc(sender, policy), alignment)
    return Proofs(checks, policy.record.policy if policy.record else None)


def _dmarc(sender: Sender, read: DmarcReading) -> DomainCheck:
    start = DnsRecord(read.place, "TXT", f"v=DMARC1; p=none; rua=mailto:{sender.contact}")
    if read.unread:
        return DomainCheck("dmarc", Found.DMARC_UNREAD, read.unread)
    if read.record is None:
        if read.records:
            found = f"{read.place} has {len(read.records)} DMARC records, so receivers heed none"
            return DomainCheck("dmarc", Found.DMARC_SEVERAL, found, "Leave one of them.")
        return DomainCheck(
            "dmarc",
            Found.DMARC_MISSING,
            f"there is no DMARC record for {sender.domain}",
            "Publish one that asks for reports at first:",
            start,
        )
    shown = f"{read.place}: {read.records[0]}"
    if read.record.policy is None:
        return DomainCheck("dmarc", Found.DMARC_INVALID, f"{shown} names no policy", "Write it anew:", start)
    if read.record.policy is DmarcPolicy.NONE:
        reports = "" if read.record.reports_to else ", and nobody gets reports"
        stricter = f"v=DMARC1; p=quarantine; rua={read.record.reports_to or f'mailto:{sender.contact}'}"
        return DomainCheck(
            "dmarc",
            Found.DMARC_NONE,
            f"{shown} is enough for receivers, and stops nobody from writing in your name{reports}",
            "Once the reports show that your own emails pass:",
            DnsRecord(read.place, "TXT", stricter),
        )
    return DomainCheck("dmarc", Found.DMARC_GOOD, shown)


def _alignment(
    sender: Sender, server: NameServer, policy: DmarcReading, own_spf: DomainCheck, own_dkim: DomainCheck
) -> DomainCheck:
    """Whether what SPF and DKIM prove speaks for the sender's domain. A key was looked for where it does."""
    strict = policy.record is not None and policy.record.strict_spf
    same = sender.bounce_domain == sender.domain or is_aligned(
        sender.bounce_domain,
        sender.domain,
        strict=strict,
        organisations=(organisation_of(server, sender.bounce_domain), policy.organisation),
    )
    by_spf = _passes(own_spf) if same else False
    by_dkim = _passes(own_dkim)
    speaks = "speaks" if same else "does not speak"
    bounces = f"bounces go to {sender.bounce_domain}, which {speaks} for {sender.domain}"
    if sender.bounce_domain == sender.domain:
        bounces = "bounces go to the sender's own domain"
    if by_spf and by_dkim:
        return DomainCheck("alignment", Found.ALIGNED, f"{bounces}, as the DKIM key does")
    if by_spf or by_dkim:
        by = "SPF" if by_spf else "DKIM"
        return DomainCheck("alignment", Found.ALIGNED_BY_ONE, f"{bounces}; {by} alone proves the sender")
    if by_spf is None or by_dkim is None:
        return DomainCheck("alignment", Found.ALIGNMENT_UNKNOWN, bounces)
    either = f"Set bounce_to to an address of {sender.domain}, or have emails signed with a key of it."
    return DomainCheck(
        "alignment",
        Found.NOT_ALIGNED,
        f"{bounces}; neither SPF nor DKIM proves the sender",
        "" if same else either,
    )


def _passes(check: DomainCheck) -> bool | None:
    """Whether a proof is accepted; None if nobody can say. A policy that permits anybody permits us."""
    if check.finding.weight is Weight.UNKNOWN:
        return None
    return check.finding.weight is not Weight.WRONG or check.finding is Found.SPF_PERMITS_ALL
