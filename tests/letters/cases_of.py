"""The invented cases, 30 in each of five languages, and a workspace in which they are logged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session

from followup.domain.letters.thing import Thing
from followup.services.letters.letters import LintedLetter
from followup.services.outbox import template_previews
from followup.store.tables import Case
from tests.shop import DIANA, Shop

FOLDER = Path(__file__).parent / "cases"
_BECAUSE = "The customer was harmed by what we did, and nothing less than this would be right in their case."
LOCALES = {"en": "en-GB", "de": "de-DE", "es": "es-ES", "fr": "fr-FR", "pt": "pt-BR"}


_COLUMNS = (
    "customer",
    "reason",
    "severity",
    "feeling",
    "responsibility",
    "channel",
    "thing",
    "reference",
    "gesture",
    "facts",
    "happened",
    "answer",
    "words",
)
_THINGS = {thing.value: thing for thing in Thing}


@dataclass(frozen=True, slots=True)
class Told:
    """One case as an agent logs it. `gesture` is a kind with its amount or item."""

    language: str
    customer: str
    reason: str
    severity: str
    feeling: str
    responsibility: str
    channel: str
    thing: str
    reference: str
    gesture: str
    facts: dict[str, str]
    happened: str
    answer: str
    words: str


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """A case and its first letter. `held` are the rules and texts for which it would wait for a person."""

    told: Told
    subject: str
    text: str
    held: tuple[str, ...]
    warned: tuple[str, ...]


def told_cases(language: str) -> Iterator[Told]:
    """The cases of a language, from its file."""
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            told = dict(zip(_COLUMNS, (part.strip() for part in line.split("|")), strict=True))
            facts = dict(fact.split("=") for fact in told.pop("facts").split("; ") if fact)
            yield Told(language=language, facts=facts, **told)


def written_cases(shop: Shop) -> Iterator[WrittenCase]:
    """Log every case, give its gesture, and write its first letter, one after the other on one day."""
    for language, locale in LOCALES.items():
        for place, told in enumerate(told_cases(language)):
            shop.settings(thing=_THINGS[told.thing])
            case = shop.open_case(
                customer=f"{language}{place}@example.com",
                name=told.customer,
                locale=locale,
                reason=told.reason,
                severity=told.severity,
                feeling=told.feeling,
                responsibility=told.responsibility,
                channel=told.channel,
                order=told.reference,
                order_value="150.00",
                occurred_on=str((shop.now - timedelta(days=2 + place % 6)).date()),
                what_happened=told.happened,
                answer=told.answer,
                verbatim=told.words,
                **{f"fact_{name}": value for name, value in told.facts.items()},
            )
            yield _written(shop, told, case)


def _written(shop: Shop, told: Told, case: Case) -> WrittenCase:
    kind, _, rest = told.gesture.partition(" ")
    is_item = kind in ("replacement", "repair", "resend")
    more = {"item": rest} if is_item else {}
    more["because"] = _BECAUSE
    shop.request(case, kind, rest if rest and not is_item else None, by=DIANA, **more)

    def look(session: Session) -> LintedLetter:
        found = session.get_one(Case, case.id)
        return template_previews.draft_for(session, shop.rules, found, now=shop.now, step=1, template=None)[1]

    draft = shop.read(look)
    errors = tuple(f"{one.rule.value} {one.sentence}" for one in draft.findings if one.level == "E")
    warned = tuple(f"{one.rule.value} {one.sentence}" for one in draft.findings if one.level != "E")
    return WrittenCase(told, draft.rendered.subject, draft.rendered.text, errors, warned)
