"""Try whether tests notice mistakes: python -m tests.mutants [--area money,budget] [--processes 2].

For every area it prints how many mutants its unit tests kill, and every survivor that survivors.toml does not
list. It leaves with 1 where there is one, or where fewer than 90 percent are killed.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence

import pytest
from rich.console import Console

from tests.mutants.areas import AREAS, LEAST_KILLED_PERCENT, ROOT, Area
from tests.mutants.mutated import Finder, Mutant, mutate
from tests.mutants.survivors import FILE, as_entries, change_of, listed
from tests.mutants.trial import Trial, Verdict, killed_percent

ALIVE = (Verdict.SURVIVED, Verdict.UNTESTED)
SAID = Console(soft_wrap=True, markup=False, highlight=False, emoji=False)


def main() -> int:
    """Make the mutants, try them, and say which live."""
    asked = _asked()
    areas = [area for area in AREAS if asked.area is None or area.name in asked.area.split(",")]
    if not areas:
        SAID.print(f"The areas are: {', '.join(area.name for area in AREAS)}.")
        return 2
    area_of: dict[str, Area] = {}
    mutants: list[Mutant] = []
    modules = []
    known = listed()
    for area in areas:
        for path in area.files():
            if asked.module is None or path.stem in asked.module.split(","):
                modules.append(mutate(path))
                mutants += [one for one in modules[-1].mutants if not asked.listed or change_of(one) in known]
                area_of |= {mutant.name: area for mutant in modules[-1].mutants}
    SAID.print(f"{len(mutants)} mutants of {len(modules)} modules.")
    sys.meta_path.insert(0, Finder(modules))
    trial = Trial(
        mutants,
        lambda mutant: tuple(map(_node, area_of[mutant.name].tests)),
        processes=asked.processes,
        tell=_Progress(len(mutants)).tell,
    )
    os.chdir(ROOT)
    chosen = [_node(place) for area in areas for place in area.tests]
    left_out = [f"--deselect={_node(place)}" for area in areas for place in area.without]
    # Without the rewriting of assertions, which only explains failures.
    options = ["-qq", "--no-header", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist"]
    pytest.main([*options, *left_out, *chosen], plugins=[trial])
    if trial.failed or not trial.verdicts:
        SAID.print("Without a mutant these tests fail:", *trial.failed, sep="\n  ")
        return 2
    return _told(areas, mutants, area_of, trial, is_whole=asked.module is None and not asked.listed)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--area", help="names with commas between them; all without it")
    parser.add_argument("--module", help="only these modules, by their names with commas between them")
    parser.add_argument(
        "--listed", action="store_true", help="only those in survivors.toml, to see which new tests kill"
    )
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="how many at once")
    return parser.parse_args()


def _node(place: str) -> str:
    return f"tests/unit/domain/{place}"


class _Progress:
    """A line now and then, because a run takes minutes."""

    def __init__(self, mutants: int) -> None:
        self._mutants = mutants
        self._tried = 0
        self._told_at = time.monotonic()

    def tell(self, _mutant: Mutant, _verdict: Verdict) -> None:
        self._tried += 1
        if time.monotonic() - self._told_at > 20:
            self._told_at = time.monotonic()
            SAID.print(f"{self._tried} of {self._mutants} tried")


def _told(
    areas: Sequence[Area],
    mutants: Sequence[Mutant],
    area_of: dict[str, Area],
    trial: Trial,
    *,
    is_whole: bool,
) -> int:
    """Print what was found; gives the exit code."""
    known = listed()
    too_few = False
    for area in areas:
        verdicts = {name: found for name, found in trial.verdicts.items() if area_of[name] is area}
        killed = killed_percent(verdicts)
        alive = sum(found in ALIVE for found in verdicts.values())
        too_few = too_few or killed < LEAST_KILLED_PERCENT
        SAID.print(f"{area.name:10} {len(verdicts):5} mutants, {alive:4} survive, {killed:5.1f} % killed")
    alive_changes = {change_of(mutant) for mutant in mutants if trial.verdicts[mutant.name] in ALIVE}
    if unlisted := alive_changes - known.keys():
        SAID.print(f"\nSurvivors that {FILE.name} does not list:\n{as_entries(unlisted)}")
    tried = tuple({f"{mutant.function.rpartition('.')[0]}." for mutant in mutants})
    if stale := {change for change in known.keys() - alive_changes if change[0].startswith(tried)}:
        SAID.print(f"\nListed in {FILE.name}, and no survivors any more: take them off.\n{as_entries(stale)}")
    if too_few and is_whole:
        SAID.print(f"\nFewer than {LEAST_KILLED_PERCENT} % are killed in an area.")
    return 1 if unlisted or (too_few and is_whole) else 0


if __name__ == "__main__":
    sys.exit(main())
