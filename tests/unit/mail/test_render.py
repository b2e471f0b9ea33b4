"""Writing emails from templates: what comes out."""

import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from followup.domain.cases.case import Feeling
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.shared.money import Money
from followup.errors import InvalidFile
from followup.mail.letter import LetterCustomer, LetterLinks, Rendered, TemplateClass, first_name_of
from followup.mail.render import render, template_locales, template_names
from tests.unit.mail.rendered_letter import FRONT, LETTER, Seen, Write, with_case


def html_body(rendered: Rendered) -> str:
    return rendered.html.partition("<body>")[2].partition("</body>")[0].strip()


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
