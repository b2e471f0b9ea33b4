"""Where the source compares prose, or ties rows by equal instants: found by walking its syntax."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeGuard


class _Text(ast.Constant):
    value: str


_STATEMENTS = {"text", "exec_driver_sql"}
_COMPARING = {
    "startswith",
    "endswith",
    "removeprefix",
    "removesuffix",
    "partition",
    "rpartition",
    "contains",
    "icontains",
    "istartswith",
    "like",
    "ilike",
    "not_like",
    "op",
    "regexp_match",
    "in_",
    "not_in",
    "find",
    "index",
    "fullmatch",
    "search",
}
"""Calls that ask what a text says."""

_KEPT_WORDS = re.compile(r"(\w+_detail|held_because|ended_because|because|reason_text)")
"""Columns that hold the words of somebody; what is decided stands in the code beside them."""

_ORDERING = {"order_by", "sorted", "sort", "group_by"}
_PROSE_IN_SQL = re.compile(r"'[^'%]*[a-z] [a-z][^']*'|LIKE\s+'[^']*[a-z] ", re.IGNORECASE)
_SQL = re.compile(r"\b(SELECT|UPDATE|DELETE|WHERE)\b")


@dataclass(frozen=True, order=True)
class Hit:
    """A place that compares prose: file, line and what stands there."""

    file: str
    line: int
    what: str


@dataclass(frozen=True)
class Module:
    """A module with the names in it that stand for prose."""

    name: str
    path: Path
    tree: ast.Module
    prose: frozenset[str] = field(default_factory=frozenset)


def is_prose(text: str) -> bool:
    """Whether a text has a space and a letter, so that somebody may want to word it otherwise."""
    return " " in text and any(map(str.isalpha, text))


def modules(root: Path, package: str) -> list[Module]:
    """The modules below a package, with their constants of prose."""
    found = []
    for path in sorted((root / package).rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found.append(Module(name, path.relative_to(root), tree, frozenset(_constants(tree))))
    return found


def _constants(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if value is not None and not isinstance(value, ast.Dict) and any(_texts(value)):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _texts(node: ast.AST) -> Iterator[str]:
    """The constants of prose that a value is, or is one of."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_prose(node.value):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _texts(part)
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for part in node.elts:
            yield from _texts(part)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CONTAINERS:
        for part in node.args:
            yield from _texts(part)


_CONTAINERS = {"frozenset", "set", "tuple", "list"}


def hits(found: list[Module]) -> list[Hit]:
    """Every place of the modules that compares prose."""
    by_name = {module.name: module for module in found}
    return sorted(hit for module in found for hit in _of(module, by_name))


def _of(module: Module, by_name: dict[str, Module]) -> Iterator[Hit]:
    names = {*module.prose}
    imported: dict[str, Module] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            source = by_name.get(node.module)
            for alias in node.names:
                known_as = alias.asname or alias.name
                if source is not None and alias.name in source.prose:
                    names.add(known_as)
                elif f"{node.module}.{alias.name}" in by_name:
                    imported[known_as] = by_name[f"{node.module}.{alias.name}"]

    def told(node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id in names
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            other = imported.get(node.value.id)
            return other is not None and node.attr in other.prose
        if isinstance(node, ast.Tuple | ast.List | ast.Set):
            return any(map(told, node.elts))
        if isinstance(node, ast.JoinedStr):
            return any(map(told, node.values))
        if isinstance(node, ast.FormattedValue | ast.Starred):
            return told(node.value)
        return any(_texts(node))

    for node in ast.walk(module.tree):
        if _compares(node, told):
            yield Hit(str(module.path), getattr(node, "lineno", 0), ast.unparse(node)[:100])


def _compares(node: ast.AST, told: Callable[[ast.AST], bool]) -> bool:
    if isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        asks = any(isinstance(op, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for op in node.ops)
        return asks and (any(map(told, sides)) or _ties_instants(sides, node.ops) or _is_words(sides))
    if isinstance(node, ast.MatchValue):
        return bool(told(node.value))
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Call):
            # As in col(Email.reason).op("~")("…").
            return getattr(node.func.func, "attr", "") == "op" and any(map(told, node.args))
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in _COMPARING and isinstance(node.func, ast.Attribute):
            return any(map(told, node.args)) or _column_of_words(node.func.value)
        if name in _ORDERING:
            return any(map(_names_words, [*node.args, *(word.value for word in node.keywords)]))
        if name in _STATEMENTS and node.args:
            said = "".join(part.value for part in ast.walk(node.args[0]) if _is_text(part))
            return bool(_SQL.search(said) and _PROSE_IN_SQL.search(said))
    return False


def _is_text(part: ast.AST) -> TypeGuard[_Text]:
    return isinstance(part, ast.Constant) and isinstance(part.value, str)


def _ties_instants(sides: list[ast.expr], ops: list[ast.cmpop]) -> bool:
    """Whether two instants of rows are asked to be equal."""
    equal = any(isinstance(op, ast.Eq) for op in ops)
    return equal and all(re.search(r"_at\)?$", ast.unparse(side)) is not None for side in sides)


def _is_words(sides: list[ast.expr]) -> bool:
    """Whether a column of somebody's words is compared in a query."""
    return any(_column_of_words(side) for side in sides)


def _names_words(node: ast.AST) -> bool:
    """Whether somebody's words are among what is ordered or grouped by, in a query or in a list."""
    return any(
        isinstance(part, ast.Attribute) and _KEPT_WORDS.fullmatch(part.attr) for part in ast.walk(node)
    )


def _column_of_words(node: ast.AST) -> bool:
    """Whether it is a column of a table that holds somebody's words: `col(Email.reason_detail)`, be it within
    a function or with a direction."""
    return any(
        isinstance(part, ast.Attribute)
        and isinstance(part.value, ast.Name)
        and part.value.id[:1].isupper()
        and _KEPT_WORDS.fullmatch(part.attr) is not None
        for part in ast.walk(node)
    )
