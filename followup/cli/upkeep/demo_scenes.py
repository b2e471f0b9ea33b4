"""The story of the demo as data: the customers, their complaints, and how each case ends."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from followup.domain.cases.case import Outcome

BEGIN = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
"""A Monday morning in London."""


@dataclass(frozen=True, slots=True)
class DemoCustomer:
    """A customer in the story."""

    name: str
    email: str
    timezone: str = "Europe/London"
    region: str = "GB-ENG"
    locale: str = "en-GB"


@dataclass(frozen=True, slots=True)
class Scene:
    """A case in the story: its values, `amounts` among its facts, and what the agent does with the
    recommendation. Amounts are in pounds."""

    customer: DemoCustomer
    told: dict[str, Any]
    amounts: dict[str, str] = field(default_factory=dict)
    because: str | None = None


SCENES = (
    Scene(
        DemoCustomer("Priya Shah", "priya@example.com"),
        {
            "reason": "late-delivery",
            "severity": "moderate",
            "feeling": "let_down",
            "order": "HB-2041",
            "order_value": "80.00",
            "occurred_on": "2026-10-30",
            "promised": "a call if anything is late again",
            "what_happened": "The three novels for your sister's birthday came two days after it.",
            "verbatim": "It was a birthday present and it came two days after the birthday.",
        },
    ),
    Scene(
        DemoCustomer("Tom Okafor", "tom@example.com"),
        {
            "reason": "damaged-item",
            "severity": "serious",
            "feeling": "angry",
            "order": "HB-1987",
            "order_value": "180.00",
            "occurred_on": "2026-10-31",
            "what_happened": "For the third time this year, a book from us came with a broken spine.",
            "verbatim": "The third book with a broken spine. Does anybody there look at the boxes?",
        },
        because="Third damaged parcel this year; he is right to be angry.",
    ),
    Scene(
        DemoCustomer("Lena Fischer", "lena@example.com", "Europe/Berlin", "DE-BE", "de-DE"),
        {
            "reason": "billing-error",
            "severity": "moderate",
            "feeling": "worried",
            "order": "HB-2050",
            "order_value": "54.90",
            "occurred_on": "2026-11-01",
            "what_happened": "Wir haben Ihre Bestellung am 1. November zweimal abgebucht.",
            "answer": "Wir buchen für diese Bestellung kein drittes Mal ab.",
            "verbatim": "Sie haben zweimal abgebucht, und ich weiß nicht, ob es wieder passiert.",
        },
        amounts={"overcharged": "18.40"},
    ),
    Scene(
        DemoCustomer("Sam Reyes", "sam@example.com", "America/New_York", "US-NY", "en-US"),
        {
            "reason": "long-wait",
            "severity": "minor",
            "feeling": "frustrated",
            "occurred_on": "2026-11-02",
            "verbatim": "Forty minutes on hold to change one address.",
        },
    ),
    Scene(
        DemoCustomer("Ines Duarte", "ines@example.com", "Europe/Lisbon", "PT", "en-GB"),
        {
            "reason": "missed-appointment",
            "severity": "severe",
            "feeling": "distressed",
            "occurred_on": "2026-11-01",
            "verbatim": "I waited all day with my mother's funeral books to collect, and nobody came.",
        },
    ),
    Scene(
        DemoCustomer("George Lin", "george@example.com"),
        {
            "reason": "wrong-item",
            "severity": "moderate",
            "feeling": "confused",
            "order": "HB-2063",
            "order_value": "240.00",
            "occurred_on": "2026-11-01",
            "what_happened": "You ordered the world atlas, and we packed three cookbooks.",
            "answer": "The atlas is still yours, and you can keep the cookbooks until we collect them.",
            "verbatim": "I ordered the atlas and got three cookbooks.",
        },
    ),
)


ENDINGS = (
    ("C-0001", Outcome.RECOVERED, "She wrote back and ordered again."),
    ("C-0004", Outcome.RECOVERED, "He says the address is right now."),
    ("C-0006", Outcome.LOST, "He sent the books back and closed his account."),
)
"""The outcomes of the cases that Ana closes."""
