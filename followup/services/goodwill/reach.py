"""Whether a customer can be reached in the way in which a gesture is given: by telephone, or by post."""

from followup.domain.goodwill.gesture import GestureKind, Reach
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.shared.reason import Reason
from followup.domain.shared.word import with_article
from followup.errors import Refused
from followup.services.shared.references import ref
from followup.store.tables import Case, Customer

_REASONS = {Reach.PHONE: PolicyReason.LACKS_PHONE, Reach.ADDRESS: PolicyReason.LACKS_ADDRESS}


def lacking(customer: Customer, kind: GestureKind) -> Reach | None:
    """What a gesture of a kind needs of this customer and is not known; None if nothing is missing."""
    known = {Reach.PHONE: customer.phone, Reach.ADDRESS: customer.postal_address}
    return kind.needs if kind.needs is not None and not known[kind.needs] else None


def reason_for(customer: Customer, kind: GestureKind) -> Reason[PolicyReason] | None:
    """What is said beside the recommendation of a gesture that cannot be requested yet."""
    lacks = lacking(customer, kind)
    if lacks is None:
        return None
    return _REASONS[lacks].of(kind=with_article(kind.value), customer=customer.email)


def require(customer: Customer, case: Case, kind: GestureKind) -> None:
    """Raise Refused if a gesture of a kind cannot reach this customer."""
    lacks = lacking(customer, kind)
    if lacks is Reach.PHONE:
        raise Refused(
            f"We have no telephone number of {customer.email}, and {with_article(kind.value)} needs it.",
            hint=_how(customer, case, kind, "--phone NUMBER"),
            code="phone_not_known",
        )
    if lacks is Reach.ADDRESS:
        raise Refused(
            f"We have no postal address of {customer.email}, and {with_article(kind.value)} needs it.",
            hint=_how(customer, case, kind, "--address ADDRESS"),
            code="address_not_known",
        )


def _how(customer: Customer, case: Case, kind: GestureKind, flag: str) -> str:
    at_once = f"followup gesture request {ref(case)} --kind {kind.value} {flag}"
    return f"Ask them, then: followup customer set {customer.email} {flag}; or at once: {at_once}"
