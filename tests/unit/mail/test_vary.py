"""Saying the same in other words: which alternative is written, where, and what is said about mistakes."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from followup.errors import InvalidFile
from followup.mail.letter import Letter, Rendered
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter

FRONT = "---\nsubject: Hello\nclass: service\n---\n"
LETTER = replace(sample_letter("en-GB", "GBP"), gesture=None)
AROUND = "{% vary %}\n\nOne.\n\nAnd more.\n\n{% or %}\n\n- two\n\n{% or %}\n\nThree.\n\n{% endvary %}\n"

Write = Callable[..., Rendered]


@pytest.fixture
def written(tmp_path: Path) -> Write:
    (tmp_path / "partials" / "feeling").mkdir(parents=True)
    (tmp_path / "partials" / "footer.md").write_text("")
    (tmp_path / "partials" / "feeling" / "plain.md").write_text("{% vary %}A{% or %}B{% endvary %} said.\n")
    (tmp_path / "layout.html").write_text("<html><body>{{ content }}{{ footer }}</body></html>")
    (tmp_path / "layout.css").write_text("")

    def write(body: str, wording: int = 0, letter: Letter = LETTER, front: str = FRONT) -> Rendered:
        (tmp_path / "letter.md").write_text(front + body, encoding="utf-8")
        return render(tmp_path, "letter", replace(letter, wording=wording))

    return write


def html_body(rendered: Rendered) -> str:
    return rendered.html.partition("<body>")[2].partition("</body>")[0].strip()


def test_within_a_sentence_one_alternative_is_written(written: Write) -> None:
    body = "It {% vary %}came{% or %}**arrived**{% or %}was {{ case.order }}{% endvary %} late.\n"
    texts = [written(body, wording).text for wording in range(5)]
    assert texts[:3] == ["It came late.\n", "It arrived late.\n", "It was A-1 late.\n"]
    assert texts[3:] == texts[:2]
    assert html_body(written(body, 1)) == "<p>It <strong>arrived</strong> late.</p>"


def test_around_paragraphs_no_gap_and_no_empty_tag_is_left(written: Write) -> None:
    body = f"Above.\n\n{AROUND}\nBelow.\n"
    assert written(body, 0).text == "Above.\n\nOne.\n\nAnd more.\n\nBelow.\n"
    assert written(body, 1).text == "Above.\n\n- two\n\nBelow.\n"
    assert written(body, 2).text == "Above.\n\nThree.\n\nBelow.\n"
    assert html_body(written(body, 1)) == "<p>Above.</p>\n<ul>\n<li>two</li>\n</ul>\n<p>Below.</p>"
    close = re.sub(r"\n\n", "\n", body)
    assert written(close, 2).text == written(body, 2).text


def test_subjects_and_partials_vary_too(written: Write) -> None:
    front = FRONT.replace("Hello", "{% vary %}Good day{% or %}Hello{% endvary %}")
    rendered = written("{% include opening %}\n", 1, front=front)
    assert (rendered.subject, rendered.text) == ("Hello", "B said.\n")


def test_different_numbers_of_alternatives_mix(written: Write) -> None:
    body = "{% vary %}a{% or %}b{% endvary %}{% vary %}1{% or %}2{% or %}3{% endvary %}\n"
    mixed = {written(body, wording).text for wording in range(6)}
    assert len(mixed) == 6


def test_one_in_another_works(written: Write) -> None:
    body = "{% vary %}a{% or %}b{% vary %}1{% or %}2{% or %}3{% endvary %}{% endvary %}\n"
    texts = [written(body, wording).text.strip() for wording in range(6)]
    assert texts == ["a", "b2", "a", "b1", "a", "b3"]


def test_a_number_below_nought_or_far_above_is_counted_round(written: Write) -> None:
    body = "{% vary %}a{% or %}b{% or %}c{% endvary %}\n"
    assert [written(body, wording).text for wording in (-1, 3_000_000_001)] == ["c\n", "b\n"]


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        # What is wrong in an alternative is found before it is written.
        ("{% vary %}\nA\n{% or %}\n{{ case.ordr }}\n{% endvary %}\n", 8, "uses case.ordr"),
        ("{% vary %}A{% or %}{{ x | safe }}{% endvary %}\n", 5, "uses x"),
        ("A\n\n{% vary %}A{% endvary %}\n", 7, "one alternative only"),
        ("A\n{% vary %}A{% or %}B\n", 6, "cannot be read"),
        ("A\n\n\n{% or %}B\n", 8, "cannot be read"),
        ("A {% endvary %}\n", 5, "cannot be read"),
        ("{% vary 3 %}A{% or %}B{% endvary %}\n", 5, "cannot be read"),
        ("{% vary %}A{% else %}B{% endvary %}\n", 5, "cannot be read"),
    ],
)
def test_a_mistake_is_named_with_its_line(written: Write, body: str, line: int, what: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        written(body)
    assert f"letter.md, line {line}: " in caught.value.message
    assert what in caught.value.message


def test_the_line_is_right_within_and_after_alternatives(written: Write) -> None:
    letter = replace(LETTER, case=replace(LETTER.case, order=None))
    within = "{% vary %}\nA\n{% or %}\nB\n\n{{ case.order }}\n{% endvary %}\n"
    with pytest.raises(InvalidFile, match=r"line 10: case\.order is empty"):
        written(within, 1, letter)
    with pytest.raises(InvalidFile, match=r"line 22: case\.order is empty"):
        written(AROUND + "\n\n{{ case.order }}\n", 1, letter)
