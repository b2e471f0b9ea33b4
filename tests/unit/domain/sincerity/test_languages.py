"""The phrases of German, Spanish and French, each with a near miss."""

import pytest

from followup.domain.sincerity.finding import Rule
from tests.unit.domain.sincerity.drafts import breaks, email, found

BROKEN = {
    "de": [
        (Rule.E1, "Wir bitten, etwaige Unannehmlichkeiten zu entschuldigen."),
        (Rule.E1, "Ihre Zufriedenheit ist uns wichtig."),
        (Rule.E2, "Es tut mir leid, falls Sie sich geärgert haben."),
        (Rule.E2, "Ich bedaure, dass Sie sich beschweren mussten."),
        (Rule.E3, "Es tut mir leid, aber der Bote war krank."),
        (Rule.E5, "Leider ist uns eine Erstattung nicht möglich."),
        (Rule.E5, "Laut unseren AGB gilt das nicht."),
        (Rule.E10, "Das wird nie wieder vorkommen."),
        (Rule.W4, "Es tut mir wirklich sehr leid."),
        (Rule.W5, "Bitte verzeihen Sie uns."),
    ],
    "es": [
        (Rule.E1, "Disculpe las molestias."),
        (Rule.E1, "Su opinión es muy importante para nosotros."),
        (Rule.E2, "Lo siento si le hemos molestado."),
        (Rule.E2, "Lamento que haya tenido que quejarse."),
        (Rule.E3, "Lo siento mucho, pero el mensajero estaba enfermo."),
        (Rule.E5, "Lamentablemente no podemos devolverlo."),
        (Rule.E5, "Según nuestra política, no procede."),
        (Rule.E10, "No volverá a ocurrir."),
        (Rule.W4, "Lo siento muy, muy sinceramente."),
        (Rule.W5, "Le ruego que nos perdone."),
    ],
    "fr": [
        (Rule.E1, "Nous vous prions de nous excuser pour la gêne occasionnée."),
        (Rule.E1, "Votre satisfaction est notre priorité."),
        (Rule.E2, "Je suis désolée si cela vous a gêné."),
        (Rule.E2, "Je regrette que vous ayez dû vous plaindre."),
        (Rule.E3, "Je suis désolée, mais le livreur était malade."),
        (Rule.E5, "Malheureusement, nous ne pouvons pas vous rembourser."),
        (Rule.E5, "Selon nos conditions générales, ce n'est pas prévu."),
        (Rule.E10, "Cela ne se reproduira plus."),
        (Rule.W4, "Je suis vraiment très désolée."),
        (Rule.W5, "Nous vous demandons de nous pardonner."),
    ],
}
KEPT = {
    "de": [
        (Rule.E1, "Die Unannehmlichkeit hatten Sie: zwei Wege nach Lübeck."),
        (Rule.E2, "Es tut mir leid, dass wir zu spät geliefert haben."),
        (Rule.E3, "Es tut mir leid, und niemand anders ist schuld."),
        (Rule.E5, "Leider kam das zweite Paket auch zu spät, und das liegt an uns."),
        (Rule.E10, "Sie müssen es nicht noch einmal erklären."),
        (Rule.W4, "Es tut mir sehr leid."),
        (Rule.W5, "Ich bitte um Entschuldigung."),
    ],
    "es": [
        (Rule.E1, "Las molestias fueron suyas: dos viajes a Valencia."),
        (Rule.E2, "Siento que llegara tarde."),
        (Rule.E3, "Lo siento, y nadie más tiene la culpa."),
        (Rule.E5, "Nuestra política le da 30 días, y la he aplicado."),
        (Rule.E10, "No tendrá que explicarlo otra vez."),
        (Rule.W4, "Lo siento mucho."),
        (Rule.W5, "Le pido disculpas."),
    ],
    "fr": [
        (Rule.E1, "La gêne, c'est vous qui l'avez eue : deux trajets."),
        (Rule.E2, "Je suis désolée que nous ayons livré en retard."),
        (Rule.E3, "Je suis désolée, et personne d'autre n'est en cause."),
        (Rule.E5, "Malheureusement le second colis est aussi en retard."),
        (Rule.E10, "Vous n'aurez pas à l'expliquer encore."),
        (Rule.W4, "Je suis très désolée."),
        (Rule.W5, "Je vous prie de m'excuser."),
    ],
}


def _rows(table: dict[str, list[tuple[Rule, str]]]) -> list[tuple[str, Rule, str]]:
    return [(language, rule, sentence) for language, rows in table.items() for rule, sentence in rows]


@pytest.mark.parametrize(("language", "rule", "sentence"), _rows(BROKEN))
def test_a_phrase_that_breaks_a_rule_is_found(language: str, rule: Rule, sentence: str) -> None:
    assert breaks(rule, sentence, language)


@pytest.mark.parametrize(("language", "rule", "sentence"), _rows(KEPT))
def test_its_near_miss_is_left_alone(language: str, rule: Rule, sentence: str) -> None:
    assert not breaks(rule, sentence, language)


@pytest.mark.parametrize(
    ("language", "ours", "not_ours"),
    [
        ("de", "Wir haben Ihnen das falsche Buch geschickt.", "Wir haben Ihre Nachricht nicht erhalten."),
        ("es", "Le enviamos el libro equivocado.", "Hemos recibido su mensaje y no lo entendemos."),
        ("fr", "Nous vous avons envoyé le mauvais livre.", "Nous n'avons pas reçu votre message."),
    ],
)
def test_responsibility_is_known(language: str, ours: str, not_ours: str) -> None:
    assert found(Rule.E8, email(ours, language=language)) == []
    assert len(found(Rule.E8, email(not_ours, language=language))) == 1


@pytest.mark.parametrize(
    ("language", "apology", "invitation"),
    [
        ("de", "Es tut mir leid.", "Schreiben Sie mir einfach."),
        ("es", "Lo siento mucho.", "Escríbame cuando quiera."),
        ("fr", "Je suis désolée.", "Écrivez-moi quand vous voulez."),
    ],
)
def test_apologies_and_invitations_are_counted(language: str, apology: str, invitation: str) -> None:
    assert len(found(Rule.E11, email(apology, language=language), is_first=False)) == 1
    assert len(found(Rule.E11, email(*[apology] * 3, language=language))) == 1
    assert found(Rule.E13, email(apology, invitation, language=language)) == []
    assert len(found(Rule.E13, email(apology, language=language))) == 1
