"""The words of a language (words.toml): what the program itself writes and recognises, besides templates and
lint.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from followup.domain.cases.hints import PromiseWords
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.letters.quotation import QuotationWords
from followup.domain.letters.thing import Thing
from followup.domain.people.salutation import SalutationWords, TitleKind
from followup.domain.shared.toml_file import Table, parse_toml
from followup.domain.shared.word import listed

INVALID_LANGUAGE = "invalid_language"

Patterns = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """How letters begin and end, and where sentences end, as patterns. `frequent` are short words, no
    patterns, by which a text in the language is known.

    `in_sentences` are words that no signature has, except in the phrases `in_signatures`. A full stop does
    not end a sentence after `titles` and `numbers`, or if a word of `after_a_day` follows a number. It does
    end one after `no_abbreviations`.
    """

    greetings: Patterns
    closings: Patterns
    frequent: Patterns
    from_a_place: Patterns
    in_sentences: Patterns
    in_signatures: Patterns
    titles: Patterns
    numbers: Patterns
    no_abbreviations: Patterns
    after_a_day: Patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneWords:
    """Words by which answers of customers are told apart, as patterns: `opt_out` ends emails, `legal` speaks
    of a lawyer or an authority, `angry` of anger, `thanks` is a thank-you."""

    opt_out: Patterns
    legal: Patterns
    angry: Patterns
    thanks: Patterns


@dataclass(frozen=True, slots=True, kw_only=True)
class MailProgramWords:
    """What mail programs write around an email that is quoted or forwarded, as patterns.

    `wrote` follows the name of the quoted person in a line that begins with `wrote_begins`. `original` and
    `forwarded` are such lines without a name. `sent_from`, with one of `devices`, and `advertising` are lines
    below an email. `answer_marks` and `forward_marks` precede a subject, with a colon. `automatic` matches a
    subject that only programs write. `absence` is what absence notes say, `received` what an acknowledgement
    says, and `oneself` how somebody speaks of themselves. `heads` has the names of header lines above a
    quoted email."""

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
    absence: Patterns
    received: Patterns
    oneself: Patterns
    heads: Mapping[str, str]
    """From the name of a header line, such as "betreff", to its meaning: from, date, to, cc or subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of emails. `tag` is its code, such as "de".

    `answers` are the texts of the links in the closing email. `call` is what an agent answers in an exercise
    for which a call is right. `day_spellings` are ways to write a day, with {day}, {nth}, {month} and
    {weekday}; `ordinals` are the ordinals of the first days of a month, if the language uses them.
    `name_titles` are patterns of titles before a name, `articles` of articles before a thing, `promises` the
    words by which a promise names its time, `quotations` those by which the sentences are chosen that a
    letter quotes, `salutations` how it greets, `things` the forms in which letters name what was bought, each
    by its own name in the language.
    `not_for` are tags of regions that write the language so differently that ours is strange to them.
    """

    tag: str
    name: str
    greets_by_first_name: bool
    not_for: tuple[str, ...]
    call: str
    day_spellings: tuple[str, ...]
    ordinals: tuple[str, ...]
    answers: Mapping[OutcomeAnswer, str]
    name_titles: Patterns
    articles: Patterns
    letters: LetterWords
    mail_programs: MailProgramWords
    promises: PromiseWords
    quotations: QuotationWords
    salutations: SalutationWords
    tones: ToneWords
    things: Mapping[Thing, Mapping[str, str]]

    def days_written(self, day: date, month: str, weekday: str) -> list[str]:
        """The ways to write a day, given the names of its month and weekday."""
        nth = self.ordinals[day.day - 1] if day.day <= len(self.ordinals) else None
        return [
            spelling.format(day=day.day, nth=nth, month=month, weekday=weekday)
            for spelling in self.day_spellings
            if nth is not None or "{nth}" not in spelling
        ]


_TABLES = (
    "answers",
    "days",
    "letters",
    "names",
    "mail_programs",
    "promises",
    "quotations",
    "salutations",
    "tones",
    "things",
)
_HEADS = ("from", "date", "to", "cc", "subject")
_NEEDED = (
    "greetings",
    "closings",
    "frequent",
    "in_sentences",
    "wrote",
    "automatic",
    "absence",
    "received",
    "oneself",
    "opt_out",
    "legal",
    "angry",
    "thanks",
    "weekdays",
    "limits",
    "units",
    "politeness",
    "minded",
    "asked",
)


def load_language(tag: str, text: str, source: str) -> Language:
    """Parse `text`, the words.toml of a language. `source` is the file's name in messages.

    Raises InvalidFile with one line per mistake (source and line); the hint says how to mend the first.
    """
    file = parse_toml(text, source, INVALID_LANGUAGE)
    top = Table(file, (), "", file.values)
    top.refuse_unknown_keys(("name", "greets_by_first_name", "not_for", "call", *_TABLES))
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
        not_for=top.texts("not_for"),
        call=top.text("call", None).casefold(),
        answers=_answers(_below(top, "answers")),
        day_spellings=days.texts("spellings"),
        ordinals=days.texts("ordinals"),
        name_titles=_below(top, "names").texts("titles"),
        articles=_below(top, "names").texts("articles"),
        letters=LetterWords(**_lists(letters, LetterWords)),
        mail_programs=MailProgramWords(
            **_lists(programs, MailProgramWords), heads=_heads(_below(programs, "heads"))
        ),
        promises=PromiseWords(**_lists(_below(top, "promises"), PromiseWords)),
        salutations=_salutations(_below(top, "salutations")),
        quotations=QuotationWords(**_lists(_below(top, "quotations"), QuotationWords)),
        tones=ToneWords(**_lists(_below(top, "tones"), ToneWords)),
        things=_things(_below(top, "things")),
    )
    file.raise_mistakes()
    return language


def _below(table: Table, name: str) -> Table:
    where = f"[{'.'.join((*map(str, table.path), name))}]"
    found = table.table(name, where)
    if found is None and name not in table.values:
        table.refuse("", f"{where} is missing.", f"Write {where} on a line of its own.")
    return found or Table(table.file, (*table.path, name), where, {})


def _lists(
    table: Table,
    kind: type[LetterWords]
    | type[MailProgramWords]
    | type[PromiseWords]
    | type[QuotationWords]
    | type[ToneWords],
) -> dict[str, Patterns]:
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


_SALUTATIONS = ("plain", "given", "titled", "whole", "couple")
_MANNERS = ("as_written", "two_family_names")


def _salutations(table: Table) -> SalutationWords:
    table.refuse_unknown_keys((*_SALUTATIONS, *_MANNERS, "titles", "said", "academic"))
    titles = table.table("titles", "[salutations.titles]")
    said = {name: table.table(name, f"[salutations.{name}]") for name in ("said", "academic")}
    for below in (titles, *said.values()):
        if below is not None:
            below.refuse_unknown_keys(TitleKind.values())
    return SalutationWords(
        plain=table.text("plain", None),
        given=table.text("given", None),
        titled=table.text("titled", None),
        whole=table.text("whole", None),
        couple=table.text("couple", None),
        **{manner: table.values.get(manner) is True for manner in _MANNERS},
        titles={kind: titles.texts(kind.value) for kind in TitleKind} if titles else {},
        said=_by_kind(said["said"]),
        academic=_by_kind(said["academic"]),
    )


def _by_kind(table: Table | None) -> dict[TitleKind, str]:
    if table is None:
        return {}
    return {kind: table.text(kind.value) for kind in TitleKind if kind.value in table.values}


def _things(table: Table) -> dict[Thing, dict[str, str]]:
    """The forms of each thing. All have those of the first, which differ from language to language."""
    table.refuse_unknown_keys(Thing.values())
    first = table.table(Thing.ORDER.value, f"[things.{Thing.ORDER}]")
    forms = tuple(first.values) if first else ()
    found = {}
    for thing in Thing:
        below = table.table(thing.value, f"[things.{thing}]")
        if below is None:
            mend = f"Write [things.{thing}] with {listed(forms) or 'the forms that its templates use'}."
            table.refuse("", f"[things.{thing}] is missing.", mend)
            continue
        below.refuse_unknown_keys(forms)
        found[thing] = {form: below.text(form, None) for form in forms}
    return found


def _heads(table: Table) -> dict[str, str]:
    table.refuse_unknown_keys(_HEADS)
    return {name: kind for kind in _HEADS for name in table.texts(kind)}
