"""The providers whose mail servers take OAuth tokens, and how somebody logs in to them."""

from typing import Self

from followup.domain.shared.word import Word

_OUTLOOK = "https://outlook.office.com"


class OAuthProvider(Word):
    """A provider. `issuer` is where its endpoints are found, `scope` what mail servers ask for. With
    `by_device` the log-in is by a code that is typed on any device (RFC 8628)."""

    issuer: str
    scope: str
    by_device: bool

    MICROSOFT = (
        "microsoft",
        "Microsoft 365",
        "https://login.microsoftonline.com/organizations/v2.0",
        f"{_OUTLOOK}/IMAP.AccessAsUser.All {_OUTLOOK}/SMTP.Send offline_access",
        True,
    )
    # Its device flow refuses scopes of Gmail (invalid_scope), whatever the kind of client.
    GOOGLE = "google", "Google", "https://accounts.google.com", "https://mail.google.com/", False

    def __new__(cls, value: str, meaning: str, issuer: str, scope: str, by_device: bool) -> Self:
        """Create a member from its word, its name, and how somebody logs in."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.issuer = issuer
        member.scope = scope
        member.by_device = by_device
        return member
