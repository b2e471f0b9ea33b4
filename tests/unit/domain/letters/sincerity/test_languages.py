"""The phrases of German, Spanish and French, each with a near miss."""

import pytest

from followup.domain.letters.sincerity.finding import SincerityRule
from tests.unit.domain.letters.sincerity.drafts import breaks, email, found

BROKEN = {
    "de": [
        (SincerityRule.E1, "Wir bitten, etwaige Unannehmlichkeiten zu entschuldigen."),
        (SincerityRule.E1, "Ihre Zufriedenheit ist uns wichtig."),
        (SincerityRule.E2, "Es tut mir leid, falls Sie sich geärgert haben."),
        (SincerityRule.E2, "Ich bedaure, dass Sie sich beschweren mussten."),
        (SincerityRule.E3, "Es tut mir leid, aber der Bote war krank."),
        (SincerityRule.E5, "Leider ist uns eine Erstattung nicht möglich."),
        (SincerityRule.E5, "Laut unseren AGB gilt das nicht."),
        (SincerityRule.E10, "Das wird nie wieder vorkommen."),
        (SincerityRule.W4, "Es tut mir wirklich sehr leid."),
        (SincerityRule.W5, "Bitte verzeihen Sie uns."),
    ],
    "es": [
        (SincerityRule.E1, "Disculpe las molestias."),
        (SincerityRule.E1, "Su opinión es muy importante para nosotros."),
        (SincerityRule.E2, "Lo siento si le hemos molestado."),
        (SincerityRule.E2, "Lamento que haya tenido que quejarse."),
        (SincerityRule.E3, "Lo siento mucho, pero el mensajero estaba enfermo."),
        (SincerityRule.E5, "Lamentablemente no podemos devolverlo."),
        (SincerityRule.E5, "Según nuestra política, no procede."),
        (SincerityRule.E10, "No volverá a ocurrir."),
        (SincerityRule.W4, "Lo siento muy, muy sinceramente."),
        (SincerityRule.W5, "Le ruego que nos perdone."),
    ],
    "fr": [
        (SincerityRule.E1, "Nous vous prions de nous excuser pour la gêne occasionnée."),
        (SincerityRule.E1, "Votre satisfaction est notre priorité."),
        (SincerityRule.E2, "Je suis désolée si cela vous a gêné."),
        (SincerityRule.E2, "Je regrette que vous ayez dû vous plaindre."),
        (SincerityRule.E3, "Je suis désolée, mais le livreur était malade."),
        (SincerityRule.E5, "Malheureusement, nous ne pouvons pas vous rembourser."),
        (SincerityRule.E5, "Selon nos conditions générales, ce n'est pas prévu."),
        (SincerityRule.E10, "Cela ne se reproduira plus."),
        (SincerityRule.W4, "Je suis vraiment très désolée."),
        (SincerityRule.W5, "Nous vous demandons de nous pardonner."),
    ],
    "pt": [
        (SincerityRule.E1, "Desculpe o transtorno."),
        (SincerityRule.E1, "A sua opinião é muito importante para nós."),
        (SincerityRule.E2, "Sinto muito se incomodamos você."),
        (SincerityRule.E2, "Lamento que você tenha precisado reclamar."),
        (SincerityRule.E3, "Sinto muito, mas o entregador estava doente."),
        (SincerityRule.E5, "Infelizmente não podemos devolver."),
        (SincerityRule.E5, "De acordo com a nossa política, não cabe troca."),
        (SincerityRule.E10, "Isso não vai acontecer de novo."),
        (SincerityRule.W4, "Sinto muito, muito sinceramente."),
        (SincerityRule.W5, "Pedimos que nos perdoe."),
    ],
}
KEPT = {
    "de": [
        (SincerityRule.E1, "Die Unannehmlichkeit hatten Sie: zwei Wege nach Lübeck."),
        (SincerityRule.E2, "Es tut mir leid, dass wir zu spät geliefert haben."),
        (SincerityRule.E3, "Es tut mir leid, und niemand anders ist schuld."),
        (SincerityRule.E5, "Leider kam das zweite Paket auch zu spät, und das liegt an uns."),
        (SincerityRule.E10, "Sie müssen es nicht noch einmal erklären."),
        (SincerityRule.W4, "Es tut mir sehr leid."),
        (SincerityRule.W5, "Ich bitte um Entschuldigung."),
    ],
    "es": [
        (SincerityRule.E1, "Las molestias fueron suyas: dos viajes a Valencia."),
        (SincerityRule.E2, "Siento que llegara tarde."),
        (SincerityRule.E3, "Lo siento, y nadie más tiene la culpa."),
        (SincerityRule.E5, "Nuestra política le da 30 días, y la he aplicado."),
        (SincerityRule.E10, "No tendrá que explicarlo otra vez."),
        (SincerityRule.W4, "Lo siento mucho."),
        (SincerityRule.W5, "Le pido disculpas."),
    ],
    "fr": [
        (SincerityRule.E1, "La gêne, c'est vous qui l'avez eue : deux trajets."),
        (SincerityRule.E2, "Je suis désolée que nous ayons livré en retard."),
        (SincerityRule.E3, "Je suis désolée, et personne d'autre n'est en cause."),
        (SincerityRule.E5, "Malheureusement le second colis est aussi en retard."),
        (SincerityRule.E10, "Vous n'aurez pas à l'expliquer encore."),
        (SincerityRule.W4, "Je suis très désolée."),
        (SincerityRule.W5, "Je vous prie de m'excuser."),
    ],
    "pt": [
        (SincerityRule.E1, "O transtorno foi seu: duas viagens a Santos."),
        (SincerityRule.E2, "Sinto muito que tenha chegado tarde."),
        (SincerityRule.E3, "Sinto muito, e ninguém mais tem culpa."),
        (SincerityRule.E5, "A nossa política dá 30 dias a você, e eu apliquei."),
        (SincerityRule.E10, "Você não vai ter que explicar outra vez."),
        (SincerityRule.W4, "Sinto muito."),
        (SincerityRule.W5, "Peço desculpas."),
    ],
}


