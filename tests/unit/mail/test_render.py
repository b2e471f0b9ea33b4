"""Writing emails from templates: what comes out, and what is said about a template's mistakes."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.shared.money import Money
from followup.errors import FollowupError, InvalidFile, NotFound
from followup.mail.letter import (
    Letter,
    LetterAgent,
    LetterBusiness,
    LetterCase,
    LetterCustomer,
    LetterGesture,
    LetterLinks,
    Rendered,
    TemplateClass,
    first_name_of,
)
from followup.mail.render import render, template_locales, template_names, template_variables
from followup.mail.sample_letter import sample_letter
from followup.mail.sanitize import single_line

SHIPPED = Path(__file__).parents[3] / "templates"
FRONT = "---\nsubject: Hello\nclass: service\n---\n"

LETTER = Letter(
    business=LetterBusiness(name="Harbour Books", reply_to="ana@shop.test"),
    customer=LetterCustomer(name="Jo Núñez", first_name="Jo", locale="en-GB"),
    case=LetterCase(
        ref="C-000012",
        reason="late-delivery",
        what_happened="your order arrived later than we promised",
        occurred_on=date(2026, 3, 12),
        responsibility=Responsibility.OURS,
        severity=Severity.MODERATE,
        feeling=Feeling.LET_DOWN,
        verbatim="I waited.\nNobody called.",
        order="1182",
        order_value=Money(8000, "GBP"),
        promised="a replacement by Friday.",
    ),
    agent=LetterAgent(name="Ana Reyes", team="North"),
    gesture=LetterGesture(
        kind=GestureKind.VOUCHER,
        gesture_class=GestureClass.GOODWILL,
        money=Money(1250, "GBP"),
        code="HB-7Q2K",
        expires_on=date(2027, 1, 30),
    ),
)

Write = Callable[..., Rendered]


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


def with_case(**changes: object) -> Letter:
    return replace(LETTER, case=replace(LETTER.case, **changes))  # type: ignore[arg-type]


def html_body(rendered: Rendered) -> str:
    return rendered.html.partition("<body>")[2].partition("</body>")[0].strip()


class Seen(HTMLParser):
    """The tags of a document, its attributes, and the text that is shown."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


# ---- Two parts from one source


def test_one_source_makes_two_parts(written: Write) -> None:
    rendered = written(
        "Hello **{{ customer.first_name }}**,\n\nfirst line\nsecond *line* with `code`.\n\n"
        "- one\n- two\n\n> {{ case.verbatim | quote }}\n\nName\\\nTeam\n"
    )
    assert rendered.text == (
        "Hello Jo,\n\nfirst line second line with code.\n\n- one\n- two\n\n"
        "> I waited.\n> Nobody called.\n\nName\nTeam\n"
    )
    assert html_body(rendered) == (
        "<p>Hello <strong>Jo</strong>,</p>\n<p>first line\nsecond <em>line</em> with <code>code</code>.</p>\n"
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"
        "<blockquote>\n<p>I waited.<br>Nobody called.</p>\n</blockquote>\n<p>Name<br>\nTeam</p>"
    )


def test_links_are_written_out_in_the_text(written: Write) -> None:
    letter = replace(LETTER, links=LetterLinks(unsubscribe="https://shop.test/u?a=1&b=2"))
    rendered = written(
        "[Stop]({{ links.unsubscribe }}) and <https://shop.test/help> and [write](mailto:ana@shop.test)\n",
        letter,
    )
    assert rendered.text == (
        "Stop: https://shop.test/u?a=1&b=2 and https://shop.test/help and write: ana@shop.test\n"
    )
    assert 'href="https://shop.test/u?a=1&amp;b=2"' in rendered.html


def test_conditions_leave_no_gaps_and_no_split_lists(written: Write) -> None:
    body = (
        "One.\n\n{% if case.order %}\nOrder {{ case.order }}.\n{% endif %}\n\n- a\n"
        "{% if case.promised %}\n- {{ case.promised }}\n{% endif %}\n- c\n\n"
        "{% if case.order %}Two.{% endif %}\n\nThree.\n"
    )
    full = written(body)
    assert full.text == "One.\n\nOrder 1182.\n\n- a\n- a replacement by Friday\n- c\n\nTwo.\n\nThree.\n"
    assert Seen(html_body(full)).tags == ["p", "p", "ul", "li", "li", "li", "p", "p"]
    bare = written(body, with_case(order=None, promised=None))
    assert bare.text == "One.\n\n- a\n- c\n\nThree.\n"
    assert Seen(html_body(bare)).tags == ["p", "ul", "li", "li", "p"]


