"""The exercises of `followup coach`: files that ship with the program and are copied into each workspace with
the templates, where a team can change them and add its own.
"""

from collections.abc import Iterable
from dataclasses import fields
from datetime import date
from itertools import starmap
from pathlib import Path

from typing_extensions import TypedDict

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.coaching.practice import CALL, Exercise, PracticeGesture
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.domain.shared.money import Money, decimals
from followup.domain.shared.toml_file import Table, parse_toml
from followup.errors import FollowupError, InvalidFile, NotFound
from followup.mail.languages import languages_in
from followup.mail.letter import (
    Letter,
    LetterAgent,
    LetterBusiness,
    LetterCase,
    LetterCustomer,
    LetterGesture,
    first_name_of,
)
from followup.resources import shipped
from followup.settings import read_text

FOLDER = "coaching"
_KEYS = ({field.name for field in fields(Exercise)} - {"name"}) | {"currency"}
_GESTURE_KEYS = ("kind", "class", "amount", "how", "code", "expires_on", "settled_by")

PracticeGestureDocument = TypedDict(
    "PracticeGestureDocument",
    {
        "kind": str,
        "class": str,
        "amount": str | None,
        "currency": str | None,
        "how": str | None,
        "code": str | None,
        "expires_on": str | None,
        "settled_by": str | None,
    },
)
"""The gesture that an exercise allows the agent to offer."""


class ExerciseDocument(TypedDict):
    """An exercise without its model reply."""

    exercise: str
    language: str
    trains: list[str]
    business: str
    customer: str
    complaint: str
    feeling: str
    severity: str
    responsibility: str
    occurred_on: str
    order: str | None
    order_value: str | None
    currency: str | None
    item: str | None
    place: str | None
    known: str
    done: str | None
    gesture: PracticeGestureDocument


def folders_of(templates: Path) -> tuple[Path, ...]:
    """The folders that hold exercises: one in each language's templates, and the older shared folder beside
    them. A workspace without any uses the shipped ones."""
    places = (templates, *(templates / language for language in languages_in(templates)))
    own = tuple(place / FOLDER for place in places if (place / FOLDER).is_dir())
    return own or folders_of(shipped("templates"))


def files_in(folders: Iterable[Path]) -> dict[str, Path]:
    """The exercise files in some folders, sorted and keyed by name; their contents are not read. Raises
    InvalidFile if two have the same name."""
    found: dict[str, Path] = {}
    paths = (path for folder in folders for path in folder.glob("*.toml"))
    for path in sorted(paths, key=lambda path: (path.stem, path)):
        if path.stem in found:
            raise InvalidFile(
                f"{found[path.stem]} and {path} are exercises of the same name.",
                hint="Delete one of the two, or give it another name.",
                code="bad_exercise",
            )
        found[path.stem] = path
    return found


def read_exercises(folders: Iterable[Path]) -> tuple[Exercise, ...]:
    """All exercises of some folders, sorted by name. Raises InvalidFile for one that is invalid."""
    return tuple(starmap(_read, files_in(folders).items()))


def read_exercise(folders: Iterable[Path], name: str) -> Exercise:
    """One exercise. Raises NotFound, or InvalidFile listing every error in its file."""
    files = files_in(folders)
    if name not in files:
        raise NotFound(
            f"There is no exercise {name}.", hint="See them: followup coach --list", code="unknown_exercise"
        )
    return _read(name, files[name])


def _read(name: str, path: Path) -> Exercise:
    file = parse_toml(read_text(path), str(path), "bad_exercise")
    exercise = _exercise(name, Table(file, (), "", file.values))
    file.raise_mistakes()
    return exercise


def _exercise(name: str, table: Table) -> Exercise:
    table.refuse_unknown_keys(sorted(_KEYS))
    currency = _currency(table)
    return Exercise(
        name=name,
        locale=table.text("locale", None),
        trains=_rules(table),
        business=table.text("business", None),
        customer=table.text("customer", None),
        reason=table.text("reason", None),
        what_happened=table.text("what_happened", None),
        severity=table.word("severity", Severity, required=True) or Severity.MINOR,
        responsibility=table.word("responsibility", Responsibility, required=True) or Responsibility.OURS,
        feeling=table.word("feeling", Feeling, required=True) or Feeling.INCONVENIENCED,
        occurred_on=_day(table, "occurred_on", required=True) or date.min,
        verbatim=table.text("verbatim", None),
        complaint=table.text("complaint", None).strip(),
        known=table.text("known", None).strip(),
        good_reply=table.text("good_reply", None).strip(),
        gesture=_gesture(table, currency),
        order=table.text("order") or None,
        order_value=_money(table, "order_value", currency),
        item=table.text("item") or None,
        place=table.text("place") or None,
        done=table.text("done") or None,
    )


