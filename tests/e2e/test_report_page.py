"""The page of a report in a real browser: on a desk, on a phone, in the dark, on paper, without styles."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, ViewportSize

from followup.reports.answer import Drawn, ReportAnswer
from followup.reports.renderers.cell_format import Reader
from followup.reports.renderers.page import as_page
from tests import browser as chromium
from tests.unit.reports.samples import asked, line

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
READER = Reader("en-GB", "Europe/London")
HIGH = 800


def answers() -> list[ReportAnswer]:
    """Three questions: many lines in two currencies with all that can be awkward, a line through time, and
    nothing at all."""
    awkward = [
        line("نور حداد", spent=-1500, behind=["G-0001", "G-0002"]),
        line("x" * 200, held=123_456_789, spent=987_654_321),
        line("<script>alert(1)</script>", currency="KWD", behind=[f"G-{number:04}" for number in range(100)]),
        line("none known", spent=None, part=None),
        *(line(f"agent {number}", spent=number * 137) for number in range(24)),
    ]
    through_time = [line(f"2026-{month:02}", spent=month % 5 * 700) for month in range(1, 13)]
    return [
        asked(awkward, totals=[line("total", spent=123_456), line("total", currency="KWD")]),
        asked(through_time, name="months", drawn=Drawn.LINE, totals=[line("total")]),
        asked([], name="nothing"),
    ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium.opened() as found:
        yield found


@pytest.fixture(scope="module")
def html() -> str:
    return as_page(answers(), READER, business="Harbour Books", now=NOW)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport=ViewportSize(width=1000, height=HIGH))
    yield opened
    opened.close()


def violations(page: Page) -> list[str]:
    """What is wrong for people who do not see or use it as most do (axe-core, all its rules)."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1000])
def test_axe_finds_nothing_in_light_and_dark_on_desk_and_phone(
    browser: Browser, html: str, scheme: str, width: int
) -> None:
    page = browser.new_page(viewport=ViewportSize(width=width, height=HIGH), color_scheme=scheme)  # type: ignore[arg-type]
    page.set_content(html)
    assert violations(page) == []
    page.close()


def test_axe_would_find_a_text_that_is_too_pale(page: Page, html: str) -> None:
    worse = re.sub(r"--soft: #[0-9a-f]+", "--soft: #ccc", html, count=1).replace(
        'role="img" aria-label', "title", 1
    )
    page.set_content(worse)
    assert {found.partition(":")[0] for found in violations(page)} >= {"color-contrast"}


def test_one_answer_alone_has_no_violation_either(page: Page) -> None:
    page.set_content(as_page(answers()[:1], READER, business="Harbour Books", now=NOW))
    assert violations(page) == []


@pytest.mark.parametrize("width", [320, 390, 1000])
def test_the_page_is_never_wider_than_the_window(page: Page, html: str, width: int) -> None:
    page.set_viewport_size(ViewportSize(width=width, height=HIGH))
    page.set_content(html)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    outside = page.evaluate(
        """width => [...document.querySelectorAll('h1, h2, p, figure, svg, caption span, .scroll, li')]
        .filter(each => each.getBoundingClientRect().right > width + 1)
        .map(each => each.outerHTML.slice(0, 80))""",
        width,
    )
    assert outside == []


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "ar-EG", "sv-SE"])
def test_nothing_in_a_chart_is_cut_or_covered(page: Page, locale: str) -> None:
    page.set_content(as_page(answers(), Reader(locale, "Europe/London"), business="Harbour Books", now=NOW))
    wrong = page.evaluate(
        """() => [...document.querySelectorAll('svg')].flatMap(svg => {
          const inside = svg.getBoundingClientRect()
          const texts = [...svg.querySelectorAll('text')].map(text => [text, text.getBoundingClientRect()])
          const meet = (one, two) => one.left < two.right && two.left < one.right
            && one.top < two.bottom - 3 && two.top < one.bottom - 3
          return texts.filter(([text, box]) => box.left < inside.left - 1 || box.right > inside.right + 1
            || texts.some(([other, its]) => text !== other && meet(box, its)))
            .map(([text]) => text.textContent)
        })"""
    )
    assert wrong == []


def test_nothing_is_asked_of_any_network_and_there_is_no_script(page: Page, html: str) -> None:
    asked_for: list[str] = []

    def refuse(route: Route) -> None:
        asked_for.append(route.request.url)
        route.abort()

    page.route("**/*", refuse)
    page.set_content(html)
    page.emulate_media(media="print")
    page.wait_for_load_state("networkidle")
    assert asked_for == []
    assert page.locator("script, link, img, iframe, object, embed, form, [onload], [onerror]").count() == 0
    # What got in all the same could ask for nothing: the page itself forbids it.
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))")
    page.wait_for_load_state("networkidle")
    assert asked_for == []


def test_headings_are_in_order(page: Page, html: str) -> None:
    page.set_content(html)
    levels = [
        int(tag[1]) for tag in page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(e => e.tagName)")
    ]
    assert levels == [1, 2, 2, 2]


_SCROLLS = """() => new Promise(done => {
  const region = document.activeElement
  const look = () => region.scrollLeft > 0 ? done(true) : requestAnimationFrame(look)
  look()
})"""
"""Waits until what has the focus has moved."""


def test_every_table_can_be_scrolled_by_keyboard(page: Page, html: str) -> None:
    page.set_viewport_size(ViewportSize(width=320, height=HIGH))
    page.set_content(html)
    regions = page.locator(".scroll").count()
    assert regions == 2
    scrolled = set()
    for _ in range(page.locator("a, summary, [tabindex]").count()):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "scroll":
            page.keyboard.press("ArrowRight")
            assert page.evaluate(_SCROLLS)
            scrolled.add(page.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert scrolled == {"By whom, spend", "By whom, months"}


def test_the_first_column_stays_in_sight(page: Page, html: str) -> None:
    page.set_viewport_size(ViewportSize(width=390, height=HIGH))
    page.set_content(html)
    page.locator(".scroll").first.evaluate("each => each.scrollLeft = 400")
    for name in ("thead th", "tbody th"):
        box = page.locator(name).first.bounding_box()
        assert box is not None
        assert box["x"] == pytest.approx(16, abs=1)


def test_it_can_be_read_without_styles(page: Page, html: str) -> None:
    page.set_content(re.sub("<style>.*?</style>", "", html, flags=re.DOTALL))
    text = page.locator("body").inner_text()
    for words in (
        "What did it cost?",
        "<script>alert(1)</script>",
        "£9,876,543.21",
        "Nothing was given.",
        "A note.",
    ):
        assert words in text
    assert page.locator("table").first.locator("thead th").count() == 8


def test_on_paper_headings_are_repeated_and_nothing_is_cut(page: Page, html: str) -> None:
    page.set_content(html)
    raw = page.pdf(prefer_css_page_size=True)
    # Two charts of up to twenty bars, 28 lines and a chart and twelve lines more: not one page, nor ten.
    pages = len(re.findall(rb"/Type\s*/Page\b", raw))
    assert 3 <= pages <= 5
    assert re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12][.\d]*\]", raw)
    # The width between the margins of A4, in pixels of 96 to the inch.
    page.set_viewport_size(ViewportSize(width=687, height=HIGH))
    page.emulate_media(media="print")
    assert (
        page.locator("thead").first.evaluate("each => getComputedStyle(each).display") == "table-header-group"
    )
    assert page.locator("table").evaluate_all("all => all.map(e => e.getBoundingClientRect().right)") == [
        pytest.approx(687, abs=1),
        pytest.approx(687, abs=1),
    ]
