"""What receivers find of the domain that emails are sent from: `followup doctor --domain`."""

from followup.application.door import Caller, works
from followup.services.upkeep.doctor.domain.examine_domain import DomainDocument, examine_domain


@works("doctor --domain")
def doctor_domain(
    caller: Caller,
    domain: str | None = None,
    *,
    selectors: tuple[str, ...] = (),
    resolver: str | None = None,
    address: str | None = None,
) -> DomainDocument:
    """Check the sender's domain, or `domain`: SPF, DKIM, DMARC, alignment, MX, PTR and TLS, and what Gmail,
    Yahoo and Microsoft do with its emails. Changes and sends nothing.

    `selectors` name DKIM keys beside those of the settings, `resolver` is the name server to ask, and
    `address` the one from which emails reach receivers. Raises WrongUsage for what is none of these,
    Unreachable if no name server answers."""
    return examine_domain(
        caller.place.configuration,
        now=caller.now,
        domain=domain,
        resolver=resolver,
        selectors=selectors,
        address=address,
    )
