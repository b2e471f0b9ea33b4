"""Make foreign text safe for an email: remove control characters and characters that change text
direction.
"""

import re

_LONGEST_VALUE = 4000

_CHANGED = {
    **dict.fromkeys(range(0x20), " "),
    **dict.fromkeys(range(0x7F, 0xA0), " "),
    **dict.fromkeys((0x2028, 0x2029), " "),
    # Characters that change the text direction, and invisible ones.
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x00AD), None),
    **dict.fromkeys((0xFFF9, 0xFFFA, 0xFFFB, 0xFFFE, 0xFFFF), None),
    # Unpaired surrogates, which cannot be encoded.
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    # Tag characters, which can hide text.
    **dict.fromkeys(range(0xE0000, 0xE0080), None),
}
_LINE_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]")


def single_line(text: str) -> str:
    """The text on one line: any white space becomes one space, invisible characters are removed, and what
    exceeds 4,000 characters is cut off.
    """
    if text.isascii() and text.isprintable() and "  " not in text and len(text) <= _LONGEST_VALUE:
        return text.strip()
    return " ".join(text[:_LONGEST_VALUE].translate(_CHANGED).split())


def several_lines(text: str) -> str:
    r"""Like `single_line`, but line breaks between non-empty lines are kept as "\n"."""
    lines = (single_line(line) for line in _LINE_BREAK.split(text[:_LONGEST_VALUE]))
    return "\n".join(line for line in lines if line)
