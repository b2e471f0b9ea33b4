"""Everything still works when every sentence is worded otherwise: what the program does depends on codes.

Each scenario runs in a pseudo-locale from its beginning, and with one that comes in between, as a release
does that words a sentence anew: what was recorded before still counts.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from followup.cli.goodwill import recommendation
from followup.domain.cases.attention import AttentionReason
from followup.domain.cases.case import NoteUse
from followup.domain.goodwill.gesture import ApprovalState
from followup.domain.goodwill.policy.policy_reason import ApprovalNeed, Choice, PolicyReason
from followup.domain.goodwill.voucher import VoucherState
from followup.domain.inbound.message_reason import MessageReason
from followup.domain.outbox.email_reason import EmailReason
from followup.domain.outbox.email_state import EmailState
from followup.domain.shared.reason import ReasonCode, reworded
from followup.mail.transport import DeliveryOutcome, Phase
from followup.services.cases import case_notes, close_case
from followup.services.outbox import explain_email, outbox
from followup.services.outbox.explain_email import EmailStoryDocument
from followup.services.sequences import email_events
from followup.store.tables import Approval, Case, Email, EmailEvent, Gesture, InboundMail, Note
from tests.services import waiting
from tests.services.cases.closing_answers import NOT_YET, RIGHT, asked
from tests.services.clicks import click
from tests.services.mail_back import away, care_address, letter, receive
from tests.services.mailing import Answering, enrolment, rows, states, tick
from tests.services.outbox.test_contact_frequency import enrolled, make_due
from tests.services.outbox.test_held_emails import STOCK, add_to_apology, release
from tests.services.outbox.test_presend_checks import THURSDAY, end_voucher
from tests.services.privacy.erasing import erase
from tests.services.reporting.odd_things import ask
from tests.services.sequences.test_enrolments import pause, resume
from tests.shop import MONDAY, Shop

_LETTERS = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")

Reword = Callable[[], None]


def pseudo(words: str) -> str:
    """Words as nobody words them: in brackets, with other letters."""
    return f"⟦{words.translate(_LETTERS)}⟧"


@pytest.fixture(params=["from the beginning", "in between"])
def reword(request: pytest.FixtureRequest) -> Iterator[Reword]:
    """Words everything otherwise, at once or where a scenario calls it."""
    with ExitStack() as stack:
        if request.param == "from the beginning":
            stack.enter_context(reworded(pseudo))
            yield lambda: None
        else:
            yield lambda: stack.enter_context(reworded(pseudo))


def codes(shop: Shop) -> list[ReasonCode | None]:
    return [row.reason_code for row in rows(shop)]


def events_of(shop: Shop, number: int) -> list[EmailReason | None]:
    query = select(EmailEvent).where(col(EmailEvent.email_id) == number).order_by(col(EmailEvent.id))
    return shop.read(lambda session: [event.reason_code for event in session.exec(query)])


def needs(shop: Shop) -> dict[int | None, list[AttentionReason]]:
    return waiting.codes(shop)


def reported(shop: Shop, kind: str) -> list[str]:
    return [row["references"] for row in ask(shop)["rows"] if row["kind"] == kind]


def story(shop: Shop, number: int) -> EmailStoryDocument:
    return shop.read(
        lambda session: explain_email.story(session, shop.rules, session.get_one(Email, number), now=shop.now)
    )


def test_the_pseudo_locale_changes_every_sentence_and_nothing_that_it_names() -> None:
    with reworded(pseudo):
        assert EmailReason.CASE_CLOSED.say() == "⟦thé cásé ís clóséd⟧"
        assert EmailReason.EARLIER_HELD.say({"email": "E-0001"}) == (
            "⟦thé émáíl béfóré ít, ⟧E-0001⟦, ís héld fór á pérsón⟧"
        )
        # Somebody's own words are nobody's to change.
        assert EmailReason.PERSON.say(None, "She asked.") == "She asked."
    assert EmailReason.CASE_CLOSED.say() == "the case is closed"


def test_overrides_are_reported(shop: Shop, reword: Reword) -> None:
    shop.request(shop.open_case("a@example.com"), "refund", "20.00")
    shop.request(shop.open_case("b@example.com"))
    within = shop.open_case("c@example.com", reason="rude-service", severity="serious")
    shop.request(within, amount="24.00")
    reword()
    assert reported(shop, "override") == ["G-0001 C-0001"]
    (row,) = [row for row in ask(shop)["rows"] if row["kind"] == "override"]
    assert row["says"] == "A refund of 20.00 GBP instead of a voucher of 8.00 GBP."
    chosen = shop.read(lambda session: session.exec(select(Gesture.choice).order_by(col(Gesture.id))).all())
    assert chosen == [Choice.INSTEAD, Choice.AS_OFFERED, Choice.WITHIN_RANGE]


def test_what_was_lowered_or_sent_to_somebody_is_reported(shop: Shop, reword: Reword) -> None:
    shop.request(shop.open_case("a@example.com", order_value="2.00"))
    for _ in range(3):
        shop.open_case("b@example.com")
    shop.request(shop.open_case("b@example.com"))
    reword()
    assert reported(shop, "bound") == ["G-0001 C-0001"]
    assert reported(shop, "second-look") == ["G-0002 C-0005"]
    says = {row["kind"]: row["says"] for row in ask(shop)["rows"]}
    assert says["bound"].startswith("⟦Lówéréd tó ⟧3.00 GBP⟦ by ⟧overcompensation")
    assert "manager⟦ lóóks át ít fírst.⟧" in says["second-look"]


def test_why_an_approval_is_needed_is_known(shop: Shop, reword: Reword) -> None:
    for customer, value in (("a@example.com", "500.00"), ("b@example.com", "40.00")):
        shop.request(shop.open_case(customer, order_value=value), "refund", "45.00")
    reword()
    found = shop.read(lambda session: session.exec(select(Approval).order_by(col(Approval.id))).all())
    assert {row.need for row in found if row.state is ApprovalState.PENDING} == {ApprovalNeed.PER_GESTURE}
    assert found


def test_an_email_that_the_lint_held_is_not_held_again_after_its_release(shop: Shop, reword: Reword) -> None:
    add_to_apology(shop, STOCK)
    shop.request(shop.open_case())
    assert tick(shop).deferred == 1
    reword()
    assert rows(shop)[0].held_code is EmailReason.LINT
    assert ["E1", STOCK] in release(shop).released
    assert tick(shop).sent == 1
    assert events_of(shop, 1) == [
        EmailReason.PLANNED,
        EmailReason.HELD,
        EmailReason.RELEASED_BY,
        EmailReason.WRITTEN_TO_FILE,
    ]
    assert reported(shop, "released") == ["E-0001 C-0001"]


def test_an_email_whose_voucher_ended_is_not_held_again_after_its_release(shop: Shop, reword: Reword) -> None:
    shop.request(shop.open_case(), "voucher", "5.00")
    end_voucher(shop, VoucherState.REDEEMED)
    assert tick(shop).deferred == 1
    reword()
    assert release(shop).released == [["voucher", "voucher_used"]]
    assert tick(shop, MONDAY + timedelta(days=1)).sent == 1


def test_skipped_deferred_and_failed_emails_are_told_apart(shop: Shop, reword: Reword) -> None:
    for customer in ("a@example.com", "b@example.com", "c@example.com"):
        shop.request(shop.open_case(customer), "apology")
    sunday = MONDAY - timedelta(days=1)

    def fall_due(session: Session) -> None:
        for email in session.exec(select(Email)):
            email.due_at = sunday if email.step == 1 else email.due_at + timedelta(days=100)

    shop.write(fall_due)
    assert tick(shop, sunday).deferred == 3
    reword()
    shop.write(
        lambda session: close_case.close(
            session, session.get_one(Case, 1), now=shop.now, actor=shop.actor(session)
        )
    )
    (shop.own_templates() / "en" / "apology.md").unlink()
    tally = tick(shop)
    assert (tally.skipped, tally.deferred, tally.failed) == (0, 0, 2)
    firsts = [row for row in rows(shop) if row.step == 1]
    assert [(row.state, row.reason_code) for row in firsts] == [
        (EmailState.CANCELLED, EmailReason.CASE_CLOSED),
        (EmailState.FAILED, EmailReason.CANNOT_BE_WRITTEN),
        (EmailState.FAILED, EmailReason.CANNOT_BE_WRITTEN),
    ]
    assert [email["reason_code"] for email in tally.to_document()["emails"]] == ["cannot_be_written"] * 2


def test_what_fell_due_while_paused_goes_out_after_resuming(shop: Shop, reword: Reword) -> None:
    shop.request(shop.open_case())
    pause(shop)
    tick(shop)
    assert codes(shop)[0] is EmailReason.PAUSED
    reword()
    shop.now += timedelta(hours=1)
    resume(shop)
    assert (rows(shop)[0].due_at, codes(shop)[0]) == (shop.now, None)
    assert tick(shop).sent == 1


def test_whoever_cannot_be_offered_a_discount_by_email_needs_a_person(shop: Shop, reword: Reword) -> None:
    shop.request(shop.open_case(), "discount", "5.00")
    assert tick(shop).skipped == 1
    reword()
    assert needs(shop) == {1: [AttentionReason.NO_CONSENT]}


def test_what_waits_for_its_turn_keeps_its_place(shop: Shop, reword: Reword) -> None:
    for _ in range(3):
        enrolled(shop)
    far, tuesday = MONDAY + timedelta(days=60), MONDAY + timedelta(hours=23)
    make_due(shop, MONDAY, far, far, MONDAY + timedelta(hours=1), far, far, tuesday, far, far)
    for moment in (MONDAY, MONDAY + timedelta(hours=1)):
        tick(shop, moment)
    assert rows(shop)[3].reason_code is EmailReason.TOO_SOON
    reword()
    for moment in (tuesday, tuesday + timedelta(hours=1)):
        tick(shop, moment)
    assert [row.id for row in rows(shop) if row.sent_at is not None] == [1, 4]
    assert rows(shop)[6].due_at == MONDAY + timedelta(days=2)


def test_a_program_that_answers_for_ever_puts_off_three_times(shop: Shop, reword: Reword) -> None:
    case = shop.open_case()
    shop.request(case)
    tick(shop)
    dues = [rows(shop)[1].due_at]
    for number in range(5):
        if number == 2:
            reword()
        message = away(to=care_address(shop, case), Message_ID=f"<{number}@example.com>")
        receive(shop, message, dues[-1] - timedelta(hours=1))
        dues.append(rows(shop)[1].due_at)
    assert len(set(dues)) == 4
    query = select(InboundMail.reason_code).order_by(col(InboundMail.id))
    assert shop.read(lambda session: session.exec(query).all()) == [
        *[MessageReason.PUT_OFF] * 3,
        *[MessageReason.PUT_OFF_OFTEN] * 2,
    ]


def test_an_outage_is_told_once_however_long_it_lasts(shop: Shop, reword: Reword) -> None:
    shop.request(shop.open_case(), "apology")
    silent = Answering(DeliveryOutcome.RELAY_UNREACHABLE, Phase.CONNECT)
    tick(shop, transport=silent)
    reword()
    for _ in range(2):
        tick(shop, transport=silent)
    assert events_of(shop, 1) == [EmailReason.PLANNED, EmailReason.TAKES_NOTHING]
    # It is told, so nothing is added to what comes next.
    assert "⟦" not in story(shop, 1)["next"]


def test_an_answer_is_tied_to_its_message_and_says_what_a_person_does(shop: Shop, reword: Reword) -> None:
    not_right, links = asked(shop)
    receive(shop, click(links, NOT_YET, message_id="<1@example.com>"))
    shop.now += timedelta(hours=1)
    more, others = asked(shop, "tom@example.com")
    words = "And thank you.\n"
    receive(shop, click(others, RIGHT, sender="tom@example.com", added=words, message_id="<2@example.com>"))
    alone, last = asked(shop, "ada@example.com")
    receive(shop, click(last, RIGHT, sender="ada@example.com", message_id="<3@example.com>"))
    reword()
    assert needs(shop) == {
        not_right.id: [AttentionReason.NOT_YET],
        more.id: [AttentionReason.WROTE_MORE],
    }
    joined = select(InboundMail.case_id, Note.case_id, Note.answer, Note.is_answer_alone)
    joined = joined.join(Note, col(Note.id) == col(InboundMail.note_id)).order_by(col(InboundMail.id))
    assert shop.read(lambda session: session.exec(joined).all()) == [
        (not_right.id, not_right.id, NOT_YET, True),
        (more.id, more.id, RIGHT, False),
        (alone.id, alone.id, RIGHT, True),
    ]
    # What they write later counts, and so does a note that somebody has read it.
    shop.now += timedelta(hours=1)
    receive(shop, letter(to=care_address(shop, not_right)))
    shop.write(
        lambda session: case_notes.add_note(
            session,
            session.get_one(Case, more.id),
            "Read.",
            now=shop.now,
            actor=shop.actor(session),
            use=NoteUse.INTERNAL,
        )
    )
    assert needs(shop) == {not_right.id: [AttentionReason.ANSWERED]}


def test_who_answers_ends_the_series_for_that_reason(shop: Shop, reword: Reword) -> None:
    case = shop.open_case()
    shop.request(case)
    tick(shop)
    receive(shop, letter(to=care_address(shop, case)))
    reword()
    assert states(shop) == ["sent", "cancelled", "cancelled"]
    assert codes(shop)[1:] == [EmailReason.ANSWERED, EmailReason.ANSWERED]
    assert enrolment(shop).ended_code is EmailReason.ANSWERED
    assert tick(shop, THURSDAY).claimed == 0


def test_an_email_that_became_a_file_is_told_as_one(shop: Shop, reword: Reword) -> None:
    shop.request(shop.open_case(), "apology")
    tick(shop)
    reword()
    told = story(shop, 1)["story"]
    assert told[-1]["text"].startswith(f"It was written to a file: {shop.workspace.outbox_dir}")


def test_a_release_is_reported_after_its_words_were_erased(shop: Shop, reword: Reword) -> None:
    shop.request(shop.open_case())

    def hold(session: Session) -> None:
        email = session.get_one(Email, 1)
        outbox.hold(session, email, now=shop.now, actor=shop.actor(session), because="She may sue.")

    shop.write(hold)
    release(shop)
    erase(shop, "priya@example.com")
    reword()
    assert reported(shop, "released") == ["E-0001 C-0001"]
    texts = shop.read(lambda session: [e.reason for e in email_events.events_of(session, rows(shop)[0])])
    assert texts[:3] == ["(erased)"] * 3


def test_a_short_explanation_leaves_out_the_rules_that_were_passed_over(
    shop: Shop, reword: Reword, capsys: pytest.CaptureFixture[str]
) -> None:
    gesture = shop.request(shop.open_case(reason="rude-service", severity="serious"), amount="24.00")
    reword()
    passed_over = [reason for reason in gesture.reasoning["reasons"] if reason["code"] == "other_reason"]
    assert passed_over
    recommendation.show(gesture.reasoning, whole=False)
    short = capsys.readouterr().out
    recommendation.show(gesture.reasoning)
    assert len(capsys.readouterr().out.splitlines()) > len(short.splitlines())
    assert PolicyReason.CHOSE_WITHIN.value in [reason["code"] for reason in gesture.reasoning["reasons"]]