def _gesture(table: Table, currency: str) -> PracticeGesture:
    below = table.table("gesture", "gesture")
    if below is None:
        if "gesture" not in table.values:
            table.refuse("", "[gesture] is missing.", 'Say what may be offered: [gesture], kind = "apology".')
        return PracticeGesture(kind=GestureKind.APOLOGY, gesture_class=GestureClass.GOODWILL)
    below.refuse_unknown_keys(_GESTURE_KEYS)
    kind = below.word("kind", GestureKind, required=True) or GestureKind.APOLOGY
    money = _money(below, "amount", currency)
    if kind.names_item and not table.text("item"):
        table.refuse("", f"a {kind} needs an item.", 'Write item = "…" above [gesture].')
    if kind.has_amount and money is None:
        below.refuse("", f"a {kind} needs an amount.", f'Write amount = "{Money.example(currency)}".')
    return PracticeGesture(
        kind=kind,
        gesture_class=below.word("class", GestureClass) or GestureClass.GOODWILL,
        money=money,
        how=below.text("how") or None,
        code=below.text("code") or None,
        expires_on=_day(below, "expires_on"),
        settled_by=_day(below, "settled_by"),
    )


def _currency(table: Table) -> str:
    currency = table.text("currency", "GBP")
    try:
        decimals(currency)
    except FollowupError as error:
        table.refuse("currency", error.message, error.hint)
        return "GBP"
    return currency


def _money(table: Table, key: str, currency: str) -> Money | None:
    amount_minor = table.money(key, currency)
    return None if amount_minor is None else Money(amount_minor, currency)


def _rules(table: Table) -> tuple[str, ...]:
    codes = table.texts("trains")
    known = (*SincerityRule.values(), CALL)
    for code in codes:
        if code not in known:
            table.refuse("trains", f"there is no rule {code!r}.", f"Known are {', '.join(known)}.")
    return codes


def _day(table: Table, key: str, *, required: bool = False) -> date | None:
    value = table.values.get(key)
    if value is None and not required:
        return None
    if type(value) is not date:
        table.refuse(key if value is not None else "", f"{key} must be a day.", f"Write {key} = 2026-03-12.")
        return None
    return value


def letter_to(exercise: Exercise, agent_name: str) -> Letter:
    """The letter that the lint compares a reply with: the case of the exercise, with `agent_name` as its
    agent."""
    gesture = exercise.gesture
    places = {"item": exercise.item, "place": exercise.place}
    return Letter(
        business=LetterBusiness(name=exercise.business, reply_to=sender_of(exercise, agent_name)),
        customer=LetterCustomer(
            name=exercise.customer, locale=exercise.locale, first_name=first_name_of(exercise.customer)
        ),
        case=LetterCase(
            ref="C-0000",
            reason=exercise.reason,
            what_happened=exercise.what_happened,
            occurred_on=exercise.occurred_on,
            responsibility=exercise.responsibility,
            severity=exercise.severity,
            feeling=exercise.feeling,
            verbatim=exercise.verbatim,
            order=exercise.order,
            order_value=exercise.order_value,
            done=(exercise.done,) if exercise.done else (),
            facts={name: fact for name, fact in places.items() if fact},
        ),
        gesture=LetterGesture(
            kind=gesture.kind,
            gesture_class=gesture.gesture_class,
            money=gesture.money,
            item=exercise.item if gesture.kind.names_item else None,
            code=gesture.code,
            expires_on=gesture.expires_on,
            settled_by=gesture.settled_by,
        ),
        agent=LetterAgent(name=agent_name),
    )


def sender_of(exercise: Exercise, agent_name: str) -> str:
    """An invented sender address that looks like a person's."""
    domain = "".join(letter for letter in exercise.business.lower() if letter.isascii() and letter.isalnum())
    return f"{agent_name} <care@{domain}.example>"


def signed(exercise: Exercise, agent_name: str) -> str:
    """The model reply, signed with the agent's name."""
    return f"{exercise.good_reply}\n\n{agent_name}\n{exercise.business}"


def to_document(exercise: Exercise) -> ExerciseDocument:
    """An exercise as a JSON document, without its model reply."""
    gesture, value = exercise.gesture, exercise.order_value
    offered: PracticeGestureDocument = {
        "kind": gesture.kind.value,
        "class": gesture.gesture_class.value,
        "amount": gesture.money.text if gesture.money else None,
        "currency": gesture.money.currency if gesture.money else None,
        "how": gesture.how,
        "code": gesture.code,
        "expires_on": gesture.expires_on.isoformat() if gesture.expires_on else None,
        "settled_by": gesture.settled_by.isoformat() if gesture.settled_by else None,
    }
    return {
        "exercise": exercise.name,
        "language": exercise.language,
        "trains": list(exercise.trains),
        "business": exercise.business,
        "customer": exercise.customer,
        "complaint": exercise.complaint,
        "feeling": exercise.feeling.value,
        "severity": exercise.severity.value,
        "responsibility": exercise.responsibility.value,
        "occurred_on": exercise.occurred_on.isoformat(),
        "order": exercise.order,
        "order_value": value.text if value else None,
        "currency": value.currency if value else None,
        "item": exercise.item,
        "place": exercise.place,
        "known": exercise.known,
        "done": exercise.done,
        "gesture": offered,
    }
