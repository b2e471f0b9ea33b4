"""Emails that are kept as they are, word by word: one for each template, tone and language that matters."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.shared.money import Money
from followup.mail.answer_links import with_answer_links
from followup.mail.compose import compose, message_id
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
    TemplateClass,
)
from followup.mail.render import render
from followup.mail.tokens import unsubscribe_links
from followup.resources import shipped

SENDER = "Ana Reyes at Harbour Books <ana@harbour.example>"
KEY = b"a key that only the tests have, for their tokens"


@dataclass(frozen=True)
class Golden:
    """A template and the letter it writes."""

    template: str
    letter: Letter

    def message(self) -> bytes:
        """The email as it goes out."""
        letter = self.letter
        if self.template == "closing":
            links = with_answer_links(
                letter.links, KEY, 12, reply_to="care+a-token@harbour.example", locale=letter.customer.locale
            )
            letter = replace(letter, links=links)
        rendered = render(shipped("templates"), self.template, letter)
        unsubscribe: tuple[str, ...] = ()
        if rendered.template_class is TemplateClass.MARKETING:
            unsubscribe = unsubscribe_links(KEY, 7, reply_to=SENDER, url="https://harbour.example/stop")
            letter = replace(letter, links=LetterLinks(unsubscribe=unsubscribe[0]))
            rendered = render(shipped("templates"), self.template, letter)
        return compose(
            rendered,
            sender=SENDER,
            to_name=self.letter.customer.name,
            to_address="priya@example.com",
            reply_to="Customer care <care@harbour.example>",
            message_id=message_id(f"{self.letter.case.ref}.1.golden", "harbour.example"),
            in_reply_to=None,
            references=(),
            date=datetime(2026, 3, 16, 9, 0, tzinfo=UTC),
            list_unsubscribe=unsubscribe,
        )


def _letter(
    feeling: Feeling | None,
    name: str = "Priya Shah",
    locale: str = "en-GB",
    *,
    happened: str | None,
    gesture: LetterGesture | None = None,
    order: str | None = "HB-2041",
    verbatim: str | None = None,
    promised: str | None = None,
    told: tuple[str, ...] = (),
    done: tuple[str, ...] = (),
    responsibility: Responsibility = Responsibility.OURS,
    request: LetterRequest | None = None,
    wording: int = 0,
    day: date | None = date(2026, 3, 12),
) -> Letter:
    return Letter(
        business=LetterBusiness(name="Harbour Books", reply_to="Customer care <care@harbour.example>"),
        customer=LetterCustomer(name=name, locale=locale, first_name=name.split()[0]),
        case=LetterCase(
            ref="C-0012",
            reason="reason",
            what_happened=happened,
            occurred_on=day,
            responsibility=responsibility,
            severity=Severity.MODERATE,
            feeling=feeling,
            verbatim=verbatim,
            order=order,
            order_value=Money(8000, "GBP"),
            promised=promised,
            told=told,
            done=done,
        ),
        gesture=gesture,
        agent=LetterAgent(name="Ana Reyes", team="Customer care"),
        request=request,
        wording=wording,
        written_on=date(2026, 3, 16),
    )


def _money(
    kind: GestureKind, minor: int, currency: str = "GBP", *, owed: bool = False, settled: int | None = None
) -> LetterGesture:
    coded = kind.has_code
    return LetterGesture(
        kind=kind,
        gesture_class=GestureClass.CORRECTIVE if owed else GestureClass.GOODWILL,
        money=Money(minor, currency),
        code="7KQ2MF-X3T9AB-CDWERT" if coded else None,
        expires_on=date(2027, 3, 16) if coded else None,
        settled_by=None if settled is None else date(2026, 3, settled),
        left=Money(minor // 2, currency) if coded else None,
    )


@dataclass(frozen=True)
class _Reader:
    """Whoever is sent an item: their name, their locale, and the item and what happened in their words."""

    name: str
    locale: str
    item: str
    happened: str | None = None


_PRIYA = _Reader("Priya Shah", "en-GB", "Desk lamp, blue", "what we sent you arrived damaged")
_SAM = _Reader("Sam Reyes", "en-US", "Desk lamp, blue", "what we sent you arrived damaged")
_LENA = _Reader("Lena Fischer", "de-DE", "Schreibtischlampe, blau")
_CARMEN = _Reader("Carmen García", "es-ES", "Lámpara de mesa azul")
_ANA = _Reader("Ana Souza", "pt-BR", "Luminária de mesa azul")
_CAMILLE = _Reader("Camille Dupont", "fr-FR", "Lampe de bureau bleue")


def _about_item(kind: GestureKind, reader: _Reader, wording: int, *, sent: bool) -> Letter:
    gesture = LetterGesture(
        kind=kind,
        gesture_class=GestureClass.CORRECTIVE,
        settled_by=date(2026, 3, 23),
        item=reader.item,
        is_handed_over=sent,
    )
    return _letter(
        Feeling.LET_DOWN,
        reader.name,
        reader.locale,
        happened=reader.happened,
        gesture=gesture,
        wording=wording,
    )


_CALL = LetterGesture(
    kind=GestureKind.CALLBACK, gesture_class=GestureClass.GOODWILL, settled_by=date(2026, 3, 17)
)
_LATE = "your order arrived later than we promised"
_VOUCHER = _money(GestureKind.VOUCHER, 800)
_ASKED = LetterRequest(
    colleague="Max Ortiz", ref="A-0003", because="He came twice.", needs="manager", until=date(2026, 3, 18)
)
_WAITS = replace(_ASKED, colleague=None)

GOLDEN: dict[str, Golden] = {
    "angry-and-late": Golden(
        "apology",
        _letter(
            Feeling.ANGRY,
            happened=_LATE,
            gesture=_VOUCHER,
            promised="We'll have it with you by Saturday",
            done=("I called the courier, and your books left Leeds this morning.",),
        ),
    ),
    "embarrassed-and-billing": Golden(
        "apology",
        _letter(
            Feeling.EMBARRASSED,
            "Tom Okafor",
            happened="we charged you the wrong amount",
            gesture=_money(GestureKind.REFUND, 1840, owed=True, settled=23),
            order="HB-1987",
        ),
    ),
    "worried-and-lost": Golden(
        "apology",
        _letter(
            Feeling.WORRIED,
            "Marta Ruiz",
            happened="your parcel never reached you",
            gesture=_money(GestureKind.REFUND, 1250, owed=True, settled=23),
            verbatim="It was the last copy you had, and I need it for the 20th.",
            told=("The courier lost it at its Leeds depot on 10 March",),
            promised="a new copy by 18 March",
        ),
    ),
    "confused-in-america": Golden(
        "apology",
        _letter(
            Feeling.CONFUSED,
            "Sam Reyes",
            "en-US",
            happened="we sent you the wrong thing",
            gesture=_money(GestureKind.GIFT, 2000, "USD", settled=30),
            wording=1,
        ),
    ),
    "nobody-could-help-it": Golden(
        "apology",
        _letter(
            Feeling.INCONVENIENCED,
            happened="our service stopped working",
            responsibility=Responsibility.NOBODY,
            order=None,
            gesture=_money(GestureKind.CREDIT, 500, settled=18),
            wording=2,
        ),
    ),
    "a-discount-needs-consent": Golden(
        "apology",
        _letter(Feeling.LET_DOWN, happened=_LATE, gesture=_money(GestureKind.DISCOUNT, 1000)),
    ),
    "a-call-for-somebody-ignored": Golden(
        "callback-arranged",
        _letter(Feeling.IGNORED, happened="we left your message unanswered", gesture=_CALL),
    ),
    "did-it-arrive": Golden(
        "check-in",
        _letter(Feeling.LET_DOWN, happened=_LATE, gesture=_VOUCHER, promised="a call on Friday"),
    ),
    "how-did-it-end": Golden("closing", _letter(Feeling.FRUSTRATED, happened=_LATE, gesture=_VOUCHER)),
    "how-did-it-end-in-america": Golden(
        "closing", _letter(None, "Sam Reyes", "en-US", happened=_LATE, order=None, wording=1)
    ),
    "how-did-it-end-in-german": Golden(
        "closing", _letter(Feeling.WORRIED, "Lena Fischer", "de-DE", happened=None, wording=1)
    ),
    "how-did-it-end-in-spanish": Golden(
        "closing", _letter(Feeling.ANGRY, "Carmen García", "es-ES", happened=None, wording=2)
    ),
    "how-did-it-end-in-french": Golden(
        "closing", _letter(Feeling.IGNORED, "Camille Dupont", "fr-FR", happened=None)
    ),
    "how-did-it-end-in-portuguese": Golden(
        "closing", _letter(Feeling.FRUSTRATED, "Ana Souza", "pt-BR", happened=None, wording=2)
    ),
    "portuguese-and-let-down": Golden(
        "apology",
        _letter(
            Feeling.LET_DOWN,
            "Ana Souza",
            "pt-BR",
            happened="a sua entrega chegou 2 dias depois do prometido",
            gesture=_money(GestureKind.REFUND, 8990, "BRL", owed=True, settled=23),
            verbatim="Era o presente de aniversário do meu pai.",
            wording=1,
        ),
    ),
    "no-day-in-portuguese": Golden(
        "apology",
        _letter(
            Feeling.CONFUSED,
            "Ana Souza",
            "pt-BR",
            happened="a sua entrega chegou depois do prometido",
            wording=2,
            day=None,
        ),
    ),
    "no-day-and-no-order-in-portuguese": Golden(
        "check-in", _letter(None, "Ana Souza", "pt-BR", happened=None, order=None, day=None)
    ),
    "it-takes-its-time": Golden(
        "approval-delayed",
        _letter(
            Feeling.ANGRY,
            happened="what we sent you arrived damaged",
            request=replace(_ASKED, colleague=None),
        ),
    ),
    "no-day-in-english": Golden(
        "apology", _letter(Feeling.LET_DOWN, happened=_LATE, gesture=_VOUCHER, day=None)
    ),
    "no-day-in-america": Golden(
        "apology",
        _letter(Feeling.CONFUSED, "Sam Reyes", "en-US", happened=_LATE, order=None, wording=2, day=None),
    ),
    "no-day-in-german": Golden(
        "apology",
        _letter(
            Feeling.CONFUSED,
            "Lena Fischer",
            "de-DE",
            happened="Ihre Bestellung kam später als zugesagt",
            day=None,
        ),
    ),
    "no-day-in-spanish": Golden(
        "apology",
        _letter(
            Feeling.CONFUSED,
            "Carmen García",
            "es-ES",
            happened="su pedido llegó más tarde de lo prometido",
            wording=2,
            day=None,
        ),
    ),
    "no-day-in-french": Golden(
        "apology",
        _letter(
            Feeling.CONFUSED,
            "Camille Dupont",
            "fr-FR",
            happened="votre commande est arrivée plus tard que promis",
            wording=2,
            day=None,
        ),
    ),
    "no-day-and-no-order-in-english": Golden(
        "closing", _letter(Feeling.LET_DOWN, happened=_LATE, order=None, day=None)
    ),
    "no-day-and-no-order-in-german": Golden(
        "check-in", _letter(None, "Lena Fischer", "de-DE", happened=None, order=None, day=None)
    ),
    "no-day-and-no-order-in-spanish": Golden(
        "check-in", _letter(None, "Carmen García", "es-ES", happened=None, order=None, day=None)
    ),
    "no-day-and-no-order-in-french": Golden(
        "check-in", _letter(None, "Camille Dupont", "fr-FR", happened=None, order=None, day=None)
    ),
    "a-voucher-runs-out": Golden("voucher-expiring", _letter(None, happened=_LATE, gesture=_VOUCHER)),
    "points-in-english": Golden(
        "apology",
        _letter(
            Feeling.LET_DOWN,
            happened=_LATE,
            gesture=replace(_money(GestureKind.POINTS, 805, settled=18), points=161),
        ),
    ),
    "points-in-german-owed": Golden(
        "apology",
        _letter(
            Feeling.LET_DOWN,
            "Lena Fischer",
            "de-DE",
            happened=None,
            gesture=replace(_money(GestureKind.POINTS, 805, "EUR", owed=True, settled=18), points=1610),
        ),
    ),
    "please-decide": Golden(
        "for-approval",
        _letter(
            Feeling.ANGRY,
            happened=None,
            gesture=_money(GestureKind.REFUND, 4500),
            verbatim="The third book with a broken spine.",
            request=_ASKED,
        ),
    ),
    "please-decide-with-grounds": Golden(
        "for-approval",
        _letter(
            Feeling.ANGRY,
            happened=_LATE,
            gesture=_money(GestureKind.REFUND, 4500),
            verbatim="The third book with a broken spine.",
            request=replace(
                _ASKED,
                reasons=("the case is serious", "it is the third one"),
                cases_before=2,
                given_before=Money(2500, "GBP"),
                budgets=(
                    LetterBudget(name="north", left=Money(16000, "GBP"), until=date(2026, 3, 31)),
                    LetterBudget(name="all books", left=Money(4000, "GBP"), until=None),
                ),
            ),
        ),
    ),
    "german-and-worried": Golden(
        "apology",
        _letter(
            Feeling.WORRIED,
            "Lena Fischer",
            "de-DE",
            happened=None,
            gesture=_money(GestureKind.REFUND, 1840, "EUR", owed=True, settled=23),
            verbatim="Sie haben zweimal abgebucht.",
        ),
    ),
    "spanish-and-frustrated": Golden(
        "apology",
        _letter(
            Feeling.FRUSTRATED,
            "Carmen García",
            "es-ES",
            happened=None,
            gesture=_money(GestureKind.VOUCHER, 1000, "EUR"),
        ),
    ),
    "french-and-treated-unfairly": Golden(
        "apology",
        _letter(
            Feeling.TREATED_UNFAIRLY,
            "Camille Dupont",
            "fr-FR",
            happened=None,
            gesture=_money(GestureKind.CREDIT, 1500, "EUR", settled=18),
        ),
    ),
    **{
        name: Golden("check-in" if sent else "apology", _about_item(kind, reader, wording, sent=sent))
        for name, kind, reader, wording, sent in (
            ("replacement-in-english", GestureKind.REPLACEMENT, _PRIYA, 0, False),
            ("replacement-in-german", GestureKind.REPLACEMENT, _LENA, 2, False),
            ("replacement-in-spanish", GestureKind.REPLACEMENT, _CARMEN, 0, False),
            ("replacement-in-french", GestureKind.REPLACEMENT, _CAMILLE, 1, False),
            ("repair-in-english", GestureKind.REPAIR, _PRIYA, 1, False),
            ("repair-in-german", GestureKind.REPAIR, _LENA, 0, False),
            ("repair-in-spanish", GestureKind.REPAIR, _CARMEN, 1, False),
            ("repair-in-french", GestureKind.REPAIR, _CAMILLE, 2, False),
            ("replacement-in-portuguese", GestureKind.REPLACEMENT, _ANA, 0, False),
            ("did-the-repair-arrive-in-portuguese", GestureKind.REPAIR, _ANA, 1, True),
            ("resend-in-english", GestureKind.RESEND, _PRIYA, 2, False),
            ("resend-in-american", GestureKind.RESEND, _SAM, 0, False),
            ("resend-in-german", GestureKind.RESEND, _LENA, 1, False),
            ("resend-in-spanish", GestureKind.RESEND, _CARMEN, 2, False),
            ("resend-in-french", GestureKind.RESEND, _CAMILLE, 0, False),
            ("did-the-replacement-arrive-in-english", GestureKind.REPLACEMENT, _PRIYA, 1, True),
            ("did-the-repair-arrive-in-german", GestureKind.REPAIR, _LENA, 1, True),
            ("did-the-resend-arrive-in-spanish", GestureKind.RESEND, _CARMEN, 1, True),
            ("did-the-resend-arrive-in-french", GestureKind.RESEND, _CAMILLE, 1, True),
        )
    },
}
"""Each email that is kept, by the name of its file."""
