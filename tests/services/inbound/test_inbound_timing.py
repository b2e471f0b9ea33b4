"""When a daemon reads the mailbox: before an email goes out, else now and then, and never so that it matters
to what goes out."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from followup.application.door import Caller
from followup.operations.mailbox_reader import MailboxReader
from followup.operations.outages import Outages
from tests.services.mail_back import arrived, care_address, letter
from tests.services.mailing import rows, states, tick
from tests.shop import Shop


@dataclass
class Rig:
    """A daemon's mailbox, a folder of files, with a clock that is set by hand."""

    shop: Shop
    folder: Path
    seconds: float = 1000.0
    rounds: list[float] = field(default_factory=list)
    passing: float = 0.0
    incoming: MailboxReader = field(init=False)

    def __post_init__(self) -> None:
        self.incoming = MailboxReader(threading.Event(), Outages(), seconds=lambda: self.seconds)

    def read(self) -> int:
        """Have it read if it is time; gives how many messages were ever dealt with."""
        caller = Caller(place=self.shop.place, now=self.shop.now, login="daemon")
        self.incoming.read(caller, lambda: self.shop.now, self.one_more)
        return len(arrived(self.shop))

    def one_more(self) -> None:
        self.rounds.append(self.seconds)
        self.seconds += self.passing

    def put(self, *messages: bytes) -> None:
        for message in messages:
            (self.folder / f"{len(list(self.folder.rglob('*.eml'))):03d}.eml").write_bytes(message)


@pytest.fixture
def rig(shop: Shop, tmp_path: Path) -> Rig:
    folder = tmp_path / "mail"
    folder.mkdir()
    shop.settings(inbound_url=f"folder://{folder}")
    return Rig(shop, folder)


def test_with_nothing_to_send_it_looks_once_a_minute(rig: Rig) -> None:
    assert rig.read() == 0
    rig.put(letter("One\n"))
    rig.seconds += 59
    assert rig.read() == 0
    rig.seconds += 1
    assert rig.read() == 1


def test_before_an_email_goes_out_it_looks_whenever_that_is(rig: Rig) -> None:
    case = rig.shop.open_case()
    rig.shop.request(case)
    rig.read()
    tick(rig.shop)
    rig.put(letter(to=care_address(rig.shop, case)))
    rig.seconds += 6
    rig.read()
    assert states(rig.shop) == ["sent", "scheduled", "scheduled"]
    rig.shop.now = rows(rig.shop)[1].due_at
    rig.read()
    assert states(rig.shop) == ["sent", "cancelled", "cancelled"]


def test_after_a_failure_a_minute_passes_whatever_is_due(rig: Rig) -> None:
    rig.shop.request(rig.shop.open_case())
    hidden = rig.folder.rename(rig.folder.with_name("hidden"))
    assert rig.read() == 0
    hidden.rename(rig.folder)
    rig.put(letter("One\n"))
    rig.seconds += 59
    assert rig.read() == 0
    rig.seconds += 1
    assert rig.read() == 1


def test_a_flood_lets_emails_go_out_in_between_and_is_read_on_at_once(rig: Rig) -> None:
    rig.put(*(letter(f"{number}\n") for number in range(10)))
    rig.passing = 7.0
    # Reading ends once thirty seconds have passed: after the fifth message, at 35.
    assert rig.read() == 5
    assert rig.read() == 10
    assert len(rig.rounds) == 10


def test_without_a_mailbox_nothing_is_read(rig: Rig) -> None:
    rig.shop.settings(inbound_url=None)
    rig.put(letter())
    assert rig.read() == 0
