"""Row 29: whoever is owed something is listed, was told by email, or will be in time, on each of 30 days."""

from collections.abc import Callable
from functools import partial
from typing import Any
from unittest import mock

from followup.domain.cases import owed as model
from followup.services.cases import waiting_cases
from tests.score.owed_machine import NobodyIsForgotten, machine, try_all
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop
from tests.shop import Shop


def without(*names: str) -> Any:
    """A list that lacks rules: the negative control."""
    kept = tuple(rule for rule in model.RULES if rule.__name__ not in names)
    return mock.patch.object(waiting_cases, "needs_of", partial(model.needs_of, rules=kept))


def _stopped(here: NobodyIsForgotten) -> None:
    here.request(0, ("voucher", 500), False)
    here.unenrol(0)


def _taken_back(here: NobodyIsForgotten) -> None:
    here.request(0, ("voucher", 500), False)
    here.run_daemon()
    here.change_gesture(0, "void")


def _called(here: NobodyIsForgotten) -> None:
    here.request(0, ("callback", None), False)
    here.run_daemon()
    here.move(0, "resolve")


def _answered(here: NobodyIsForgotten) -> None:
    here.request(0, ("voucher", 500), False)
    here.run_daemon()
    here.answer(0, False)
    here.move(0, "close")


def _mistaken(here: NobodyIsForgotten) -> None:
    here.request(0, ("voucher", 500), False)
    here.run_daemon()
    here.take_out(0)


CONTROLS: dict[str, Callable[[NobodyIsForgotten], None]] = {
    "untold": _stopped,
    "taken_back": _taken_back,
    "calls": _called,
    "answered": _answered,
    "mistaken": _mistaken,
}
"""For a rule that is taken away, what then happens to somebody who is forgotten."""


def found_out(shop: Shop, missing: str) -> bool:
    """Whether the check finds out a list that lacks a rule, and is content with the whole list."""
    here = machine(shop)()
    here.begin(False, False)
    try:
        CONTROLS[missing](here)
        here.whoever_is_owed_something_is_listed()
        with without(missing):
            try:
                here.whoever_is_owed_something_is_listed()
            except AssertionError:
                return True
        return False
    finally:
        here.let_go()


def run(here: Place) -> Seen:
    """Try any order, and see that lists which lack a rule are found out."""
    shop = open_shop(here)
    sound = machine(shop)
    try_all(sound, here.count(300, 3), here.count(25, 8))
    caught = [name for name in CONTROLS if found_out(shop, name)]
    shop.engine.dispose()
    refused = sum(number for move, number in sound.moves.items() if move.endswith("refused"))
    return Seen(
        kept=sound.days > 0 and len(caught) == len(CONTROLS),
        figures=f"{sound.runs:,} runs, {sound.moves.total() - refused:,} operations ({refused:,} refused), "
        f"{sound.days:,} days after them; nobody forgotten; {len(caught)} of {len(CONTROLS)} lists that lack "
        "a rule found out",
    )


ROW = Row(
    number=29,
    measure="what a person is to hear or do reaches a person: every state in which a customer is owed "
    "something × 30 days",
    target="listed in `case list --needs-person` or told by email, none forgotten",
    run=run,
)
