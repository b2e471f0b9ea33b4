"""The kinds of an email: what is true of each, and that nobody else asks which one it is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import followup
from followup.domain.outbox.email_kind import IN_SERIES, TELLING, TO_CUSTOMERS, EmailKind

PACKAGE = Path(followup.__file__).parent
DECLARED_IN = ("domain/outbox/email_kind.py", "services/outbox/kinds/")
MEMBERS, WORDS = set(EmailKind.__members__), set(EmailKind.values())


def test_a_customer_reads_the_steps_of_a_sequence_and_what_goes_by_itself() -> None:
    assert {kind.value for kind in TO_CUSTOMERS} == {"step", "single"}


def test_only_a_step_of_a_sequence_tells_a_customer_what_is_made_of_their_case() -> None:
    assert {kind.value for kind in TELLING} == {"step"}
    assert {kind.value for kind in IN_SERIES} == {"step"}


@pytest.mark.parametrize("kind", EmailKind)
def test_the_traits_of_a_kind_fit_each_other(kind: EmailKind) -> None:
    traits = kind.traits
    # Whoever is told of their case reads an email about it, and a list names only who else reads one.
    assert traits.to_customer or not (traits.tells or traits.in_series)
    assert traits.about_case or not traits.to_customer
    assert bool(traits.listed_as) is not traits.to_customer


# ---- Nobody else asks


def asks_for_a_kind(source: str) -> list[int]:
    """The lines that name a kind, save for those that plan an email of it: `Email(kind=…)`, and `KIND = …`
    for the module that plans and finds those of its kind."""
    tree = ast.parse(source)
    names = {"EmailKind"} | {
        alias.asname
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name == "EmailKind" and alias.asname
    }
    plans = {id(node) for node in _planned(tree)}
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.expr)
        and id(node) not in plans
        and (_is_kind(node, names) or (isinstance(node, ast.Compare) and _compares_words(node)))
    )


def _planned(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Email":
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "kind")
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and [ast.unparse(one) for one in statement.targets] == ["KIND"]:
            yield statement.value


def _is_kind(node: ast.expr, names: set[str]) -> bool:
    """EmailKind.STEP, EmailKind("step") or EmailKind["STEP"]."""
    if isinstance(node, ast.Attribute):
        return node.attr in MEMBERS and _names(node.value, names)
    if isinstance(node, ast.Subscript):
        return _names(node.value, names)
    return isinstance(node, ast.Call) and _names(node.func, names)


def _names(node: ast.expr, names: set[str]) -> bool:
    return ast.unparse(node).rpartition(".")[2] in names


def _compares_words(node: ast.Compare) -> bool:
    """email["kind"] == "step", row.kind in ("step", "single")."""
    sides = [node.left, *node.comparators]
    of_kind = any(
        ast.unparse(side).endswith((".kind", "['kind']", ".kind)", ".kind.value")) for side in sides
    )
    words = {one.value for side in sides for one in ast.walk(side) if isinstance(one, ast.Constant)}
    return of_kind and bool(words & WORDS)


def test_no_branch_names_a_kind_outside_of_its_declaration() -> None:
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        name = file.relative_to(PACKAGE).as_posix()
        if not name.startswith(DECLARED_IN):
            found[name] = asks_for_a_kind(file.read_text(encoding="utf-8"))
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert len(found) > 200


@pytest.mark.parametrize(
    "line",
    [
        "if email.kind is EmailKind.STEP: ...",
        "query.where(col(Email.kind) != EmailKind.COLLEAGUE)",
        "if row.kind in (EmailKind.COLLEAGUE, EmailKind.REPORT): ...",
        "whom = {EmailKind.REPORT: 'A report. '}.get(row.kind, '')",
        "TO_COLLEAGUES = (EmailKind.COLLEAGUE,)",
        "def f():\n  KIND = EmailKind.STEP",
        "if email.kind == email_kind.EmailKind.STEP: ...",
        "from followup.domain.outbox.email_kind import EmailKind as K\nif email.kind is K.STEP: ...",
        "if email.kind is EmailKind('step'): ...",
        "if email.kind is EmailKind['STEP']: ...",
        "if email['kind'] == 'step': ...",
        "if email.kind.value in ('step', 'single'): ...",
        "query.where(col(Email.kind) == 'report')",
        "match email.kind:\n  case EmailKind.STEP: ...",
    ],
)
def test_each_way_to_ask_for_a_kind_is_found(line: str) -> None:
    assert asks_for_a_kind(line)


@pytest.mark.parametrize(
    "line",
    [
        "Email(kind=EmailKind.STEP, step=1)",
        "KIND = EmailKind.REPORT",
        "query.where(col(Email.kind).in_(TO_CUSTOMERS))",
        "if email.kind.traits.to_customer: ...",
        "if gesture.kind == 'voucher': ...",
        "if word == 'step': ...",
    ],
)
def test_to_plan_an_email_and_to_ask_for_a_trait_is_no_branch(line: str) -> None:
    assert not asks_for_a_kind(line)
