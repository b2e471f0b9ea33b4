"""The labelled texts of the gate: what it must find in each, and what it finds."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from followup.domain.letters.gate.finding import GateRule, TextKind
from followup.domain.letters.gate.gate import GateKnowledge, PersonsText, gate
from followup.domain.letters.gate.names import KnownNames
from followup.mail.languages import frequent_words, gate_words_of

HERE = Path(__file__).parent
LANGUAGES = ("en", "de", "es", "fr", "pt")
NAMES = KnownNames(
    signer="Ana Reyes",
    reader="Nina Holt",
    colleagues=("Ana Reyes", "Dave Pratt", "Mark Lowe", "Grace Hill"),
    others=("Tom Baker",),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A text of a language; `rule` is what must be found in it, or None if it may go as it is."""

    language: str
    rule: GateRule | None
    kind: TextKind
    text: str

    @property
    def found(self) -> frozenset[GateRule]:
        """The rules that find something in it."""
        known = GateKnowledge(
            language=self.language, words=gate_words_of(self.language), frequent=frequent_words(), names=NAMES
        )
        text = PersonsText(kind=self.kind, text=self.text, mend="followup case set C-0001 …")
        return frozenset(finding.rule for finding in gate(text, known))


def items(language: str) -> Iterator[Item]:
    """The texts of a language, in the order of its file."""
    rule: GateRule | None = None
    kind = TextKind.VERBATIM
    rules = {rule.value: rule for rule in GateRule}
    kinds = {kind.value: kind for kind in TextKind}
    for line in (HERE / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if (line.startswith("# ") and line.endswith(".")) or not line.strip():
            continue
        if line.startswith("[") and line.endswith(("verbatim]", "told]")):
            label, _, of = line.strip("[]").partition(" ")
            rule, kind = rules.get(label), kinds[of]
        else:
            yield Item(language, rule, kind, line)
