"""What is given while a case goes through its emails is told: by the first of them, or by one of its own."""

import re
from datetime import datetime, timedelta
from itertools import permutations
from typing import NamedTuple

import pytest
from sqlmodel import Session, col, select

from followup.domain.cases.attention import AttentionReason
from followup.domain.goodwill.gesture import GestureState
from followup.domain.outbox.email_state import EmailState
from followup.domain.people.suppression import SuppressionReason
from followup.domain.sequences.enrolment import EnrolmentState
from followup.domain.shared.money import Money
from followup.mail.read_own_email import text_of
from followup.services.cases import replies, waiting_cases
from followup.services.goodwill import approvals, gestures
from followup.services.people import suppressions
from followup.services.sequences import enrolments, telling
from followup.store.tables import Case, Customer, Email, Enrolment, Gesture
from tests.services.mailing import tick
from tests.shop import MAX, MONDAY, Shop, happened

TELLING = ("apology", "callback-arranged", "given-later")
KINDS = ("voucher", "refund", "credit", "replacement", "repair", "callback", "gift")
LOCALES = ("en-GB", "de-DE", "es-ES", "fr-FR", "pt-BR")
CALLS = r"\b[Ll]ig(?:a|o|ue)|telefon|\bcall\b|\bphone you\b|Anruf|rufe (?:ich )?Sie|llam|appel|téléphone"


class Given(NamedTuple):
    """A gesture that a test gives, and the pattern that finds it in any language."""

    kind: str
    amount: str | None = None
    item: str | None = None

    @property
    def pattern(self) -> str:
        if self.kind == "callback":
            return CALLS
        return self.item or (self.amount or "").replace(".", "[.,]")


def given(kind: str, number: int) -> Given:
    """A gesture of a kind that no other of the test looks like."""
    if kind in ("replacement", "repair", "resend"):
        return Given(kind, item=f"Lampe{number}")
    return Given(kind) if kind in ("callback", "apology") else Given(kind, amount=f"5.{10 + number}")


def give(shop: Shop, case: Case, one: Given, now: datetime) -> Gesture:
    shop.now = now
    because = f"The customer asked for a {one.kind} on the phone, and Max Ortiz agreed that it is right here."
    return shop.request(case, one.kind, one.amount, by=MAX, item=one.item, again=True, because=because)


def opened(shop: Shop, number: int, locale: str = "en-GB", **told: str) -> Case:
    """A case of a customer in Britain, whatever they read."""
    shop.now = MONDAY
    return shop.open_case(
        f"customer{number}@example{number}.com",
        phone=f"+44 113 {number:07}",
        **{"order": f"LU-{number}", "locale": locale, "what_happened": happened(locale), **told},
    )


def letters(shop: Shop, case: Case) -> list[tuple[str, str]]:
    """The template and the text of each email that the customer of a case was sent."""
    query = (
        select(Email)
        .where(col(Email.case_id) == case.id, col(Email.sent_at).is_not(None))
        .order_by(col(Email.sent_at), col(Email.id))
    )
    return shop.read(
        lambda session: [(row.template, text_of(row.message or b"")) for row in session.exec(query)]
    )


def tellings(shop: Shop, case: Case, one: Given) -> list[str]:
    """The emails that tell of a gesture, without those that only ask after it."""
    found = (pair for pair in letters(shop, case) if pair[0] in TELLING)
    return [template for template, text in found if re.search(one.pattern, text)]


def needs(shop: Shop, now: datetime) -> dict[int, list[AttentionReason]]:
    waiting = shop.read(lambda session: waiting_cases.waiting(session, shop.rules, now=now))
    return {found.case.id or 0: [need.why.code for need in found.needs] for found in waiting}


def run(shop: Shop, days: int, since: datetime = MONDAY) -> None:
    """Let the daemon work for some days, looking every six hours."""
    for hours in range(0, days * 24, 6):
        tick(shop, since + timedelta(hours=hours), limit=100)


@pytest.mark.parametrize("after_the_first", [False, True], ids=["before", "after"])
def test_every_order_of_two_is_told_once(shop: Shop, after_the_first: bool) -> None:
    """Two gestures of every two kinds, in both orders and in all languages: each stands in exactly one of the
    letters that tell, the lint lets all of them go, and nobody has to tell the customer."""
    cases: list[tuple[Case, tuple[Given, Given]]] = []
    for number, kinds in enumerate(permutations(KINDS, 2)):
        case = opened(shop, number, LOCALES[number % len(LOCALES)])
        pair = (given(kinds[0], number), given(kinds[1], number + 45))
        give(shop, case, pair[0], MONDAY)
        cases.append((case, pair))
    second = MONDAY
    if after_the_first:
        tick(shop, MONDAY, limit=100)
        second = MONDAY + timedelta(hours=3)
    for case, pair in cases:
        give(shop, case, pair[1], second)
    run(shop, 4, second)
    held = shop.read(
        lambda session: [
            (row.id, row.template, row.held_detail)
            for row in session.exec(select(Email).where(col(Email.held_code).is_not(None)))
        ]
    )
    assert held == []
    waiting = needs(shop, MONDAY + timedelta(days=4))
    expected = ["first", "given-later"] if after_the_first else ["first", "first"]
    for case, pair in cases:
        told = [tellings(shop, case, one) for one in pair]
        where = [
            ["given-later" if template == "given-later" else "first" for template in found] for found in told
        ]
        assert where == [[one] for one in expected], (pair, letters(shop, case))
        untold = {AttentionReason.UNTOLD, AttentionReason.SUPPRESSED} & set(waiting.get(case.id or 0, []))
        assert not untold, (pair, untold)


