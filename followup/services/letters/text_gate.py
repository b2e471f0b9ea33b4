"""The gate, with what a workspace knows: the texts of a case that may go to its customer, and whose names
must not stand in them. It runs at the desk, so nothing here loads what writes letters."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select
from typing_extensions import TypedDict

from followup.domain.cases.case import NoteUse
from followup.domain.letters.gate.finding import GateFinding, GateRule, TextKind
from followup.domain.letters.gate.gate import GateKnowledge, PersonsText, gate
from followup.domain.letters.gate.names import KnownNames, possible_names
from followup.domain.letters.gate.private_numbers import card_numbers
from followup.domain.letters.gate.sentences import typed_sentences
from followup.mail.languages import frequent_words, gate_words_of, language_tag
from followup.services.cases import owners
from followup.services.shared.references import ref
from followup.store.tables import Agent, Case, Customer, Note

TYPED = ("verbatim", "quote", "what_happened", "answer", "promised")
"""The flags of a case that hold a text for its customer."""

_MOST_HINTS = 3
_MOST_NAMES = 60
_WORD = re.compile(r"\w+")
_ENOUGH_WORDS = 6
"""So many first words of a sentence tell that it stands in a letter, which may have left out the rest."""

_SILENTLY_LEFT_OUT = frozenset({GateRule.G1, GateRule.G2, GateRule.G7, GateRule.G8, GateRule.G9})
"""What holds no letter where it is all that a customer said: nothing is quoted then."""

_KINDS = {NoteUse.TELL: TextKind.TOLD, NoteUse.DONE: TextKind.DONE}


class GateFindingDocument(TypedDict):
    """What keeps a text from going to the customer. `text` says which text of the case it is."""

    rule: str
    level: str
    text: str
    sentence: str
    why: str
    instead: str


@dataclass(frozen=True, slots=True)
class _Told:
    """A text of a case, and the language of the letters that it is for."""

    texts: tuple[PersonsText, ...]
    known: GateKnowledge


def findings_of(session: Session, case: Case) -> tuple[GateFinding, ...]:
    """What the gate finds in the texts of a case that may go to its customer, whether they will or not."""
    told = _told(session, case, language=None)
    return tuple(finding for text in told.texts for finding in gate(text, told.known))


def findings_of_note(session: Session, case: Case, note: Note) -> tuple[GateFinding, ...]:
    """What the gate finds in a note of a case, if its customer is to be told it."""
    if note.use not in _KINDS:
        return ()
    told = _told(session, case, language=None, note=note)
    return tuple(finding for text in told.texts for finding in gate(text, told.known))


def findings_in(
    session: Session, case: Case, letter: str, *, language: str, edited: str | None = None
) -> tuple[GateFinding, ...]:
    """The findings about those texts of a case that stand in a letter, which is in a `language`, and about
    harm in any of them; of a letter that an agent `edited`, about what they wrote."""
    told = _told(session, case, language=language, edited=edited)
    written = _row_of_words(letter)
    return tuple(
        finding
        for text in told.texts
        for finding in gate(text, told.known)
        if finding.rule is GateRule.G10 or _row_of_words(finding.sentence, most=_ENOUGH_WORDS) in written
    )


def left_out(session: Session, case: Case, *, language: str) -> frozenset[str]:
    """The sentences of what a customer said that a quotation leaves out. None if an agent chose it,
    or if an insult or another's name would leave nothing: then the gate holds the letter. What an agent wrote
    about them is left as it is, so the gate holds that as well."""
    if case.verbatim is None or case.quote is not None:
        return frozenset()
    told = _told(session, case, language=language)
    texts = [text for text in told.texts if text.kind is TextKind.VERBATIM]
    found = [finding for text in texts for finding in gate(text, told.known)]
    if any(finding.rule in (GateRule.G3, GateRule.G6) for finding in found):
        return frozenset()
    caught = frozenset(finding.sentence for finding in found)
    if (
        caught.issuperset(typed_sentences(case.verbatim))
        and not {finding.rule for finding in found} <= _SILENTLY_LEFT_OUT
    ):
        return frozenset()
    return caught


def document(finding: GateFinding) -> GateFindingDocument:
    """A finding as a JSON object."""
    found = finding.to_document()
    return {
        "rule": found["rule"],
        "level": found["level"],
        "text": finding.kind.value,
        "sentence": finding.sentence,
        "why": finding.why,
        "instead": finding.instead,
    }


def hints(findings: Iterable[GateFinding], *given: str | None) -> tuple[str, ...]:
    """Sentences for whoever recorded the texts: what would hold the letter, and what to do. `given` are texts
    as they were typed: it is said of a card's number in them that it is not kept."""
    return tuple(_hints(tuple(findings), given))


