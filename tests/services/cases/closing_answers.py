"""Cases that were asked how they ended, and what their customers answer."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from followup.domain.cases.case import CaseStatus, Outcome
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.outbox.email_kind import EmailKind
from followup.domain.outbox.email_state import EmailState
from followup.mail.answer_links import with_answer_links
from followup.mail.letter import LetterLinks
from followup.services.cases import cases
from followup.store.tables import Case, Email
from tests.services.mail_back import THEM, care_address
from tests.shop import Shop

RIGHT, NOT_YET = OutcomeAnswer.MADE_RIGHT, OutcomeAnswer.NOT_YET
ALL_WELL = "they say that all is well now"
NOT_RIGHT = "they say that it is not made right yet"
TWO_WEEKS = timedelta(days=14)


def asked(shop: Shop, customer: str = THEM) -> tuple[Case, list[str]]:
    """A case whose emails count as sent, without the work of writing them, and the two links of the last."""
    case = shop.open_case(customer)
    shop.request(case)
    of_case = (col(Email.case_id) == case.id, col(Email.kind) == EmailKind.STEP)
    went_out = update(Email).where(*of_case).values(state=EmailState.SENT, sent_at=col(Email.due_at))
    shop.write(lambda session: session.execute(went_out))
    shop.now += TWO_WEEKS
    links = with_answer_links(
        LetterLinks(),
        shop.workspace.secret_key(),
        case.id or 0,
        reply_to=care_address(shop, case),
        locale="en-GB",
    )
    return case, [str(links.made_right), str(links.not_yet)]


def move(shop: Shop, case: Case, to: CaseStatus, outcome: Outcome | None = None) -> None:
    shop.write(
        lambda session: cases.move_case(
            session,
            session.get_one(Case, case.id),
            to,
            now=shop.now,
            actor=shop.actor(session),
            outcome=outcome,
        )
    )