def test_comments_are_for_authors_only(written: Write) -> None:
    rendered = written("{# Why this\n   is here #}\nHello.{# not this #}\n")
    assert rendered.text == "Hello.\n"
    assert "this" not in rendered.html


def test_styles_are_put_into_the_tags(folder: Path, written: Write) -> None:
    (folder / "layout.css").write_text("p { color: #222 } blockquote p { margin: 0 }")
    assert '<p style="color: #222;">Hello.</p>' in written("Hello.\n").html


def test_the_footer_stands_below_a_signature_mark(folder: Path, written: Write) -> None:
    (folder / "partials" / "footer.md").write_text(
        "{% if links.unsubscribe %}\n[Stop]({{ links.unsubscribe }})\n{% endif %}\n"
    )
    letter = replace(LETTER, links=LetterLinks(unsubscribe="https://shop.test/u"))
    assert written("Hello.\n", letter).text == "Hello.\n\n-- \nStop: https://shop.test/u\n"
    assert written("Hello.\n").text == "Hello.\n"


def test_a_changed_template_partial_or_style_is_used_at_once(folder: Path, written: Write) -> None:
    def change(name: str, text: str, second: int) -> None:
        (folder / name).write_text(text)
        os.utime(folder / name, (second, second))

    written("Old. {% include opening %}\n")
    change("partials/feeling/plain.md", "New partial.\n", 1_000_000_000)
    change("layout.css", "p { color: red }", 1_000_000_000)
    change("letter.md", FRONT.replace("Hello", "Goodbye") + "New.\n\n{% include opening %}\n", 1_000_000_000)
    rendered = render(folder, "letter", LETTER)
    assert (rendered.subject, rendered.text) == ("Goodbye", "New.\n\nNew partial.\n")
    assert rendered.html.count('<p style="color: red;">') == 2


def test_no_file_and_no_address_is_opened_for_styles(folder: Path, written: Write) -> None:
    secret = folder / "secret.css"
    secret.write_text("p { color: #123456 }")
    (folder / "layout.html").write_text(
        f'<html><head><link rel="stylesheet" href="{secret}"><link rel="stylesheet" href="file://{secret}">'
        f'<link rel="stylesheet" href="http://127.0.0.1:1/x.css">'
        f'<style>@import url("{secret}");</style></head>'
        "<body>{{ content }}<p>layout</p></body></html>"
    )
    assert "#123456" not in written("Hello.\n").html
    # The same rule is followed where it may be.
    (folder / "layout.css").write_text(secret.read_text())
    assert written("Hello.\n").html.count("#123456") == 2


# ---- Values


def test_days_and_amounts_are_written_as_the_customers_locale_writes_them(written: Write) -> None:
    body = "{{ case.occurred_on }} | {{ gesture.expires_on | with_year }} | {{ gesture.amount }}\n"
    assert written(body).text == "12 March | 30 January 2027 | £12.50\n"
    american = replace(LETTER, customer=replace(LETTER.customer, locale="en-US"))
    assert written(body, american).text == "March 12 | January 30, 2027 | £12.50\n"
    yen = replace(LETTER, gesture=replace(LETTER.gesture, money=Money(1250, "JPY")))  # type: ignore[type-var]
    assert written("{{ gesture.amount }}\n", yen).text == "JP¥1,250\n"


@pytest.mark.parametrize(
    ("written_on", "shown"),
    [
        (None, "12 March"),
        (date(2026, 3, 12), "12 March"),
        (date(2026, 9, 8), "12 March"),
        (date(2026, 9, 9), "12 March 2026"),
        (date(2025, 9, 13), "12 March"),
        (date(2025, 9, 12), "12 March 2026"),
    ],
)
def test_a_day_more_than_180_days_away_has_its_year(
    written: Write, written_on: date | None, shown: str
) -> None:
    letter = replace(LETTER, written_on=written_on)
    assert written("{{ case.occurred_on }}\n", letter).text == f"{shown}\n"


