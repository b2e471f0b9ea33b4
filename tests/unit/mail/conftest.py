"""A folder of templates with the least there can be, and emails written from it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from followup.mail.letter import Letter, Rendered
from followup.mail.render import render
from followup.mail.template_versions import looked_at_once
from tests.unit.mail.rendered_letter import FRONT, LETTER, Write


@pytest.fixture
def shipped_as_it_is() -> Iterator[None]:
    """For tests that write hundreds of letters from the shipped templates, which nobody changes meanwhile."""
    with looked_at_once():
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of templates with the least there can be."""
    (tmp_path / "partials" / "feeling").mkdir(parents=True)
    (tmp_path / "partials" / "footer.md").write_text("")
    (tmp_path / "partials" / "feeling" / "plain.md").write_text("Plain.\n")
    (tmp_path / "layout.html").write_text("<html><body>{{ content }}{{ footer }}</body></html>")
    (tmp_path / "layout.css").write_text("")
    return tmp_path


@pytest.fixture
def written(folder: Path) -> Write:
    """Writes one email with a template that is given as text, without its front."""

    def write(body: str, letter: Letter = LETTER, front: str = FRONT) -> Rendered:
        (folder / "letter.md").write_text(front + body, encoding="utf-8")
        return render(folder, "letter", letter)

    return write
