"""The HTML of an email uses only what the mail programs of most readers show, or loses nothing without it.

What programs support is asked of the published tables of caniemail where they are at hand; that every
feature in use is one of the list below is proved without them.
"""

import json
import re
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest

from followup.domain.shared.money import Money
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from followup.reports.answer import Chart, Drawn, Kind, Line, ReportAnswer, ReportTable, columns, sentence
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.letter import as_html
from followup.resources import shipped

TABLES = Path(__file__).parents[4] / "shared" / "data" / "emailclients" / "features.json"

BIG_TEN = {
    "apple-mail": ("macos", "ios"),
    "gmail": ("desktop-webmail", "ios", "android"),
    "outlook": ("windows", "macos", "outlook-com", "ios", "android"),
    "yahoo": ("desktop-webmail", "ios", "android"),
    "aol": ("desktop-webmail",),
    "samsung-email": ("android",),
    "thunderbird": ("macos",),
    "gmx": ("desktop-webmail",),
    "web-de": ("desktop-webmail",),
    "orange": ("desktop-webmail",),
}

ALWAYS = {"html", "head", "title", "br", "a", "em", "meta charset", "meta viewport", "href"}
ALWAYS |= {"colspan", "cellpadding", "cellspacing"}
"""As old as HTML email itself; the tables do not list them."""

FEATURES = {
    "doctype": "html-doctype",
    "body": "html-body",
    "meta color-scheme": "html-meta-color-scheme",
    "div": "html-div",
    "p": "html-p",
    "strong": "html-strong",
    "blockquote": "html-blockquote",
    "ul": "html-lists",
    "ol": "html-lists",
    "li": "html-lists",
    "lang": "html-lang",
    "dir": "html-dir",
    "mailto": "html-mailto-links",
    "margin": "css-margin",
    "padding": "css-padding",
    "max-width": "css-max-width",
    "font-family": "css-font",
    "font-style": "css-font",
    "font-size": "css-font-size",
    "line-height": "css-line-height",
    "border-left": "css-border",
    "white-space": "css-white-space",
    "px": "css-unit-px",
    "%": "css-unit-percent",
    "h1": "html-h1-h6",
    "h2": "html-h1-h6",
    "h3": "html-h1-h6",
    "span": "html-span",
    "table": "html-table",
    "tbody": "html-table",
    "tr": "html-table",
    "td": "html-table",
    "width": "css-width",
    "background-color": "css-background-color",
    "border-bottom": "css-border",
    "border-top": "css-border",
    "border-collapse": "css-border-collapse",
    "font-weight": "css-font-weight",
    "text-align": "css-text-align",
    "vertical-align": "css-vertical-align",
    "width=": "html-width",
    "role": "html-role",
}
"""What is found in an email, and the table that says who shows it."""

NOTHING_IS_LOST = {
    "html-doctype": "Without it the same few tags are laid out the same way; no size depends on it.",
    "html-body": "The body tag has only zero margins; everything else is on the div inside.",
    "html-meta-color-scheme": "No colour is set but a grey line, so a dark mode may do as it likes.",
    "html-lang": "It helps screen readers; the words are the same.",
    "html-role": "A screen reader that takes rows for those of a table reads the same words.",
    "html-dir": "Text of one direction is shown in its direction anyway.",
    "css-white-space": "A code that is broken at one of its hyphens is still the code.",
}
"""Features that one of the ten does not know, and why that does no harm."""


class Found(HTMLParser):
    """Every tag, attribute, property and unit of a document."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_decl(self, _decl: str) -> None:
        self.names.add("doctype")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.names.add(f"meta {given.get('name') or 'charset'}")
            return
        self.names.add(tag)
        for name, value in given.items():
            if name == "style":
                self._style(value)
            elif name == "href" and value.startswith("mailto:"):
                self.names.add("mailto")
            elif name != "class":
                self.names.add("width=" if name == "width" else name)

    def _style(self, style: str) -> None:
        for declaration in style.split(";"):
            name, _, value = declaration.partition(":")
            if name.strip():
                self.names.add(name.strip())
            self.names |= set(re.findall(r"[0-9](px|em|rem|%|pt|vw|vh)", value))


def emails() -> list[str]:
    """The HTML of every shipped template in every language, about a case in which nothing is missing."""
    folder = shipped("templates")
    names = sorted({path.name.split(".")[0] for path in folder.glob("*.md")})
    return [
        render(folder, name, sample_letter(locale, "GBP")).html
        for name in names
        for locale in ("en-GB", "en-US", "de-DE", "es-ES", "fr-FR")
    ]


def report() -> str:
    """The HTML of a report in which nothing is missing: charts, bars, totals, a note, and too many lines."""
    shown = columns(
        ("key", "reason", Kind.TEXT),
        ("held", "held", Kind.MONEY),
        ("spent", "spent", Kind.MONEY),
        ("share", "share", Kind.SHARE),
    )
    line = Line({"key": "long-wait", "held": Money(1, "GBP"), "spent": Money(2, "GBP"), "share": Fraction(1)})
    table = ReportTable("rows", "By reason", shown, (line,) * 20, (line,), "A note.")
    bare = ReportTable(
        "others", "Others", columns(("key", "reason", Kind.TEXT), ("n", "n", Kind.COUNT, True)), (line,)
    )
    answer = ReportAnswer(
        "spend",
        "What did it cost?",
        sentence("November"),
        (sentence("It cost {n}.", n=Money(3, "GBP")), sentence("No more.")),
        (table, bare),
        "Nothing.",
        (Chart("By reason", Drawn.STACKED, "rows", "key", ("held", "spent")),),
    )
    empty = ReportAnswer(
        "budgets", "What is left?", sentence("now"), (), (ReportTable("rows", "", shown, ()),), "No budgets."
    )
    reader = Reader("en-GB", "Europe/London")
    return as_html([answer, empty], reader, business="B", heading="H", remarks=["By Max."])


def used() -> set[str]:
    found = Found()
    for html in [*emails(), report()]:
        found.feed(html)
    return found.names


def test_an_email_uses_only_what_was_looked_up() -> None:
    assert used() - ALWAYS - FEATURES.keys() == set()


def test_a_new_feature_would_be_noticed() -> None:
    found = Found()
    found.feed('<svg><g style="display:flex;border:3em">x</g></svg>')

    assert found.names - ALWAYS - FEATURES.keys() == {"svg", "g", "display", "border", "em"} - ALWAYS


def not_shown(slug: str) -> list[str]:
    """Who of the ten does not show a feature, by the newest version that was tried."""
    tables = {feature["slug"]: feature for feature in json.loads(TABLES.read_text(encoding="utf-8"))}
    missing = []
    for family, platforms in BIG_TEN.items():
        for platform in platforms:
            versions = tables[slug]["stats"].get(family, {}).get(platform, {})
            if versions and list(versions.values())[-1].startswith("n"):
                missing.append(f"{family} {platform}")
    return missing


@pytest.mark.skipif(not TABLES.is_file(), reason="the published tables are not at hand")
def test_every_reader_of_the_big_ten_sees_it_or_loses_nothing() -> None:
    unshown = {FEATURES[name] for name in used() - ALWAYS if not_shown(FEATURES[name])}

    assert unshown <= NOTHING_IS_LOST.keys()
    assert not_shown("css-display-grid"), "the tables are read: they know that not everybody shows a grid"