def _rows(table: dict[str, list[tuple[SincerityRule, str]]]) -> list[tuple[str, SincerityRule, str]]:
    return [(language, rule, sentence) for language, rows in table.items() for rule, sentence in rows]


@pytest.mark.parametrize(("language", "rule", "sentence"), _rows(BROKEN))
def test_a_phrase_that_breaks_a_rule_is_found(language: str, rule: SincerityRule, sentence: str) -> None:
    assert breaks(rule, sentence, language)


@pytest.mark.parametrize(("language", "rule", "sentence"), _rows(KEPT))
def test_its_near_miss_is_left_alone(language: str, rule: SincerityRule, sentence: str) -> None:
    assert not breaks(rule, sentence, language)


@pytest.mark.parametrize(
    ("language", "ours", "not_ours"),
    [
        ("de", "Wir haben Ihnen das falsche Buch geschickt.", "Wir haben Ihre Nachricht nicht erhalten."),
        ("es", "Le enviamos el libro equivocado.", "Hemos recibido su mensaje y no lo entendemos."),
        ("fr", "Nous vous avons envoyé le mauvais livre.", "Nous n'avons pas reçu votre message."),
        ("pt", "Mandamos o livro errado.", "Não recebemos a sua mensagem."),
    ],
)
def test_responsibility_is_known(language: str, ours: str, not_ours: str) -> None:
    assert found(SincerityRule.E8, email(ours, language=language)) == []
    assert len(found(SincerityRule.E8, email(not_ours, language=language))) == 1


@pytest.mark.parametrize(
    ("language", "apology", "invitation"),
    [
        ("de", "Es tut mir leid.", "Schreiben Sie mir einfach."),
        ("es", "Lo siento mucho.", "Escríbame cuando quiera."),
        ("fr", "Je suis désolée.", "Écrivez-moi quand vous voulez."),
        ("pt", "Sinto muito.", "Me escreva quando quiser."),
    ],
)
def test_apologies_and_invitations_are_counted(language: str, apology: str, invitation: str) -> None:
    assert len(found(SincerityRule.E11, email(apology, language=language), is_first=False)) == 1
    assert len(found(SincerityRule.E11, email(*[apology] * 3, language=language))) == 1
    assert found(SincerityRule.E13, email(apology, invitation, language=language)) == []
    assert len(found(SincerityRule.E13, email(apology, language=language))) == 1
