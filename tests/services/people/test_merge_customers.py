import pytest
from sqlmodel import Session, col, select

from followup.domain.goodwill.policy.recommend import CapScope
from followup.domain.people.suppression import SuppressionReason
from followup.errors import NotFound, Refused
from followup.services.cases import cases
from followup.services.documents import serializers
from followup.services.goodwill.past_goodwill import StoredRecords
from followup.services.people import customers, merge_customers, suppressions
from followup.services.people.customer_lists import ANYBODY, list_customers
from followup.services.people.merge_customers import MergeDocument
from followup.services.privacy import erasure
from followup.services.shared import audit
from followup.store.tables import AuditEvent, Case, Customer, Email
from tests.services.mailing import rows, tick
from tests.services.people.test_customers import add
from tests.shop import ANA, MAX, Shop

OLD, NEW = "p.shah@example.com", "priya@example.com"


def merge(shop: Shop, record: str = OLD, into: str = NEW) -> MergeDocument:
    return shop.write(
        lambda session: merge_customers.merge(
            session,
            customers.find_customer(session, record),
            customers.find_customer(session, into),
            now=shop.now,
            actor=shop.actor(session),
            because="she wrote from both",
        )
    )


def find(shop: Shop, email: str) -> Customer:
    return shop.read(lambda session: customers.find_customer(session, email))


def suppress(shop: Shop, address: str, reason: SuppressionReason) -> None:
    shop.write(
        lambda session: suppressions.suppress(
            session, address, reason, now=shop.now, actor=shop.actor(session), because="x"
        )
    )


def suppressed(shop: Shop, address: str) -> str | None:
    row = shop.read(lambda session: suppressions.is_suppressed(session, address))
    return None if row is None else row.reason.value


@pytest.fixture
def two(shop: Shop) -> Shop:
    """One person with two records, each with a case and emails to come."""
    shop.budget("500.00")
    add(shop, "P. Shah", OLD, phone="+44 7700 900123", segment="vip", marketing_consent=True)
    add(shop, "Priya Shah", NEW, segment="regular", marketing_consent=True)
    shop.request(shop.open_case(OLD))
    shop.request(shop.open_case(NEW, reason="long-wait"))
    return shop


def test_cases_move_and_both_addresses_find_the_one_customer(two: Shop) -> None:
    done = merge(two)
    assert done["cases"] == ["C-0001"]
    assert find(two, OLD).id == find(two, NEW).id == 2
    listed = two.read(lambda session: cases.list_cases(session, customer=OLD))
    assert [case.id for case, _ in listed] == [2, 1]
    third = two.open_case(OLD, reason="damaged-item")
    assert third.customer_id == 2
    names = two.read(lambda s: [row.name for row in list_customers(s, ANYBODY, limit=9)])
    assert names == ["Priya Shah"]


def test_emails_to_come_go_to_the_address_that_stays(two: Shop) -> None:
    assert {row.to_address for row in rows(two)} == {OLD, NEW}
    merge(two)
    assert {row.to_address for row in rows(two)} == {NEW}


def test_an_email_that_went_out_keeps_the_address_it_went_to(two: Shop) -> None:
    tick(two)
    sent = {row.id: row.to_address for row in rows(two) if row.state == "sent"}
    assert OLD in sent.values()
    merge(two)
    assert {row.id: row.to_address for row in rows(two) if row.state == "sent"} == sent


def test_what_the_record_that_stays_does_not_know_is_filled_in(two: Shop) -> None:
    merge(two)
    person = find(two, NEW)
    assert (person.name, person.segment, person.phone) == ("Priya Shah", "regular", "+44 7700 900123")


@pytest.mark.parametrize(("old", "new"), [(True, False), (False, True), (False, False)])
def test_marketing_needs_both_consents(shop: Shop, old: bool, new: bool) -> None:
    add(shop, "P", OLD, marketing_consent=old)
    add(shop, "Priya", NEW, marketing_consent=new)
    assert merge(shop)["consent"] == []
    assert not find(shop, NEW).marketing_consent


@pytest.mark.parametrize(
    ("old", "new", "then"),
    [
        (None, None, None),
        (SuppressionReason.UNSUBSCRIBE, None, "unsubscribe"),
        (SuppressionReason.COMPLAINT, None, "complaint"),
        (SuppressionReason.MANUAL, None, "manual"),
        # That one mailbox is not there says nothing about the other.
        (SuppressionReason.HARD_BOUNCE, None, None),
        (None, SuppressionReason.HARD_BOUNCE, "hard_bounce"),
        (SuppressionReason.COMPLAINT, SuppressionReason.HARD_BOUNCE, "complaint"),
        (SuppressionReason.HARD_BOUNCE, SuppressionReason.MANUAL, "manual"),
        (SuppressionReason.MANUAL, SuppressionReason.UNSUBSCRIBE, "unsubscribe"),
    ],
)
def test_who_asked_at_one_address_to_be_left_alone_is_left_alone_at_the_other(
    two: Shop, old: SuppressionReason | None, new: SuppressionReason | None, then: str | None
) -> None:
    for address, reason in ((OLD, old), (NEW, new)):
        if reason is not None:
            suppress(two, address, reason)
    assert merge(two)["suppressed"] == then
    assert suppressed(two, NEW) == then
    assert suppressed(two, OLD) == (old.value if old else None)


