"""What is measured over the letters of the invented cases, and the targets."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from followup.mail.languages import languages, one_of
from tests.letters.cases_of import LOCALES, WrittenCase

_VALUE = re.compile(
    r"[A-Z0-9]{6}-[A-Z0-9]{6}-[A-Z0-9]{6}|(?:[£€$]|GBP|£GB)?\s?\d[\d.,:]*(?:\s?(?:£GB|GBP|[£€$]))?"
)
_END = r"(?<=[.!?…])(?<!\d\.)\s+"
"""Where a sentence ends: not after the number of a day."""
_LONGEST_FAREWELL = 40
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_QUOTE = re.compile(r"(?m)^> ?(.*)$")
_NUMBERS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve",
    "de": "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "es": "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf dix onze douze",
    "pt": "zero um dois três quatro cinco seis sete oito nove dez onze doze",
}
_MORE_NUMBERS = {
    "en": {"16": "sixteen", "31": "thirty-one", "50": "ten to eleven", "80": "eighty"},
    "de": {"16": "sechzehn", "31": "einunddreißig", "50": "zehn vor elf", "80": "achtzig"},
    "es": {"16": "dieciséis", "31": "treinta y un", "50": "once menos diez", "80": "ochenta"},
    "fr": {"16": "seize", "31": "trente et un", "50": "onze heures moins dix", "80": "quatre-vingts"},
    "pt": {"16": "dezesseis", "31": "trinta e uma", "50": "dez e cinquenta", "80": "oitenta"},
}


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure, how it reads, and whether it meets its target."""

    name: str
    seen: str
    target: str
    is_met: bool = True


