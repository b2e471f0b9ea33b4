"""Compile a Markdown template, once, into two Jinja templates: one that writes text, one that writes HTML.

Markdown is parsed before values are filled in. So a customer's words can never become markup, and an email
costs no more than rendering two templates.

Jinja expressions and tags are replaced by plain words, which Markdown and HTML parsers do not change, and
restored at the end. A tag on its own line stands between paragraphs.
"""

import html
import re
from dataclasses import dataclass
from pathlib import Path

import css_inline
from jinja2 import Environment, TemplateSyntaxError
from markdown_it import MarkdownIt
from markdown_it.token import Token

from followup.mail.template_file import bad_template

LINE_END = "\x1e"
"""A placeholder for line ends in the output of a text template. The template's own line ends are those of the
source file, so that Jinja's line numbers match the author's file. No value contains it, because control
characters are removed.
"""

_LIST_BEGIN, _LIST_END = "\x1c", "\x1d"
_BEGIN = {"variable_begin": "variable_end", "block_begin": "block_end", "comment_begin": "comment_end"}
_WORD = re.compile(r"xjinja[et][0-9]{4}x")
_TAG_LINE = re.compile(r"\s*(?:xjinjat[0-9]{4}x\s*)+")
_TAG_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>\s*((?:xjinjat[0-9]{4}x\s*)+)</p>")
_EMPTY_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>\s*</p>\s*")
_GAP = re.compile(r"\n\s*\n")
_LIST_JOINT = re.compile(r"</ul>\s*<ul(?: [^>]*)?>")
_LINK_TARGET = re.compile(r"\{\{-? *links\.[a-z_]+ *-?\}\}")
_ANSWER = re.compile(r"\{\{-? *links\.(?:made_right|not_yet) *-?\}\}")
"""Answer links: their label already says what they write, so the text version does not show their address."""
_SPACES = re.compile(f"(?<=[^ {LINE_END}]) {{2,}}")
_BLANK_LINES = re.compile(f"(?: *{LINE_END}){{3,}}")

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(
    ["code", "fence", "hr", "lheading", "html_block", "html_inline", "reference"]
)


@dataclass(frozen=True, slots=True)
class Protected:
    """A source with every piece of Jinja replaced by a word, and the pieces in order."""

    text: str
    pieces: tuple[str, ...]

    def restored(self, text: str) -> str:
        """`text` with every word replaced by its piece of Jinja again."""
        return _WORD.sub(lambda word: self.pieces[int(word[0][7:11])], text)


def protect(environment: Environment, path: Path, source: str) -> Protected:
    """Replace Jinja by words, and comments by as many line ends. Raises InvalidFile for invalid Jinja, and
    for an expression or a tag that spans lines, because line numbers would be wrong.
    """
    kept: list[str] = []
    pieces: list[str] = []
    piece, ends_with, began_on = "", "", 1
    try:
        for line, kind, value in environment.lex(source):
            if kind in _BEGIN:
                # A tag that takes the white space before it takes line ends too; the count must stay right.
                kept.append("\n" * (line - 1 - sum(part.count("\n") for part in kept)))
                piece, ends_with, began_on = value, _BEGIN[kind], line
            elif not ends_with:
                if kind.startswith("raw"):
                    raise bad_template(path, line, "uses {% raw %}", "Write what you mean without it.")
                kept.append(value)
            else:
                piece += value
                if kind == ends_with:
                    kept.append(_word_for(path, began_on, ends_with, piece, pieces))
                    ends_with = ""
    except TemplateSyntaxError as error:
        what = f"cannot be read: {error.message or 'syntax error'}"
        raise bad_template(path, error.lineno, what, "Look for a missing %} or }} there.") from None
    return Protected("".join(kept), tuple(pieces))


def _word_for(path: Path, line: int, ends_with: str, piece: str, pieces: list[str]) -> str:
    if ends_with == "comment_end":
        return "\n" * piece.count("\n")
    if "\n" in piece.strip("\n"):
        raise bad_template(path, line, "has a tag over several lines", "Write it on one line.")
    pieces.append(piece.strip("\n"))
    after = "\n" * (len(piece) - len(piece.rstrip("\n")))
    return f"xjinja{'e' if ends_with == 'variable_end' else 't'}{len(pieces) - 1:04}x{after}"


def text_form(environment: Environment, path: Path, source: str) -> str:
    """The template that writes the plain part: no Markdown syntax, links written out."""
    protected = protect(environment, path, source)
    tokens, line_numbers = _parse(path, protected)
    return protected.restored(_TextWriter(line_numbers).write(tokens))