def test_what_was_told_and_done_is_written_in_sentences(written: Write) -> None:
    letter = with_case(told=("your parcel is in Leeds", "It goes out\ntonight."), done=("  ", "We <called>"))
    rendered = written("{{ case.told }} {{ case.done }}\n", letter)
    assert rendered.text == "Your parcel is in Leeds. It goes out tonight. We <called>.\n"
    assert "We &lt;called&gt;." in rendered.html
    one_by_one = written("{% for one in case.told %}\n- {{ one }}\n{% endfor %}\n", letter)
    assert one_by_one.text == "- Your parcel is in Leeds.\n- It goes out tonight.\n"
    assert written("{% if case.told or case.done %}x{% else %}Nothing.{% endif %}\n").text == "Nothing.\n"
    with pytest.raises(InvalidFile, match=r"case\.told is empty"):
        written("{{ case.told }}\n", with_case(told=("",)))


def test_two_facts_of_a_case_have_names_for_templates(written: Write) -> None:
    letter = with_case(facts={"item": "blue lamp", "place": "York", "days_late": "3"})
    assert written("{{ case.item }}, {{ case.place }}\n", letter).text == "blue lamp, York\n"
    with pytest.raises(InvalidFile, match=r"case\.item is empty"):
        written("{{ case.item }}\n")


def test_a_template_in_another_language_writes_days_in_its_own(written: Write) -> None:
    german = replace(LETTER, customer=replace(LETTER.customer, locale="de-AT"))
    front = FRONT.replace("class", "locale: en-GB\nclass")
    rendered = written("On {{ case.occurred_on }}.\n", german, front)
    assert rendered.text == "On 12 March.\n"
    assert (rendered.locale_used, rendered.fallback) == ("en-GB", True)


@pytest.mark.parametrize("locale", ["xx-YY", "", "nonsense nonsense", "../..", "en_GB.UTF-8"])
def test_a_locale_that_nobody_knows_does_no_harm(written: Write, locale: str) -> None:
    odd = replace(LETTER, customer=replace(LETTER.customer, locale=locale))
    assert "March" in written("{{ case.occurred_on }}\n", odd).text


def test_variants_for_a_locale_and_its_language(folder: Path) -> None:
    for name, text in (("letter", "Hello"), ("letter.de", "Guten Tag"), ("letter.de-AT", "Grüß Gott")):
        (folder / f"{name}.md").write_text(FRONT + f"{text}. {{{{ case.occurred_on }}}}\n", encoding="utf-8")
    (folder / "partials" / "footer.de.md").write_text("")

    def write(locale: str) -> tuple[str, str, bool]:
        rendered = render(folder, "letter", replace(LETTER, customer=replace(LETTER.customer, locale=locale)))
        return rendered.text.strip(), rendered.locale_used, rendered.fallback

    assert write("de-DE") == ("Guten Tag. 12. März", "de", False)
    assert write("de") == ("Guten Tag. 12. März", "de", False)
    assert write("de-AT") == ("Grüß Gott. 12. März", "de-AT", False)
    assert write("de_AT") == ("Grüß Gott. 12. März", "de-AT", False)
    assert write("fr-FR") == ("Hello. March 12", "en", True)
    assert write("en-GB") == ("Hello. 12 March", "en", False)
    assert template_names(folder) == ("letter",)
    assert template_locales(folder, "letter") == ("en", "de", "de-AT")


