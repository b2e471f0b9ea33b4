"""What the program itself writes and reads in a language, beside its emails and what the lint looks for."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.shared.toml_file import Table, parse_toml

INVALID_LANGUAGE = "invalid_language"

Patterns = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """How letters begin and end, and where their sentences do, as patterns.

    `in_sentences` are words of which a signature has none, but in the phrases `in_signatures`. After a full
    stop a sentence goes on after `titles` and `numbers`, and where a word of `after_a_day` follows a number;
    it ends after `no_abbreviations`."""

    greetings: Patterns
    closings: Patterns
    from_a_place: Patterns
    in_sentences: Patterns
    in_signatures: Patterns
    titles: Patterns
    numbers: Patterns
    no_abbreviations: Patterns
    after_a_day: Patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class MailProgramWords:
    """What mail programs write around an email that is answered or passed on, as patterns.

    `wrote` follows the name of who is quoted, in a line that begins with `wrote_begins`; `original` and
    `forwarded` are such lines without a name. `sent_from`, with one of `devices`, and `advertising` stand
    under an email. `answer_marks` and `forward_marks` stand before a subject and its colon, `automatic` is
    one of an email that nobody wrote. `heads` has the names of the lines that head an email."""

    wrote: Patterns
    wrote_begins: Patterns
    original: Patterns
    forwarded: Patterns
    sent_from: Patterns
    devices: Patterns
    advertising: Patterns
    answer_marks: Patterns
    forward_marks: Patterns
    automatic: Patterns
    heads: Mapping[str, str]
    """From the name of a line, as "betreff", to what it is: from, date, to, cc or subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language that emails are written in. `tag` is its code, such as "de".

    `answers` are what the links of the closing email say; `call` is what an agent answers in an exercise
    where a call is right. `day_spellings` are ways to write a day, with {day}, {nth}, {month} and {weekday}
    in them; `ordinals` are those of the first days of a month, as far as days have one. `name_titles` are
    patterns of what stands before a name and is no part of it."""

    tag: str
    name: str
    greets_by_first_name: bool
    call: str
    day_spellings: tuple[str, ...]
    ordinals: tuple[str, ...]
    answers: Mapping[OutcomeAnswer, str]
    name_titles: Patterns
    letters: LetterWords
    mail_programs: MailProgramWords

    def days_written(self, day: date, month: str, weekday: str) -> list[str]:
        """The ways to write a day, given the names of its month and of its weekday."""
        nth = self.ordinals[day.day - 1] if day.day <= len(self.ordinals) else None
        return [
            spelling.format(day=day.day, nth=nth, month=month, weekday=weekday)
            for spelling in self.day_spellings
            if nth is not None or "{nth}" not in spelling
        ]


_TABLES = ("answers", "days", "letters", "names", "mail_programs")
_HEADS = ("from", "date", "to", "cc", "subject")
_NEEDED = ("greetings", "closings", "in_sentences", "wrote", "automatic")


def load_language(tag: str, text: str, source: str) -> Language:
    """The language that `text`, the words.toml of its folder, describes; `source` is its name for messages.

    Raises InvalidFile: a line per mistake with source and line, and the mend of the first as hint."""
    file = parse_toml(text, source, INVALID_LANGUAGE)
    top = Table(file, (), "", file.values)
    top.refuse_unknown_keys(("name", "greets_by_first_name", "call", *_TABLES))
    days = _below(top, "days")
    days.refuse_unknown_keys(("spellings", "ordinals"))
    programs = _below(top, "mail_programs")
    letters = _below(top, "letters")
    greets_by_first_name = top.values.get("greets_by_first_name", False)
    if not isinstance(greets_by_first_name, bool):
        top.refuse("greets_by_first_name", "it must be true or false.", "Write true or false, unquoted.")
    language = Language(
        tag=tag,
        name=top.text("name", None),
        greets_by_first_name=bool(greets_by_first_name),
        call=top.text("call", None).casefold(),
        answers=_answers(_below(top, "answers")),
        day_spellings=days.texts("spellings"),
        ordinals=days.texts("ordinals"),
        name_titles=_below(top, "names").texts("titles"),
        letters=LetterWords(**_lists(letters, LetterWords)),
        mail_programs=MailProgramWords(
            **_lists(programs, MailProgramWords), heads=_heads(_below(programs, "heads"))
        ),
    )
    file.raise_mistakes()
    return language


def _below(table: Table, name: str) -> Table:
    where = f"[{'.'.join((*map(str, table.path), name))}]"
    found = table.table(name, where)
    if found is None and name not in table.values:
        table.refuse("", f"{where} is missing.", f"Write {where} on a line of its own.")
    return found or Table(table.file, (*table.path, name), where, {})


def _lists(table: Table, kind: type[LetterWords] | type[MailProgramWords]) -> dict[str, Patterns]:
    names = [field.name for field in fields(kind) if field.name != "heads"]
    table.refuse_unknown_keys(field.name for field in fields(kind))
    found = {name: table.texts(name) for name in names}
    for name in _NEEDED:
        if name in found and not found[name] and table.values:
            table.refuse("", f"{name} is missing.", f"Write {name} = ['…'].")
    return found


def _answers(table: Table) -> dict[OutcomeAnswer, str]:
    table.refuse_unknown_keys(OutcomeAnswer.values())
    found = {answer: table.text(answer.value, None) for answer in OutcomeAnswer}
    for answer, words in found.items():
        if ":" in words or words.endswith("."):
            table.refuse(answer.value, "it has a colon, or ends in a full stop.", "Say it without.")
    return found


def _heads(table: Table) -> dict[str, str]:
    table.refuse_unknown_keys(_HEADS)
    return {name: kind for kind in _HEADS for name in table.texts(kind)}
