"""Customers: `followup customer add`, `set` and `show`. Parameters are named as the flags are."""

from functools import partial

from typing_extensions import TypedDict

from followup.application.door import Reading, Writing, reads, writes
from followup.errors import WrongUsage
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.documents.documents import CaseDocument, CustomerDocument
from followup.services.goodwill import kept_amounts, second_look
from followup.services.outbox import outbox
from followup.services.people import address_hints, customers, locale_hints, suppressions, whereabouts
from followup.services.people.suppressions import SuppressionDocument

_MARKETING, _NONE = "marketing", "none"


class KeptSumDocument(TypedDict):
    """What is owed to a customer in the sum `name`, and kept until it comes to `minimum`."""

    name: str
    amount: str
    currency: str
    minimum: str
    gestures: list[str]


class CustomerWithCasesDocument(CustomerDocument):
    """A customer with their cases. `suppression` says why they must not be written to; `kept` is what they
    are owed that is too small to be paid out."""

    suppression: SuppressionDocument | None
    kept: list[KeptSumDocument]
    cases: list[CaseDocument]


class ChangedCustomerDocument(CustomerDocument):
    """A customer after a change. `hints` are sentences about gestures of which the policy now says something
    else, and about the language of their letters."""

    hints: list[str]


class AddedCustomerDocument(CustomerDocument):
    """A new customer. `hints` are sentences about what may be a slip, and about the language of their
    letters."""

    hints: list[str]


@writes("customer add")
def add_customer(
    work: Writing, /, consent: list[str] | None = None, **told: str | None
) -> AddedCustomerDocument:
    """Add a customer. Time zone and region are those of the country of their phone or locale, if it has one
    clock, and else the workspace's, as their language is. The only consent is marketing.

    Raises WrongUsage, and Refused if the address is taken."""
    unknown = set(consent or []) - {_MARKETING}
    if unknown:
        raise WrongUsage(
            f"{unknown.pop()!r} is not a consent.", hint="The only one is marketing.", code="unknown_consent"
        )
    settings = work.configuration.settings
    hint = address_hints.address_hint(work.session, told.get("email") or "")
    added = customers.add_customer(
        work.session, settings, now=work.now, actor=work.actor, marketing_consent=bool(consent), **told
    )
    mend = f"Correct it: followup customer set {added.email} --email …"
    hints = [
        *locale_hints.hints_for(work.configuration, added, is_chosen=bool(told.get("locale"))),
        *whereabouts.hints_for(work.configuration, added, told),
    ]
    return {
        **serializers.customer(added, settings.currency),
        "hints": [*([f"{hint.text} {mend}"] if hint else []), *hints],
    }


@writes("customer set")
def set_customer(
    work: Writing, /, customer: str, consent: str | None = None, **told: str | None
) -> ChangedCustomerDocument:
    """Change the customer with an address; an empty text removes a value, None keeps it. `consent` is
    marketing, or none to withdraw it. Unsent emails go to a changed address.

    Raises NotFound, WrongUsage, and Refused for an address that another customer has and for an erased
    customer."""
    if consent not in (None, _MARKETING, _NONE):
        raise WrongUsage(
            f"{consent!r} is not a consent.",
            hint="Give marketing, or none to withdraw it.",
            code="bad_consent_change",
        )
    settings = work.configuration.settings
    found = customers.find_customer(work.session, customer)
    looks = partial(
        second_look.looks_at,
        work.session,
        work.configuration,
        [case for case, _ in cases.list_cases(work.session, customer=found.email) if not case.status.is_over],
        now=work.now,
    )
    before = looks()
    changed = customers.change_customer(
        work.session,
        settings,
        found,
        told,
        now=work.now,
        actor=work.actor,
        marketing_consent=None if consent is None else consent == _MARKETING,
    )
    outbox.language_given(work.session, work.configuration, changed, now=work.now, actor=work.actor)
    hints = [
        *second_look.what_changed(before, looks()),
        *locale_hints.hints_for(work.configuration, changed, is_chosen=bool(told.get("locale"))),
        *whereabouts.hints_for(work.configuration, changed, told),
    ]
    return {**serializers.customer(changed, settings.currency), "hints": hints}


@reads("customer show")
def show_customer(work: Reading, email: str) -> CustomerWithCasesDocument:
    """A customer with their cases. Raises NotFound."""
    person = customers.find_customer(work.session, email)
    found = cases.list_cases(work.session, customer=person.email)
    suppression = suppressions.is_suppressed(work.session, person.email)
    return {
        **serializers.customer(person, work.configuration.settings.currency),
        "suppression": suppressions.document(suppression) if suppression else None,
        "kept": [
            {
                "name": one.name,
                "amount": one.amount.text,
                "currency": one.amount.currency,
                "minimum": one.minimum.text,
                "gestures": list(one.gestures),
            }
            for one in kept_amounts.sums_of(work.session, person)
        ],
        "cases": [serializers.case(case, customer) for case, customer in found],
    }
