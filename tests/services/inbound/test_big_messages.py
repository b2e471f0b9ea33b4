"""Nothing that names a case is only put aside: however big or broken it is, its case hears of it."""

import stat
from email.message import EmailMessage

from followup.services.inbound import receive_messages
from tests.services.inbound.answered_cases import case_now, followed, notes
from tests.services.mail_back import THEM, arrived, care_address, letter, receive
from tests.services.mailing import states
from tests.shop import Shop

SENTENCES = "The table came in two pieces. Here is a photo."


def with_photo(to: str, megabytes: int) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = THEM, to, "Re: Your order"
    message.set_content(SENTENCES)
    photo = bytes(megabytes * 1_000_000)
    message.add_attachment(photo, maintype="image", subtype="jpeg", filename="table.jpg")
    return message.as_bytes()


def test_a_photo_of_20_mb_is_named_with_its_size_and_the_sentences_are_kept(shop: Shop) -> None:
    case = followed(shop)
    raw = with_photo(care_address(shop, case), 20)
    assert len(raw) > 27_000_000
    receipt = receive(shop, raw)
    assert (receipt.kind, receipt.case) == ("reply", "C-0001")
    assert states(shop) == ["sent", "cancelled", "cancelled"]
    (note,) = notes(shop, case)
    assert note.body.startswith(SENTENCES)
    assert "table.jpg (20.0 MB)" in note.body


def test_of_a_message_beyond_every_limit_the_beginning_is_read(shop: Shop) -> None:
    case = followed(shop)
    receipt = receive(shop, with_photo(care_address(shop, case), 33))
    assert receipt.kind == "reply"
    assert notes(shop, case)[0].body.startswith(SENTENCES)


def crafted(to: str) -> bytes:
    """An email nested so deep that it is not parsed."""
    level = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n"
    nested = b"".join(level % (number, number) for number in range(200))
    return letter("", to=to).partition(b"Content-Type")[0].rstrip() + b"\r\n" + nested + b"\r\nhello\r\n"


def test_what_cannot_be_parsed_stops_its_case_and_says_where_it_lies(shop: Shop) -> None:
    case = followed(shop)
    raw = crafted(care_address(shop, case))
    foreseen = receive_messages.foresee(shop.engine, shop.rules, raw)
    assert (foreseen.kind, foreseen.case) == ("reply", "C-0001")
    assert not shop.workspace.quarantine_dir.exists()
    receipt = receive(shop, raw)
    assert (receipt.kind, receipt.case) == ("reply", "C-0001")
    assert states(shop) == ["sent", "cancelled", "cancelled"]
    assert case_now(shop, case).replied_at is not None
    (note,) = notes(shop, case)
    assert "An email that we cannot read" in note.body
    (kept,) = (shop.workspace.quarantine_dir).glob("*.eml")
    assert str(kept) in note.body
    assert kept.read_bytes() == raw
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    # Once, however often it is fetched.
    assert receive(shop, raw).known


def test_what_cannot_be_parsed_and_proves_nothing_waits_for_a_person(shop: Shop) -> None:
    """The negative control: without the case's address nobody knows whose it is."""
    followed(shop)
    receipt = receive(shop, crafted("care@shop.example").replace(THEM.encode(), b"stranger@example.net"))
    assert (receipt.kind, receipt.case) == ("unreadable", None)
    assert states(shop) == ["sent", "scheduled", "scheduled"]
    assert [row.kind.value for row in arrived(shop)] == ["unreadable"]
