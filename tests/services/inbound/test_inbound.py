"""What comes of an email that arrives: it is dealt with once, and only what it proves is believed."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, SQLModel, select

from followup.domain.cases.case import CaseStatus, NoteUse
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.people.suppression import SuppressionReason
from followup.errors import NotFound
from followup.mail.mailbox.mailbox import Ending
from followup.mail.parse_inbound import ParsedMessage
from followup.services.cases import cases
from followup.services.inbound import apply_message, receive_messages
from followup.services.inbound.interpret_message import Meaning
from followup.services.outbox import explain_email, outbox
from followup.services.people import suppressions
from followup.services.shared.configuration import Configuration
from followup.store.tables import AuditEvent, Case, Customer, Email, Note, Suppression
from tests.services.mail_back import (
    THEM,
    Tray,
    arrived,
    away,
    bounce,
    bounce_address,
    care_address,
    complaint,
    letter,
    quarantined,
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


def followed(shop: Shop, customer: str = THEM) -> Case:
    """A case whose first email has gone out."""
    case = shop.open_case(customer)
    shop.request(case)
    tick(shop)
    return case


def case_now(shop: Shop, case: Case) -> Case:
    return shop.read(lambda session: session.get_one(Case, case.id))


def notes(shop: Shop, case: Case) -> list[Note]:
    return shop.read(lambda session: cases.notes_of(session, case))


def suppressed(shop: Shop) -> dict[str, str]:
    found = shop.read(lambda session: session.exec(select(Suppression)).all())
    return {row.address: row.reason.value for row in found}


def story(shop: Shop, email: Email) -> list[str]:
    document = shop.read(lambda session: explain_email.story(session, shop.rules, email, now=shop.now))
    return [entry["text"] for entry in document["story"]]


def everything(shop: Shop) -> str:
    """All that the database holds, as text."""
    with shop.engine.connect() as connection:
        return "\n".join(
            str(row)
            for table in SQLModel.metadata.sorted_tables
            for row in connection.execute(table.select())
        )


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
    receipt = receive(shop, letter(to=forged))
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


# ---- Once, whatever happens


def test_a_message_is_dealt_with_once_however_often_it_is_fetched(shop: Shop) -> None:
    case = followed(shop)
    raw = letter(to=care_address(shop, case))
    first, again = receive(shop, raw), receive(shop, raw)
    assert (first.known, again.known) == (False, True)
    assert replace(again, known=False) == first
    assert len(notes(shop, case)) == 1


def test_dying_between_dealing_with_a_message_and_marking_it_does_nothing_twice(shop: Shop) -> None:
    case = followed(shop)
    raw = letter(to=care_address(shop, case))
    tray = Tray({"1": raw, "2": letter()}, dies_before_marking={"1"})
    with pytest.raises(KeyboardInterrupt):
        receive_messages.poll(shop.engine, shop.rules, tray, now=lambda: shop.now)
    assert tray.marks == {}
    assert len(notes(shop, case)) == 1
    harvest = receive_messages.poll(shop.engine, shop.rules, tray, now=lambda: shop.now)
    assert tray.marks == {"1": Ending.DONE, "2": Ending.FOR_A_PERSON}
    assert len(notes(shop, case)) == 1
    document = harvest.to_document()
    assert (document["fetched"], document["known"], document["unknown"], document["reply"]) == (2, 1, 1, 0)


def test_what_cannot_be_read_is_put_aside_and_the_next_is_dealt_with(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = followed(shop)
    huge = b"Subject: x\r\n\r\n" + b"x" * (25 * 1024 * 1024)
    tray = Tray({"1": huge, "2": letter("breaks us"), "3": letter(to=care_address(shop, case))})
    carry_out = apply_message.carry_out

    def fail(
        session: Session, rules: Configuration, found: ParsedMessage, meaning: Meaning, *, now: datetime
    ) -> apply_message.Effect:
        if "breaks us" in found.whole_text:
            raise ZeroDivisionError("priya@example.com")
        return carry_out(session, rules, found, meaning, now=now)

    monkeypatch.setattr(apply_message, "carry_out", fail)
    harvest = receive_messages.poll(shop.engine, shop.rules, tray, now=lambda: shop.now)
    assert [receipt.kind.value for receipt in harvest.receipts] == ["unreadable", "unreadable", "reply"]
    assert harvest.receipts[1].reason == "We could not deal with it (ZeroDivisionError)."
    assert tray.marks == {"1": Ending.UNREADABLE, "2": Ending.UNREADABLE, "3": Ending.DONE}
    aside = quarantined(shop)
    assert sorted(path.read_bytes() for path in aside) == sorted([huge, letter("breaks us")])
    assert {path.stat().st_mode & 0o777 for path in aside} == {0o600}
    assert shop.workspace.quarantine_dir.stat().st_mode & 0o777 == 0o700
    assert len(notes(shop, case)) == 1


def test_a_flood_is_dealt_with_in_batches_and_every_message_once(shop: Shop) -> None:
    case = followed(shop)
    messages = {f"{number:03d}": letter(f"Spam {number}\n") for number in range(120)}
    messages["answer"] = letter(to=care_address(shop, case))
    tray = Tray(messages)
    harvest = receive_messages.poll(shop.engine, shop.rules, tray, now=lambda: shop.now)
    assert len(tray.marks) == len(harvest.receipts) == len(arrived(shop)) == 121
    # Fifty at a time; those that were looked at are allowed for, in case they cannot be marked.
    assert tray.asked == [50, 100, 150, 171]
    assert len(notes(shop, case)) == 1


def test_messages_that_cannot_be_marked_hold_nothing_up_and_end(shop: Shop) -> None:
    class Stubborn(Tray):
        def mark(self, name: str, ending: Ending) -> None: ...

    tray = Stubborn({str(number): letter(f"{number}\n") for number in range(60)})
    assert len(receive_messages.poll(shop.engine, shop.rules, tray, now=lambda: shop.now).receipts) == 60


def test_a_dry_run_says_what_would_be_done_and_does_none_of_it(shop: Shop) -> None:
    case = followed(shop)
    before = everything(shop)
    tray = Tray({"1": letter(to=care_address(shop, case)), "2": b"\x00", "3": letter()})
    harvest = receive_messages.poll(shop.engine, shop.rules, tray, now=lambda: shop.now, dry_run=True)
    assert (harvest.receipts[0].kind, harvest.receipts[0].case) == ("reply", "C-0001")
    assert tray.marks == {}
    assert everything(shop) == before
    assert quarantined(shop) == []


def test_a_poll_stops_between_two_messages_when_told_to(shop: Shop) -> None:
    tray = Tray({str(number): letter(f"{number}\n") for number in range(10)})
    receipts: list[receive_messages.Receipt] = []
    receive_messages.poll(
        shop.engine,
        shop.rules,
        tray,
        now=lambda: shop.now,
        stopping=lambda: len(receipts) == 3,
        on_receipt=receipts.append,
    )
    assert len(tray.marks) == len(arrived(shop)) == 3


HOSTILE = [
    b"",
    b"\x00" * 100,
    b"From: \xff\xfe\r\nMessage-ID: <\xff@\xff>\r\nIn-Reply-To: <\x00\xff@x>\r\n\r\n\xff\xfe",
    b"Message-ID: <" + b"a" * 5000 + b"@x>\r\n\r\nx",
    b"To: " + b"a@b.example, " * 3000 + b"\r\n\r\nx",
    b"References: " + b"<a@b> " * 5000 + b"\r\n\r\nx",
    "Subject: =?utf-8?b?/////w==?=\r\nFrom: =?x?q?\udc80?= <a@b.example>\r\n\r\nx".encode(
        "utf-8", "surrogateescape"
    ),
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_message_is_taken_in_and_breaks_nothing(shop: Shop, number: int) -> None:
    assert receive(shop, HOSTILE[number]).kind.value in ("unknown", "unreadable", "auto_reply", "bounce")
    assert receive(shop, HOSTILE[number]).known


def test_hostile_text_of_an_answer_is_kept_as_far_as_it_can_be_stored(shop: Shop) -> None:
    case = followed(shop)
    head = f"From: <a\x00b@example.com>\r\nTo: {care_address(shop, case)}\r\nSubject: \udcff\r\n\r\n"
    receive(shop, head.encode("utf-8", "surrogateescape") + b"\x1b[31m red \x00 \xff\xfe text")
    (note,) = notes(shop, case)
    assert "red" in note.body
    assert "\x1b" not in note.body
    assert "\x00" not in note.body


def test_two_who_read_the_same_mailbox_at_once_deal_with_each_message_once(shop: Shop) -> None:
    case = followed(shop)
    address = care_address(shop, case)
    messages = {str(number): letter(f"Answer {number}\n", to=address) for number in range(8)}
    harvests: list[receive_messages.Harvest] = []

    def read() -> None:
        tray = Tray(dict(messages))
        harvests.append(receive_messages.poll(shop.engine, shop.rules, tray, now=lambda: shop.now))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert [harvest.to_document()["fetched"] for harvest in harvests] == [8, 8, 8]
    assert sum(harvest.to_document()["reply"] for harvest in harvests) == 8
    assert sorted(note.body for note in notes(shop, case)) == [f"Answer {number}" for number in range(8)]


def test_what_could_not_be_read_is_read_anew_from_a_file_once_it_can_be(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = followed(shop)
    raw = letter(to=care_address(shop, case))

    def fail(*_given: object, **_named: object) -> str | None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(apply_message, "carry_out", fail)
        assert receive(shop, raw).kind == "unreadable"
    assert receive(shop, raw).known
    assert len(quarantined(shop)) == 1
    anew = receive_messages.receive(shop.engine, shop.rules, raw, now=shop.now, anew=True)
    assert (anew.kind, anew.known, anew.ref) == ("reply", False, "M-0001")
    assert (len(notes(shop, case)), len(arrived(shop)), quarantined(shop)) == (1, 1, [])
    assert receive_messages.receive(shop.engine, shop.rules, raw, now=shop.now, anew=True).known


def test_a_missing_key_stops_reading_before_answers_look_like_nobodys(shop: Shop) -> None:
    shop.workspace.key_file.unlink()
    tray = Tray({"1": letter()})
    with pytest.raises(NotFound):
        receive_messages.poll(shop.engine, shop.rules, tray, now=lambda: shop.now)
    assert (tray.marks, arrived(shop), quarantined(shop)) == ({}, [], [])


def test_an_unsubscription_of_somebody_who_is_gone_disturbs_nothing(shop: Shop) -> None:
    receipt = receive(shop, letter("", subject=unsubscription(shop, 4711)))
    assert (receipt.kind, receipt.reason) == ("unsubscribe", "nobody is left here who could be written to")


def test_the_address_of_somebody_who_was_erased_is_not_kept_when_they_write_again(shop: Shop) -> None:
    shop.write(
        lambda session: suppressions.suppress(
            session,
            "gone@example.org",
            SuppressionReason.ERASED,
            now=shop.now,
            actor=shop.actor(session, MAX),
        )
    )
    receive(shop, letter(sender="gone@example.org", Message_ID="<gone@example.org>"))
    assert [(row.kind.value, row.address, row.message_id) for row in arrived(shop)] == [
        ("unknown", None, None)
    ]
