"""Which error codes the source gives, with which class and where: found by reading it, not by running it."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from followup import errors
from followup.domain.goodwill.voucher import VoucherState
from followup.services.cases.cases import WORDS_OF_A_CASE

SOURCE = Path(errors.__file__).parent
_ROOTS = {name for name, found in vars(errors).items() if isinstance(found, type)}
_PASSED_ON = {"code", "self.code", "error.code", "ceiling.code", "advice.refused.code"}
"""A code that was given elsewhere, and that these expressions hand on with the same exit code."""
_LABELS = {
    ("label", "word"): {*WORDS_OF_A_CASE},
    ("name", "word"): {*WORDS_OF_A_CASE},
    ("question.name", "word"): {*WORDS_OF_A_CASE},
    ("label", "slug"): {"reason"},
    ("field", "slug"): {"reason", "segment"},
}
"""What the names stand for that are given to parse_input.word and slug as labels."""
_STATES = {state.value for state in VoucherState} - {VoucherState.ISSUED.value}


class Given(NamedTuple):
    """A code, the name of the class that carries it, and the place. `is_made_here` where the place is the one
    that makes the error; a code of a file with mistakes is shared by all who read it."""

    code: str
    kind: str
    place: str
    is_made_here: bool = True


def codes_given() -> list[Given]:
    """Every code that the source gives, once for each place."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    trees = {path: tree for path, tree in trees.items() if path.parent.name != "error_codes"}
    kinds = _kinds(trees.values())
    settled = _settled(trees.values(), kinds)
    constants = {name: value for tree in trees.values() for name, value in _constants(tree)}
    labels = {"unknown_": _labels(trees.values(), "word"), "bad_": _labels(trees.values(), "slug")}
    found = []
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                place = f"{path.relative_to(SOURCE)}:{node.lineno}"
                by_class = settled.get(node)
                if by_class is not None:
                    kinds_here = {"__init__": kinds[by_class]}
                elif _name(node.func) in settled.values():
                    continue
                else:
                    kinds_here = kinds
                found += list(_given(node, place, kinds_here, constants, labels))
    return found


def _given(
    call: ast.Call, place: str, kinds: dict[str, str], constants: dict[str, str], labels: dict[str, set[str]]
) -> Iterator[Given]:
    name = _name(call.func)
    if name in kinds:
        kind, code = kinds[name], next((one.value for one in call.keywords if one.arg == "code"), None)
    elif name == "parse_toml":
        kind, code = "InvalidFile", call.args[2]
    elif name == "word" and any(one.arg == "code" for one in call.keywords):
        kind, code = "WrongUsage", next(one.value for one in call.keywords if one.arg == "code")
    elif name in ("Refusal", "Ceiling"):
        # What the policy refuses; a command ends with it as Refused.
        kind, code = "Refused", _refusal_code(call, name)
    else:
        return
    assert code is not None, f"{place} gives no code"
    match code:
        case ast.Constant(value=str(text)):
            yield Given(text, kind, place, is_made_here=name in kinds)
        case ast.Name(id=known) if known in constants:
            yield Given(constants[known], kind, place, is_made_here=False)
        case ast.JoinedStr(values=[ast.Constant(value=str(begin)), ast.FormattedValue()]):
            for rest in _STATES if begin == "voucher_" else labels[begin]:
                yield Given(begin + rest.replace(" ", "_"), kind, place)
        case ast.BoolOp(values=[ast.Name(), ast.JoinedStr(values=[ast.Constant(value=str(begin)), _])]):
            for rest in labels[begin]:
                yield Given(begin + rest.replace(" ", "_"), kind, place)
        case _:
            assert ast.unparse(code) in _PASSED_ON, f"{place}: what code is {ast.unparse(code)}?"


def _refusal_code(call: ast.Call, name: str) -> ast.expr:
    by_name = [one.value for one in call.keywords if one.arg == "code"]
    return by_name[0] if by_name else call.args[0 if name == "Refusal" else 2]


def _kinds(trees: Iterable[ast.Module]) -> dict[str, str]:
    """The root class of errors.py for each class of errors, by name."""
    kinds = {name: name for name in _ROOTS}
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    for node in classes:
        root = next((kinds[base] for base in map(_name, node.bases) if base in kinds), None)
        if root is not None:
            kinds.setdefault(node.name, root)
    return kinds


def _settled(trees: Iterable[ast.Module], kinds: dict[str, str]) -> dict[ast.Call, str]:
    """The calls of `super().__init__` in which a class of errors gives the code of all its errors, each with
    the name of its class."""
    return {
        call: node.name
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name in kinds
        for call in ast.walk(node)
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "super().__init__"
        and any(isinstance(one.value, ast.Constant) for one in call.keywords if one.arg == "code")
    }


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def _labels(trees: Iterable[ast.Module], function: str) -> set[str]:
    """What is given to parse_input's `word` or `slug` as the label, everywhere."""
    found: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            called = (f"parse_input.{function}", f"parse_{function}")
            if isinstance(node, ast.Call) and ast.unparse(node.func) in called:
                if any(one.arg == "code" for one in node.keywords):
                    continue
                label = node.args[0]
                if isinstance(label, ast.Constant):
                    found.add(str(label.value))
                else:
                    found |= _LABELS[ast.unparse(label), function]
    return found


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
