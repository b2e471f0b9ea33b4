"""Providers whose servers take emails at one address and deliver them from many of their own."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider: the hosts that take emails, by how their names end; the SPF policy of the addresses that
    deliver; where its DKIM keys are; and how to have emails signed."""

    name: str
    hosts: tuple[str, ...]
    spf: str
    selectors: tuple[str, ...]
    signing: str


PROVIDERS = (
    Provider(
        "Microsoft 365",
        ("office365.com", "outlook.com"),
        "spf.protection.outlook.com",
        ("selector1", "selector2"),
        "In the Defender portal, under DKIM, publish the two CNAME records that it shows for the domain, and "
        "turn signing on.",
    ),
    Provider(
        "Google",
        ("gmail.com", "google.com"),
        "_spf.google.com",
        ("google",),
        "In the Admin console, under Gmail, Authenticate email: make a key of 2048 bits, publish it, and "
        "start authentication.",
    ),
    Provider(
        "Amazon SES",
        ("amazonaws.com",),
        "amazonses.com",
        (),
        "In the SES console, verify the domain with Easy DKIM, and publish the CNAME records that it shows.",
    ),
    Provider(
        "SendGrid",
        ("sendgrid.net",),
        "sendgrid.net",
        ("s1", "s2"),
        "In SendGrid, under Sender Authentication, authenticate the domain and publish the CNAME records.",
    ),
    Provider(
        "Mailgun",
        ("mailgun.org",),
        "mailgun.org",
        ("pic", "mailo", "smtp", "k1"),
        "In Mailgun, under Domain settings, publish the records that it shows, then verify.",
    ),
)


def provider_of(host: str) -> Provider | None:
    """The provider that a host belongs to, if it is a known one."""
    for provider in PROVIDERS:
        if any(host == end or host.endswith(f".{end}") for end in provider.hosts):
            return provider
    return None
