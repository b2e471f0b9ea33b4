"""A letter for templates to be tried with, and ways to look at what is made of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.shared.money import Money
from followup.mail.letter import (
    Letter,
    LetterAgent,
    LetterBusiness,
    LetterCase,
    LetterCustomer,
    LetterGesture,
    Rendered,
)

SHIPPED = Path(__file__).parents[3] / "templates"
FRONT = "---\nsubject: Hello\nclass: service\n---\n"
LETTER = Letter(
    business=LetterBusiness(name="Harbour Books", reply_to="ana@shop.test"),
    customer=LetterCustomer(name="Jo Núñez", first_name="Jo", locale="en-GB"),
    case=LetterCase(
        ref="C-000012",
        reason="late-delivery",
        what_happened="your order arrived later than we promised",
        occurred_on=date(2026, 3, 12),
        responsibility=Responsibility.OURS,
        severity=Severity.MINOR,
        feeling=Feeling.LET_DOWN,
        verbatim="I waited.\nNobody called.",
        order="1182",
        order_value=Money(8000, "GBP"),
        promised="a replacement by Friday.",
    ),
    agent=LetterAgent(name="Ana Reyes", team="North"),
    gesture=LetterGesture(
        kind=GestureKind.VOUCHER,
        gesture_class=GestureClass.GOODWILL,
        money=Money(1250, "GBP"),
        code="HB-7Q2K",
        expires_on=date(2027, 1, 30),
    ),
)
Write = Callable[..., Rendered]


def with_case(**changes: object) -> Letter:
    return replace(LETTER, case=replace(LETTER.case, **changes))  # type: ignore[arg-type]


class Seen(HTMLParser):
    """The tags of a document, its attributes, and the text that is shown."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")
