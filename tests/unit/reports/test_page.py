"""The page as a text; what a browser makes of it is tested in e2e."""

from html.parser import HTMLParser

from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.page import as_page
from tests.unit.reports.samples import NOW, asked, line

READER = Reader("en-GB", "Europe/London")
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</title></style></svg></table>",
    "<!--",
    "{{ 7*7 }}{% include 'x' %}",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "\x00\x1b[31m",
    "x" * 40_000,
]


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, frozenset[str]]] = []
        self.comments = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, frozenset(name for name, _ in attrs)))

    def handle_comment(self, _data: str) -> None:
        self.comments += 1


def page(words: list[str], business: str = "Harbour Books") -> str:
    lines = [line(text, behind=["G-0001"]) for text in words]
    return as_page([asked(lines)], READER, business=business, now=NOW)


def tags(html: str) -> _Tags:
    parser = _Tags()
    parser.feed(html)
    parser.close()
    return parser


def test_hostile_words_add_no_tag_attribute_or_comment() -> None:
    found = tags(page(HOSTILE, HOSTILE[0]))
    same = tags(page(["Jo"] * len(HOSTILE)))
    assert found.found == same.found
    assert found.comments == 0
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in found.found}


def test_hostile_words_are_shown_as_they_are() -> None:
    html = page(HOSTILE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{ 7*7 }}{% include &#39;x&#39; %}" in html
    assert "&amp;lt;b&amp;gt;" in html
    assert "\x00" not in html
    assert "x" * 300 not in html


def test_an_empty_answer_says_so_and_has_no_table() -> None:
    html = page([])
    assert "Nothing was given." in html
    assert "<table" not in html
    assert "<svg" not in html


def test_two_answers_to_the_same_question_have_places_of_their_own() -> None:
    html = as_page([asked([line("Ana")]), asked([line("Ben")])], READER, business="Harbour Books", now=NOW)
    assert html.count('id="question-1"') == html.count('href="#question-1"') == 1
    assert html.count('id="question-2"') == html.count('href="#question-2"') == 1


def test_bars_of_cells_are_no_longer_than_their_room() -> None:
    html = as_page(
        [asked([line("Ana", spent=-100), line("Ben", spent=50)])], READER, business="Harbour Books", now=NOW
    )
    assert 'style="width: 0%"' in html
    assert 'style="width: 100%"' in html
