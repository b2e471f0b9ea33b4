"""An email that arrives is dealt with once, whatever happens meanwhile."""

import threading
from dataclasses import replace
from datetime import datetime

import pytest
from sqlmodel import Session

from followup.domain.people.suppression import SuppressionReason
from followup.errors import NotFound
from followup.mail.mailbox.mailbox import Ending
from followup.mail.parse_inbound import ParsedMessage
from followup.services.inbound import apply_message, receive_messages
from followup.services.inbound.interpret_message import Meaning
from followup.services.people import suppressions
from followup.services.shared.configuration import Configuration
from tests.services.inbound.answered_cases import everything, followed, notes
from tests.services.mail_back import Tray, arrived, care_address, letter, quarantined, receive, unsubscription
from tests.shop import MAX, Shop

STRANGER = "stranger@elsewhere.example"


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
    tray = Tray({"1": raw, "2": letter(sender=STRANGER)}, dies_before_marking={"1"})
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
    huge = b"Subject: x\r\n\r\n" + b"\n" * 2_000_001
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
    folder = shop.workspace.quarantine_dir
    assert {place.stat().st_mode & 0o777 for place in (folder, folder.parent)} == {0o700}
    assert len(notes(shop, case)) == 1


def test_a_flood_is_dealt_with_in_batches_and_every_message_once(shop: Shop) -> None:
    case = followed(shop)
    messages = {f"{number:03d}": letter(f"Spam {number}\n", sender=STRANGER) for number in range(120)}
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
