"""The sentences of a text as a person typed it: few stops, many abbreviations, lines that break anywhere."""

import re

_END = re.compile(r"[.!?…]+[”\"»“)']*(?=\s)")
_BREAK = re.compile(r"\n\s*\n|\n\s*(?=[-*•]\s)")
_LAST_WORD = re.compile(r"([^\W\d_][\w.’']*|\d+)\.$")
_MONTH = re.compile(r"(?:Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez)")
"""How months begin in German, which writes a full stop after the number of a day."""

_SHORT = """
    mr mrs ms mx dr prof st no nos nr tel vs ca bzw ggf inkl evtl usw str hr fr frl mme mlle m mm sr
    sra srta ud uds vd vds exp cad lt bzgl wg rg kd bearb best gutschr genehm rekl abt vers erst
    lief tlf reemb devol prob poss cust dña d pág núm approx dept e.g i.e z.b d.h u.a p.ej p.ex
"""
_ABBREVIATIONS = frozenset(_SHORT.split())


def typed_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text, each with single blanks. A line that breaks within a sentence goes on; an
    empty line or a bullet ends one.
    """
    found: list[str] = []
    for part in _BREAK.split(text):
        flat = " ".join(part.split())
        start = 0
        for end in _END.finditer(flat):
            if _goes_on(flat[start : end.end()], flat[end.end() :].lstrip()):
                continue
            found.append(flat[start : end.end()].strip())
            start = end.end()
        found.append(flat[start:].strip())
    return tuple(sentence for sentence in found if any(letter.isalnum() for letter in sentence))


def _goes_on(before: str, after: str) -> bool:
    """Whether a full stop ends no sentence: an abbreviation, a numbered day, or a small letter after it."""
    last = _LAST_WORD.search(before)
    if last is None:
        return before.endswith("…") and after[:1].islower()
    word = last[1].casefold()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "i"):
        return True
    if word.isdigit() and _MONTH.match(after):
        return True
    return after[:1].islower() and (word.isdigit() or len(word) <= 5)