# ---- One at a time


def refund(number: int = 1) -> Given:
    return given("refund", number)


def templates(shop: Shop, case: Case) -> list[str]:
    return [template for template, _ in letters(shop, case)]


def test_a_refund_that_a_manager_grants_after_the_replacement_is_in_the_first_letter(shop: Shop) -> None:
    """The day that showed the fault: above authority, the lamp meanwhile, a lower amount granted, paid."""
    case = opened(shop, 1)
    asked = shop.request(
        case, "refund", "30.00", because="She asked for a part of it back, as the lamp broke."
    )
    assert asked.state is GestureState.PENDING
    lamp = Given("replacement", item="Lampe1")
    give(shop, case, lamp, MONDAY)

    def counter(session: Session) -> None:
        row = session.get_one(Gesture, asked.id)
        waiting = gestures.approval_of(session, row)
        assert waiting is not None
        actor = shop.actor(session, MAX)
        approvals.counter(
            session, shop.rules, waiting, amount=Money(2000, "GBP"), now=MONDAY, actor=actor, because="enough"
        )

    shop.write(counter)
    shop.write(
        lambda session: gestures.issue(
            session, shop.rules, session.get_one(Gesture, asked.id), now=MONDAY, actor=shop.actor(session)
        )
    )
    shop.write(
        lambda session: gestures.pay(
            session, session.get_one(Gesture, asked.id), now=MONDAY, actor=shop.actor(session), because=None
        )
    )
    tick(shop, MONDAY)
    assert templates(shop, case) == ["apology"]
    assert tellings(shop, case, lamp) == ["apology"]
    assert tellings(shop, case, Given("refund", "20.00")) == ["apology"]


def test_an_apology_is_nothing_beside_what_is_given_with_it(shop: Shop) -> None:
    case, voucher = opened(shop, 1), given("voucher", 1)
    give(shop, case, Given("apology"), MONDAY)
    second = shop.read(lambda session: session.exec(select(Email).where(col(Email.step) == 2)).one())
    assert second.state is EmailState.SKIPPED
    give(shop, case, voucher, MONDAY)
    second = shop.read(lambda session: session.exec(select(Email).where(col(Email.step) == 2)).one())
    assert second.state is EmailState.SCHEDULED
    run(shop, 5)
    assert templates(shop, case) == ["apology", "check-in"]
    assert tellings(shop, case, voucher) == ["apology"]


def test_the_question_waits_for_all_that_was_promised(shop: Shop) -> None:
    case = opened(shop, 1)
    give(shop, case, given("voucher", 1), MONDAY)
    give(shop, case, given("gift", 2), MONDAY)
    run(shop, 14)
    # Ten business days for the gift are Monday the 16th; before that nobody asks.
    assert templates(shop, case) == ["apology"]
    run(shop, 3, MONDAY + timedelta(days=14))
    assert templates(shop, case) == ["apology", "check-in"]
    assert all(
        re.search(one.pattern, letters(shop, case)[1][1]) for one in (given("voucher", 1), given("gift", 2))
    )


def test_a_letter_written_by_hand_is_left_alone(shop: Shop) -> None:
    case, first, later = opened(shop, 1), given("voucher", 1), refund(2)
    give(shop, case, first, MONDAY)

    def edit(session: Session) -> None:
        email = session.exec(select(Email).where(col(Email.step) == 1)).one()
        email.edited_subject, email.edited_text = "Your lamp", "Hello Priya,\n\nThis is by hand.\n\nAna Reyes"
        email.released = [["E6", ""], ["E8", ""], ["E9", ""], ["E12", ""], ["E13", ""]]
        session.add(email)

    shop.write(edit)
    give(shop, case, later, MONDAY)
    planned = shop.read(
        lambda session: session.exec(select(Email).where(col(Email.template) == "given-later")).one()
    )
    assert planned.state is EmailState.SCHEDULED
    assert "This is by hand." not in str(tellings(shop, case, later))