def test_a_file_is_the_most_specific_one_in_the_readers_language(folder: Path) -> None:
    when = '{% include "partials/when.md" %}\n\n'
    files = {
        "letter": FRONT.replace("class", "locale: en-GB\nclass") + when + "{% include opening %}\n",
        "partials/when": "Working days.\n",
        "partials/when.en-US": "Business days.\n",
        "partials/feeling/angry": "Angry.\n",
        "partials/feeling/angry.en": "Angry, anywhere.\n",
        "partials/feeling/worried.en-US": "Worried, over there.\n",
    }
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")

    def write(locale: str, feeling: Feeling) -> tuple[str, bool]:
        customer = replace(LETTER.customer, locale=locale)
        rendered = render(folder, "letter", replace(with_case(feeling=feeling), customer=customer))
        return rendered.text.replace("\n\n", " ").strip(), rendered.fallback

    assert write("en-US", Feeling.ANGRY) == ("Business days. Angry, anywhere.", False)
    assert write("en-US", Feeling.WORRIED) == ("Business days. Worried, over there.", False)
    assert write("en-GB", Feeling.ANGRY) == ("Working days. Angry, anywhere.", False)
    # This one has only an American opening: others get the plain one.
    assert write("en-IE", Feeling.WORRIED) == ("Working days. Plain.", False)
    # No template in the reader's language: all of the email is plain, whatever partials there are.
    (folder / "partials" / "when.de.md").write_text("Werktage.\n")
    assert write("de-DE", Feeling.ANGRY) == ("Working days. Angry.", True)
    # A more specific file that comes or goes is noticed.
    (folder / "partials" / "when.en-GB.md").write_text("In a while.\n")
    assert write("en-GB", Feeling.ANGRY) == ("In a while. Angry, anywhere.", False)
    (folder / "partials" / "when.en-GB.md").unlink()
    assert write("en-GB", Feeling.ANGRY) == ("Working days. Angry, anywhere.", False)
    # A main template of the country itself, with the partials of the language and the plain ones.
    (folder / "letter.en-US.md").write_text(
        FRONT + 'US. {{ case.ref }}\n\n{% include "partials/when.md" %}\n'
    )
    assert write("en-US", Feeling.ANGRY) == ("US. C-000012 Business days.", False)


def test_what_the_phrases_of_a_language_set_all_its_files_may_use(folder: Path, written: Write) -> None:
    phrases = folder / "partials" / "phrases.md"
    phrases.write_text(
        '{% set at = "on " ~ case.occurred_on %}\n{% if case.order %}{% set of = "!" %}{% endif %}\n'
    )
    (folder / "partials" / "feeling" / "plain.md").write_text("Plain, {{ at }}.\n")
    front = FRONT.replace("Hello", "Hello {{ at }}")
    rendered = written("{{ at }} {{ of }}\n\n{% include opening %}\n", front=front)
    assert (rendered.subject, rendered.text) == (
        "Hello on 12 March",
        "on 12 March !\n\nPlain, on 12 March.\n",
    )
    # What they hold is data like any other value.
    phrases.write_text("{% set at = case.order %}\n")
    rendered = written("{{ at }}\n", with_case(order="<b>**x**"))
    assert (rendered.text, html_body(rendered)) == ("<b>**x**\n", "<p>&lt;b&gt;**x**</p>")
    # Another language has its own, and a name that it does not set is not known in it.
    (folder / "letter.de.md").write_text(FRONT + "{{ at }}\n")
    german = replace(LETTER, customer=replace(LETTER.customer, locale="de"))
    with pytest.raises(InvalidFile, match="uses at, which is not known"):
        render(folder, "letter", german)
    phrases.write_text("{% set at = case.ordr %}\n")
    with pytest.raises(InvalidFile, match=r"phrases\.md, line 1: the template uses case\.ordr"):
        written("Hello.\n")


def test_an_email_never_mixes_languages(folder: Path) -> None:
    (folder / "letter.de.md").write_text(FRONT + "{% include opening %}\n")
    (folder / "partials" / "footer.de.md").write_text("")
    german = replace(LETTER, customer=replace(LETTER.customer, locale="de"))
    with pytest.raises(InvalidFile) as caught:
        render(folder, "letter", german)
    assert "partials/feeling/plain.de.md cannot be read" in caught.value.message


def test_the_opening_follows_the_feeling(folder: Path, written: Write) -> None:
    (folder / "partials" / "feeling" / "angry.md").write_text("We did this.\n")
    body = "{% include opening %}\n"
    assert written(body, with_case(feeling=Feeling.ANGRY)).text == "We did this.\n"
    assert written(body, with_case(feeling=Feeling.WORRIED)).text == "Plain.\n"
    assert written(body, with_case(feeling=None)).text == "Plain.\n"


