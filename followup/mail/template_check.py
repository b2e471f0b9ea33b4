"""Static check of a template: every branch is checked without rendering."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from followup.errors import InvalidFile
from followup.mail.template_file import bad_template
from followup.mail.template_values import VARIABLES
from followup.mail.vary import WORDING

GROUPS = frozenset(name.partition(".")[0] for name in VARIABLES if "." in name)
_NAMES = frozenset(name.partition(".")[0] for name in VARIABLES)
_NAMES_OF_TAGS = frozenset({"loop", WORDING})
_TO_OTHER_FILES = (nodes.Extends, nodes.Import, nodes.FromImport)
_ESCAPING = (nodes.EvalContextModifier, nodes.ScopedEvalContextModifier)


def check_template(
    environment: Environment, path: Path, source: str, extra_names: frozenset[str] = frozenset()
) -> None:
    """Raise InvalidFile with the line of the first mistake in a template's Jinja: a syntax error, an unknown
    name or filter, or a way around escaping.
    """
    try:
        tree = environment.parse(source)
    except TemplateSyntaxError as error:
        what = f"cannot be read: {(error.message or 'syntax error').rstrip('.')}"
        hint = "Look for a missing %}, }}, {% endif %} or {% endvary %} there or above."
        raise bad_template(path, error.lineno, what, hint) from None
    mistakes = [
        *_unknown_names(path, tree, extra_names),
        *_unknown_parts(path, tree),
        *_unknown_functions(path, tree, environment),
        *_refused(path, tree),
    ]
    if mistakes:
        raise min(mistakes, key=lambda mistake: mistake[0])[1]


Mistakes = Iterable[tuple[int, InvalidFile]]


def _unknown_names(path: Path, tree: nodes.Template, extra_names: frozenset[str]) -> Mistakes:
    used = list(tree.find_all(nodes.Name))
    known = _NAMES | extra_names | _NAMES_OF_TAGS | {node.name for node in used if node.ctx != "load"}
    parts = {id(node.node): f".{node.attr}" for node in tree.find_all(nodes.Getattr)}
    for node in used:
        if node.name not in known:
            yield _unknown(path, node.lineno, node.name + parts.get(id(node), ""))


def _unknown_parts(path: Path, tree: nodes.Template) -> Mistakes:
    """Unknown parts of known names, such as case.ordr."""
    for node in tree.find_all((nodes.Getattr, nodes.Getitem)):
        assert isinstance(node, nodes.Getattr | nodes.Getitem)
        if not isinstance(node.node, nodes.Name) or node.node.name not in GROUPS:
            continue
        if isinstance(node, nodes.Getattr):
            part: object = node.attr
        else:
            part = node.arg.value if isinstance(node.arg, nodes.Const) else None
        if f"{node.node.name}.{part}" not in VARIABLES:
            yield _unknown(path, node.lineno, f"{node.node.name}.{part or '…'}")


def _unknown(path: Path, line: int, name: str) -> tuple[int, InvalidFile]:
    near = get_close_matches(name, VARIABLES, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}?" if near else f"Known are {', '.join(VARIABLES)}."
    return line, bad_template(path, line, f"uses {name}, which is not known", hint)


def _unknown_functions(path: Path, tree: nodes.Template, environment: Environment) -> Mistakes:
    for kind, word, known in (
        (nodes.Filter, "filter", environment.filters),
        (nodes.Test, "test", environment.tests),
    ):
        for node in tree.find_all(kind):
            if node.name not in known:
                near = get_close_matches(node.name, known, n=2)
                hint = (
                    f"Did you mean {' or '.join(near)}?" if near else f"Known are {', '.join(sorted(known))}."
                )
                yield node.lineno, bad_template(path, node.lineno, f"uses the {word} {node.name}", hint)


def _refused(path: Path, tree: nodes.Template) -> Mistakes:
    for node in tree.find_all(_TO_OTHER_FILES):
        what, hint = "uses extends or import", 'Use {% include "partials/….md" %}.'
        yield node.lineno, bad_template(path, node.lineno, what, hint)
    for node in tree.find_all(_ESCAPING):
        what, hint = (
            "switches escaping off",
            "Leave out {% autoescape %}: customers' words are always escaped.",
        )
        yield node.lineno, bad_template(path, node.lineno, what, hint)
