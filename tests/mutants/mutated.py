"""Mutants made by mutmut, and the import of the modules that hold them in the place of the real ones."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import ndiff
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType

from mutmut.mutation.file_mutation import MutatedFile, mutate_file_contents

from tests.mutants.areas import ROOT

_MARK = "__mutmut_"


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
    lines = made.code.splitlines()
    return MutatedModule(
        name, path, made.code, tuple(_mutant(name, local, made, lines) for local in made.mutant_names)
    )


def _mutant(module: str, local: str, made: MutatedFile, lines: Sequence[str]) -> Mutant:
    function = local.partition(_MARK)[0]

    def body(of: str) -> list[str]:
        span = made.line_span_by_function_name[of]
        return [line.strip().replace(of, "") for line in lines[span.start - 1 : span.end]]

    changes = [line for line in ndiff(body(f"{function}{_MARK}orig"), body(local)) if line[0] in "+-"]
    was, became = ("\n".join(line[2:] for line in changes if line[0] == sign) for sign in "-+")
    return Mutant(f"{module}.{local}", f"{module}.{function}", was, became)


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
