"""Making text from outside safe to stand in an email: no control characters, nothing that turns direction."""

import re

_LONGEST_VALUE = 4000

_CHANGED = {
    **dict.fromkeys(range(0x20), " "),
    **dict.fromkeys(range(0x7F, 0xA0), " "),
    **dict.fromkeys((0x2028, 0x2029), " "),
    # Marks that make what follows read in another direction, or that cannot be seen.
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x00AD), None),
    **dict.fromkeys((0xFFF9, 0xFFFA, 0xFFFB, 0xFFFE, 0xFFFF), None),
    # Halves of characters, which no mail program could be sent.
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    # Characters that write text invisibly.
    **dict.fromkeys(range(0xE0000, 0xE0080), None),
}
_LINE_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


def single_line(text: str) -> str:
    """The text on one line: white space of every kind becomes one space, what cannot be seen is left out."""
    if text.isascii() and text.isprintable() and "  " not in text and len(text) <= _LONGEST_VALUE:
        return text.strip()
    return " ".join(text[:_LONGEST_VALUE].translate(_CHANGED).split())


def several_lines(text: str) -> str:
    """The same, keeping line breaks as "\\n" between lines that hold something."""
    lines = (single_line(line) for line in _LINE_BREAK.split(text[:_LONGEST_VALUE]))
    return "\n".join(line for line in lines if line)
