"""The language of a customer's letters: given with a case, asked for where a sign speaks for another, and
never replaced by one that they do not read."""

from typing import Any

import pytest

from followup.application.cases import interview, list_cases, open_case
from followup.application.outbox import email_story, outbox
from followup.application.people import customers
from followup.errors import Refused, WrongUsage
from tests.application.conftest import NewCaller
from tests.services.mailing import files, tick
from tests.shop import MAX, Shop

LENA = "lena@example.com"
TOLD: dict[str, Any] = {
    "customer": LENA,
    "name": "Lena Fischer",
    "reason": "late-delivery",
    "severity": "moderate",
    "occurred_on": "today",
    "fact": ["item=atlas", "days_late=2"],
    "order": "HB-2050",
    "order_value": "80.00",
    "feeling": "worried",
}
GERMAN = "Sie haben zweimal abgebucht, und ich weiß nicht, ob es wieder passiert."
SET = f"followup customer set {LENA} --locale"


def hints_of(new_caller: NewCaller, **told: Any) -> list[str]:
    """The hints about language and phone number when a case is logged."""
    because = f"Another case, after {len(list_cases.list_cases(new_caller()))}."
    opened = open_case.open_case(new_caller(), **{**TOLD, **told}, again=True, because=because)
    hints = [hint for hint in opened["hints"] if "They are taken to be in" not in hint]
    return [hint for hint in hints if "letters" in hint or "phone number" in hint]


def locale_of(new_caller: NewCaller) -> str:
    return customers.show_customer(new_caller(), LENA)["locale"]


def test_a_new_customer_has_the_locale_and_the_number_that_are_told(
    shop: Shop, new_caller: NewCaller
) -> None:
    assert hints_of(new_caller, locale="de_DE", phone="+49 30 1234567") == []
    customer = customers.show_customer(new_caller(), LENA)
    assert (customer["locale"], customer["phone"]) == ("de-DE", "+49 30 1234567")


def test_a_locale_that_is_none_leaves_nothing_behind(shop: Shop, new_caller: NewCaller) -> None:
    before = shop.stored()
    with pytest.raises(WrongUsage) as caught:
        open_case.open_case(new_caller(), **TOLD, locale="German")
    assert caught.value.code == "bad_locale"
    assert shop.stored() == before


def test_the_default_of_a_known_customer_gives_way_and_a_chosen_locale_does_not(
    shop: Shop, new_caller: NewCaller
) -> None:
    assert hints_of(new_caller) == []
    assert locale_of(new_caller) == "en-GB"
    assert hints_of(new_caller, locale="de-DE") == [
        "Their letters are in de-DE from now on; they were in en-GB."
    ]
    assert locale_of(new_caller) == "de-DE"
    assert hints_of(new_caller, locale="fr-FR") == [f"Their letters stay in de-DE, as recorded: {SET} fr-FR"]
    assert locale_of(new_caller) == "de-DE"
    assert hints_of(new_caller, locale="de-DE") == []


def test_a_missing_number_is_recorded_and_another_one_is_said(shop: Shop, new_caller: NewCaller) -> None:
    hints_of(new_caller)
    assert hints_of(new_caller, phone="07700 900123") == []
    assert hints_of(new_caller, phone="07700900123") == []
    (hint,) = hints_of(new_caller, phone="07700 900999")
    assert hint.startswith("Their phone number stays 07700 900123, as recorded: ")
    assert hint.endswith(f'followup customer set {LENA} --phone "07700 900999"')
    assert customers.show_customer(new_caller(), LENA)["phone"] == "07700 900123"


@pytest.mark.parametrize(
    ("told", "because", "meant"),
    [
        ({"phone": "+43 1 5550100"}, "Their phone number is of Austria", "de-AT"),
        ({"verbatim": GERMAN}, "Their words are German", "de-DE"),
    ],
)
def test_a_sign_of_another_language_is_asked_about(
    shop: Shop, new_caller: NewCaller, told: dict[str, Any], because: str, meant: str
) -> None:
    sentence = f"{because}, and their letters are in en-GB. Do they read {meant}? {SET} {meant}"
    asked = interview.look_up(new_caller(), customer=LENA, reason="late-delivery", **told)
    assert (asked["locale_meant"], asked["locale_hint"]) == (meant, because)
    assert hints_of(new_caller, **told) == [sentence]
    # Nothing was changed by it, and somebody who has chosen is not asked again.
    assert locale_of(new_caller) == "en-GB"
    customers.set_customer(new_caller(), LENA, locale="es-ES")
    assert hints_of(new_caller, **told) == []
    assert interview.look_up(new_caller(), customer=LENA, **told)["locale_meant"] is None


def test_a_customer_is_asked_about_as_a_case_is(shop: Shop, new_caller: NewCaller) -> None:
    added = customers.add_customer(new_caller(), name="Lena Fischer", email="lena@post.de")
    hint = (
        "Their address is of Germany, and their letters are in en-GB. Do they read de-DE? "
        "followup customer set lena@post.de --locale de-DE"
    )
    assert added["hints"] == [hint]
    assert customers.set_customer(new_caller(), "lena@post.de", phone="030 1")["hints"] == [hint]
    # English was chosen: nobody asks.
    assert customers.set_customer(new_caller(), "lena@post.de", locale="en-GB")["hints"] == []


def test_nobody_is_written_to_in_a_language_that_they_do_not_read(shop: Shop, new_caller: NewCaller) -> None:
    (hint,) = hints_of(new_caller, locale="it-IT", accept=True)
    assert hint == "There are no templates in it; their letters wait for a person."
    tick(shop)
    assert files(shop) == []
    (held,) = outbox.list_emails(new_caller(MAX), held=True)
    assert held["held_code"] == "no_language"
    assert held["held_because"] == "there is no template in the language of the customer"
    (waiting,) = list_cases.list_cases(new_caller(MAX), needs_person=True)
    assert waiting["ref"] == "C-0001"
    assert f"followup customer set {LENA} --locale" in str(email_story.explain(new_caller(), held["id"]))
    with pytest.raises(Refused) as refused:
        outbox.release_email(new_caller(MAX), held["id"], "It must go.")
    assert refused.value.code == "no_language"
    assert f"followup customer set {LENA} --locale" in refused.value.hint
    # Another language without templates changes nothing.
    assert customers.set_customer(new_caller(), LENA, locale="nl-NL")["hints"] == [
        "There are no templates in nl; their letters wait for a person."
    ]
    tick(shop)
    assert files(shop) == []


def test_the_letter_goes_once_they_have_a_language_with_templates(shop: Shop, new_caller: NewCaller) -> None:
    hints_of(new_caller, locale="it-IT", accept=True)
    tick(shop)
    assert files(shop) == []
    customers.set_customer(new_caller(), LENA, locale="de-DE")
    tick(shop)
    (sent,) = files(shop)
    assert b"\r\nContent-Language: de-DE\r\n" in sent
    assert list_cases.list_cases(new_caller(MAX), needs_person=True) == []


def test_the_letter_goes_once_the_templates_are_there(shop: Shop, new_caller: NewCaller) -> None:
    happened = "L'atlante è arrivato con due giorni di ritardo."
    hints_of(new_caller, locale="it-IT", what_happened=happened, accept=True)
    tick(shop)
    (held,) = outbox.list_emails(new_caller(MAX), held=True)
    folder = shop.own_templates()
    for path in sorted((folder / "de").rglob("*.md")):
        there = folder / "it" / path.relative_to(folder / "de")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(path.read_bytes())
    outbox.release_email(new_caller(MAX), held["id"], "The templates are there.")
    tick(shop)
    assert len(files(shop)) == 1
