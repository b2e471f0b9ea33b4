"""The number of a new series, by which its letters differ from those sent before."""

from sqlmodel import Session, col, func, select

from followup.domain.sequences.wording import WrittenBefore, choose_wording
from followup.store.tables import Case, Customer, Enrolment, Gesture

_REMEMBERED = 60
"""So many of the newest series are compared."""


def next_wording(session: Session, case: Case, gesture: Gesture | None) -> int:
    """The wording number for a new series of a case. It starts at the customer's number and rises with each
    further series of the same customer; of those that follow, it is the one whose sentences were used least
    in the newest series of this customer, and of others about the same."""
    customer = session.get_one(Customer, case.customer_id)
    assert customer.id is not None
    own = select(func.count()).select_from(Enrolment).join(Case).where(col(Case.customer_id) == customer.id)
    rows = session.exec(
        select(Enrolment.wording, Case, Customer.locale, Gesture)
        .join(Case, col(Case.id) == col(Enrolment.case_id))
        .join(Customer, col(Customer.id) == col(Case.customer_id))
        .join(Gesture, col(Gesture.id) == col(Enrolment.gesture_id), isouter=True)
        .order_by(col(Enrolment.id).desc())
        .limit(_REMEMBERED)
    ).all()
    before = [
        WrittenBefore(wording, _about(other, locale, given), other.customer_id == customer.id)
        for wording, other, locale, given in rows
    ]
    first = customer.id + session.exec(own).one()
    return choose_wording(first, _about(case, customer.locale, gesture), before)


def _about(case: Case, locale: str, gesture: Gesture | None) -> frozenset[str]:
    """What has sentences of its own in a letter: how it begins, what is quoted, given and asked."""
    language = locale.partition("-")[0]
    kind = f"{gesture.kind}, {gesture.gesture_class}" if gesture else "nothing"
    opening = f"{case.responsibility}, {case.severity}"
    return frozenset(
        f"{language}: {about}"
        for about in (
            f"told by {case.channel}",
            f"given {kind}",
            f"{opening}, {case.feeling}",
            opening,
            f"feels {case.feeling}",
            "a letter",
        )
    )
