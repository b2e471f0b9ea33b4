"""Cases: opened, found, moved, corrected, and the notes on them."""

from datetime import date
from functools import partial

import pytest
from sqlmodel import Session, select

from followup.domain.cases.case import CASE_STATUS_MOVES, CaseStatus, Feeling, NoteUse, Outcome, Severity
from followup.errors import NotFound, Refused, WrongUsage
from followup.services.cases import case_notes, cases
from followup.services.shared.actors import Actor
from followup.store.tables import AuditEvent, Case, Customer
from tests.services.cases.told_cases import read, refusal
from tests.shop import ANA, Shop

# ---- Opening


def test_a_new_customer_comes_with_the_case_if_they_are_named(shop: Shop) -> None:
    case = shop.open_case("New@Example.com", name="Nora New")
    customer = shop.read(lambda session: session.get_one(Customer, case.customer_id))
    assert (customer.email, customer.name, customer.region) == ("new@example.com", "Nora New", "GB")


def test_somebody_unknown_without_a_name_is_not_found(shop: Shop) -> None:
    with pytest.raises(NotFound) as caught:
        shop.open_case("new@example.com", name="")
    assert caught.value.code == "unknown_customer"
    assert shop.read(lambda session: session.exec(select(Case)).all()) == []


def test_somebody_known_keeps_their_name(shop: Shop) -> None:
    first = shop.open_case("priya@example.com", name="Priya Shah")
    second = shop.open_case(" PRIYA@example.com ", name="Somebody Else")
    assert first.customer_id == second.customer_id
    assert shop.read(lambda session: session.get_one(Customer, first.customer_id)).name == "Priya Shah"


def test_another_systems_id_is_taken_once(shop: Shop) -> None:
    shop.open_case(external_id="Z-1")
    with pytest.raises(Refused) as caught:
        shop.open_case("tom@example.com", external_id="Z-1")
    assert caught.value.code == "case_exists"
    assert "--external-id Z-1" in caught.value.hint


def test_only_an_agent_opens_a_case(shop: Shop) -> None:
    entry = read(shop)
    with pytest.raises(WrongUsage) as caught:
        shop.write(
            lambda session: cases.open_case(session, shop.rules, entry, now=shop.now, actor=Actor("login:x"))
        )
    assert caught.value.code == "unknown_actor"


# ---- References, lists, notes


@pytest.mark.parametrize("written", ["C-0001", "c-1", "1", " C-1 ", "C-000000000001"])
def test_a_reference_may_be_written_short(shop: Shop, written: str) -> None:
    shop.open_case()
    assert shop.read(lambda session: cases.find_case(session, written)).id == 1


@pytest.mark.parametrize("written", ["G-1", "C-", "C--1", "C-1.0", "one", "", "C-٣", "C-1;", "9" * 10])
def test_what_is_no_reference_to_a_case_is_refused(shop: Shop, written: str) -> None:
    with pytest.raises(WrongUsage, match="not a reference to a case"):
        shop.read(lambda session: cases.find_case(session, written))


def test_a_case_that_is_not_there_is_not_found(shop: Shop) -> None:
    for number in ("0", "1", "999999999"):
        with pytest.raises(NotFound):
            shop.read(partial(cases.find_case, text=number))


def test_lists_are_newest_first_and_can_be_narrowed(shop: Shop) -> None:
    shop.open_case()
    shop.open_case("tom@example.com", reason="long-wait", external_id="Z-1")
    shop.open_case("tom@example.com")

    def found(**narrow: str) -> list[int | None]:
        return shop.read(lambda session: [case.id for case, _ in cases.list_cases(session, **narrow)])  # type: ignore[arg-type]

    assert found() == [3, 2, 1]
    assert found(customer="Tom@example.com") == [3, 2]
    assert found(reason="long-wait") == [2]
    assert found(external_id="Z-1") == [2]
    assert found(status="open", customer="priya@example.com") == [1]
    assert found(status="closed") == []
    assert shop.read(lambda session: len(cases.list_cases(session, limit=2))) == 2
    with pytest.raises(WrongUsage, match="not a status"):
        found(status="opne")


def test_notes_are_kept_in_order_with_their_writer(shop: Shop) -> None:
    shop.open_case()

    def write(text: str) -> None:
        def change(session: Session) -> None:
            case = cases.find_case(session, "1")
            case_notes.add_note(session, case, text, now=shop.now, actor=shop.actor(session))

        shop.write(change)

    for text in ("Called.", "Called again.\nShe\x00 is glad."):
        write(text)
    notes = shop.read(lambda session: case_notes.notes_of(session, cases.find_case(session, "1")))
    assert [(note.body, note.actor) for note in notes] == [
        ("Called.", ANA),
        ("Called again.\nShe\ufffd is glad.", ANA),
    ]
    for text in ("", " \n "):
        with pytest.raises(WrongUsage, match="empty"):
            write(text)


# ---- Status


def move(shop: Shop, to: CaseStatus, outcome: Outcome | None = None) -> Case:
    return shop.write(
        lambda session: cases.move_case(
            session,
            cases.find_case(session, "1"),
            to,
            now=shop.now,
            actor=shop.actor(session),
            because="a reason",
            outcome=outcome,
        )
    )


ROUTES = {
    CaseStatus.OPEN: [],
    CaseStatus.RESOLVED: [CaseStatus.RESOLVED],
    CaseStatus.CLOSED: [CaseStatus.CLOSED],
    CaseStatus.UNDONE: [CaseStatus.UNDONE],
}


