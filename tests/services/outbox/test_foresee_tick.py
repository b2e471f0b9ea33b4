"""A dry run names who would be written to, about what, and who would not; the tick after it agrees."""

from datetime import timedelta

from followup.domain.outbox.email_state import EmailState
from followup.domain.people.suppression import SuppressionReason
from followup.services.documents.documents import EmailDocument
from followup.services.outbox.foresee_tick import KeptBackEmailDocument, foresee
from followup.services.people import suppressions
from followup.services.sequences import enrolments
from tests.services.mailing import rows, tick
from tests.services.outbox.test_held_emails import STOCK, add_to_apology
from tests.shop import Shop


def foreseen(shop: Shop) -> tuple[list[EmailDocument], list[KeptBackEmailDocument]]:
    return shop.read(lambda session: foresee(session, shop.rules, now=shop.now, limit=100))


def three_customers_of_whom_one_may_be_written_to(shop: Shop) -> None:
    cases = [shop.open_case(f"{name}@example.com") for name in ("told", "suppressed", "paused")]
    for case in cases:
        shop.request(case)
    shop.write(
        lambda session: suppressions.suppress(
            session,
            "suppressed@example.com",
            SuppressionReason.MANUAL,
            now=shop.now,
            actor=shop.actor(session),
            because="They asked.",
        )
    )
    shop.write(
        lambda session: enrolments.pause(
            session, session.merge(cases[2]), now=shop.now, actor=shop.actor(session), because="On holiday."
        )
    )


def test_it_names_recipient_and_subject_of_what_goes_and_why_the_rest_does_not(shop: Shop) -> None:
    three_customers_of_whom_one_may_be_written_to(shop)
    before = shop.stored()
    going, kept_back = foreseen(shop)
    assert [(row["to"], row["sent_at"]) for row in going] == [("told@example.com", None)]
    assert going[0]["subject"]
    assert [(row["to"], row["decision"], row["because_code"]) for row in kept_back] == [
        ("suppressed@example.com", "end", "suppressed"),
        ("paused@example.com", "defer", "paused"),
    ]
    assert kept_back[1]["until"] is not None
    assert shop.stored() == before


def test_the_tick_after_it_does_what_it_said(shop: Shop) -> None:
    three_customers_of_whom_one_may_be_written_to(shop)
    going, kept_back = foreseen(shop)
    tick(shop)
    became = {row.to_address: (row.state, row.subject) for row in rows(shop) if row.step == 1}
    assert became["told@example.com"] == (EmailState.SENT, going[0]["subject"])
    assert {row["to"]: became[row["to"]][0] for row in kept_back} == {
        "suppressed@example.com": EmailState.SKIPPED,
        "paused@example.com": EmailState.DEFERRED,
    }


def test_a_letter_that_the_lint_would_hold_is_quoted(shop: Shop) -> None:
    add_to_apology(shop, STOCK)
    shop.request(shop.open_case())
    going, (kept,) = foreseen(shop)
    assert going == []
    assert (kept["decision"], kept["because_code"]) == ("hold", "lint")
    assert STOCK in kept["because"]


def test_what_is_not_due_is_neither(shop: Shop) -> None:
    shop.request(shop.open_case())
    tick(shop)
    assert foreseen(shop) == ([], [])
    shop.now += timedelta(days=30)
    assert foreseen(shop) != ([], [])