def test_an_email_that_speaks_of_a_discount_is_marketing(written: Write) -> None:
    discount = replace(LETTER, gesture=replace(LETTER.gesture, kind=GestureKind.DISCOUNT))  # type: ignore[type-var]
    for body in ("Take {{ gesture.amount }} off.\n", "Enter {{ gesture.code }}.\n"):
        assert written(body).template_class is TemplateClass.SERVICE
        assert written(body, discount).template_class is TemplateClass.MARKETING
    # The email that only asks whether all is well needs no consent.
    assert written("Is anything open?\n", discount).template_class is TemplateClass.SERVICE
    marketing = FRONT.replace("service", "marketing")
    assert written("Hello.\n", front=marketing).template_class is TemplateClass.MARKETING


@pytest.mark.parametrize(
    ("value", "says"),
    [("javascript:alert(1)", "links.unsubscribe"), ('https://x" onclick="y', "links.unsubscribe")],
)
def test_a_link_that_is_none_is_refused(written: Write, value: str, says: str) -> None:
    with pytest.raises(InvalidFile, match=says):
        written("Hello.\n", replace(LETTER, links=LetterLinks(unsubscribe=value)))


def test_excerpts_end_at_a_word(written: Write) -> None:
    letter = with_case(verbatim="One two, three four.")
    assert written("{{ case.verbatim | excerpt(2) }}\n", letter).text == "One two…\n"
    assert written("{{ case.verbatim | excerpt(4) }}\n", letter).text == "One two, three four.\n"
    endless = with_case(verbatim="x" * 3000)
    assert written("{{ case.verbatim | excerpt(2) }}\n", endless).text == "x" * 24 + "…\n"


# ---- Customers' words are data

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
        assert shown in rendered.text
        assert shown in Seen(rendered.html).text
        assert Seen(rendered.html).tags == Seen(plain.html).tags
        assert Seen(rendered.html).attributes == Seen(plain.html).attributes
    named = replace(LETTER, customer=replace(LETTER.customer, name=words, first_name=None))
    rendered = render(SHIPPED, "apology", named)
    assert f"Hello {words.strip()}," in rendered.text
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


# ---- What is said about mistakes


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
    for name, meaning in template_variables().items():
        assert meaning
        assert written(f"{{{{ {name} }}}}\n", letter).text.strip()


# ---- Names


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Jo Núñez", "Jo"),
        ("Dr. Ana Ortiz", "Ana"),
        ("Ortiz, Ana", "Ana"),
        ("Ms Ortiz", None),
        ("J. Smith", None),
        ("Harbour 24 Ltd", None),
        ("Harbour Books Ltd.", None),
        ("Acme, Inc.", None),
        ("PRIYA SHAH", "Priya"),
        ("anne-marie o'neil", "Anne-Marie"),
        ("JO MCDONALD", "JO"),
        ("山田太郎", "山田太郎"),
        ("Cher", "Cher"),
        ("<b>Jo", None),
        ("", None),
        (" , ", None),
    ],
)
def test_first_names_are_used_only_where_they_are_clear(name: str, first: str | None) -> None:
    assert first_name_of(name) == first


@pytest.mark.parametrize(
    ("name", "english", "german"),
    [
        ("Frau Dr. Eva Schmidt", "Eva", "Frau Dr. Eva Schmidt"),
        ("Frau Dr. Schmidt", "Frau Dr. Schmidt", "Frau Dr. Schmidt"),
        ("Mme Dupont", "Mme Dupont", "Mme Dupont"),
        ("Ortiz, Ana", "Ana", "Ana Ortiz"),
        ("Harbour Books, Inc.", "Harbour Books, Inc.", "Harbour Books, Inc."),
    ],
)
def test_a_greeting_is_polite_in_the_language_of_the_email(
    folder: Path, name: str, english: str, german: str
) -> None:
    for variant in ("letter", "letter.de"):
        (folder / f"{variant}.md").write_text(FRONT + "{{ customer.greeting_name }}\n")
    (folder / "partials" / "footer.de.md").write_text("")
    # The last reader has no template of their own and gets the English one, with an English greeting.
    for locale, greeted in (("en-GB", english), ("de-AT", german), ("fr-FR", english)):
        customer = LetterCustomer(name=name, first_name=first_name_of(name), locale=locale)
        assert render(folder, "letter", replace(LETTER, customer=customer)).text == f"{greeted}\n"
