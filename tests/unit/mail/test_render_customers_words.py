"""What customers wrote is text in an email, whatever it looks like."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.mail.render import render
from followup.mail.sanitize import single_line
from tests.unit.mail.rendered_letter import FRONT, LETTER, SHIPPED, Seen, Write, with_case

HOSTILE = [
    "{{ 7 * 7 }}",
    "{% if true %}x{% endif %}",
    "{# gone #}",
    "{{ case.__class__ }}",
    "<script>alert(1)</script>",
    "<img src=x onerror=y>",
    '"><a href="https://evil.test">click</a>',
    "**bold** _it_ `code` # head",
    "[click](https://evil.test)",
    "![pic](https://evil.test/x.png)",
    "<https://evil.test>",
    "- item",
    "> quoted",
    "&lt;b&gt; &amp; &#60;",
    "xjinjae0000x xjinjat0001x",
    "a\\\\b \\{\\{",
    "-- ",
    "---",
    "]]>--><!--",
    "$(id) `id` %s %(x)s {0}",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_a_customer_wrote_comes_out_as_it_was_written(words: str) -> None:
    for field in ("verbatim", "promised", "order", "what_happened", "told", "done"):
        several = field in ("told", "done")
        rendered = render(SHIPPED, "apology", with_case(**{field: (words,) if several else words}))
        plain = render(SHIPPED, "apology", with_case(**{field: ("plain",) if several else "plain"}))
        shown = words.strip().rstrip(" .;,") if field in ("promised", "what_happened") else words.strip()
        shown = shown[1:] if several else shown  # It becomes a sentence, with a capital letter.
        if field == "verbatim" and not any(map(str.isalnum, words)):
            continue  # Marks alone are no sentence to quote.
        assert shown in rendered.text
        assert shown in Seen(rendered.html).text
        assert Seen(rendered.html).tags == Seen(plain.html).tags
        assert Seen(rendered.html).attributes == Seen(plain.html).attributes
    named = replace(LETTER, customer=replace(LETTER.customer, name=words, first_name=None))
    rendered = render(SHIPPED, "apology", named)
    # It is nobody's name, so nobody is greeted by it.
    assert rendered.text.startswith("Hello,")
    assert Seen(rendered.html).tags == Seen(render(SHIPPED, "apology", LETTER).html).tags


@given(st.text(max_size=80))
def test_no_text_changes_the_shape_of_an_email(words: str) -> None:
    letter = with_case(verbatim=f"said {words}", order=f"no {words}", promised=f"to {words}")
    rendered = render(SHIPPED, "apology", letter)
    shape = render(SHIPPED, "apology", with_case(verbatim="said", order="no", promised="to"))
    breaks = Seen(rendered.html).tags.count("br") - Seen(shape.html).tags.count("br")
    tags = Seen(rendered.html).tags
    for _ in range(breaks):
        tags.remove("br")
    expected = Seen(shape.html).tags
    assert sorted(tags) == sorted(expected)
    assert single_line(rendered.subject) == rendered.subject
    assert f"no {single_line(words)}".strip() in rendered.text
    assert not re.search(
        "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rendered.text + rendered.html
    )
    # Line breaks stay only in what is quoted, where each line is marked.
    assert len(rendered.text.replace("\n> ", " ").split("\n")) == len(
        shape.text.replace("\n> ", " ").split("\n")
    )


def test_only_a_quotation_keeps_line_breaks(written: Write) -> None:
    letter = with_case(verbatim="a\r\nb\n\n\tc", what_happened="x\ny", order="1\n2")
    rendered = written("{{ case.verbatim }} {{ case.what_happened }} {{ case.order }}\n", letter)
    assert rendered.text == "a b c x y 1 2\n"
    assert written("> {{ case.verbatim | quote }}\n", letter).text == "> a\n> b\n> c\n"


def test_the_subject_is_one_line(written: Write) -> None:
    front = FRONT.replace("Hello", "About {{ case.order }}")
    letter = with_case(order="1\r\nBcc: x@y.test\x00\u202e")
    assert written("Hello.\n", letter, front).subject == "About 1 Bcc: x@y.test"