def html_form(environment: Environment, path: Path, source: str, css: str) -> str:
    """The template that writes the HTML part, with `css` inlined."""
    protected = protect(environment, path, source)
    tokens, _ = _parse(path, protected)
    markup = str(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    styled = css_inline.inline_fragment(markup, css, load_remote_stylesheets=False) if markup.strip() else ""
    return protected.restored(_TAG_PARAGRAPH.sub(r"\1", styled))


def html_layout(environment: Environment, path: Path, source: str, css: str) -> str:
    """The template of a complete HTML document, with `css` inlined. No file or address is opened."""
    protected = protect(environment, path, source)
    return protected.restored(css_inline.inline(protected.text, extra_css=css, load_remote_stylesheets=False))


def finished_text(written: str) -> str:
    """The output of a text template with real line ends, without gaps left by conditions."""
    joined = written.replace(_LIST_END + _LIST_BEGIN, "").replace(_LIST_BEGIN, "")
    text = _SPACES.sub(" ", joined.replace(_LIST_END, LINE_END).replace("\n", " "))
    text = _BLANK_LINES.sub(LINE_END * 2, text).replace(f" {LINE_END}", LINE_END)
    return text.strip(f" {LINE_END}").replace(LINE_END, "\n")


def finished_html(written: str) -> str:
    """The output of an HTML template without empty paragraphs and split lists left by conditions."""
    return _GAP.sub("\n", _LIST_JOINT.sub("", _EMPTY_PARAGRAPH.sub("", written)))


def _parse(path: Path, protected: Protected) -> tuple[list[Token], list[int]]:
    """The tokens, and the source line of each line that Markdown parsed."""
    lines: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate(protected.text.split("\n"), 1):
        kept = ["", line.strip(), ""] if _TAG_LINE.fullmatch(line) else [line]
        lines += kept
        numbers += [number] * len(kept)
    tokens = _MARKDOWN.parse("\n".join(lines))
    for token in tokens:
        for child in token.children or ():
            line_number = numbers[token.map[0]] if token.map else 1
            if child.type == "image":
                hint = "Say it in words: pictures are often blocked."
                raise bad_template(path, line_number, "has a picture", hint)
            target = protected.restored(str(child.attrGet("href") or ""))
            if "{{" in target and not _LINK_TARGET.fullmatch(target):
                hint = "Only links.… may be the target of a link."
                raise bad_template(path, line_number, "links to a value", hint)
            child.meta["is_said"] = bool(_ANSWER.fullmatch(target))
    return tokens, numbers


class _TextWriter:
    """Writes Markdown tokens as a plain text template."""

    def __init__(self, line_numbers: list[int]) -> None:
        self._line_numbers = line_numbers
        self._line = 1
        self._out: list[str] = []
        self._margin: list[str] = []
        self._bullet = ""
        self._ends_with = LINE_END * 2
        self._counts: list[int | None] = []

    def write(self, tokens: list[Token]) -> str:
        for token in tokens:
            self._block(token)
        return "".join(self._out)

    def _block(self, token: Token) -> None:
        kind = token.type
        if kind == "inline":
            self._paragraph(token)
        elif kind in ("paragraph_open", "heading_open"):
            self._ends_with = LINE_END if token.hidden else LINE_END * 2
        elif kind == "blockquote_open":
            self._margin.append("> ")
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self._counts.append(int(token.attrGet("start") or 1) if kind == "ordered_list_open" else None)
            if not self._margin:
                self._out.append(_LIST_BEGIN)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._counts.pop()
            if not self._margin:
                self._out.append(_LIST_END)
        elif kind == "list_item_open":
            count = self._counts[-1]
            self._bullet = "- " if count is None else f"{count}. "
            self._counts[-1] = None if count is None else count + 1
            self._margin.append("  ")
        elif kind in ("blockquote_close", "list_item_close"):
            self._margin.pop()

    def _paragraph(self, token: Token) -> None:
        assert token.map is not None
        self._reach(self._line_numbers[token.map[0]])
        margin = "".join(self._margin)
        if _TAG_LINE.fullmatch(token.content):
            self._out.append(token.content)
            return
        first = "".join(self._margin[:-1]) + self._bullet if self._bullet else margin
        self._bullet = ""
        self._out.append(first)
        link, label_from = "", 0
        for child in token.children or ():
            if child.type in ("text", "code_inline"):
                self._out.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                self._out.append(" " if child.type == "softbreak" else LINE_END + margin)
                self._reach(self._line + 1)
            elif child.type == "link_open":
                link = "" if child.meta.get("is_said") else str(child.attrGet("href") or "")
                label_from = len(self._out)
            elif child.type == "link_close":
                self._out.append(_written_out(link, "".join(self._out[label_from:])) if link else "")
        self._out.append(self._ends_with)

    def _reach(self, line: int) -> None:
        """Advance the template's line number to the source's with a comment that writes nothing."""
        if line > self._line:
            self._out.append("{#" + "\n" * (line - self._line) + "#}")
            self._line = line


def _written_out(link: str, label: str) -> str:
    """The address to write after a link's label; "" if the label is the address."""
    address = html.unescape(link).removeprefix("mailto:")
    return "" if address == label else f": {address}"
