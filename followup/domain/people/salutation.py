"""How a letter greets somebody: by what can be told from their name, and never by a guess."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from followup.domain.shared.word import Word

_WORD = re.compile(r"[^\s,]+")
_ASIDE = re.compile(r"\([^)]*\)|[“\"][^”\"]*[”\"]")
_POSSESSIVE = re.compile(r"\w+[’']s", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|und|et|y|e|&|\+)\s+", re.IGNORECASE)
_SUFFIX_WORDS = "jr sr ii iii iv md phd esq mba clu cfp lutc mbe obe cbe junior senior"
_PARTICLE_WORDS = """
    de del della di da das do dos du des la las le los van von der den ter ten zu zur af av bin ibn
    al el st mac
"""
_NOBODY_WORDS = """
    customer client guest unknown anonymous test user admin info sales office accounts reception team
    kunde kundin
    gast unbekannt cliente invité inconnu desconocido invitado na none null
"""
# Family names that come first where they are at home, and that hardly anybody has for a given name.
_FAMILY_FIRST_WORDS = """
    nguyễn nguyen trần tran phạm pham huỳnh huynh đặng bùi đỗ ngô võ zhang wang liu zhao huang zhou xu guo
    chen yang sato satō suzuki tanaka takahashi watanabe yamamoto park choi jeong
"""
_SUFFIXES, _PARTICLES, _NOBODY, _FAMILY_FIRST = (
    frozenset(words.split()) for words in (_SUFFIX_WORDS, _PARTICLE_WORDS, _NOBODY_WORDS, _FAMILY_FIRST_WORDS)
)
_COMPANY = re.compile(
    r"(?:ag|bv|co|company|corp|corporation|gmbh|group|inc|kg|ohg|ug|llc|llp|ltd|limited|nv|plc|pty|s\.?a|s\.?l|s\.?l\.?u|sarl"
    r"|sas|sasu|eurl|srl|sons|bros|brothers|partners|associates|studios?|services?|solutions|consulting|holdings?|hotel"
    r"|hostel|café|cafe|restaurant|bistro|bar|pub|bakery|boulangerie|pâtisserie|boucherie|pharmacie|panadería|farmacia"
    r"|tienda|bäckerei|apotheke|praxis|clinic|clinique|clínica|school|école|escuela|schule|university|college|church"
    r"|garage|salon|shop|store|boutique|books|bank|club|verein|association|asociación|foundation|fundación|stiftung"
    r"|council|society|institute|trust|museum|library|theatre|theater|farm|motors|media|press|design|pizz(?:a|eria)"
    r"|kitchen|plumbing|plumbers|electrics?|electrical|electricians|builders|building|clean(?:ers|ing)|grocer(?:s|y)"
    r"|cater(?:ing|ers)|ambulance|logistics|transport|removals|properties|estates|lettings|insurance|software|systems"
    r"|technolog(?:y|ies)|tech|digital|labs?|works|workshop|stores|supplies|interiors|florists?|flowers|dental|dentists"
    r"|surgery|vets|veterinary|nursery|hospital|charity|committee|department|dept|agen(?:cy|ce|tur)|verlag|werkstatt"
    r"|tischlerei|metzgerei|kanzlei|friseur|gasth(?:aus|of)|gemeinde|ristorante|trattoria|restaurante|taller|peluquería"
    r"|librería|ayuntamiento|librairie|cabinet|mairie|hôtel|maison|ltda|eireli|padaria|farmácia|loja|escola|pousada"
    r"|mercado|oficina)\.?",
    re.IGNORECASE,
)
_ARTICLES = frozenset({"the", "der", "die", "das", "le", "la", "les", "el", "los", "las", "l'"})
_FAMILY_FIRST_SCRIPTS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


class TitleKind(Word):
    """What a title before a name says."""

    MR = "mr", "Mr"
    MRS = "mrs", "Mrs"
    MS = "ms", "Ms"
    MISS = "miss", "Miss"
    MX = "mx", "Mx"
    DOCTOR = "dr", "A doctor"
    DOCTOR_HER = "dr_f", "A doctor, of a woman"
    PROFESSOR = "prof", "A professor"
    PROFESSOR_HER = "prof_f", "A professor, of a woman"
    KNIGHT = "sir", "Before a given name"
    OTHER = "other", "Some other title"


@dataclass(frozen=True, slots=True, kw_only=True)
class SalutationWords:
    """How a language greets. `plain` greets somebody whose name says nothing, `given` somebody by {given} and
    {family}, `titled` with {title} and {family}, `whole` by the whole {name}, `couple` two people by {name}.

    `titles` are the spellings, without full stops and in small letters, of the titles that the language
    writes; `said` is how it says a title, its own as they are written if `as_written`. `academic` is how it
    says a learned title after another ("Frau Professor"); a language without it says the first title only.
    Where people have `two_family_names`, three words after a title stand whole: nobody can tell how many of
    them are family names.
    """

    plain: str
    given: str
    titled: str
    whole: str
    couple: str
    as_written: bool = False
    two_family_names: bool = False
    titles: Mapping[TitleKind, tuple[str, ...]] = field(default_factory=dict)
    said: Mapping[TitleKind, str] = field(default_factory=dict)
    academic: Mapping[TitleKind, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name, taken apart: its titles as they are written and what they say, the first given name if it is
    no initial, all that comes after it, and the part of that which is the family name.
    """

    titles: tuple[tuple[str, TitleKind], ...]
    given: str
    rest: str
    family: str


