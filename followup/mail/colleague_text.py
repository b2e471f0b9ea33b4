"""A text for a colleague as an email: plain text, and the same as HTML that needs no images."""

from html import escape

from followup.mail.edited_text import as_html
from followup.mail.letter import Rendered, TemplateClass
from followup.mail.sanitize import single_line

_LONGEST_SUBJECT = 120
_STYLE = "p, ul { margin: 0 0 16px 0; } blockquote { margin: 0 0 16px 0; padding-left: 12px; }"
_PAGE = """<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{subject}</title>
</head>
<body>
<main style="max-width: 600px; padding: 16px; font-family: Arial, Helvetica, sans-serif; line-height: 1.5;">
<h1 style="margin: 0 0 16px 0; font-size: 20px;">{subject}</h1>
{content}
</main>
</body>
</html>
"""


def rendered(subject: str, text: str) -> Rendered:
    """The email with this subject and text, in the language of the commands. Nothing in the text is
    interpreted but paragraphs, lists and quotations."""
    subject = single_line(subject)
    if len(subject) > _LONGEST_SUBJECT:
        subject = f"{subject[:_LONGEST_SUBJECT]}…"
    return Rendered(
        subject=subject,
        text=f"{text.strip()}\n",
        html=_PAGE.format(subject=escape(subject), content=as_html(text.strip(), _STYLE)),
        template_class=TemplateClass.SERVICE,
        locale_used="en",
        fallback=False,
        language_tag="en",
    )


def quoted(text: str) -> str:
    """A text as a quotation."""
    lines = (single_line(line) for line in text.strip().splitlines())
    return "\n".join(f"> {line}".rstrip() for line in lines)