@pytest.mark.parametrize("was", CaseStatus)
@pytest.mark.parametrize("to", CaseStatus)
def test_a_case_moves_only_where_its_status_allows(shop: Shop, was: CaseStatus, to: CaseStatus) -> None:
    shop.open_case()
    for status in ROUTES[was]:
        move(shop, status)
    if to in CASE_STATUS_MOVES[was]:
        assert move(shop, to).status is to
        return
    with pytest.raises(Refused) as caught:
        move(shop, to)
    is_undone = was is CaseStatus.UNDONE
    assert caught.value.code == ("case_undone" if is_undone else "illegal_state")
    assert ("was taken back" if is_undone else f"is {was}") in caught.value.message


def test_reopening_forgets_what_became_of_it(shop: Shop) -> None:
    shop.open_case()
    assert move(shop, CaseStatus.RESOLVED).resolved_at == shop.now
    closed = move(shop, CaseStatus.CLOSED, Outcome.RECOVERED)
    assert (closed.outcome, closed.resolved_at) == (Outcome.RECOVERED, shop.now)
    again = move(shop, CaseStatus.OPEN)
    assert (again.outcome, again.resolved_at) == (None, None)


def test_every_move_is_recorded_with_its_reason(shop: Shop) -> None:
    shop.open_case()
    move(shop, CaseStatus.CLOSED, Outcome.LOST)
    newest = shop.read(lambda session: session.exec(select(AuditEvent)).all())[-1]
    assert (newest.action, newest.subject, newest.actor) == ("case closed", "C-0001", ANA)
    assert (newest.because, newest.detail) == ("a reason", {"outcome": "lost"})


# ---- What is corrected, and what notes are for


def change(shop: Shop, case: Case, **told: str) -> Case:
    """Correct a case; a fact is told as fact_NAME."""
    facts = {name[5:]: value for name, value in told.items() if name.startswith("fact_")}
    flags = {name: value for name, value in told.items() if not name.startswith("fact_")}

    return shop.write(
        lambda session: cases.change_case(
            session,
            shop.rules,
            session.get_one(Case, case.id),
            flags,
            facts,
            now=shop.now,
            actor=shop.actor(session),
        )
    )


def test_a_correction_touches_only_what_is_given(shop: Shop) -> None:
    case = shop.open_case(feeling="angry", promised="a call")
    changed = change(shop, case, fact_item="blue lamp", feeling="worried", promised="", order="HB-9")
    assert (changed.feeling, changed.promised, changed.order_ref) == (Feeling.WORRIED, None, "HB-9")
    assert (changed.severity, changed.order_value_minor) == (Severity.MODERATE, 8000)
    assert changed.facts == {"item": "blue lamp"}
    event = shop.read(lambda session: session.exec(select(AuditEvent)).all())[-1]
    assert (event.action, event.detail) == (
        "case set",
        {"changed": ["feeling", "promised", "order", "facts"]},
    )


@pytest.mark.parametrize("name", ["reason", "severity", "responsibility"])
def test_what_every_case_has_cannot_be_taken_out(shop: Shop, name: str) -> None:
    case = shop.open_case()
    with pytest.raises(WrongUsage) as caught:
        change(shop, case, **{name: ""})
    assert caught.value.code == "missing"


@pytest.mark.parametrize("nobody_knows", ["", " ", "unknown", "Unknown"])
def test_the_day_may_be_told_later_and_taken_back(shop: Shop, nobody_knows: str) -> None:
    case = shop.open_case(occurred_on="unknown")
    assert case.occurred_on is None
    assert change(shop, case, occurred_on="yesterday").occurred_on == date(2026, 11, 1)
    assert change(shop, case, occurred_on=nobody_knows).occurred_on is None


def test_a_wrong_correction_changes_nothing(shop: Shop) -> None:
    case = shop.open_case(feeling="angry")
    with pytest.raises(WrongUsage):
        change(shop, case, feeling="worried", severity="huge")
    kept = shop.read(lambda session: session.get_one(Case, case.id))
    assert kept.feeling is Feeling.ANGRY


def test_a_closed_case_is_not_corrected(shop: Shop) -> None:
    case = shop.open_case()
    move(shop, CaseStatus.CLOSED)
    with pytest.raises(Refused) as caught:
        change(shop, case, feeling="worried")
    assert caught.value.code == "case_closed"


def test_any_case_may_say_what_it_was_about_and_where(shop: Shop) -> None:
    entry = read(shop, fact_item="blue lamp", fact_place="York")
    assert entry.facts == {"item": "blue lamp", "place": "York"}
    assert refusal(shop, fact_colour="blue").code == "unknown_fact"
    assert refusal(shop, fact_item="blue\nlamp").code == "control_character"


def test_a_note_says_whom_it_is_for(shop: Shop) -> None:
    case = shop.open_case()

    def note(session: Session) -> None:
        found = session.get_one(Case, case.id)
        actor = shop.actor(session)
        case_notes.add_note(session, found, "Rang her.", now=shop.now, actor=actor)
        case_notes.add_note(session, found, "It is on its way.", now=shop.now, actor=actor, use=NoteUse.TELL)

    shop.write(note)
    uses = shop.read(lambda session: [row.use for row in case_notes.notes_of(session, case)])
    assert uses == [NoteUse.INTERNAL, NoteUse.TELL]


def test_a_reopened_case_remembers_when(shop: Shop) -> None:
    case = shop.open_case()
    move(shop, CaseStatus.RESOLVED)
    assert shop.read(lambda session: session.get_one(Case, case.id)).reopened_at is None
    move(shop, CaseStatus.OPEN)
    assert shop.read(lambda session: session.get_one(Case, case.id)).reopened_at == shop.now
