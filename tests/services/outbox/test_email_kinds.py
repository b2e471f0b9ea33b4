"""Each kind of email has a class that says what is done with it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from followup.domain.outbox.email_kind import FOR_COLLEAGUES, OWN_TEMPLATES, EmailKind
from followup.domain.outbox.email_state import EmailState
from followup.services.outbox import presend_checks
from followup.services.outbox.kinds.registry import KINDS, kind_of
from followup.store.tables import Email

SHIPPED = Path(__file__).parents[3] / "templates"


def email_of(kind: EmailKind, template: str) -> Email:
    return Email(
        kind=kind,
        step=1,
        template=template,
        to_address="maria@example.com",
        state=EmailState.SCHEDULED,
        due_at=datetime(2026, 11, 2, 10, tzinfo=UTC),
    )


EMAILS = [email_of(kind, template) for kind in KINDS for template in kind.traits.templates or ("apology",)]
"""One of each kind, or one of each template that only the kind uses."""


def test_every_kind_has_a_class_of_its_own() -> None:
    assert set(KINDS) == set(EmailKind)
    assert all(one.kind is kind for kind, one in KINDS.items())
    assert len({type(one) for one in KINDS.values()}) == len(EmailKind)


def test_no_email_of_any_kind_goes_to_a_suppressed_address() -> None:
    assert {email.kind for email in EMAILS} == set(EmailKind)
    for email in EMAILS:
        assert presend_checks.suppressed in kind_of(email).checks_of(email), email.template


def test_an_email_about_a_case_is_not_sent_once_its_customer_was_erased() -> None:
    about_cases = [email for email in EMAILS if email.kind.traits.about_case]
    assert len(about_cases) == 7
    for email in about_cases:
        assert kind_of(email).checks_of(email)[0] is presend_checks.erased, email.template


def test_what_a_customer_reads_waits_for_their_turn() -> None:
    waits = {email.kind for email in EMAILS if presend_checks.not_their_turn in kind_of(email).time_checks}
    assert waits == {EmailKind.STEP, EmailKind.SINGLE}


def test_the_reminder_of_a_voucher_goes_whatever_became_of_the_case() -> None:
    reminder = email_of(EmailKind.SINGLE, "voucher-expiring")
    of_the_case = {
        presend_checks.closed,
        presend_checks.answered,
        presend_checks.reopened,
        presend_checks.enough,
    }
    assert not of_the_case & set(kind_of(reminder).checks_of(reminder))
    delay = email_of(EmailKind.SINGLE, "approval-delayed")
    assert of_the_case <= set(kind_of(delay).checks_of(delay))


@pytest.mark.parametrize("name", OWN_TEMPLATES)
def test_the_templates_of_a_kind_are_shipped(name: str) -> None:
    assert (SHIPPED / "en" / f"{name}.md").is_file()


def test_only_emails_to_colleagues_are_kept_from_the_lint() -> None:
    assert set(FOR_COLLEAGUES) == {"for-approval", "notice"}
    later = {"approval-delayed", "voucher-expiring", "given-later", "taken-back"}
    assert set(OWN_TEMPLATES) - set(FOR_COLLEAGUES) == later
