"""Within its grace time a case logged by mistake is taken back with all that followed, or not at all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from followup.application.cases import change_case, find_cases, list_cases, open_case, undo_case
from followup.application.door import Caller, OpenWorkspace
from followup.application.goodwill import approvals, gestures, vouchers
from followup.application.outbox import outbox
from followup.application.reporting import outcomes, spend
from followup.application.sequences import timeline
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.money import Money
from followup.errors import FollowupError, Refused
from followup.services.goodwill import budgets, past_goodwill
from followup.settings import SETTINGS
from followup.store.tables import AuditEvent, Case, Customer, Email
from tests.services.mailing import states, tick
from tests.shop import ANA, MAX, SEN, Shop

MINUTE = timedelta(minutes=1)
WORDS = "She waited for three weeks and nobody rang her back."


@pytest.fixture
def graceful(shop: Shop) -> Shop:
    """A shop with the grace time of every new workspace, and a budget."""
    shop.settings(grace_minutes=15)
    shop.budget("100.00")
    return shop


def caller(shop: Shop, email: str = ANA, after: timedelta = timedelta()) -> Caller:
    place = OpenWorkspace(shop.workspace, shop.engine)
    return Caller(place=place, now=shop.now + after, login="nobody", actor_email=email)


def logged(shop: Shop, customer: str = "priya@example.com", **more: Any) -> Any:
    """A case with the voucher that the policy recommends: a tenth of 80.00."""
    flags = {
        "reason": "late-delivery",
        "severity": "moderate",
        "occurred_on": "today",
        "order_value": "80.00",
        "what_happened": "Your lamp came two days late.",
        **more,
    }
    return open_case.open_case(caller(shop), customer=customer, name="Priya Shah", accept=True, **flags)


def figures(shop: Shop) -> tuple[int, int, int]:
    """What of the budget is held, committed and spent; the ledger agrees."""

    def look(session: Session) -> tuple[int, int, int]:
        assert budgets.reconcile(session)[1] == []
        found = budgets.standing_now(session, budgets.find_budget(session, "goodwill"), shop.now).figures
        return found.held_minor, found.committed_minor, found.spent_minor

    return shop.read(look)


def test_the_grace_time_is_a_quarter_of_an_hour_unless_set_and_may_be_none() -> None:
    assert SETTINGS["grace_minutes"].default == 15
    parse = SETTINGS["grace_minutes"].kind.parse
    assert (parse("0"), parse(0), parse(1440)) == (0, 0, 1440)
    for wrong in (-1, 1441, "soon", True, 1.5):
        with pytest.raises(ValueError, match=str(wrong).replace(".", r"\.")):
            parse(wrong)


def test_no_letter_is_due_before_the_grace_time_is_over(graceful: Shop) -> None:
    opened = logged(graceful)
    assert opened["undo_until"] == "2026-11-02T10:15:00+00:00"
    assert opened["emails"][0]["due_at"] == "2026-11-02T10:15:00+00:00"
    assert timeline.show_timeline(caller(graceful), "C-0001")["undo_until"] == opened["undo_until"]
    tick(graceful, graceful.now + 14 * MINUTE)
    assert states(graceful)[0] == "scheduled"
    tick(graceful, graceful.now + 15 * MINUTE)
    assert states(graceful)[0] == "sent"
    assert timeline.show_timeline(caller(graceful, after=15 * MINUTE), "C-0001")["undo_until"] is None


def test_the_grace_time_of_an_evening_ends_in_the_customers_own_hours(graceful: Shop) -> None:
    graceful.now = datetime(2026, 11, 2, 17, 50, tzinfo=UTC)
    assert logged(graceful)["emails"][0]["due_at"] == "2026-11-03T09:00:00+00:00"


def test_a_gesture_issued_later_has_a_grace_time_of_its_own(graceful: Shop) -> None:
    case = graceful.open_case()
    graceful.now += timedelta(days=1)
    graceful.request(case)
    assert outbox.list_emails(caller(graceful))[0]["due_at"] == "2026-11-03T10:15:00+00:00"


def test_all_that_followed_is_taken_back_and_nothing_counts_any_more(graceful: Shop) -> None:
    opened = logged(graceful, external_id="T-1")
    assert figures(graceful) == (0, 800, 0)
    undone = undo_case.undo(caller(graceful, after=14 * MINUTE), "C-0001", "Wrong customer.")
    assert (undone["status"], undone["gestures"][0]["state"]) == ("undone", "void")
    assert {email["state"] for email in undone["emails"]} == {"cancelled"}
    assert {email["reason_code"] for email in undone["emails"]} == {"case_undone"}
    assert figures(graceful) == (0, 0, 0)
    assert vouchers.show_voucher(caller(graceful), opened["gesture"]["voucher"]["code"])["state"] == "void"
    assert list_cases.list_cases(caller(graceful)) == []
    assert [row["ref"] for row in list_cases.list_cases(caller(graceful), status="undone")] == ["C-0001"]
    tick(graceful, graceful.now + timedelta(days=30))
    assert set(states(graceful)) == {"cancelled"}
    assert outcomes.outcomes(caller(graceful, MAX)).tables[0].lines == ()
    (line,) = spend.spend(caller(graceful, MAX)).tables[0].lines
    assert (line.cells["gestures"], line.cells["cost"]) == (0, Money(0, "GBP"))
    assert line.cells["released"] == Money(800, "GBP")
    again = logged(graceful, external_id="T-1")
    assert again["recommendation"]["amount"] == opened["recommendation"]["amount"]
    assert again["emails"], "the case that was taken back keeps no email from being written"

    def earlier(session: Session) -> tuple[int, int]:
        person, case = session.exec(select(Customer)).one(), session.get_one(Case, 2)
        return past_goodwill.counts_of(session, person, case.id, graceful.now - timedelta(days=365))

    assert graceful.read(earlier) == (0, 1)
    kept = graceful.read(
        lambda session: session.exec(select(AuditEvent).where(AuditEvent.action == "case undone")).one()
    )
    assert (kept.subject, kept.because) == ("C-0001", "Wrong customer.")


def test_an_approval_that_waits_is_withdrawn_with_its_case(graceful: Shop) -> None:
    case = graceful.open_case()
    asked = graceful.request(case, "refund", "60.00", because=WORDS)
    assert figures(graceful) == (6000, 0, 0)
    undone = undo_case.undo(caller(graceful), "C-0001")
    approval = undone["gestures"][0]["approval"]
    assert approval is not None
    assert (approval["state"], figures(graceful)) == ("withdrawn", (0, 0, 0))
    with pytest.raises(Refused):
        approvals.approve(caller(graceful, MAX), f"G-000{asked.id}", because="Yes.")
    graceful_now = graceful.now + timedelta(days=1)
    tick(graceful, graceful_now)
    assert set(states(graceful)) == {"cancelled"}


def refusal(shop: Shop, *, by: str = ANA, after: timedelta = timedelta()) -> Refused:
    """The error with which taking C-0001 back is refused, and nothing changes."""
    before = shop.stored()
    with pytest.raises(FollowupError) as error:
        undo_case.undo(caller(shop, by, after), "C-0001")
    assert isinstance(error.value, Refused)
    assert shop.stored() == before
    return error.value


def test_after_the_grace_time_the_way_is_to_void_and_close(graceful: Shop) -> None:
    logged(graceful)
    late = refusal(graceful, after=15 * MINUTE)
    assert late.code == "undo_too_late"
    assert late.hint == (
        "Instead: followup gesture void G-0001 --because …; followup case close C-0001 --mistake --because …"
    )


def test_without_a_grace_time_nothing_is_taken_back(shop: Shop) -> None:
    assert logged(shop)["undo_until"] is None
    assert refusal(shop).code == "undo_too_late"


@pytest.mark.parametrize("state", ["claimed", "transmitting", "in_doubt", "sent"])
def test_what_may_have_reached_the_customer_is_not_taken_back(graceful: Shop, state: str) -> None:
    logged(graceful)

    def reach(session: Session) -> None:
        email = session.exec(select(Email).where(Email.step == 1)).one()
        email.state = type(email.state)(state)  # type: ignore[call-arg]

    graceful.write(reach)
    error = refusal(graceful)
    assert error.code == "undo_told"
    assert "followup case close C-0001" in error.hint


def test_what_was_redeemed_is_not_taken_back(graceful: Shop) -> None:
    opened = logged(graceful)
    vouchers.redeem_voucher(caller(graceful), opened["gesture"]["voucher"]["code"], amount="3.00")
    assert refusal(graceful).code == "undo_given"
    assert figures(graceful)[2] == 300


def test_a_payment_is_not_taken_back(graceful: Shop) -> None:
    graceful.request(graceful.open_case(), GestureKind.REFUND.value, "9.00", because=WORDS)
    gestures.pay_gesture(caller(graceful), "G-0001")
    error = refusal(graceful)
    assert error.code == "undo_given"
    assert "followup gesture void G-0001" in error.hint


def test_only_who_logged_it_or_a_manager_takes_a_case_back(graceful: Shop) -> None:
    logged(graceful)
    assert refusal(graceful, by=SEN).code == "manager_needed"
    assert undo_case.undo(caller(graceful, MAX), "C-0001")["status"] == "undone"


def test_a_case_that_was_taken_back_can_only_be_looked_at(graceful: Shop) -> None:
    logged(graceful)
    undo_case.undo(caller(graceful), "C-0001")
    assert refusal(graceful).code == "case_undone"
    for act in (
        lambda: change_case.set_case(caller(graceful), "C-0001", order="A-1"),
        lambda: change_case.reopen_case(caller(graceful), "C-0001"),
        lambda: change_case.close(caller(graceful), "C-0001"),
        lambda: change_case.add_note(caller(graceful), "C-0001", "Hello?", from_customer=True),
        lambda: gestures.request_gesture(caller(graceful), "C-0001"),
    ):
        with pytest.raises(Refused) as error:
            act()
        assert error.value.code == "case_undone"
    assert timeline.show_timeline(caller(graceful), "C-0001")["undo_until"] is None


def test_a_case_that_was_taken_back_is_found_and_says_so(graceful: Shop) -> None:
    logged(graceful)
    undo_case.undo(caller(graceful), "C-0001")
    by_name: Any = find_cases.find(caller(graceful), texts=["priya"])
    by_reference: Any = find_cases.find(caller(graceful), texts=["C-0001"])
    for found in (by_name, by_reference):
        assert [(row["ref"], row["status"]) for row in found["cases"]] == [("C-0001", "undone")]


def test_a_closed_case_is_not_undone(graceful: Shop) -> None:
    logged(graceful)
    change_case.close(caller(graceful), "C-0001")
    assert refusal(graceful).code == "undo_too_late"
