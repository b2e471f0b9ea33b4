"""A letter about an invented case with all values, to test whether a template can be rendered."""

from datetime import date

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.letters.thing import Thing
from followup.domain.shared.familiar_amounts import familiar_amount
from followup.domain.shared.money import Money
from followup.mail.letter import (
    Letter,
    LetterAgent,
    LetterBudget,
    LetterBusiness,
    LetterCase,
    LetterCustomer,
    LetterGesture,
    LetterLinks,
    LetterRequest,
)


def sample_letter(locale: str, currency: str, thing: Thing = Thing.ORDER) -> Letter:
    """A letter to a customer with this locale, an amount in this currency, and what was bought."""
    return Letter(
        business=LetterBusiness(name="Our shop", reply_to="care@shop.example"),
        customer=LetterCustomer(name="Jo Example", first_name="Jo", locale=locale),
        case=LetterCase(
            ref="C-0001",
            reason="late-delivery",
            what_happened="your delivery arrived later than we promised",
            occurred_on=date(2026, 3, 12),
            responsibility=Responsibility.OURS,
            severity=Severity.MINOR,
            feeling=Feeling.LET_DOWN,
            verbatim="It was a birthday present.",
            order="A-1",
            thing=thing,
            order_value=_money("80", currency),
            promised="a call by Friday",
            told=("Your parcel left our warehouse this morning",),
            done=("I asked the courier to bring it to your door.",),
            facts={"item": "blue lamp", "place": "our shop in York"},
        ),
        gesture=LetterGesture(
            kind=GestureKind.VOUCHER,
            gesture_class=GestureClass.GOODWILL,
            money=_money("10", currency),
            code="7KQ2MF-X3T9AB-CDWERT",
            expires_on=date(2027, 3, 12),
            settled_by=date(2026, 3, 20),
            left=_money("6", currency),
            item="blue lamp",
        ),
        agent=LetterAgent(name="Ana Reyes", team="Customer care"),
        links=LetterLinks(
            unsubscribe="https://shop.example/stop",
            made_right="mailto:care@shop.example?subject=All%20is%20well%20now",
            not_yet="mailto:care@shop.example?subject=It%20is%20not%20right%20yet",
        ),
        request=LetterRequest(
            colleague="Max Ortiz",
            ref="A-0001",
            because="She came twice.",
            needs="manager",
            until=date(2026, 3, 16),
            reasons=("the case is serious and ours",),
            cases_before=2,
            given_before=_money("15", currency),
            budgets=(LetterBudget(name="north", left=_money("160", currency), until=date(2026, 3, 31)),),
        ),
        written_on=date(2026, 3, 13),
    )


def _money(pounds: str, currency: str) -> Money:
    return Money.parse(familiar_amount(pounds, currency), currency)
