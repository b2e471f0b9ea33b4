"""No branch, query or order of the program depends on how a sentence is worded."""

from pathlib import Path

import pytest

from tests.prose import Hit, hits, modules

ROOT = Path(__file__).parents[2]

ALLOWED: dict[tuple[str, str], str] = {
    ("followup/domain/importing/rows.py", "'field larger'"): "Python's csv reader has no code for it",
    ("followup/store/db_errors.py", "does not exist'"): "psycopg gives no SQLSTATE where it cannot connect",
    ("followup/store/db_errors.py", "'not a database'"): "sqlite3 raises one class for many faults",
    ("followup/store/db_errors.py", "'disk I/O error'"): "sqlite3 raises one class for many faults",
    ("followup/store/db_errors.py", "'no such table'"): "sqlite3 raises one class for many faults",
    ("followup/services/shared/audit.py", "'customer erase'"): "an action is a code: the command's name",
    ("followup/services/shared/actors.py", "ADDRESS_CHANGED"): "as above",
    ("followup/services/people/agents.py", "ADDRESS_CHANGED"): "as above",
    ("followup/services/cases/owners.py", "HANDED_OVER"): "as above",
    ("followup/services/goodwill/second_look.py", "_CORRECTED"): "as above",
    ("followup/services/goodwill/budget_history.py", "_ACTIONS"): "as above",
    ("followup/services/goodwill/budget_history.py", "event.action"): "as above",
    ("followup/services/goodwill/budget_history.py", "event.subject"): "a subject is the key of a row",
    ("followup/services/privacy/personal_data.py", "'suppression '"): "as above: add or remove",
    ("followup/store/scrub.py", "_ASKED"): "the name of a mark is its key",
    ("followup/reports/outcome_counts.py", "later.logged_at"): "orders cases of one instant by number",
    ("followup/services/reporting/report_schedules.py", "occurs_at"): "an occurrence is its time, by a key",
    ("followup/services/reporting/report_schedules.py", "next_at"): "unless another daemon moved it on",
}
"""What may compare prose, or equal instants, and why."""


def _allowed(hit: Hit) -> bool:
    return any(hit.file == file and part in hit.what for file, part in ALLOWED)


@pytest.fixture(scope="module")
def found() -> list[Hit]:
    return hits(modules(ROOT, "followup"))


def test_no_branch_query_or_order_compares_prose_or_ties_rows_by_equal_instants(found: list[Hit]) -> None:
    assert [hit for hit in found if not _allowed(hit)] == []


def test_whatever_is_allowed_to_compare_prose_still_does(found: list[Hit]) -> None:
    unused = [key for key in ALLOWED if not any(key[0] == hit.file and key[1] in hit.what for hit in found)]
    assert unused == []


BASE = "from sqlmodel import col\nSENTENCE = 'the case is closed'\nWHOLE = (SENTENCE, f'{SENTENCE} now')\n"


@pytest.mark.parametrize(
    "line",
    [
        "if email.reason == 'the case is closed': ...",
        "if 'the case is closed' != reason: ...",
        "if reason == SENTENCE: ...",
        "if reason in (SENTENCE, other): ...",
        "if reason in WHOLE: ...",
        "if reason == f'{SENTENCE} now': ...",
        "found = reason.startswith('The agent chose ')",
        "found = reason.removesuffix(SENTENCE)",
        "found = told.partition(', which counts')",
        "query = query.where(col(Email.reason).startswith(SENTENCE))",
        "query = query.where(col(Email.reason).like('%they seem%'))",
        "query = query.where(col(Email.reason).op('~')('they seem'))",
        "query = query.where(col(Email.reason).not_in([SENTENCE]))",
        "query = query.where(case((col(Email.reason) == SENTENCE, 1), else_=0))",
        "query = query.where(col(Email.reason_detail) == word)",
        "query = query.order_by(col(Email.reason_detail).desc())",
        "rows = sorted(rows, key=lambda row: row.held_because)",
        "rows.sort(key=lambda row: row.reason_detail)",
        "rows = session.execute(text(\"SELECT 1 FROM outbox WHERE reason = 'the case is closed'\"))",
        "query = query.where(col(InboundMail.received_at) == case.replied_at)",
        "match reason:\n    case 'the case is closed': ...",
    ],
)
def test_each_way_of_comparing_prose_is_found(tmp_path: Path, line: str) -> None:
    _write(tmp_path, "one.py", f"{BASE}{line}\n")
    assert [hit.line for hit in hits(modules(tmp_path, "sample"))] == [4 + ("match" in line)]


def test_a_sentence_of_another_module_is_followed_by_its_name(tmp_path: Path) -> None:
    _write(tmp_path, "words.py", "SENTENCE = 'the case is closed'\nCODE = 'closed'\n")
    _write(
        tmp_path,
        "one.py",
        "from sample.words import SENTENCE as told, CODE\nfound = told == reason or CODE == x\n",
    )
    _write(
        tmp_path,
        "two.py",
        "from sample import words\nfound = reason == words.SENTENCE\nx = y == words.CODE\n",
    )
    assert [(hit.file, hit.line) for hit in hits(modules(tmp_path, "sample"))] == [
        ("sample/one.py", 2),
        ("sample/two.py", 2),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "if email.reason_code is EmailReason.CASE_CLOSED: ...",
        "if email.reason is None: ...",
        "if word == 'closed': ...",
        "told = f'{SENTENCE}: {more}'",
        "query = query.where(col(Email.reason_detail).is_(None))",
        "query = query.where(col(Email.due_at) <= now).order_by(col(Email.due_at))",
        "names = ', '.join(names)",
    ],
)
def test_what_decides_by_codes_is_let_be(tmp_path: Path, line: str) -> None:
    _write(tmp_path, "one.py", f"{BASE}{line}\n")
    assert hits(modules(tmp_path, "sample")) == []


def _write(root: Path, name: str, source: str) -> None:
    path = root / "sample" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(source, encoding="utf-8")
