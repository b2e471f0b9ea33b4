"""What comes of an email that arrives: only what it proves is believed."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from followup.domain.cases.case import CaseStatus, NoteUse
from followup.domain.outbox.email_kind import EmailKind
from followup.services.cases import cases
from followup.services.outbox import outbox
from followup.services.people import suppressions
from followup.store.tables import AuditEvent, Case, Customer, Email
from tests.services.inbound.answered_cases import case_now, everything, followed, notes, story, suppressed
from tests.services.mail_back import (
    THEM,
    arrived,
    away,
    bounce,
    bounce_address,
    care_address,
    complaint,
    letter,
    receive,
    unsubscription,
)
from tests.services.mailing import files, rows, states, tick
from tests.shop import ANA, MAX, Shop

WITH_QUOTE = """It still has not come.

On Mon, 2 Nov 2026 at 10:00, Ana at Harbour Books <care@shop.example> wrote:
> Dear Priya,
> I am sorry that your order arrived later than we promised.
"""
ANSWERED = "the customer has answered, so a person does"


# ---- Replies


def test_an_answer_by_token_stops_the_emails_is_kept_as_a_note_and_opens_the_case(shop: Shop) -> None:
    case = followed(shop)
    shop.write(
        lambda session: cases.move_case(
            session,
            session.get_one(Case, case.id),
            CaseStatus.RESOLVED,
            now=shop.now,
            actor=shop.actor(session),
        )
    )
    receipt = receive(shop, letter(WITH_QUOTE, to=care_address(shop, case)))
    assert (receipt.kind, receipt.case, receipt.known) == ("reply", "C-0001", False)
    assert states(shop) == ["sent", "cancelled", "cancelled"]
    assert [row.reason for row in rows(shop)[1:]] == [ANSWERED, ANSWERED]
    (note,) = notes(shop, case)
    assert (note.use, note.actor, note.body) == (NoteUse.HEARD, "customer", "It still has not come.")
    now = case_now(shop, case)
    assert (now.status, now.replied_at) == (CaseStatus.OPEN, shop.now)


@pytest.mark.parametrize("change", [str.upper, str.title])
def test_a_server_that_changes_the_case_of_the_address_does_no_harm(shop: Shop, change: object) -> None:
    case = followed(shop)
    assert callable(change)
    assert receive(shop, letter(to=change(care_address(shop, case)))).case == "C-0001"


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_an_answer_to_an_address_without_token_is_known_by_what_it_answers(shop: Shop, header: str) -> None:
    followed(shop, "tom@example.com")
    case = followed(shop)
    first = next(row for row in rows(shop) if row.case_id == case.id)
    receipt = receive(shop, letter(**{header: f"<other@example.com> {first.message_id}"}))
    assert (receipt.case, receipt.email) == ("C-0002", "E-0004")
    assert len(notes(shop, case)) == 1


def test_a_forged_token_says_nothing_but_what_the_email_answers_still_counts(shop: Shop) -> None:
    case, other = followed(shop), followed(shop, "tom@example.com")
    token = care_address(shop, other)
    forged = token.replace("@", "a@", 1) if token[36] != "a" else token.replace("@", "b@", 1)
    forged = forged[:5] + forged[6:]
    receipt = receive(shop, letter(to=forged, sender="stranger@elsewhere.example"))
    assert (receipt.kind, receipt.reason) == ("unknown", "it is about no case we know")
    assert states(shop).count("cancelled") == 0
    first = rows(shop)[0]
    assert receive(shop, letter(to=forged, In_Reply_To=str(first.message_id))).case == "C-0001"
    assert [len(notes(shop, found)) for found in (case, other)] == [1, 0]


def test_a_bounce_token_is_no_reply_token(shop: Shop) -> None:
    followed(shop)
    followed(shop, "tom@example.com")
    # The second email is of the first case: as the token of a reply it would name the second case.
    address = bounce_address(shop, rows(shop)[1]).replace("bounces", "care")
    assert receive(shop, letter(to=address)).case == "C-0001"


def test_somebody_else_who_answers_is_named_in_the_note(shop: Shop) -> None:
    case = followed(shop)
    receive(
        shop, letter("She is in hospital.\n", sender="Raj <raj@example.net>", to=care_address(shop, case))
    )
    (note,) = notes(shop, case)
    assert note.body == "Not from the customer's address, but from raj@example.net:\n\nShe is in hospital."
    assert states(shop)[1:] == ["cancelled", "cancelled"]


def test_what_is_no_text_is_named_and_what_is_too_long_is_cut(shop: Shop) -> None:
    case = followed(shop)
    receive(shop, letter("x" * 40_000 + "\n", to=care_address(shop, case)))
    receive(shop, letter("\n", subject="Call me", to=care_address(shop, case)))
    long, empty = notes(shop, case)
    assert len(long.body) < 20_000
    assert long.body.endswith("(It goes on; read the rest in the mailbox.)")
    assert empty.body == "An email without text: Call me"


def test_an_answer_that_comes_in_two_copies_is_noted_once(shop: Shop) -> None:
    case = followed(shop)
    address = care_address(shop, case)
    receive(shop, letter(to=address, Message_ID="<a@example.com>"))
    again = receive(shop, letter(to=address, Message_ID="<a@example.com>", Received="from elsewhere"))
    assert (again.kind, again.reason) == ("reply", "it came before, in another copy")
    assert len(notes(shop, case)) == 1


def test_what_nobody_can_place_is_left_for_a_person(shop: Shop) -> None:
    followed(shop)
    receipt = receive(shop, letter(sender="stranger@example.net"))
    assert (receipt.kind, receipt.case) == ("unknown", None)
    (row,) = arrived(shop)
    assert (row.address, row.case_id) == ("stranger@example.net", None)
    assert states(shop) == ["sent", "scheduled", "scheduled"]


def test_an_email_of_ours_that_comes_round_is_no_answer(shop: Shop) -> None:
    case = followed(shop)
    (message,) = files(shop)
    receipt = receive(shop, message)
    assert (receipt.kind, receipt.reason) == ("unknown", "it is an email of ours that came round")
    assert notes(shop, case) == []


def test_an_answer_to_an_email_for_colleagues_is_about_no_case(shop: Shop) -> None:
    case = shop.open_case(order_value="400.00")
    shop.request(case, "refund", "60.00")
    tick(shop)
    (asked,) = [row for row in rows(shop) if row.kind is EmailKind.COLLEAGUE][:1]
    receipt = receive(shop, letter(sender=MAX, In_Reply_To=str(asked.message_id)))
    assert receipt.kind == "unknown"
    assert receipt.reason == f"it is about {receipt.email}, which went to a colleague"
    assert (case_now(shop, case).replied_at, notes(shop, case)) == (None, [])
    # A colleague's address that is gone is nobody to stop writing to without a person knowing.
    gone = receive(shop, bounce(asked.to_address, to=bounce_address(shop, asked)))
    assert gone.kind == "unknown"
    assert suppressed(shop) == {}
    assert story(shop, asked)[-1].startswith("It came back: 5.1.1")


def test_of_a_person_who_was_erased_nothing_is_kept(shop: Shop) -> None:
    case = followed(shop)
    raw = letter("My secret.\n", sender="Priya <priya.private@example.org>", to=care_address(shop, case))

    def erase(session: Session) -> None:
        customer = session.exec(select(Customer)).one()
        customer.erased_at = shop.now
        session.add(customer)

    shop.write(erase)
    receipt = receive(shop, raw)
    assert (receipt.kind, receipt.case, receipt.reason) == (
        "unknown",
        None,
        "it is about somebody who was erased, so nothing of it was kept",
    )
    late = bounce(to=bounce_address(shop, rows(shop)[0]))
    assert receive(shop, late).kind == "bounce"
    assert [(row.address, row.case_id, row.email_id) for row in arrived(shop)] == [(None, None, None)] * 2
    assert (suppressed(shop), notes(shop, case)) == ({}, [])
    assert "My secret" not in everything(shop)
    assert "priya.private" not in everything(shop)


# ---- Programs that answer


def test_somebody_who_is_away_is_written_to_later_and_nothing_ends(shop: Shop) -> None:
    case = followed(shop)
    # The second email is due on Thursday the 5th; it is put off by three days, to Sunday, so to Monday.
    second = rows(shop)[1]
    now = second.due_at - timedelta(hours=20)
    receipt = receive(shop, away(to=care_address(shop, case)), now)
    assert (receipt.kind, receipt.reason) == (
        "auto_reply",
        f"they seem to be away; put off: E-{second.id:04d}",
    )
    assert states(shop) == ["sent", "deferred", "scheduled"]
    put_off = rows(shop)[1]
    assert put_off.reason == "they seem to be away"
    assert put_off.due_at >= second.due_at + timedelta(days=3)
    calendar = shop.rules.calendar(shop.read(lambda session: session.exec(select(Customer)).one()))
    assert calendar.next_open(put_off.due_at) == put_off.due_at
    assert calendar.next_open(second.due_at + timedelta(days=3)) == put_off.due_at
    assert case_now(shop, case).replied_at is None
    assert "It was put off: they seem to be away." in story(shop, put_off)
    # It goes out then.
    assert tick(shop, second.due_at).sent == 0
    assert tick(shop, put_off.due_at).sent == 1


def test_emails_wait_until_the_day_that_an_absence_note_names(shop: Shop) -> None:
    case = followed(shop)
    # The second is due on Thursday the 5th, the third on Monday the 16th of November.
    gap = rows(shop)[2].due_at - rows(shop)[1].due_at
    note = "I am out of the office until 24 November.\n"
    receipt = receive(shop, away(note, to=care_address(shop, case)))
    assert receipt.reason == "they seem to be away until 25 November 2026; put off: E-0002, E-0003"
    second, third = rows(shop)[1:]
    assert str(second.due_at.date()) == "2026-11-25"
    assert third.due_at - second.due_at >= gap
    (kept,) = arrived(shop)
    assert kept.text == note.strip()
    assert case_now(shop, case).replied_at is None


@pytest.mark.parametrize(
    "text", ["We have received your request. Ticket number 4711.\n", "Your request has been received.\n"]
)
def test_a_notice_stops_nothing_and_puts_nothing_off(shop: Shop, text: str) -> None:
    case = followed(shop)
    before = [(row.state, row.due_at) for row in rows(shop)]
    address = care_address(shop, case)
    receipt = receive(shop, letter(text, Auto_Submitted="auto-replied", to=address))
    assert (receipt.kind, receipt.case) == ("notice", "C-0001")
    assert receipt.reason == "a program tells of it, and nothing changes"
    assert [(row.state, row.due_at) for row in rows(shop)] == before
    assert (case_now(shop, case).replied_at, notes(shop, case)) == (None, [])
    assert arrived(shop)[0].text == text.strip()


def test_what_somebody_typed_in_a_helpdesk_is_an_answer(shop: Shop) -> None:
    case = followed(shop)
    typed = "The parcel never arrived. Please call me TODAY."
    raw = letter(
        f"{typed}\n",
        Auto_Submitted="auto-generated",
        X_Auto_Response_Suppress="All",
        to=care_address(shop, case),
    )
    assert receive(shop, raw).kind == "reply"
    assert states(shop) == ["sent", "cancelled", "cancelled"]
    assert [note.body for note in notes(shop, case)] == [typed]


def test_a_program_that_answers_for_ever_puts_off_three_times(shop: Shop) -> None:
    case = followed(shop)
    address = care_address(shop, case)
    dues = [rows(shop)[1].due_at]
    for number in range(5):
        receive(shop, away(to=address, Message_ID=f"<{number}@example.com>"), dues[-1] - timedelta(hours=1))
        dues.append(rows(shop)[1].due_at)
    assert len(set(dues)) == 4
    assert arrived(shop)[-1].reason == "emails were put off 3 times already, so nothing was done"


def test_what_a_person_holds_and_what_is_due_later_stays_as_it_is(shop: Shop) -> None:
    shop.settings(out_of_office_days=1)
    case = followed(shop)
    receipt = receive(shop, away(to=care_address(shop, case)))
    assert receipt.reason == "no email was due, so nothing was done"
    assert states(shop) == ["sent", "scheduled", "scheduled"]
    shop.settings(out_of_office_days=30)

    def hold(session: Session) -> None:
        outbox.hold(
            session,
            session.get_one(Email, 2),
            now=shop.now,
            actor=shop.actor(session),
            because="She is in hospital.",
        )

    shop.write(hold)
    receipt = receive(shop, away(to=care_address(shop, case), Message_ID="<b@example.com>"))
    assert receipt.reason == "they seem to be away; put off: E-0003"


def test_nothing_that_arrives_makes_us_write(shop: Shop) -> None:
    case = followed(shop)
    (first, *_) = rows(shop)
    address = care_address(shop, case)
    before = len(rows(shop))
    for raw in (
        letter(to=address),
        away(to=address),
        bounce(to=bounce_address(shop, first)),
        complaint(first.message_id),
        letter(),
        letter(
            to=address, Disposition_Notification_To="loop@example.com", Return_Receipt_To="loop@example.com"
        ),
        b"\x00\xff",
    ):
        receive(shop, raw)
    assert len(rows(shop)) == before
    for days in range(40):
        tick(shop, shop.now + timedelta(days=days))
    assert len(files(shop)) == 1


# ---- Bounces and complaints


def test_an_email_that_comes_back_for_good_ends_writing_there(shop: Shop) -> None:
    followed(shop)
    first = rows(shop)[0]
    receipt = receive(shop, bounce(to=bounce_address(shop, first)))
    assert (receipt.kind, receipt.case, receipt.email) == ("bounce", "C-0001", "E-0001")
    assert suppressed(shop) == {THEM: "hard_bounce"}
    (row,) = arrived(shop)
    assert (row.address, row.permanent) == (THEM, True)
    assert any(text.startswith("It came back: 5.1.1") for text in story(shop, first))
    tick(shop, rows(shop)[1].due_at)
    assert states(shop) == ["sent", "skipped", "cancelled"]


def test_the_log_that_is_never_changed_holds_no_address_of_a_bounce(shop: Shop) -> None:
    followed(shop)
    receive(shop, bounce(to=bounce_address(shop, rows(shop)[0])))
    events = shop.read(lambda session: session.exec(select(AuditEvent)).all())
    assert [event.action for event in events][-1] == "suppression add"
    assert THEM not in "".join(f"{event.because} {event.detail} {event.subject}" for event in events[-1:])


def test_the_message_id_proves_a_bounce_whatever_address_it_names(shop: Shop) -> None:
    followed(shop)
    # Her mail is forwarded, and comes back from there.
    receipt = receive(shop, bounce("elsewhere@example.net", about=rows(shop)[0].message_id))
    assert receipt.email == "E-0001"
    assert suppressed(shop) == {THEM: "hard_bounce"}


def test_a_bounce_that_proves_nothing_suppresses_nobody(shop: Shop) -> None:
    followed(shop)
    for forged in (bounce(), bounce(about="<guessed@shop.example>"), bounce(ANA)):
        receipt = receive(shop, forged)
        assert receipt.kind == "unknown"
        assert receipt.reason is not None
        assert receipt.reason.startswith("it does not prove")
    assert [row.address for row in arrived(shop)] == [THEM, THEM, ANA]
    # Of strangers, to whom somebody wrote in our name, nobody has to know.
    assert receive(shop, bounce("stranger@example.net")).kind == "bounce"
    assert suppressed(shop) == {}


def test_a_complaint_counts_only_where_it_proves_to_be_about_an_email_of_ours(shop: Shop) -> None:
    followed(shop)
    assert receive(shop, complaint(None)).kind == "unknown"
    assert suppressed(shop) == {}
    assert receive(shop, complaint(rows(shop)[0].message_id)).kind == "complaint"
    assert suppressed(shop) == {THEM: "complaint"}


def test_what_comes_back_for_now_counts_by_emails_and_by_days(shop: Shop) -> None:
    shop.settings(soft_bounces=3, soft_bounce_days=30)
    followed(shop)
    emails = rows(shop)

    def soft(email: Email, day: int, number: int = 0) -> None:
        raw = bounce(status="4.2.2", to=bounce_address(shop, email)) + b"x" * (number + 10 * day)
        receive(shop, raw, shop.now + timedelta(days=day))

    soft(emails[0], 0)
    # The same email again and again is one.
    for number in range(5):
        soft(emails[1], 40, number)
    soft(emails[2], 41)
    # The first is more than thirty days ago, so there are two.
    assert suppressed(shop) == {}
    soft(emails[0], 42)
    assert suppressed(shop) == {THEM: "hard_bounce"}
    row = shop.read(lambda session: suppressions.is_suppressed(session, THEM))
    assert row is not None
    assert row.because == "3 emails came back within 30 days"


# ---- Those who want no more emails


def test_an_unsubscription_by_email_is_obeyed(shop: Shop) -> None:
    case = followed(shop)
    receipt = receive(shop, letter("", subject=unsubscription(shop, case.customer_id)))
    assert receipt.kind == "unsubscribe"
    assert suppressed(shop) == {THEM: "unsubscribe"}


def test_an_unsubscription_with_a_wrong_token_goes_to_a_person(shop: Shop) -> None:
    case = followed(shop)
    wrong = f"unsubscribe {'a' * 32}"
    assert receive(shop, letter("", subject=wrong)).kind == "unknown"
    assert suppressed(shop) == {}
    assert receive(shop, letter("", subject=wrong, to=care_address(shop, case))).kind == "reply"
    assert notes(shop, case)[0].body.startswith("They ask for no more emails")
    assert states(shop)[1:] == ["cancelled", "cancelled"]
