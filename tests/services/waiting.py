"""Short ways to read the list of the cases that need a person."""

from datetime import datetime

from sqlmodel import Session

from followup.domain.cases.attention import AttentionReason
from followup.domain.cases.case import NoteUse
from followup.services.cases import case_notes, waiting_cases
from followup.services.cases.waiting_cases import WaitingCase
from followup.store.tables import Case
from tests.shop import Shop


def waiting(shop: Shop, now: datetime | None = None) -> list[WaitingCase]:
    """The list, in its order."""
    return shop.read(lambda session: waiting_cases.waiting(session, shop.rules, now=now or shop.now))


def said(shop: Shop, now: datetime | None = None) -> dict[int | None, str]:
    """Why each case is on the list, in words."""
    return {one.case.id: one.text for one in waiting(shop, now)}


def codes(shop: Shop, now: datetime | None = None) -> dict[int | None, list[AttentionReason]]:
    """Why each case is on the list."""
    return {one.case.id: [need.why.code for need in one.needs] for one in waiting(shop, now)}


def tell(shop: Shop, case: Case, text: str = "I rang her.") -> None:
    """Note that the customer was told in person."""

    def change(session: Session) -> None:
        found = session.get_one(Case, case.id)
        case_notes.add_note(session, found, text, now=shop.now, actor=shop.actor(session), use=NoteUse.TOLD)

    shop.write(change)
