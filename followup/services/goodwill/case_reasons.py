"""Reasons of cases. A workspace has its own reasons, so a new one is never refused, but it may be a
misspelling.
"""

from difflib import get_close_matches

from sqlmodel import Session, col, select

from followup.services.goodwill.known_reasons import of_policies
from followup.services.shared.configuration import Configuration
from followup.store.tables import Case

_AS_NEAR_AS_A_SLIP = 0.85
"""A similarity that matches `late-delivry` to `late-delivery`, but not `late-parcel` to `lost-parcel`."""


def meant(session: Session, rules: Configuration, reason: str, *, case: Case | None = None) -> str | None:
    """The known reason that `reason` may be a misspelling or the beginning of; None if it is known itself or
    resembles none.

    Known reasons are those with a phrase, those of the policies, and those of all cases except `case`."""
    with_phrase = rules.settings.known_reasons
    if reason in with_phrase or reason in (named := of_policies(rules)):
        return None
    others = select(Case.reason).where(col(Case.id) != case.id) if case else select(Case.reason)
    if session.exec(others.where(col(Case.reason) == reason).limit(1)).first() is not None:
        return None
    known = dict.fromkeys((*named, *with_phrase, *sorted(session.exec(others.distinct()))))
    near = get_close_matches(reason, known, n=1, cutoff=_AS_NEAR_AS_A_SLIP)
    begun = (one for one in known if one.startswith(f"{reason}-"))
    return next(iter((*near, *begun)), None)
