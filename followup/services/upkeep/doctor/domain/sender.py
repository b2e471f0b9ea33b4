"""Who sends: the domains of an email, the server that it leaves by, and its addresses."""

import ipaddress
from dataclasses import dataclass, replace

from followup.domain.outbox.sender_domain.provider import Provider, provider_of
from followup.domain.outbox.sender_domain.spf import Address
from followup.errors import FollowupError, WrongUsage
from followup.mail.addresses import envelope_address, parse_mailbox
from followup.mail.relay_url import Relay, StartTls, parse_relay
from followup.mail.sender_domain.dns_lookup import LookupFailed, NameServer, NoSuchName
from followup.mail.tokens import without_token
from followup.services.letters.letters import sender_address
from followup.services.shared.configuration import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sends. `domain` is that of the From address, `bounce_domain` that of the envelope, which SPF is
    about. `addresses` are those from which the mail server delivers; none if they are not known.
    `selectors` are those that somebody named."""

    domain: str
    bounce_domain: str
    contact: str
    relay: Relay | None
    provider: Provider | None
    addresses: tuple[Address, ...]
    selectors: tuple[str, ...]

    @property
    def hidden_addresses(self) -> bool:
        """Whether the provider delivers from addresses that the name of its server does not tell."""
        return self.provider is not None and not self.addresses


def sender_of(
    rules: Configuration,
    *,
    domain: str | None,
    selectors: tuple[str, ...],
    address: str | None,
) -> Sender:
    """The sender that the settings describe. With a `domain` it sends under that one instead, bounces
    included. `address` is the one from which the mail server delivers, if its name does not tell. No name is
    looked up.

    Raises WrongUsage for a domain or an address that is none, InvalidFile for an smtp_url that is none."""
    settings = rules.settings
    own = sender_address(rules)
    relay = (
        parse_relay(settings.smtp_url, password_command=settings.smtp_password_command)
        if settings.smtp_url
        else None
    )
    if domain is None:
        named = _domain_of(own)
        bounces = (
            parse_mailbox(without_token(settings.bounce_to) or own).address if settings.bounce_to else own
        )
        bounce_domain = _domain_of(bounces)
    else:
        named = bounce_domain = _written(domain)
    provider = provider_of(relay.host.lower()) if relay else None
    return Sender(
        domain=named,
        bounce_domain=bounce_domain,
        contact=own if _domain_of(own) == named else f"postmaster@{named}",
        relay=relay,
        provider=provider,
        addresses=_addresses(relay, provider, address),
        selectors=selectors or settings.dkim_selectors,
    )


def _domain_of(address: str) -> str:
    return envelope_address(address).rpartition("@")[2].lower()


def _written(domain: str) -> str:
    """A domain as it was typed, in ASCII."""
    try:
        return _domain_of(f"postmaster@{domain.strip().rstrip('.')}")
    except FollowupError:
        raise WrongUsage(
            f"{domain[:100]!r} is not a domain.",
            hint="Write it as harbour.example, without anything before or after it.",
            code="bad_domain",
        ) from None


def with_addresses(sender: Sender, server: NameServer) -> Sender:
    """The sender with the addresses of its mail server, where they are those that it delivers from."""
    relay = sender.relay
    if sender.addresses or sender.provider is not None or relay is None or relay.is_local:
        return sender
    try:
        return replace(sender, addresses=server.addresses(relay.host))
    except (NoSuchName, LookupFailed):
        return sender


def _addresses(relay: Relay | None, provider: Provider | None, given: str | None) -> tuple[Address, ...]:
    if given is not None:
        try:
            return (ipaddress.ip_address(given.strip()),)
        except ValueError:
            raise WrongUsage(
                f"{given[:100]!r} is not an address.",
                hint="Write the one from which emails reach receivers, as 192.0.2.10 or 2001:db8::10.",
                code="bad_sending_address",
            ) from None
    if relay is None or relay.is_local or provider is not None:
        return ()
    try:
        return (ipaddress.ip_address(relay.host),)
    except ValueError:
        return ()


def encrypts_from_the_start(relay: Relay) -> bool | None:
    """Whether TLS begins with the first byte; None if the settings ask for none at all."""
    if relay.starttls is StartTls.NEVER and not relay.encrypted:
        return None
    return relay.encrypted
