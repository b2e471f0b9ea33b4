import threading
from typing import Any

import pytest
from sqlmodel import Session, select

from followup.errors import Refused
from followup.services.cases import case_notes, cases
from followup.services.shared import idempotency
from followup.store.tables import AnsweredKey, Note
from tests.shop import MONDAY, Shop

CONTENT = {"reference": "C-0001", "text": "She called."}


def note_once(shop: Shop, key: str, content: dict[str, Any], command: str = "case note") -> dict[str, Any]:
    """What a command with --key does."""

    def change(session: Session) -> dict[str, Any]:
        answered = idempotency.first_answer(session, key, command, content)
        if answered is not None:
            return answered
        case = cases.find_case(session, content["reference"])
        note = case_notes.add_note(session, case, content["text"], now=shop.now, actor=shop.actor(session))
        session.flush()
        answer = {"note": note.id}
        idempotency.remember(session, key, command, content, answer, now=shop.now)
        return answer

    return shop.write(change)


def notes(shop: Shop) -> int:
    return len(shop.read(lambda session: session.exec(select(Note)).all()))


def test_the_same_key_makes_the_change_once_and_gives_the_first_answer(shop: Shop) -> None:
    shop.open_case()
    first = note_once(shop, "k", CONTENT)
    assert note_once(shop, "k", dict(reversed(CONTENT.items()))) == first
    assert notes(shop) == 1
    kept = shop.read(lambda session: session.get_one(AnsweredKey, "k"))
    assert (kept.command, kept.answer, kept.answered_at) == ("case note", first, MONDAY)


def test_another_key_makes_another_change(shop: Shop) -> None:
    shop.open_case()
    assert note_once(shop, "k", CONTENT) != note_once(shop, "K", CONTENT)
    assert notes(shop) == 2


@pytest.mark.parametrize(
    ("content", "command"),
    [
        ({**CONTENT, "text": "She called!"}, "case note"),
        ({**CONTENT, "because": None}, "case note"),
        (CONTENT, "case close"),
    ],
)
def test_a_key_for_anything_else_is_refused(shop: Shop, content: dict[str, Any], command: str) -> None:
    shop.open_case()
    note_once(shop, "k", CONTENT)
    with pytest.raises(Refused) as caught:
        note_once(shop, "k", content, command)
    assert caught.value.code == "key_conflict"
    assert "`case note`" in caught.value.message
    assert notes(shop) == 1


def test_a_change_that_was_refused_leaves_its_key_free(shop: Shop) -> None:
    with pytest.raises(Exception, match="no case"):
        note_once(shop, "k", CONTENT)
    shop.open_case()
    note_once(shop, "k", CONTENT)
    assert notes(shop) == 1


def test_the_same_key_at_the_same_time_still_makes_the_change_once(shop: Shop) -> None:
    shop.open_case()
    begin = threading.Barrier(8)
    answers: list[dict[str, Any]] = []

    def work() -> None:
        begin.wait()
        answers.append(note_once(shop, "k", CONTENT))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert answers == [{"note": 1}] * 8
    assert notes(shop) == 1


def test_a_fingerprint_tells_content_apart_not_its_order() -> None:
    assert idempotency.fingerprint({"a": "1", "b": None}) == idempotency.fingerprint({"b": None, "a": "1"})
    different: list[dict[str, Any]] = [
        {"a": "1"},
        {"a": 1},
        {"a": None},
        {"a": ["1"]},
        {"b": "1"},
        {"a": "1", "b": None},
        {},
    ]
    assert len({idempotency.fingerprint(content) for content in different}) == len(different)