def test_a_dry_run_says_the_same_and_changes_nothing(two: Shop) -> None:
    suppress(two, OLD, SuppressionReason.UNSUBSCRIBE)

    def look(session: Session) -> MergeDocument:
        return merge_customers.preview(
            session, customers.find_customer(session, OLD), customers.find_customer(session, NEW)
        )

    foreseen = two.read(look)
    assert foreseen["emails_to_come"] == 3
    assert find(two, OLD).id == 1
    assert merge(two) == {**foreseen, "dry_run": False}


def test_nobody_is_merged_with_themselves_twice_or_in_a_circle(two: Shop) -> None:
    merge(two)
    for pair in ((OLD, NEW), (NEW, OLD), (NEW, NEW)):
        with pytest.raises(Refused, match="one and the same"):
            merge(two, *pair)


def test_nobody_erased_is_merged(two: Shop) -> None:
    def erase(session: Session) -> None:
        person = customers.find_customer(session, OLD)
        erasure.erase(session, two.rules, person, now=two.now, actor=two.actor(session, MAX), because="x")

    two.write(erase)
    for pair in (("erased-1@invalid", NEW), (NEW, "erased-1@invalid")):
        with pytest.raises(Refused, match="was erased"):
            merge(two, *pair)
    with pytest.raises(NotFound):
        merge(two)


def test_three_records_become_one_however_they_are_merged(two: Shop) -> None:
    add(two, "Priya S.", "third@example.com")
    merge(two)
    merge(two, NEW, "third@example.com")
    assert {find(two, email).id for email in (OLD, NEW, "third@example.com")} == {3}
    numbers = two.read(lambda session: session.exec(select(Case.customer_id)).all())
    assert set(numbers) == {3}


def test_the_address_of_a_merged_record_can_be_taken_back_into_use(two: Shop) -> None:
    merge(two)

    def change(session: Session) -> None:
        person = customers.find_customer(session, NEW)
        customers.change_customer(
            session, two.workspace.settings, person, {"email": OLD}, now=two.now, actor=two.actor(session)
        )

    two.write(change)
    assert find(two, OLD).id == find(two, NEW).id == 2
    assert find(two, NEW).email == OLD
    assert {row.to_address for row in rows(two)} == {OLD}


def test_limits_and_guards_count_both(two: Shop) -> None:
    """A cap on what a customer may be given sees what the other record was given; and the two no longer look
    like two people who share a telephone."""
    add(two, "Neighbour", "n@example.com", phone="07700 900123")
    before = [linked(two, email) for email in (NEW, OLD, "n@example.com")]
    assert before == [0, 1, 1]
    merge(two)
    assert [linked(two, email) for email in (NEW, "n@example.com")] == [1, 1]

    def given(session: Session) -> int:
        case = session.get_one(Case, 2)
        agent = two.actor(session).needed_agent
        records = StoredRecords(
            session, case, customers.customer_of(session, case), agent, "UTC", two.now, agent
        )
        return records.given(CapScope.CUSTOMER, None, None, None).times

    assert two.read(given) == 2


def linked(shop: Shop, email: str) -> int:
    def look(session: Session) -> int:
        person = customers.find_customer(session, email)
        agent = shop.actor(session, ANA).needed_agent
        case = session.get_one(Case, 1)
        found = StoredRecords(session, case, person, agent, "UTC", shop.now, agent).linked_customers()
        return found.customers

    return shop.read(look)


def test_the_log_says_which_record_became_part_of_which(two: Shop) -> None:
    merge(two)
    query = select(AuditEvent).where(col(AuditEvent.action) == "customer merge")
    event = two.read(lambda session: session.exec(query).one())
    assert (event.subject, event.detail["into"], event.because) == (
        "customer 1",
        "customer 2",
        "she wrote from both",
    )
    assert two.read(lambda session: list(audit.broken_links(session))) == []


def test_erasing_the_one_erases_the_other(two: Shop) -> None:
    merge(two)

    def erase(session: Session) -> None:
        person = customers.find_customer(session, OLD)
        erasure.erase(session, two.rules, person, now=two.now, actor=two.actor(session, MAX), because="x")

    two.write(erase)
    people = two.read(
        lambda session: [serializers.customer(row, "GBP") for row in session.exec(select(Customer))]
    )
    assert {row["name"] for row in people} == {"erased"}
    assert {row["email"] for row in people} == {"erased-1@invalid", "erased-2@invalid"}
    assert suppressed(two, OLD) == suppressed(two, NEW) == "erased"
    assert {row.to_address for row in two.read(lambda s: s.exec(select(Email)).all())} == {"erased-2@invalid"}
