"""An email in another language says roles, kinds, severities and feelings in that language: none of the
program's own words, which are English, appears in it.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.people.agent import Role
from followup.mail.answer_links import with_answer_links
from followup.mail.languages import DEFAULT_LANGUAGE, languages_in
from followup.mail.letter import Letter, LetterCustomer, LetterLinks, LetterRequest
from followup.mail.render import render, template_names
from followup.mail.template_file import read_template
from tests.unit.mail.test_shipped_templates import SHIPPED, gestures, letter_for

OTHERS = [language for language in languages_in(SHIPPED) if language != DEFAULT_LANGUAGE]
OUR_WORDS = {
    word
    for words in (Role, Severity, Feeling, Responsibility, GestureKind, GestureClass)
    for word in words.values()
}
SHARED_WORDS = {"fr": {"points"}}
"""Words of the program that are the language's own as well."""
TOLD: dict[str, str | None] = {"what_happened": None, "order": "1182", "verbatim": None, "promised": None}


def letters(name: str, locale: str) -> Iterator[Letter]:
    """Each kind of gesture and none, and each value of the other enumerations at least once."""
    offered = [None, *gestures()]
    if name == "callback-arranged":
        offered = [one for one in offered if one and one.kind is GestureKind.CALLBACK]
    elif name == "voucher-expiring":
        offered = [one for one in offered if one and one.code]
    elif name in ("for-approval", "notice"):
        offered = offered[1:]
    roles, severities, feelings, sides = tuple(Role), tuple(Severity), tuple(Feeling), tuple(Responsibility)
    for turn in range(max(len(offered), len(feelings))):
        letter = letter_for(
            TOLD,
            feelings[turn % len(feelings)],
            sides[turn % len(sides)],
            offered[turn % len(offered)],
            turn,
        )
        yield replace(
            letter,
            customer=LetterCustomer(name="Jo Núñez", first_name="Jo", locale=locale),
            case=replace(letter.case, reason="1182-x", severity=severities[turn % len(severities)]),
            request=LetterRequest(
                colleague="Max Ortiz" if name in ("for-approval", "notice") else None,
                ref="A-1",
                needs=roles[turn % len(roles)].value,
                until=date(2026, 3, 16),
            ),
            links=with_answer_links(LetterLinks(), b"k" * 32, 12, reply_to="ana@shop.test", locale=locale)
            if name == "closing"
            else letter.links,
        )


def leaks(templates: Path, name: str, language: str) -> set[str]:
    """The program's words that stand in the subject or the text of an email, commands to type left out."""
    locale = read_template(SHIPPED / language / f"{name}.md").locale
    found: set[str] = set()
    for letter in letters(name, locale):
        rendered = render(templates, name, letter)
        said = re.sub(r"followup \w+ \w+|mailto:\S+", "", f"{rendered.subject}\n{rendered.text}")
        ours = OUR_WORDS - SHARED_WORDS.get(language, set())
        found |= ours & {word for part in re.findall(r"[\w-]+", said) for word in (part, part.lower())}
    return found


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", template_names(SHIPPED))
def test_no_word_of_an_enumeration_stands_in_an_email_of_another_language(name: str, language: str) -> None:
    assert leaks(SHIPPED, name, language) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_word_that_a_template_only_hands_on_would_be_found(language: str, tmp_path: Path) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(SHIPPED, templates)
    with (templates / language / "for-approval.md").open("a", encoding="utf-8") as file:
        file.write("\n{{ request.needs }}, {{ case.severity }}, {{ gesture.kind }}\n")

    found = leaks(templates, "for-approval", language)
    assert {"agent", "director", "severe", "voucher", "refund"} <= found
