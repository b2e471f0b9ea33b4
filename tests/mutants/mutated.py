"""Mutants made by mutmut, and the import of the modules that hold them in the place of the real ones."""

import ast
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import ndiff
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents

from tests.mutants.areas import ROOT
from tests.mutants.switch import MADE_BY_MUTMUT, OURS

_MARK = "__mutmut_"

Place = tuple[str, frozenset[int]]
"""A file, and lines of its code with all mutants: a test that runs none of them cannot notice the mutant."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of one function."""

    name: str
    """How mutmut's switch knows it: module, function, and a number that changes with the source."""
    function: str
    """The function as its calls are recorded: module, and mutmut's name for it."""
    was: str
    """The lines of the source that are changed, without the blanks around them."""
    became: str
    place: Place
    """Where the function that is not changed has the statements that the mutant changes."""

    @property
    def where(self) -> str:
        """The function as people write it: followup.domain.shared.money.Money.parse."""
        module, _, mangled = self.function.rpartition(".")
        named = mangled[2:] if mangled.startswith("x_") else mangled[2:].replace("ǁ", ".")
        return f"{module}.{named}"


@dataclass(frozen=True, slots=True)
class MutatedModule:
    """A module whose functions ask a switch which of their mutants they are."""

    name: str
    path: Path
    code: str
    mutants: tuple[Mutant, ...]


def mutate(path: Path) -> MutatedModule:
    """Make every mutant of one file."""
    source = path.read_text(encoding="utf-8")
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    made = mutate_file_contents(str(path), source)
    assert not made.mutant_names or MADE_BY_MUTMUT in made.code
    lines = made.code.splitlines()
    statements = _statements(made.code)
    mutants = [_mutant(name, local, made, lines, path, statements) for local in made.mutant_names]
    return MutatedModule(name, path, made.code.replace(MADE_BY_MUTMUT, OURS), tuple(mutants))


def _statements(code: str) -> dict[int, range]:
    """For each line the lines of the statement that it belongs to; of a compound one only its head. The head
    of a function has none, because it runs when its module is imported."""
    found: dict[int, range] = {}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        if isinstance(node, ast.stmt | ast.excepthandler):
            first, last = node.lineno, node.end_lineno or node.lineno
        elif isinstance(node, ast.match_case):
            first, last = node.pattern.lineno, node.pattern.lineno
        else:
            continue
        inside = getattr(node, "cases", None) or getattr(node, "body", None)
        if inside:
            begins = inside[0].pattern if isinstance(inside[0], ast.match_case) else inside[0]
            last = max(first, begins.lineno - 1)
        found |= dict.fromkeys(range(first, last + 1), range(first, last + 1))
    return found


def _mutant(
    module: str,
    local: str,
    made: MutatedFile,
    lines: Sequence[str],
    path: Path,
    statements: Mapping[int, range],
) -> Mutant:
    function = local.partition(_MARK)[0]
    original = f"{function}{_MARK}orig"
    span = made.line_span_by_function_name[original]

    def body(of: str) -> list[str]:
        span = made.line_span_by_function_name[of]
        return [line.strip().replace(of, "") for line in lines[span.start - 1 : span.end]]

    line = span.start
    changes: dict[str, list[str]] = {"-": [], "+": []}
    changed: set[int] = set()
    for compared in ndiff(body(original), body(local)):
        sign = compared[0]
        if sign in changes:
            changes[sign].append(compared[2:])
            changed.update(statements.get(line, range(span.start, span.end + 1)))
        line += sign in " -"
    was, became = ("\n".join(changes[sign]) for sign in "-+")
    return Mutant(f"{module}.{local}", f"{module}.{function}", was, became, (str(path), frozenset(changed)))


class _Loader(SourceFileLoader):
    def __init__(self, module: MutatedModule) -> None:
        super().__init__(module.name, str(module.path))
        self._code = module.code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002
        return compile(self._code, self.path, "exec", dont_inherit=True)


class Finder(MetaPathFinder):
    """Finds the mutated modules in the place of the real ones, none of which may be imported before."""

    def __init__(self, modules: Iterable[MutatedModule]) -> None:
        self._modules = {module.name: module for module in modules}
        early = self._modules.keys() & sys.modules.keys()
        assert not early, f"already imported: {early}"

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """The spec of a mutated module; None for any other."""
        module = self._modules.get(fullname)
        if module is None:
            return None
        return spec_from_file_location(fullname, module.path, loader=_Loader(module))
