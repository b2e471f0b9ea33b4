"""Whom we serve: `followup customer add | set | show`. What is told of them is named as the flags are."""

from followup.application.door import Reading, Writing, reads, writes
from followup.errors import WrongUsage
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument, CustomerDocument
from followup.services.people import customers

_MARKETING, _NONE = "marketing", "none"


class CustomerWithCasesDocument(CustomerDocument):
    """A customer and their cases."""

    cases: list[CaseDocument]


@writes("customer add")
def add_customer(work: Writing, /, consent: list[str] | None = None, **told: str | None) -> CustomerDocument:
    """Add a customer. What is left out is the workspace's own zone, country and language; marketing is the
    one consent that there is. Raises WrongUsage, and Refused where the address is taken."""
    unknown = set(consent or []) - {_MARKETING}
    if unknown:
        raise WrongUsage(
            f"{unknown.pop()!r} is not a consent.", hint="The only one is marketing.", code="unknown_consent"
        )
    settings = work.configuration.settings
    added = customers.add_customer(
        work.session, settings, now=work.now, actor=work.actor, marketing_consent=bool(consent), **told
    )
    return serializers.customer(added, settings.currency)


@writes("customer set")
def set_customer(
    work: Writing, /, customer: str, consent: str | None = None, **told: str | None
) -> CustomerDocument:
    """Correct what is known of the customer with an address; an empty text takes a thing out, None leaves it.
    `consent` is marketing, or none to withdraw it. Emails that have not gone out go to a new address.

    Raises NotFound, WrongUsage, and Refused for an address that another customer has, or for somebody who was
    erased."""
    if consent not in (None, _MARKETING, _NONE):
        raise WrongUsage(
            f"{consent!r} is not a consent.",
            hint="Give marketing, or none to withdraw it.",
            code="bad_consent_change",
        )
    settings = work.configuration.settings
    changed = customers.change_customer(
        work.session,
        settings,
        customers.find_customer(work.session, customer),
        told,
        now=work.now,
        actor=work.actor,
        marketing_consent=None if consent is None else consent == _MARKETING,
    )
    return serializers.customer(changed, settings.currency)


@reads("customer show")
def show_customer(work: Reading, email: str) -> CustomerWithCasesDocument:
    """A customer and their cases. Raises NotFound."""
    person = customers.find_customer(work.session, email)
    found = cases.list_cases(work.session, customer=person.email)
    return {
        **serializers.customer(person, work.configuration.settings.currency),
        "cases": [serializers.case(case, customer) for case, customer in found],
    }
