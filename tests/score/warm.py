"""Preloads what a process needs for its first email, so that a daemon forked from it has it already.

Importing this renders and checks one letter about nobody.
"""

import tempfile
from pathlib import Path

from sqlalchemy.orm import configure_mappers

import followup.mail.smtp  # noqa: F401 -- a daemon imports it with its first email
from followup.mail.compose import compose
from followup.mail.lint_email import findings_for
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from tests.score.due_emails import write_short_letter
from tests.shop import MONDAY


def _once() -> None:
    configure_mappers()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write_short_letter(folder)
        letter = sample_letter("en-GB", "GBP")
        rendered = render(folder, "apology", letter)
        findings_for(
            letter,
            rendered,
            sender="Ana <ana@shop.example>",
            is_first=True,
            sent_before=(),
            action_done=False,
        )
        compose(
            rendered,
            sender="Ana <ana@shop.example>",
            to_name="Jo",
            to_address="jo@home.example",
            reply_to=None,
            message_id="<1@shop.example>",
            in_reply_to=None,
            references=(),
            date=MONDAY,
        )


_once()
