"""The words of a language by which the gate knows what must not go to a customer (gate.toml)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from followup.domain.letters.sincerity.wording import Pattern, words
from followup.domain.shared.toml_file import Table, parse_toml

INVALID_GATE = "invalid_gate"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateWords:
    """The words of one language. Patterns are for plain texts (see `plain`).

    `about` tells that an agent wrote about a customer, wherever it stands; `addressed` does so in what we
    write to them, and `telling` where nobody says I or we (`first_person`). `shorthand` is an agent's,
    `hurried` anybody's: it is held only in what we write. `insults` includes swear words. `card` are words
    for a card, `expiry` is its date or code, next to such a word or a masked number. `staff` are people who
    work somewhere, before a name, and `titles` stand before a family name. `names_that_are_words` begin
    sentences without being a name, unless one of `after_a_name` follows. `attached` points to what a letter
    does not hold. `harm` tells that somebody may come to harm. `frequent` are short or usual words of the
    language, `letters` those beyond a to z.
    """

    about: Pattern
    telling: Pattern
    addressed: Pattern
    shorthand: Pattern
    hurried: Pattern
    insults: Pattern
    secrets: Pattern
    card: Pattern
    expiry: Pattern
    staff: Pattern
    attached: Pattern
    harm: Pattern
    titles: tuple[str, ...]
    after_a_name: tuple[str, ...]
    names_that_are_words: frozenset[str]
    first_person: frozenset[str]
    frequent: frozenset[str]
    letters: frozenset[str]


_PATTERNS = tuple(field.name for field in fields(GateWords) if field.type in (Pattern, "Pattern"))


def load_gate_words(text: str, source: str) -> GateWords:
    """Parse `text`, the gate.toml of a language. `source` is the file's name in messages.

    Raises InvalidFile with one line per mistake (source and line); the hint says how to mend the first.
    """
    file = parse_toml(text, source, INVALID_GATE)
    top = Table(file, (), "", file.values)
    top.refuse_unknown_keys(field.name for field in fields(GateWords))
    patterns = {name: _pattern(top, name) for name in _PATTERNS}
    read = GateWords(
        **patterns,
        titles=top.texts("titles"),
        after_a_name=top.texts("after_a_name"),
        names_that_are_words=frozenset(top.text("names_that_are_words", None).split()),
        first_person=frozenset(top.text("first_person", None).split()),
        frequent=frozenset(top.text("frequent", None).split()),
        letters=frozenset(top.text("letters") if "letters" in top.values else ""),
    )
    file.raise_mistakes()
    return read


def _pattern(top: Table, name: str) -> Pattern:
    table = top.table(name, f"[{name}]")
    if table is None or not table.texts("found"):
        top.refuse(name, f"[{name}] has no words.", f"Write [{name}], and below it found = ['…'].")
        return Pattern("(?!)")
    table.refuse_unknown_keys(("found", "harmless"))
    harmless = words(*table.texts("harmless")) if "harmless" in table.values else None
    return Pattern(words(*table.texts("found")), harmless)


_ELSEWHERE = """
    it: abbiamo anche che ci come con degli della delle dello domani gli grazie hanno ho ieri il lo
        mi mia mio molto nel nella non ordine pacco per perché più quando questa questo rimborso
        sono stata stato ti è
    nl: bedankt bestelling dat deze dit een geen gisteren heb hebben het ik jullie krijgen kunnen
        maar mijn morgen naar niemand niet nog omdat ook pakket van voor werd wij zijn
    pl: ale był była było dla do dziękuję jak jest jutro już kiedy mam mnie moja moje na nie paczka
        ponieważ proszę przez się tylko wczoraj zamówienie zwrot że
    pt: ainda amanhã ao aos até com da das do dos e em encomenda estou eu foi isso já mas me meu
        meus minha minhas na nada nas ninguém no nos não o obrigada obrigado ontem pedido porque
        quando seu seus sua suas são também um uma você vocês à às
    sv: att av beställning det eftersom en ett från för hade har igår imorgon ingen inte jag med men
        mig min mitt när och paket på som tack till var är
"""
FOREIGN: Mapping[str, frozenset[str]] = {
    tag: frozenset(words.split()) for tag, words in re.findall(r"(\w+): ([^:]+)(?=\n    \w+:|$)", _ELSEWHERE)
}
"""Words of languages that have no templates, so that a text in one of them is known for what it is."""
