"""The item that a gesture is about: what is replaced, mended or sent again."""

from followup.domain.cases.case import ITEM
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.word import listed
from followup.errors import WrongUsage
from followup.services.shared.references import ref
from followup.store.tables import Case

_KINDS_WITH_ITEM = listed([kind.value for kind in GestureKind if kind.names_item], "or")


def item_of(case: Case, kind: GestureKind, said: str | None) -> str | None:
    """The item that a gesture of this kind is about: what was said, or else what the case is about; None for
    other kinds. Raises WrongUsage if a kind needs an item and none is known, or has none and one was said."""
    if kind.names_item:
        item = said or case.facts.get(ITEM)
        if item:
            return item
        raise WrongUsage(
            f"A {kind} needs its item, and the case has none.",
            hint=f'Say it: followup gesture request {ref(case)} --kind {kind} --item "…"',
            code="kind_needs_item",
        )
    if said:
        raise WrongUsage(
            f"A {kind} has no item.",
            hint=f"Leave --item out, or choose a kind that has one: --kind {_KINDS_WITH_ITEM}.",
            code="kind_without_item",
        )
    return None
