from datetime import timedelta
from pathlib import Path

import pytest

from followup.application.inbound import messages
from followup.application.inbound.messages import ReceiptDocument
from followup.errors import InvalidFile, NotFound
from tests.application.conftest import NewCaller
from tests.services.mail_back import letter
from tests.shop import Shop


def test_a_message_of_a_file_is_dealt_with_once_and_told_as_it_comes(
    shop: Shop, new_caller: NewCaller, tmp_path: Path
) -> None:
    file = tmp_path / "one.eml"
    file.write_bytes(letter("Where is it?\n"))
    told: list[ReceiptDocument] = []
    before = shop.stored()
    foreseen = messages.import_messages(new_caller(), str(file), dry_run=True, on_message=told.append)
    assert shop.stored() == before
    later = shop.now + timedelta(minutes=5)
    done = messages.import_messages(new_caller(), str(file), now=lambda: later, on_message=told.append)
    again = messages.import_messages(new_caller(), str(file), on_message=told.append)
    assert [(found["fetched"], found["known"], found["unknown"]) for found in (foreseen, done, again)] == [
        (1, 0, 1),
        (1, 0, 1),
        (1, 1, 0),
    ]
    assert [message["ref"] for message in told] == [None, "M-0001"]
    (listed,) = messages.list_messages(new_caller(), kind="unknown")
    assert listed["received_at"] == later.isoformat()
    assert messages.show_message(new_caller(), "M-0001") == listed


def test_what_is_not_there_is_said(shop: Shop, new_caller: NewCaller) -> None:
    with pytest.raises(InvalidFile) as unset:
        messages.poll_mailbox(new_caller())
    assert unset.value.code == "no_inbound_url"
    with pytest.raises(NotFound) as missing:
        messages.import_messages(new_caller(), str(shop.workspace.root / "nowhere.eml"))
    assert missing.value.code == "no_file"
