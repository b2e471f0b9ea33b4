"""What can be found of a sender's domain and of the server that its emails leave by."""

from enum import Enum, auto
from typing import Self

from followup.domain.shared.word import Word


class Weight(Enum):
    """How much a finding matters."""

    FINE = auto()
    ADVICE = auto()
    WRONG = auto()
    UNKNOWN = auto()


class DomainFinding(Word):
    """One thing that was found, with its weight."""

    weight: Weight

    DOMAIN_THERE = "domain_there", "The domain is known", Weight.FINE
    DOMAIN_MISSING = "domain_missing", "There is no such domain", Weight.WRONG
    MX_GOOD = "mx_good", "Bounces and answers find the domain's mail server", Weight.FINE
    MX_IMPLICIT = "mx_implicit", "Bounces and answers go to the domain's own host", Weight.ADVICE
    MX_MISSING = "mx_missing", "The domain has no mail server", Weight.WRONG
    MX_NULL = "mx_null", "The domain says that it takes no email", Weight.WRONG
    MX_NOWHERE = "mx_nowhere", "The domain's mail server has no address", Weight.WRONG
    MX_UNREAD = "mx_unread", "The domain's mail server could not be asked for", Weight.UNKNOWN

    SPF_GOOD = "spf_good", "The mail server may send for the domain", Weight.FINE
    SPF_UNPROVED = "spf_unproved", "Whether the mail server may send cannot be said", Weight.UNKNOWN
    SPF_MISSING = "spf_missing", "The domain says nobody who may send for it", Weight.WRONG
    SPF_SEVERAL = "spf_several", "More than one record counts as none", Weight.WRONG
    SPF_INVALID = "spf_invalid", "The record has a mistake, so it counts as none", Weight.WRONG
    SPF_TOO_MANY_LOOKUPS = "spf_too_many_lookups", "The record asks too much, so it fails", Weight.WRONG
    SPF_PERMITS_ALL = "spf_permits_all", "Anybody may send in the name of the domain", Weight.WRONG
    SPF_NOT_PERMITTED = "spf_not_permitted", "The mail server may not send for the domain", Weight.WRONG
    SPF_UNREAD = "spf_unread", "The record could not be read", Weight.UNKNOWN

    DKIM_GOOD = "dkim_good", "A key for signatures is published", Weight.FINE
    DKIM_SHORT = "dkim_short", "The key is shorter than new ones are", Weight.ADVICE
    DKIM_TESTING = "dkim_testing", "The key says that it is only tried out", Weight.ADVICE
    DKIM_MISSING = "dkim_missing", "No key is published", Weight.WRONG
    DKIM_REVOKED = "dkim_revoked", "The key was withdrawn", Weight.WRONG
    DKIM_WEAK = "dkim_weak", "The key is too short to be accepted", Weight.WRONG
    DKIM_INVALID = "dkim_invalid", "The key cannot be read", Weight.WRONG
    DKIM_UNKNOWN = "dkim_unknown", "No key is where keys usually are", Weight.UNKNOWN
    DKIM_UNREAD = "dkim_unread", "The key could not be asked for", Weight.UNKNOWN

    DMARC_GOOD = "dmarc_good", "Receivers are asked to stop what is not proved", Weight.FINE
    DMARC_NONE = "dmarc_none", "Receivers are asked to stop nothing", Weight.ADVICE
    DMARC_MISSING = "dmarc_missing", "Receivers are asked for nothing", Weight.WRONG
    DMARC_SEVERAL = "dmarc_several", "More than one record counts as none", Weight.WRONG
    DMARC_INVALID = "dmarc_invalid", "The record names no policy, so it counts as none", Weight.WRONG
    DMARC_UNREAD = "dmarc_unread", "The record could not be read", Weight.UNKNOWN

    ALIGNED = "aligned", "What SPF or DKIM proves speaks for the sender's address", Weight.FINE
    ALIGNED_BY_ONE = "aligned_by_one", "Only one of SPF and DKIM speaks for it", Weight.ADVICE
    NOT_ALIGNED = "not_aligned", "Neither SPF nor DKIM speaks for the sender's address", Weight.WRONG
    ALIGNMENT_UNKNOWN = "alignment_unknown", "Whether one of them does cannot be said", Weight.UNKNOWN

    PTR_GOOD = "ptr_good", "The mail server's address has its name", Weight.FINE
    PTR_OF_PROVIDER = "ptr_of_provider", "The provider sees to the names of its addresses", Weight.FINE
    PTR_MISSING = "ptr_missing", "The mail server's address has no name", Weight.WRONG
    PTR_UNCONFIRMED = "ptr_unconfirmed", "The name has another address", Weight.WRONG
    PTR_UNREAD = "ptr_unread", "The name could not be asked for", Weight.UNKNOWN
    RELAY_UNKNOWN = "relay_unknown", "From which address emails leave is not known", Weight.UNKNOWN

    TLS_GOOD = "tls_good", "Connections are encrypted, and the certificate is good", Weight.FINE
    TLS_ENDING = "tls_ending", "The certificate ends soon", Weight.ADVICE
    TLS_MISSING = "tls_missing", "No encryption is offered", Weight.WRONG
    TLS_CERTIFICATE = "tls_certificate", "The certificate is not good", Weight.WRONG
    MX_TLS_GOOD = "mx_tls_good", "Answers and bounces arrive encrypted", Weight.FINE
    MX_TLS_POOR = "mx_tls_poor", "Answers and bounces may arrive unencrypted", Weight.ADVICE
    MX_TLS_UNTRIED = "mx_tls_untried", "Whether answers arrive encrypted could not be tried", Weight.UNKNOWN
    TLS_UNTRIED = "tls_untried", "No connection could be made", Weight.UNKNOWN

    def __new__(cls, value: str, meaning: str, weight: Weight) -> Self:
        """Create a member from its word, its meaning and its weight."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.weight = weight
        return member
