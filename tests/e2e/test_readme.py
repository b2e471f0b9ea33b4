import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hanging import LONGEST_SECONDS

README = Path(__file__).parents[2] / "README.md"
CHANGING = (
    (re.compile(r"\b[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d"), "WHEN"),
    (re.compile(r"until \d{4}-\d\d-\d\d"), "until DAY"),
)


def session() -> list[tuple[str, str]]:
    """The commands of the README's session, each with what it prints on standard output."""
    block = README.read_text(encoding="utf-8").partition("```console\n")[2].partition("```")[0]
    commands = []
    for part in block.removeprefix("$ ").split("\n$ "):
        line, _, printed = part.partition("\n")
        commands.append((line, printed.strip()))
    return commands


def settled(text: str) -> str:
    """Text without what is another on another day, and without blanks at the ends of lines."""
    for pattern, word in CHANGING:
        text = pattern.sub(word, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def test_the_session_of_the_readme_prints_what_the_readme_says(tmp_path: Path) -> None:
    commands = session()
    assert len(commands) > 8
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    folder = tmp_path
    for line, printed in commands:
        if line.startswith("cd "):
            folder = folder / line.removeprefix("cd ")
            continue
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=folder,
            env={"PATH": path, "HOME": str(tmp_path), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        assert "Traceback" not in done.stderr
        if printed:
            assert settled(done.stdout) == settled(printed), line


@pytest.mark.parametrize(
    "name", re.findall(r"\]\(([^)]+\.md|[^)]+\.png)\)", README.read_text(encoding="utf-8"))
)
def test_what_the_readme_points_at_is_there(name: str) -> None:
    assert (README.parent / name).is_file()
