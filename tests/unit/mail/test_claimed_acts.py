"""No shipped letter says that somebody did what nobody recorded: looked into it, sent it, watched it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest

from followup.domain.cases.case import Feeling, Responsibility
from followup.domain.goodwill.gesture import GestureKind
from followup.mail.letter import Letter
from followup.mail.render import render, text_of_letter
from followup.mail.sample_letter import sample_letter
from followup.resources import shipped

pytestmark = pytest.mark.usefixtures("shipped_as_it_is")

SHIPPED = shipped("templates")
LOCALES = {"en": ("en-GB", "en-US"), "de": ("de-DE",), "es": ("es-ES",), "fr": ("fr-FR",), "pt": ("pt-BR",)}
CLAIMS = {
    "en": r"looked into|gone through|on its way|an eye on|wrote it down|took them down"
    r"|in front of me\b|my notes|i have read|i have asked|i am putting (?:a|some)",
    "de": r"geprüft|durchgegangen|nachgegangen|nachgelesen|unterwegs|im auge|vor mir|meine notizen"
    r"|notiert|veranlasst|in arbeit|angesehen|eingelesen",
    "es": r"he repasado|he comprobado|he averiguado|lo he revisado|he leído|en camino|pendiente de su"
    r"|de cerca|mis notas|he pedido|tengo delante|todo delante|reparación está en marcha|anotamos",
    "fr": r"j’ai examiné|regardé cela|pris connaissance|en route|un œil|mes notes|de près|est en cours"
    r"|l’ai noté|j’ai tout sous",
    "pt": r"apurei|verifiquei|conferi\b|conversei com|li com atenção|a caminho|de olho|de perto|minhas notas"
    r"|já pedi|acompanhando|em andamento(?! )|na minha frente|anotei (?:tudo|o que)",
}


def letters(locale: str) -> Iterator[Letter]:
    """Letters of cases about which nothing is recorded but that they happened."""
    sample = sample_letter(locale, "EUR")
    assert sample.gesture is not None
    kinds = (None, *GestureKind)
    for number, (feeling, kind, responsibility) in enumerate(
        product((*Feeling, None), kinds, Responsibility)
    ):
        gesture = kind and replace(
            sample.gesture,
            kind=kind,
            money=sample.gesture.money if kind.has_amount else None,
            code=None,
            is_handed_over=False,
        )
        case = replace(
            sample.case, feeling=feeling, responsibility=responsibility, told=(), done=(), happened=None
        )
        yield replace(sample, case=case, gesture=gesture, wording=number)


@pytest.mark.parametrize("template", ["apology", "check-in", "closing"])
@pytest.mark.parametrize("language", LOCALES)
def test_acts_are_claimed_only_if_they_are_recorded(language: str, template: str) -> None:
    claims = re.compile(CLAIMS[language], re.IGNORECASE)
    for locale in LOCALES[language]:
        for letter in letters(locale):
            text, _ = text_of_letter(SHIPPED, template, letter)
            found = claims.search(text)
            assert found is None, (found, text)


def test_what_was_sent_may_be_said_to_be_on_its_way() -> None:
    sample = sample_letter("en-GB", "EUR")
    assert sample.gesture is not None
    sent = replace(sample.gesture, kind=GestureKind.RESEND, money=None, is_handed_over=True)
    texts = {
        render(SHIPPED, "apology", replace(sample, gesture=sent, wording=wording)).text
        for wording in range(3)
    }
    assert any("is on its way" in text for text in texts)