def salutation(name: str, words: SalutationWords, spellings: Mapping[str, TitleKind]) -> str:
    """The greeting of a letter, without its comma or colon. `spellings` are the titles of all languages.

    A company, an address, initials, a title alone or nobody's name give the plain greeting. Names in Chinese,
    Japanese or Korean characters, or that begin with a family name from there, stand whole.
    """
    flat = " ".join(name.split())
    if not flat or not all(map(_in_names, flat)):
        return words.plain
    if _AND.search(flat):
        return _couple(flat, words)
    if _is_nobody(flat, spellings):
        return words.plain
    if _family_first(flat):
        return words.whole.format(name=flat)
    found = _parsed(flat, spellings)
    if found is None:
        return words.plain
    if found.titles:
        return _titled(found, words) or words.plain
    if not found.given:
        return words.plain
    return _by_given_name(found, words)


def _by_given_name(name: _Name, words: SalutationWords) -> str:
    return " ".join(words.given.format(given=name.given, family=name.rest).split())


def _in_names(letter: str) -> bool:
    """Whether a character stands in names of people."""
    return letter in "-'’.,()\"“”&+·" or unicodedata.category(letter)[0] in "LMZ"


def _couple(name: str, words: SalutationWords) -> str:
    """Two people: both titles and one family name, if the titles are those of the letter's language."""
    sides = _AND.split(name)
    own = {spelling for known in words.titles.values() for spelling in known}
    firsts = [_bare(side.split()[0]) for side in sides if side.split()]
    if len(sides) == 2 and len(firsts) == 2 and all(first in own for first in firsts):
        rest = sides[1].split()[1:]
        if rest and not any(_COMPANY.fullmatch(part) for part in rest):
            family = " ".join(rest if rest[0].casefold() in _PARTICLES else rest[-1:])
            titles = f"{sides[0].split()[0]} {_joined(name)} {sides[1].split()[0]}"
            alone = len(sides[0].split()) == 1
            return words.couple.format(name=f"{titles} {family}" if alone else name)
    return words.plain


def _joined(name: str) -> str:
    found = _AND.search(name)
    return found[0].strip() if found else ""


def _is_nobody(name: str, spellings: Mapping[str, TitleKind]) -> bool:
    parts = [_bare(part) for part in _WORD.findall(name)]
    is_titled = bool(parts) and parts[0] in spellings
    return (
        not parts
        or any(part in _NOBODY for part in parts)
        or (parts[0] in _ARTICLES and not is_titled)
        or any(_COMPANY.fullmatch(part) or _POSSESSIVE.fullmatch(part) for part in _WORD.findall(name))
        or not any(letter.isalpha() for letter in name)
    )


def _family_first(name: str) -> bool:
    first, *others = name.split()
    if others and first.casefold() in _FAMILY_FIRST:
        return True
    letters = [letter for letter in name if letter.isalpha()]
    return any(unicodedata.name(letter, "").startswith(_FAMILY_FIRST_SCRIPTS) for letter in letters)


def _parsed(name: str, spellings: Mapping[str, TitleKind]) -> _Name | None:
    """A name of one person taken apart; None if it is only titles, or an office ("Monsieur le Maire")."""
    before, comma, after = name.partition(",")
    if comma and after.strip() and not _is_suffix(after.split()[0]):
        name = f"{after.strip()} {before.strip()}"
    else:
        name = before
    found = _WORD.findall(_ASIDE.sub(" ", name))
    parts = [part for place, part in enumerate(found) if place == 0 or not _is_suffix(part)]
    titles: list[tuple[str, TitleKind]] = []
    while parts and (_bare(parts[0]) in spellings):
        written = parts.pop(0)
        titles.append((written.capitalize() if written.islower() else written, spellings[_bare(written)]))
    if not parts or (titles and parts[0] in _ARTICLES):
        return None
    parts = [_cased(part) for part in parts]
    if titles and (len(parts) == 1 or parts[0].casefold() in _ARTICLES | _FAMILY_FIRST):
        whole = " ".join(parts)
        return _Name(tuple(titles), given="", rest=whole, family=whole)
    given = "" if _is_initial(parts[0]) else parts[0]
    start = 1
    while start < len(parts) - 1 and parts[start].casefold().rstrip(".") not in _PARTICLES:
        start += 1
    return _Name(tuple(titles), given, rest=" ".join(parts[1:]), family=" ".join(parts[start:]))


def _titled(name: _Name, words: SalutationWords) -> str | None:
    """The greeting with a title, or else by the whole name; None if neither can be said."""
    written, kind = name.titles[0]
    if kind is TitleKind.KNIGHT:
        return words.titled.format(title=written, family=name.given or name.family)
    is_own = words.as_written and _bare(written) in words.titles.get(kind, ())
    said = written if is_own else words.said.get(kind)
    if said is None and name.given:
        return _by_given_name(name, words)
    said = said or words.academic.get(kind)
    if said is None:
        return None
    learned = next((words.academic[more] for _, more in name.titles[1:] if more in words.academic), "")
    title = f"{said} {learned}".strip() if learned else said
    is_open = words.two_family_names and name.given and name.rest != name.family
    return words.titled.format(title=title, family=f"{name.given} {name.rest}" if is_open else name.family)


def _bare(part: str) -> str:
    return part.casefold().rstrip(".")


def _is_suffix(part: str) -> bool:
    return _bare(part).replace(".", "") in _SUFFIXES


def _is_initial(part: str) -> bool:
    return len(part.replace(".", "")) < 2 or (part.count(".") > 1) or not part[0].isalpha()


def _cased(part: str) -> str:
    """A part in capital or small letters only, as some systems store it, with a capital."""
    if len(part) > 2 and (part.isupper() or part.islower()) and part.casefold() not in _PARTICLES:
        return part.title()
    return part
