"""Turns a function into one of its mutants, by giving it the other's code.

mutmut's own switch is asked at every call which mutant is chosen, and a test then takes more than twice as
long. Here nothing is asked: a process that tries a mutant changes one function, and the rest run as they are.
"""

from collections.abc import Callable
from types import FunctionType
from typing import Any

MADE_BY_MUTMUT = "from mutmut.mutation.trampoline import wrap_in_trampoline as _mutmut_mutated"
OURS = f"from {__name__} import switchable as _mutmut_mutated"

_ORIGINAL = "_mutmut_orig"

MutantDict = dict[str, Any]
"""The copies of a function by their names; the modules with mutants import it, too."""

_functions: dict[str, list[tuple[FunctionType, MutantDict]]] = {}


def switchable(
    mutants: MutantDict, *, is_classmethod: bool = False
) -> Callable[[FunctionType], FunctionType]:
    """A decorator for a function that has `mutants`, each under its name; mutmut fills them in afterwards."""
    del is_classmethod  # The code of a class method is given to a class method.

    def remembered(function: FunctionType) -> FunctionType:
        _functions.setdefault(function.__module__, []).append((function, mutants))
        return function

    return remembered


def become(name: str) -> None:
    """Turn the function of this mutant into it."""
    module, _, local = name.rpartition(".")
    (function,) = [(it, mutants[local]) for it, mutants in _functions[module] if local in mutants]
    _take_code(*function)


def become_originals() -> None:
    """Let every function run the copy of it that stands beside its mutants, whose lines are known."""
    for functions in _functions.values():
        for function, mutants in functions:
            _take_code(function, mutants[_ORIGINAL])


def _take_code(function: FunctionType, other: Any) -> None:
    other = getattr(other, "__func__", other)
    function.__code__ = other.__code__
    function.__defaults__ = other.__defaults__
    function.__kwdefaults__ = other.__kwdefaults__
