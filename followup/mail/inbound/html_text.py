"""Convert an HTML part to text: no markup, quoted emails marked with ">"."""

import re
from html import unescape

_LONGEST = 2_000_000
_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<unseen>script|style|title|template)\b.*?(?:</(?P=unseen)\s*>|\Z)"
    r"|<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)[^>]*(?:>|\Z)"
    r"|<[!?/][^>]*(?:>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLOCK = re.compile(
    r"address|article|blockquote|div|d[dlt]|fieldset|footer|form|h[1-6r]|header|li|ol|p|pre|section|t(?:able|body|r)|ul"
)
_APART = ("p", "blockquote")
_QUOTE = "blockquote"


def text_of_html(html: str) -> str:
    """The readable text, in lines. Accepts any input; comments, scripts and styles are left out.

    Lines inside blockquote begin with "> ", as mail programs quote text.
    """
    lines = [""]
    depth = 0
    place = 0
    html = html[:_LONGEST]
    for markup in _MARKUP.finditer(html):
        _add(lines, html[place : markup.start()], depth)
        place = markup.end()
        name = (markup["name"] or "").lower()
        if name == "br":
            lines.append("")
        elif name in ("td", "th") and lines[-1] and not markup["close"]:
            lines[-1] += " "
        elif _BLOCK.fullmatch(name):
            if lines[-1]:
                lines.append("")
            if name in _APART and len(lines) > 1 and lines[-2]:
                lines.append("")
        if name == _QUOTE:
            depth = max(depth + (-1 if markup["close"] else 1), 0)
    _add(lines, html[place:], depth)
    return "\n".join(line.rstrip() for line in lines)


def _add(lines: list[str], text: str, depth: int) -> None:
    words = _SPACE.sub(" ", unescape(text)).replace("\xa0", " ")
    if not lines[-1]:
        words = words.lstrip(" ")
        if words and depth:
            words = "> " * min(depth, 5) + words
    lines[-1] += words
