"""What is said about a template's mistakes: the file, the line, and how it is mended."""

import os
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from followup.domain.cases.case import Channel
from followup.domain.shared.money import Money
from followup.errors import FollowupError, InvalidFile, NotFound
from followup.mail.letter import LetterSum
from followup.mail.render import render, template_variables
from followup.mail.sample_letter import sample_letter
from tests.unit.mail.rendered_letter import FRONT, LETTER, SHIPPED, Write, with_case


@pytest.mark.parametrize(
    ("body", "line", "what", "hint"),
    [
        ("Hello\n{{ case.ordr }}\n", 6, "uses case.ordr, which is not known", "case.order"),
        ("Hello\n\n\n{{ ordr }}\n", 8, "uses ordr, which is not known", "case.order"),
        ("{{ cas.order }}\n", 5, "uses cas.order, which", "case.order"),
        ("{{ case['ordr'] }}\n", 5, "uses case.ordr, which", "case.order"),
        ("{{ case[case.ref] }}\n", 5, "uses case.…, which", "case."),
        ("{% if false %}\n{{ gesture.amout }}\n{% endif %}\n", 6, "uses gesture.amout", "gesture.amount"),
        ("{{ case.__class__ }}\n", 5, "uses case.__class__", "case."),
        ("{{ range(3) }}\n", 5, "uses range, which", "Known are"),
        ("A\n{{ case.order | upr }}\n", 6, "uses the filter upr", "upper"),
        ("{{ case.verbatim | safe }}\n", 5, "uses the filter safe", "Known are"),
        ("{% if case.order is nown %}x{% endif %}\n", 5, "uses the test nown", "none"),
        ("A\n\n{% if case.order %}\nB\n", 7, "cannot be read", "endif"),
        ("A\n{{ case.order }\n", 6, "cannot be read", "}}"),
        ("A\n\n{% endif %}\n", 7, "cannot be read", "endif"),
        ("A\n{% autoescape false %}x{% endautoescape %}\n", 6, "switches escaping off", "autoescape"),
        ("A\n{% extends 'x.md' %}\n", 6, "uses extends or import", "include"),
        ("A\n{% raw %}x{% endraw %}\n", 6, "uses {% raw %}", "without it"),
        ("A\n\n![pic](https://shop.test/x.png)\n", 7, "has a picture", "words"),
        ("A\n\n[x]({{ case.order }})\n", 7, "links to a value", "links"),
        ("A\n{{ case.order\n}}\n", 6, "has a tag over several lines", "one line"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_mend(
    written: Write, folder: Path, body: str, line: int, what: str, hint: str
) -> None:
    with pytest.raises(InvalidFile) as caught:
        written(body)
    assert caught.value.message.startswith(f"{folder / 'letter.md'}, line {line}: ")
    assert what in caught.value.message
    assert hint in caught.value.hint
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("Hello\n\nOrder {{ case.order }}.\n", 7, "case.order is empty for this case"),
        ("Hello\nand\n{{ case.order | upper }}.\n", 7, "case.order is empty"),
        ("{# two\nlines #}\n- a\n- b {{ case.order }}\n", 8, "case.order is empty"),
        ("{% if true %}\nHello\n\n{{ gesture.amount }}\n{% endif %}\n", 8, "gesture is empty"),
        ("{{ case }}\n", 5, "case is not a value by itself; it has case.ref"),
        ("Hello\n{{ 'x' + 1 }}\n", 6, "can only concatenate str"),
        ("Hello\n{{ none }}\n", 6, "nothing to write"),
    ],
)
def test_a_value_that_the_case_does_not_have_is_an_error_and_never_a_blank(
    written: Write, folder: Path, body: str, line: int, what: str
) -> None:
    bare = replace(with_case(order=None), gesture=None)
    with pytest.raises(InvalidFile) as caught:
        written(body, bare)
    assert caught.value.message.startswith(f"{folder / 'letter.md'}, line {line}: ")
    assert what in caught.value.message


def test_the_line_is_right_after_lists_quotes_and_breaks(written: Write) -> None:
    above = (
        "One\ntwo\\\nthree\n\n- a\n- b\n\n{% if case.ref %}\n> c\n{% endif %}\n\n1. x\n2. y\n\n## Head\n\n"
    )
    with pytest.raises(InvalidFile) as caught:
        written(above + "{{ case.order }}\n", with_case(order=None))
    assert f"line {4 + above.count(chr(10)) + 1}: " in caught.value.message


def test_a_mistake_in_a_partial_is_named_there(folder: Path, written: Write) -> None:
    partial = folder / "partials" / "feeling" / "plain.md"
    partial.write_text("One.\n\n{{ case.order }}\n")
    with pytest.raises(InvalidFile) as caught:
        written("Hello.\n\n{% include opening %}\n", with_case(order=None))
    assert caught.value.message.startswith(f"{partial}, line 3: case.order is empty")
    partial.write_text("{{ case.ordr }} and more\n")
    with pytest.raises(InvalidFile) as caught:
        written("Hello.\n\n{% include opening %}\n")
    assert caught.value.message.startswith(f"{partial}, line 1: the template uses case.ordr")


def test_a_mistake_in_the_subject_is_named_there(written: Write) -> None:
    front = "---\nclass: service\nsubject: Order {{ case.ordr }}\n---\n"
    with pytest.raises(InvalidFile, match=r"line 3: the template uses case\.ordr"):
        written("Hello.\n", front=front)
    front = "---\nclass: service\nsubject: Order {{ case.order }}\n---\n"
    with pytest.raises(InvalidFile, match=r"line 3: case\.order is empty"):
        written("Hello.\n", with_case(order=None), front)


@pytest.mark.parametrize(
    ("front", "line", "what", "hint"),
    [
        ("", 1, "does not begin with ---", "subject:"),
        ("---\nsubject: x\nclass: service\n", 1, "has no second ---", "---"),
        ("---\nclass: service\n---\n", 3, "has no subject", "subject:"),
        ("---\nsubject: x\n---\n", 3, "has no class", "class:"),
        ("---\nsubject: x\nclass: servce\n---\n", 3, "has the class 'servce'", "service, marketing"),
        ("---\nsubject: x\nclas: service\n---\n", 3, "unknown key 'clas'", "class"),
        ("---\nsubject: x\nsubject: y\nclass: service\n---\n", 3, "has subject twice", "one"),
        ("---\nsubject:\nclass: service\n---\n", 2, "has an empty subject", "after"),
        ("---\nsubject x\nclass: service\n---\n", 2, "has 'subject x' in front", "key: value"),
        ("---\nsubject: x\nclass: service\nstep: two\n---\n", 4, "has the step 'two'", "number"),
        ("---\nsubject: x\nclass: service\nlocale: English\n---\n", 4, "has the locale", "en-GB"),
    ],
)
def test_a_mistake_in_front_is_named(written: Write, front: str, line: int, what: str, hint: str) -> None:
    with pytest.raises(InvalidFile) as caught:
        written("Hello.\n", front=front)
    assert f"line {line}: " in caught.value.message
    assert what in caught.value.message
    assert hint in caught.value.hint


def test_quotes_comments_and_other_line_ends_in_front_are_fine(folder: Path) -> None:
    (folder / "letter.md").write_bytes(
        b'\xef\xbb\xbf---\r\n# for authors\r\nsubject: "Hello: you"\r\n\r\nclass: service\r\n---\r\nHi.\r\n'
    )
    rendered = render(folder, "letter", LETTER)
    assert (rendered.subject, rendered.text) == ("Hello: you", "Hi.\n")


def test_a_file_that_is_not_utf_8_is_named_with_its_line(folder: Path) -> None:
    (folder / "letter.md").write_bytes(FRONT.encode() + b"Gr\xfc\xdfe\n")
    with pytest.raises(InvalidFile, match="line 5: the template is not UTF-8"):
        render(folder, "letter", LETTER)


@pytest.mark.parametrize("name", ["apolgy", "", "../apology", "apology.md", "partials/sign-off", "layout"])
def test_a_template_that_is_not_there_is_named_with_those_that_are(name: str) -> None:
    with pytest.raises(NotFound) as caught:
        render(SHIPPED, name, LETTER)
    assert "apology" in caught.value.hint


@pytest.mark.parametrize(
    "name", ["../secret.md", "/etc/passwd", "letter.md.bak", "partials/../x.md", "x/y.md"]
)
def test_only_partials_can_be_included(written: Write, name: str) -> None:
    with pytest.raises(FollowupError):
        written(f'{{% include "{name}" %}}\n')


@pytest.mark.parametrize(
    "body", ["", "{% if case.promised == 'x' %}never{% endif %}\n", "{{ 'x' * 200000 }}\n"]
)
def test_an_email_that_says_nothing_or_far_too_much_is_refused(written: Write, body: str) -> None:
    with pytest.raises(InvalidFile, match="comes out"):
        written(body)


def test_every_variable_that_is_offered_can_be_used(written: Write) -> None:
    letter = sample_letter("en-GB", "GBP")
    assert letter.gesture is not None
    some = Money(150, "GBP")
    whole = LetterSum(own=some, before=some, minimum=some, is_kept=True, is_added=True)
    letter = replace(letter, gesture=replace(letter.gesture, is_handed_over=True, points=150, total=whole))
    letter = replace(letter, agent=replace(letter.agent, took_over_from="Max Ortiz"))
    case = replace(letter.case, happened="Nobody came.", answer="You are safe.", channel=Channel.EMAIL)
    letter = replace(letter, case=case)
    # Their parts are the facts of a policy, see test_fact_text, and the forms of a word, see test_things.
    groups = {"case.facts", "case.thing"}
    assert groups <= set(template_variables())
    for name, meaning in template_variables().items():
        assert meaning
        assert name in groups or written(f"{{{{ {name} }}}}\n", letter).text.strip()


def test_the_same_text_in_two_folders_is_blamed_where_it_is(tmp_path: Path) -> None:
    """What was compiled for one folder serves the other, and its errors name the other's file and line: those
    found before rendering, those met while the email is written, and those of phrases."""
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        shutil.copytree(SHIPPED, folder)
    unknown, empty = "Hello\n\n{{ case.ordr }}\n", "Hello\n\nOrder {{ case.order }}.\n"
    no_order = with_case(order=None, order_value=None)
    for name, text, line in (("unknown", unknown, 7), ("empty", empty, 7)):
        for folder in (one, other, one):
            path = folder / "en" / f"{name}.md"
            path.write_text(FRONT + text, encoding="utf-8")
            with pytest.raises(InvalidFile, match=f"^{re.escape(str(path))}, line {line}: "):
                render(folder, name, no_order)
    for folder in (one, other, one):
        path = folder / "en" / "partials" / "phrases.md"
        path.write_text("{% set weekday = case.order | upper %}\n", encoding="utf-8")
        with pytest.raises(InvalidFile, match=f"^{re.escape(str(path))}, line "):
            render(folder, "empty", no_order)


def test_a_text_that_was_mended_and_broken_again_is_read_each_time(tmp_path: Path) -> None:
    """Texts are kept by what they say, so an older version of a file does not stand in for the newer one."""
    folder = tmp_path / "templates"
    shutil.copytree(SHIPPED, folder)
    path = folder / "en" / "letter.md"
    for turn, said in enumerate(("first", "second", "first", "third and longer")):
        path.write_text(f"{FRONT}Hello {said}.\n", encoding="utf-8")
        os.utime(path, ns=(turn, turn))
        rendered = render(folder, "letter", LETTER)
        assert f"Hello {said}." in rendered.text
        assert f"Hello {said}." in rendered.html
