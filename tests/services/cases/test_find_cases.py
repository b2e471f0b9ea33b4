"""`case find` on a real database: both find the same, because neither takes texts apart itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from followup.domain.cases.case import NoteUse
from followup.errors import NotFound, WrongUsage
from followup.services.cases import case_notes, cases, find_cases
from followup.services.cases.find_cases import FoundCases
from followup.services.goodwill import gestures, vouchers
from followup.services.outbox import outbox
from followup.services.people import customers, merge_customers
from followup.services.shared.references import ref
from followup.store.search import case_index
from followup.store.search.case_index import CaseFilter
from followup.store.tables import Case
from tests.shop import ANA, MAX, SEN, Shop
from tests.unit.domain.cases.test_case_search import HOSTILE

ANYWHERE = CaseFilter()


def search(shop: Shop, *texts: str, only: CaseFilter = ANYWHERE, limit: int = 20) -> FoundCases:
    return shop.read(lambda session: find_cases.find_cases(session, texts, only, limit=limit))


def refs(shop: Shop, *texts: str, only: CaseFilter = ANYWHERE, limit: int = 20) -> list[str]:
    return [ref(found.case) for found in search(shop, *texts, only=only, limit=limit).cases]


def note(shop: Shop, case: Case, body: str, use: NoteUse = NoteUse.INTERNAL) -> None:
    shop.write(
        lambda session: case_notes.add_note(
            session, session.get_one(Case, case.id), body, now=shop.now, actor=shop.actor(session), use=use
        )
    )


def meet(shop: Shop, email: str, name: str, **told: Any) -> None:
    shop.write(
        lambda session: customers.add_customer(
            session,
            shop.workspace.settings,
            now=shop.now,
            actor=shop.actor(session),
            name=name,
            email=email,
            **told,
        )
    )


WHAT = "Nobody knew why."


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """A shop with three cases of three customers."""
    meet(shop, "priya.shah@example.com", "Priya Shah", phone="+44 7700 900123", address="12 Quay Lane, Ely")
    meet(shop, "j.mueller@example.org", "Jürgen Müller", phone="030 555 0199")
    shop.open_case(
        "priya.shah@example.com",
        order="HB-2041",
        verbatim="It was a birthday present and it came two days late.",
        promised="a call on Friday",
        fact_item="umbrella",
        external_id="ZD-77120",
        what_happened=WHAT,
    )
    shop.open_case(
        "j.mueller@example.org", order="#20415", verbatim="Das Paket lag auf der Straße.", what_happened=WHAT
    )
    third = shop.open_case(
        "w@example.net",
        name="Wei 王小明",
        reason="rude-staff",
        verbatim="配送がとても遅い。",
        what_happened=WHAT,
    )
    note(shop, third, "Asked for a Présent of the same kind; delivery was fine")
    return shop


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (["C-0001"], ["C-0001"]),
        (["c1"], ["C-0001"]),
        (["2"], ["C-0002"]),
        (["HB-2041"], ["C-0001"]),
        (["hb2041"], ["C-0001"]),
        (["hb", "2041"], ["C-0001"]),
        (["#HB/2041"], ["C-0001"]),
        # The whole number comes before the one that goes on.
        (["2041"], ["C-0001", "C-0002"]),
        (["20415"], ["C-0002"]),
        (["zd77120"], ["C-0001"]),
        (["shah"], ["C-0001"]),
        (["SHA"], ["C-0001"]),
        (["Müller"], ["C-0002"]),
        (["mueller"], ["C-0002"]),
        (["muller"], ["C-0002"]),
        (["jurgen"], ["C-0002"]),
        (["priya.shah@example.com"], ["C-0001"]),
        (["shah@exam"], ["C-0001"]),
        (["07700 900123"], ["C-0001"]),
        (["+44(0)7700-900 123"], ["C-0001"]),
        (["900123"], ["C-0001"]),
        (["0305550199"], ["C-0002"]),
        (["quay lane"], ["C-0001"]),
        (["birthday", "shah"], ["C-0001"]),
        (["deliv"], ["C-0003", "C-0002", "C-0001"]),
        (["strasse"], ["C-0002"]),
        (["遅い"], ["C-0003"]),
        (["小明"], ["C-0003"]),
        (["umbrella"], ["C-0001"]),
        (["friday"], ["C-0001"]),
        (["present"], ["C-0003", "C-0001"]),
        (["present", "days"], ["C-0001"]),
        (['"two days"'], ["C-0001"]),
        (['"days two"'], []),
        (["days two"], ["C-0001"]),
        # No phrase reaches from one text into the next.
        (['"late a call"'], []),
        (["kettle"], []),
    ],
)
def test_a_case_is_found_by_whatever_is_known_of_it(busy: Shop, typed: list[str], found: list[str]) -> None:
    assert refs(busy, *typed) == found


def test_the_references_of_what_belongs_to_a_case_lead_to_it(shop: Shop) -> None:
    shop.open_case("first@example.com")
    case = shop.open_case("other@example.com")
    gesture = shop.request(case)
    waiting = shop.request(shop.open_case("third@example.com"), "voucher", "45.00", by=ANA)
    approval = shop.read(lambda session: gestures.approval_of(session, waiting))
    assert approval is not None
    voucher = shop.read(lambda session: vouchers.find_voucher(session, ref(gesture)))
    code = vouchers.code_of(shop.rules, voucher)
    assert shop.read(lambda session: outbox.find_email(session, "E-0001").case_id) == 2
    for typed in ("G-0001", "g1", "E-0001", code, code.lower()):
        assert refs(shop, typed) == ["C-0002"], typed
    assert refs(shop, ref(approval)) == refs(shop, ref(waiting)) == ["C-0003"]
    (found,) = search(shop, code).cases
    assert [(place.where.value, place.text) for place in found.places] == [("voucher", "G-0001")]
    assert refs(shop, "G-0099") == []


def test_who_and_which_come_before_what_was_said_and_the_newest_before_older_ones(shop: Shop) -> None:
    meet(shop, "a@example.com", "Rose Field")
    meet(shop, "b@example.com", "Ann Other")
    shop.open_case("a@example.com")
    shop.open_case("b@example.com", verbatim="The rose was dead.")
    shop.open_case("a@example.com")
    shop.open_case("b@example.com", verbatim="A roseate spoonbill.")
    assert refs(shop, "rose") == ["C-0003", "C-0001", "C-0002", "C-0004"]
    assert refs(shop, "rose", limit=2) == ["C-0003", "C-0001"]
    found = search(shop, "rose", limit=3)
    assert found.more == 1
    assert search(shop, "rose", limit=4).more == 0


def test_the_place_is_shown_with_the_words_marked(busy: Shop) -> None:
    (found,) = search(busy, "birthday", "shah").cases
    shown = [(place.where.value, [place.text[a:b] for a, b in place.marks]) for place in found.places]
    assert shown == [("name", ["Shah"]), ("verbatim", ["birthday"])]


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_is_an_error(busy: Shop, typed: str) -> None:
    assert set(refs(busy, typed)) <= {"C-0001", "C-0002", "C-0003"}


def test_operators_of_a_database_are_words_like_others(shop: Shop) -> None:
    case = shop.open_case(verbatim="He was near OR not near the shop")
    shop.open_case("b@example.com", verbatim="shop")
    assert refs(shop, "near or not shop") == [ref(case)]
    assert refs(shop, "shop*") == ["C-0002", "C-0001"]


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [
        (date(2026, 11, 2), None, True),
        (date(2026, 11, 3), None, False),
        (None, date(2026, 11, 2), True),
        (None, date(2026, 11, 1), False),
    ],
)
def test_a_case_on_a_day_nobody_knows_is_found_by_the_day_of_logging(
    shop: Shop, since: date | None, until: date | None, found: bool
) -> None:
    shop.open_case(occurred_on="unknown")
    only = CaseFilter(since=since, until=until, timezone="Europe/London")
    for words in ((), ("priya",), ("C-0001",)):
        assert refs(shop, *words, only=only) == (["C-0001"] if found else [])


def test_the_day_of_logging_is_that_of_the_filters_time_zone(shop: Shop) -> None:
    # Noon in London is one o'clock on the next morning in Auckland.
    shop.now = datetime(2026, 11, 2, 12, tzinfo=UTC)
    shop.open_case(occurred_on="unknown")
    tomorrow = date(2026, 11, 3)
    assert refs(shop, only=CaseFilter(since=tomorrow, timezone="Pacific/Auckland")) == ["C-0001"]
    assert refs(shop, only=CaseFilter(since=tomorrow, timezone="Europe/London")) == []


def test_agent_team_and_day_narrow_the_search(shop: Shop) -> None:
    shop.open_case("a@example.com", by=ANA, occurred_on="2026-10-30")
    shop.open_case("b@example.com", by=SEN, occurred_on="2026-11-01")

    def narrowed(**by: object) -> list[str]:
        given = {"agent": None, "team": None, "since": None, "until": None, **by}
        only = shop.read(lambda session: find_cases.case_filter(session, shop.rules, **given))  # type: ignore[arg-type]
        assert refs(shop, "priya", only=only) == refs(shop, only=only)
        return refs(shop, "priya", only=only)

    assert narrowed(agent=SEN) == ["C-0002"]
    assert narrowed(agent=MAX) == []
    assert narrowed(team="NORTH") == ["C-0002", "C-0001"]
    assert narrowed(since=date(2026, 10, 31)) == ["C-0002"]
    assert narrowed(until=date(2026, 10, 31)) == ["C-0001"]
    assert narrowed(since=date(2026, 10, 30), until=date(2026, 11, 1), team="north") == ["C-0002", "C-0001"]
    only = CaseFilter(since=date(2026, 10, 31))
    assert refs(shop, "C-0001", only=only) == []
    with pytest.raises(NotFound) as unknown:
        narrowed(team="south")
    assert (unknown.value.code, unknown.value.hint) == ("unknown_team", "The teams are north.")
    for blank in ((), ("", " ")):
        with pytest.raises(WrongUsage) as nothing:
            refs(shop, *blank)
        assert nothing.value.code == "nothing_to_find"


# ---- The index follows the tables


def test_the_index_follows_every_change(busy: Shop) -> None:
    def change(**told: str) -> None:
        busy.write(
            lambda session: cases.change_case(
                session,
                busy.rules,
                session.get_one(Case, 1),
                told,
                {},
                now=busy.now,
                actor=busy.actor(session),
            )
        )

    change(verbatim="A kettle", order="HB-3000")
    assert refs(busy, "birthday") == refs(busy, "HB-2041") == []
    assert refs(busy, "kettle") == refs(busy, "HB-3000") == ["C-0001"]
    busy.write(
        lambda session: customers.change_customer(
            session,
            busy.workspace.settings,
            customers.find_customer(session, "priya.shah@example.com"),
            {"name": "Priya Rao", "phone": ""},
            now=busy.now,
            actor=busy.actor(session),
        )
    )
    assert (refs(busy, "rao"), refs(busy, "900123")) == (["C-0001"], [])
    # Somebody else's program changes a table without ours; the next write of ours indexes it.
    with busy.engine.begin() as connection:
        connection.execute(text("UPDATE note SET body = 'a teapot'"))
        connection.execute(text("UPDATE cases SET promised = 'a saucer' WHERE id = 2"))
    note(busy, busy.open_case("x@example.com", name="X Y"), "x")
    assert (refs(busy, "teapot"), refs(busy, "saucer")) == (["C-0003"], ["C-0002"])
    assert busy.read(lambda session: case_index.problems(session.connection())) == []


def test_what_is_rolled_back_is_not_found(shop: Shop) -> None:
    shop.open_case(verbatim="kept")

    def change(session: Session) -> None:
        session.get_one(Case, 1).verbatim = "gone"
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shop.write(change)
    assert (refs(shop, "gone"), refs(shop, "kept")) == ([], ["C-0001"])


def test_a_merged_customer_is_found_by_both_names(shop: Shop) -> None:
    meet(shop, "old@example.com", "Rosa Alt", phone="01632 960777")
    meet(shop, "new@example.com", "Rosa Neu")
    shop.open_case("old@example.com")
    shop.open_case("new@example.com")
    shop.write(
        lambda session: merge_customers.merge(
            session,
            customers.find_customer(session, "old@example.com"),
            customers.find_customer(session, "new@example.com"),
            now=shop.now + timedelta(hours=1),
            actor=shop.actor(session, MAX),
            because="one person",
        )
    )
    for typed in ("neu", "alt", "old@example.com", "01632960777"):
        assert refs(shop, typed) == ["C-0002", "C-0001"], typed


def test_a_check_notices_an_index_that_does_not_fit_and_writing_it_anew_mends_it(busy: Shop) -> None:
    def wrong() -> list[str]:
        return busy.read(lambda session: case_index.problems(session.connection()))

    assert wrong() == []
    busy.write(lambda session: session.connection().execute(text("DELETE FROM casesearch")))
    busy.write(
        lambda session: session.connection().execute(text("UPDATE cases SET promised = 'tea' WHERE id = 1"))
    )
    assert wrong() == [
        "search index: 2 cases cannot be found by their words; run: followup db check --repair"
    ]
    assert busy.write(lambda session: case_index.rebuild(session.connection())) == 3
    assert wrong() == []
    drop = "DROP TRIGGER casesearch_note_added"
    on_table = "" if busy.engine.dialect.name == "sqlite" else " ON note"
    busy.write(lambda session: session.connection().execute(text(drop + on_table)))
    assert wrong() == [
        "search index: the trigger casesearch_note_added is missing, so changes are not noticed"
    ]


def test_what_happened_and_the_answer_are_found_also_after_a_change(shop: Shop) -> None:
    case = shop.open_case(what_happened="The cooker exploded on Sunday.", answer="A fitter calls on Friday.")
    assert refs(shop, "exploded") == refs(shop, "fitter") == [ref(case)]

    def change(session: Session) -> Case:
        found = cases.find_case(session, ref(case))
        told = {"what_happened": "The kettle leaked.", "answer": ""}
        rules = shop.rules
        return cases.change_case(session, rules, found, told, {}, now=shop.now, actor=shop.actor(session))

    shop.write(change)
    assert refs(shop, "leaked") == [ref(case)]
    assert refs(shop, "exploded") == refs(shop, "fitter") == []
    assert shop.read(lambda session: cases.find_case(session, ref(case)).answer) is None


def test_what_happened_is_a_sentence_or_two_on_one_line(shop: Shop) -> None:
    case = shop.open_case(what_happened="You rang on Monday.\nNobody came. ")
    assert case.what_happened == "You rang on Monday. Nobody came."

    with pytest.raises(WrongUsage, match="501 characters long; 500 is the most"):
        shop.open_case(what_happened="a" * 501)