def test_what_was_taken_back_is_not_told_and_the_rest_is(shop: Shop) -> None:
    case, voucher, back = opened(shop, 1), given("voucher", 1), refund(2)
    first = give(shop, case, voucher, MONDAY)
    give(shop, case, back, MONDAY)

    def void(session: Session) -> None:
        actor = shop.actor(session, MAX)
        gestures.void(session, session.get_one(Gesture, first.id), now=MONDAY, actor=actor, because="no")
        found = session.get_one(Case, case.id)
        telling.tell_of_the_rest(session, shop.rules, found, now=MONDAY, actor=actor)

    shop.write(void)
    tick(shop, MONDAY)
    assert (tellings(shop, case, voucher), tellings(shop, case, back)) == ([], ["apology"])
    other, kept, gone = opened(shop, 2), given("voucher", 3), refund(4)
    give(shop, other, kept, MONDAY)
    joined = give(shop, other, gone, MONDAY)
    shop.write(
        lambda session: gestures.void(
            session,
            session.get_one(Gesture, joined.id),
            now=MONDAY,
            actor=shop.actor(session, MAX),
            because="no",
        )
    )
    tick(shop, MONDAY)
    assert (tellings(shop, other, kept), tellings(shop, other, gone)) == (["apology"], [])


def test_a_pause_stays_a_pause(shop: Shop) -> None:
    case, voucher, back = opened(shop, 1), given("voucher", 1), refund(2)
    first = give(shop, case, voucher, MONDAY)

    def change(session: Session) -> None:
        actor, found = shop.actor(session, MAX), session.get_one(Case, case.id)
        enrolments.pause(session, found, now=MONDAY, actor=actor, because="away")

    shop.write(change)
    give(shop, case, back, MONDAY)

    def void(session: Session) -> None:
        actor = shop.actor(session, MAX)
        gestures.void(session, session.get_one(Gesture, first.id), now=MONDAY, actor=actor, because="no")
        found = session.get_one(Case, case.id)
        telling.tell_of_the_rest(session, shop.rules, found, now=MONDAY, actor=actor)

    shop.write(void)
    run(shop, 2)
    assert letters(shop, case) == []
    newest = shop.read(lambda session: session.exec(select(Enrolment).order_by(col(Enrolment.id))).all()[-1])
    assert newest.state is EnrolmentState.PAUSED
    shop.write(
        lambda session: enrolments.resume(
            session,
            session.get_one(Case, case.id),
            now=MONDAY + timedelta(days=2),
            actor=shop.actor(session),
        )
    )
    tick(shop, MONDAY + timedelta(days=2))
    assert tellings(shop, case, back) == ["apology"]


@pytest.mark.parametrize("why", ["suppressed", "answered", "three emails", "no template", "no language"])
def test_where_no_email_may_tell_of_it_somebody_is_asked_to(shop: Shop, why: str) -> None:
    case, later, now = opened(shop, 1), refund(2), MONDAY + timedelta(days=1)
    give(shop, case, given("voucher", 1), MONDAY)
    tick(shop, MONDAY)
    assert templates(shop, case) == ["apology"]

    def before(session: Session) -> None:
        actor, found = shop.actor(session), session.get_one(Case, case.id)
        person = session.get_one(Customer, found.customer_id)
        if why == "suppressed":
            reason = SuppressionReason.MANUAL
            suppressions.suppress(session, person.email, reason, now=now, actor=actor, because="so")
        elif why == "answered":
            replies.record_reply(session, found, "And now?", now=now, actor=actor)
        elif why == "no language":
            person.locale = "ja-JP"
            session.add(person)

    shop.write(before)
    if why == "no template":
        for path in shop.own_templates().rglob("given-later.md"):
            path.unlink()
    if why == "three emails":
        run(shop, 16)
        now = MONDAY + timedelta(days=16)
        assert templates(shop, case) == ["apology", "check-in", "closing"]
    give(shop, case, later, now)
    run(shop, 3, now)
    assert tellings(shop, case, later) == []
    expected = {
        "suppressed": AttentionReason.SUPPRESSED,
        "answered": AttentionReason.UNTOLD,
        "three emails": AttentionReason.UNTOLD,
        "no template": AttentionReason.UNTOLD,
        "no language": AttentionReason.HELD,
    }[why]
    assert expected in needs(shop, now + timedelta(days=3))[case.id or 0]


def test_a_discount_without_consent_keeps_nothing_else_back(shop: Shop) -> None:
    case, discount, back = opened(shop, 1), given("discount", 1), refund(2)
    give(shop, case, discount, MONDAY)
    give(shop, case, back, MONDAY)
    tick(shop, MONDAY)
    assert (tellings(shop, case, discount), tellings(shop, case, back)) == ([], ["apology"])
    assert needs(shop, MONDAY)[case.id or 0] == [AttentionReason.NO_CONSENT]


def test_two_given_later_share_an_email_until_it_is_sent(shop: Shop) -> None:
    case = opened(shop, 1)
    give(shop, case, given("voucher", 1), MONDAY)
    tick(shop, MONDAY)
    for one in (refund(2), given("replacement", 3)):
        give(shop, case, one, MONDAY + timedelta(hours=1))
    run(shop, 2)
    assert templates(shop, case) == ["apology", "given-later"]
    assert tellings(shop, case, refund(2)) == tellings(shop, case, given("replacement", 3)) == ["given-later"]
    give(shop, case, given("credit", 4), MONDAY + timedelta(days=2))
    run(shop, 3, MONDAY + timedelta(days=2))
    assert templates(shop, case) == ["apology", "given-later", "given-later"]
