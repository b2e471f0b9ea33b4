"""The words that an agent wrote in place of a template's: cleaned, and as HTML.

They are plain text: paragraphs, lists and quotations are recognised, and nothing else is interpreted. So an
asterisk, a bracket or braces that a customer wrote stay what they are.
"""

import css_inline
from markdown_it import MarkdownIt

from followup.errors import WrongUsage
from followup.mail.letter import EditedText
from followup.mail.sanitize import single_line

LONGEST_TEXT = 4_000
"""Characters of a letter's text, with its white space: more than twice as many as the longest letter has that
the lint lets pass, and no more than one cleaned line may have."""

_LONGEST_SUBJECT = 200
_PLAIN = MarkdownIt("zero", {"html": False, "breaks": True}).enable(["newline", "list", "blockquote"])


def edited_text(subject: str, text: str) -> EditedText:
    """The subject on one line and the text with clean lines: no control characters, no white space at ends,
    and one empty line between paragraphs.

    Raises WrongUsage if either is empty or too long."""
    if len(text) > LONGEST_TEXT or len(subject) > _LONGEST_SUBJECT:
        raise WrongUsage(
            f"That is too long: a subject has at most {_LONGEST_SUBJECT} characters, a text {LONGEST_TEXT}.",
            hint="A letter that is read has 50 to 125 words. Shorten it.",
            code="edited_text_too_long",
        )
    lines = [single_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    edited = EditedText(single_line(subject), "\n".join(kept).strip())
    if not edited.subject or not edited.text:
        missing = "text" if edited.subject else "subject"
        raise WrongUsage(
            f"The {missing} is empty.",
            hint="Write a line that begins with “Subject:”, an empty line, and the text below it.",
            code="edited_text_empty",
        )
    return edited


def as_html(text: str, css: str) -> str:
    """The paragraphs of an edited text as HTML with `css` inlined. Line ends are kept."""
    return css_inline.inline_fragment(_PLAIN.render(text), css, load_remote_stylesheets=False)
