"""What a workspace sells is called by its word in the letters that really go out."""

from followup.domain.letters.thing import Thing
from followup.services.outbox import template_previews
from followup.store.tables import Case
from tests.shop import Shop


def letter(shop: Shop, **told: str) -> tuple[str, str]:
    case = shop.request(shop.open_case(order="HB-1", what_happened="", severity="minor", **told)).case_id
    seen = shop.read(
        lambda session: template_previews.preview(
            session, shop.rules, session.get_one(Case, case), now=shop.now, step=1
        )
    )
    return seen["subject"], seen["text"]


def test_a_reason_has_its_own_word_and_the_others_that_of_the_workspace(shop: Shop) -> None:
    shop.settings(thing=Thing.STAY, things={"missed-appointment": Thing.APPOINTMENT})
    subject, text = letter(shop, reason="rude-service", feeling="let_down")
    assert "stay hb-1" in subject.casefold()
    assert "during your stay HB-1" in text

    subject, text = letter(shop, customer="jan@example.com", reason="missed-appointment", feeling="let_down")
    assert "appointment hb-1" in subject.casefold()
    assert "at your appointment HB-1" in text
    assert "stay" not in text.casefold()


def test_a_letter_in_german_declines_it(shop: Shop) -> None:
    shop.settings(thing=Thing.CONTRACT)
    subject, text = letter(
        shop, customer="jan@example.de", locale="de-DE", reason="rude-service", feeling="let_down"
    )
    assert "Vertrag HB-1" in subject
    assert "bei Ihrem Vertrag HB-1" in text
    assert "Bestellung" not in text