def _hints(findings: tuple[GateFinding, ...], given: tuple[str | None, ...]) -> Iterator[str]:
    if any(next(card_numbers(text), None) for text in given if text):
        yield "The number of the card is not kept: only its last four digits are."
    for finding in findings[:_MOST_HINTS]:
        yield f"“{finding.sentence}” would hold the letter. {finding.why} {finding.instead}"
    if len(findings) > _MOST_HINTS:
        yield f"{len(findings) - _MOST_HINTS} more texts would hold the letter."


def _told(
    session: Session,
    case: Case,
    *,
    language: str | None,
    note: Note | None = None,
    edited: str | None = None,
) -> _Told:
    """The texts of a case, or a note of it alone, or a letter that was edited, with what the gate knows."""
    customer = session.get_one(Customer, case.customer_id)
    if edited is not None:
        texts: tuple[PersonsText, ...] = (
            PersonsText(kind=TextKind.WRITTEN, text=edited, mend="followup outbox edit E-…"),
        )
    else:
        texts = tuple(_texts(session, case) if note is None else _notes(session, case, note))
    tag = language_tag(language or customer.locale)
    known = GateKnowledge(
        language=tag,
        words=gate_words_of(tag),
        frequent=frequent_words(),
        names=_names(session, case, customer, texts) if texts else KnownNames(),
    )
    return _Told(texts, known)


def _texts(session: Session, case: Case) -> Iterator[PersonsText]:
    change = f"followup case set {ref(case)}"
    if case.quote:
        yield PersonsText(kind=TextKind.QUOTE, text=case.quote, mend=f'{change} --quote "…"')
    untold = (case.summary, case.verbatim if case.quote else None)
    yield from (PersonsText(kind=TextKind.UNTOLD, text=text, mend=change) for text in untold if text)
    if case.verbatim and not case.quote:
        yield PersonsText(kind=TextKind.VERBATIM, text=case.verbatim, mend=f'{change} --verbatim "…"')
    if case.what_happened:
        mend = f'{change} --what-happened "…"'
        yield PersonsText(kind=TextKind.WHAT_HAPPENED, text=case.what_happened, mend=mend)
    if case.answer:
        yield PersonsText(kind=TextKind.ANSWER, text=case.answer, mend=f'{change} --answer "…"')
    if case.promised:
        yield PersonsText(kind=TextKind.PROMISED, text=case.promised, mend=f'{change} --promised "…"')
    yield from _notes(session, case)


def _notes(session: Session, case: Case, only: Note | None = None) -> Iterator[PersonsText]:
    notes = session.exec(select(Note).where(col(Note.case_id) == case.id).order_by(col(Note.id))).all()
    for number, note in enumerate(notes, start=1):
        kind = _KINDS.get(note.use)
        if kind is not None and only in (None, note):
            mend = f'followup case note {ref(case)} --correct {number} "…"'
            yield PersonsText(kind=kind, text=note.body, mend=mend)


def _names(session: Session, case: Case, customer: Customer, texts: Iterable[PersonsText]) -> KnownNames:
    """Whose names the texts may hold. Other customers are looked up only by what looks like a whole name."""
    agents = tuple(session.exec(select(Agent.name).order_by(col(Agent.id))).all())
    possible = sorted({name for text in texts for name in possible_names(text.text)})[:_MOST_NAMES]
    others: tuple[str, ...] = ()
    if possible:
        found = select(Customer.name).where(
            col(Customer.name).in_(possible),
            col(Customer.id) != customer.id,
            col(Customer.erased_at).is_(None),
        )
        others = tuple(sorted(set(session.exec(found).all())))
    return KnownNames(
        signer=owners.owner_of(session, case).name, reader=customer.name, colleagues=agents, others=others
    )


def _row_of_words(text: str, *, most: int | None = None) -> str:
    return f" {' '.join(_WORD.findall(text.casefold())[:most])} "