def measures(letters: list[WrittenCase]) -> Iterator[Measure]:
    """All figures over the letters."""
    named = [letter for letter in letters if names_the_event(letter)]
    yield _at_least("letters that name the event", len(named), len(letters), 95)
    quoted = [letter for letter in letters if quotation(letter)]
    whole = [letter for letter in quoted if is_whole(letter)]
    yield _at_least("quotations that are whole sentences", len(whole), len(quoted), 100)
    shared, own = recurring_words(letters)
    yield _at_most("our own words that recur in another letter", shared, own, 25)
    first = Counter((letter.told.language, masked(letter, first_sentence(letter))) for letter in letters)
    again = sum(count for count in first.values() if count > 1)
    yield _at_most("first sentences shared with another letter", again, len(letters), 5)
    facts = [(letter, *fact) for letter in letters for fact in letter.told.facts.items()]
    used = [fact for fact in facts if is_used(*fact)]
    yield _at_least("facts recorded and used", len(used), len(facts), 80)
    lengths = sorted(len(_WORD.findall(body(letter))) for letter in letters)
    middle = lengths[len(lengths) // 2]
    yield Measure("words in a letter", f"{lengths[0]} to {lengths[-1]}, half at most {middle}", "50 to 125")
    rules = Counter(text.split()[0] for letter in letters for text in letter.warned)
    yield Measure("warnings of the lint", _counted(rules), "")
    held = [letter for letter in letters if letter.held]
    why = Counter(text.split()[0] for letter in held for text in letter.held)
    yield Measure("letters held", f"{len(held)} of {len(letters)} {_counted(why)}".strip(), "")


def body(letter: WrittenCase) -> str:
    """The text without greeting, sign-off and footer."""
    paragraphs = letter.text.partition("\n-- \n")[0].strip().split("\n\n")
    closing = next(place for place, text in enumerate(paragraphs) if text.startswith("Ana Reyes"))
    farewells = re.compile(one_of(languages()[letter.told.language].letters.closings), re.IGNORECASE)
    if farewells.match(paragraphs[closing - 1]) and len(paragraphs[closing - 1]) < _LONGEST_FAREWELL:
        closing -= 1
    return "\n\n".join(paragraphs[1:closing])


def names_the_event(letter: WrittenCase) -> bool:
    """Whether the agent's sentence stands in it, or a fact of the case in the phrase for its reason."""
    said = letter.told.happened
    return (
        (said[1:] in letter.text)
        if said
        else any(is_used(letter, *fact) for fact in letter.told.facts.items())
    )


def quotation(letter: WrittenCase) -> str:
    """What is quoted of the customer, in one line."""
    return " ".join(_QUOTE.findall(letter.text)).strip()


def is_whole(letter: WrittenCase) -> bool:
    """Whether a quotation is made of whole sentences of theirs."""
    theirs = re.split(_END, letter.told.words)
    rest = quotation(letter)
    for sentence in theirs:
        rest = rest.replace(sentence, "")
    return not _WORD.search(rest)


def first_sentence(letter: WrittenCase) -> str:
    """The first sentence after the greeting."""
    return re.split(_END, body(letter).strip())[0]


def own_sentences(letter: WrittenCase) -> list[str]:
    """Our sentences: without what the agent and the customer wrote, with values masked."""
    told = letter.told
    text = _QUOTE.sub("", body(letter))
    for theirs in (told.happened, told.answer):
        if theirs:
            text = re.sub(
                re.escape(theirs[:1]) + "?" + re.escape(theirs[1:]), " ¶ ", text, flags=re.IGNORECASE
            )
    pieces = (piece for part in text.split("¶") for piece in re.split(rf"{_END}|(?<=:)\s+|\n\n+", part))
    return [masked(letter, piece) for piece in pieces if _WORD.search(piece)]


def masked(letter: WrittenCase, sentence: str) -> str:
    """A sentence without its values: numbers, days, names, what was bought and for what."""
    told = letter.told
    item = told.gesture.partition(" ")[2]
    for value in (told.reference, item if not item[:1].isdigit() else "", told.customer, "care@shop.example"):
        if value:
            sentence = sentence.replace(value, "#")
    for table in languages()[told.language].things.values():
        for form in sorted(table.values(), key=len, reverse=True):
            sentence = re.sub(rf"\b{re.escape(form)}\b", "#", sentence, flags=re.IGNORECASE)
    return " ".join(_VALUE.sub("#", sentence).casefold().split())


def recurring_words(letters: Iterable[WrittenCase]) -> tuple[int, int]:
    """How many of our own words stand in a sentence of another customer's letter too, and how many in all."""
    kept = [(letter.told.language, own_sentences(letter)) for letter in letters]
    times = Counter((language, sentence) for language, own in kept for sentence in set(own))
    every = [(language, sentence) for language, own in kept for sentence in own]
    shared = sum(
        len(_WORD.findall(sentence)) for language, sentence in every if times[language, sentence] > 1
    )
    return shared, sum(len(_WORD.findall(sentence)) for _, sentence in every)


def most_repeated(letters: Iterable[WrittenCase], most: int) -> list[tuple[int, str, str]]:
    """The sentences that stand in the most letters."""
    times = Counter((letter.told.language, one) for letter in letters for one in set(own_sentences(letter)))
    return [(count, language, text) for (language, text), count in times.most_common(most) if count > 1]


def is_used(letter: WrittenCase, name: str, value: str) -> bool:
    """Whether a recorded fact stands in the letter: its number in figures or words, or the thing by name."""
    text, language = letter.text.casefold(), letter.told.language
    if not value[:1].isdigit():
        return value.casefold() in text
    spelled = _NUMBERS[language].split()
    figures = {value, value.replace(".", ","), f"{value}0"}
    words = {spelled[int(value)]} if value.isdigit() and int(value) < len(spelled) else set()
    words |= {found for number, found in _MORE_NUMBERS[language].items() if number == value}
    return any(re.search(rf"(?<!\w){re.escape(form)}", text) for form in figures | words)


def by_language(letters: list[WrittenCase]) -> Iterator[tuple[str, list[WrittenCase]]]:
    """The letters of each language."""
    for language in LOCALES:
        yield language, [letter for letter in letters if letter.told.language == language]


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(found.items())) or "none"


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _at_least(name: str, part: int, whole: int, percent: int) -> Measure:
    share = _share(part, whole)
    return Measure(name, f"{share:.1f} % ({part} of {whole})", f"at least {percent} %", share >= percent)


def _at_most(name: str, part: int, whole: int, percent: int) -> Measure:
    share = _share(part, whole)
    return Measure(name, f"{share:.1f} % ({part} of {whole})", f"at most {percent} %", share <= percent)
