"""How well the sincerity lint agrees with the corpus: `python -m tests.corpus.score [--whole] [--misses]`."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from followup.domain.letters.sincerity.finding import SincerityRule
from tests.corpus.items import Item, items

_HEADINGS = ("rule", "lang", "should", "found", "false", "missed", "precision", "recall")


@dataclass
class Tally:
    """How one rule did: where it fired rightly, where wrongly, and where it should have."""

    right: list[Item] = field(default_factory=list)
    wrong: list[Item] = field(default_factory=list)
    missed: list[Item] = field(default_factory=list)

    @property
    def precision_percent(self) -> int | None:
        """How much of what it said was right, rounded down; None where it said nothing."""
        return _percent(len(self.right), len(self.right) + len(self.wrong))

    @property
    def recall_percent(self) -> int | None:
        """How much of what it should say it said, rounded down; None where it should say nothing."""
        return _percent(len(self.right), len(self.right) + len(self.missed))

    def add(self, other: "Tally") -> None:
        """Count the other's answers too."""
        self.right += other.right
        self.wrong += other.wrong
        self.missed += other.missed


def _percent(part: int, whole: int) -> int | None:
    return 100 * part // whole if whole else None


def score(corpus: Iterable[Item]) -> dict[tuple[SincerityRule, str], Tally]:
    """A tally for each rule and language in which it fired or should have."""
    tallies: dict[tuple[SincerityRule, str], Tally] = {}
    for item in corpus:
        found = item.found()
        for rule in found | item.rules:
            tally = tallies.setdefault((rule, item.language), Tally())
            if rule not in item.rules:
                tally.wrong.append(item)
            elif rule in found:
                tally.right.append(item)
            else:
                tally.missed.append(item)
    return dict(
        sorted(tallies.items(), key=lambda entry: (entry[0][1] != "en", entry[0][1], entry[0][0].rank))
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """All tallies in one."""
    whole = Tally()
    for tally in tallies:
        whole.add(tally)
    return whole


def of_errors(corpus: Iterable[Item], language: str) -> Tally:
    """All rules whose findings hold an email, in one language."""
    tallies = score(item for item in corpus if item.language == language)
    return total(tally for (rule, _), tally in tallies.items() if rule.level == "E")


def table(corpus: tuple[Item, ...], *, whole: bool = False) -> str:
    """Precision and recall by rule and language, of what is not held out or of the `whole` corpus; then of
    its parts, and of the errors in each language.
    """
    rows: list[tuple[str, ...]] = [_HEADINGS]
    shown = [item for item in corpus if whole or not item.held_out]
    rows += [_row(rule, language, tally) for (rule, language), tally in score(shown).items()]
    rows += [_row(name, str(len(part)), total(score(part).values())) for name, part in _parts(corpus)]
    for held_out in (False, True):
        name = "errors, held out" if held_out else "errors"
        part = [item for item in corpus if item.held_out == held_out]
        for language in sorted({item.language for item in part}):
            rows.append(_row(name, language, of_errors(part, language)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADINGS))]
    lines = ("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(lines)


def _parts(corpus: tuple[Item, ...]) -> Iterator[tuple[str, list[Item]]]:
    for held_out in (False, True):
        for name, is_email in (("sentences", False), ("emails", True)):
            part = [item for item in corpus if item.is_email == is_email and item.held_out == held_out]
            yield (f"{name}, held out" if held_out else name), part
    yield "all", list(corpus)


def _row(name: str, kind: str, tally: Tally) -> tuple[str, ...]:
    should, found = len(tally.right) + len(tally.missed), len(tally.right)
    figures = (should, found, len(tally.wrong), len(tally.missed))
    return (name, kind, *map(str, figures), _shown(tally.precision_percent), _shown(tally.recall_percent))


def _shown(percent: int | None) -> str:
    return "-" if percent is None else f"{percent} %"


def misses(tallies: dict[tuple[SincerityRule, str], Tally]) -> str:
    """Every wrong answer with its text; of what is held out, only how many."""
    lines = []
    for (rule, language), tally in tallies.items():
        for said, wrong in (("wrongly found", tally.wrong), ("missed", tally.missed)):
            lines += [f"{rule} {language} {said}: {item.title}" for item in wrong if not item.held_out]
            hidden = sum(item.held_out for item in wrong)
            if hidden:
                lines.append(f"{rule} {language} {said}: {hidden} held out")
    return "\n".join(lines)


def main() -> None:
    """Print the table and, if asked, the wrong answers."""
    parser = argparse.ArgumentParser(description="Precision and recall of the sincerity lint.")
    parser.add_argument("--whole", action="store_true", help="count also what is held out, rule by rule")
    parser.add_argument("--misses", action="store_true", help="list every wrong answer with its text")
    asked = parser.parse_args()
    corpus = items()
    sys.stdout.write(table(corpus, whole=asked.whole) + "\n")
    if asked.misses:
        sys.stdout.write("\n" + misses(score(corpus)) + "\n")


if __name__ == "__main__":
    main()
