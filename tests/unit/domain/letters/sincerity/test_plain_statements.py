"""Plain statements that only look like a fault, each beside the fault itself, in every language."""

import pytest

from followup.domain.letters.sincerity.circumstances import Fact, FactKind
from followup.domain.letters.sincerity.finding import SincerityRule
from tests.unit.domain.letters.sincerity.drafts import PARCEL, breaks, email, found

SAID = [
    ("en", SincerityRule.E10, "The wrong sum cannot be taken a second time."),
    ("en", SincerityRule.E10, "Your card will not be charged a second time."),
    ("en", SincerityRule.E10, "From now on I'll look after your case."),
    ("en", SincerityRule.E10, "We should have been more careful with your piano."),
    ("de", SincerityRule.E10, "Der falsche Betrag kann nicht noch einmal abgebucht werden."),
    ("de", SincerityRule.E10, "Von nun an werde ich mich selbst um Ihren Fall kümmern."),
    ("fr", SincerityRule.E10, "Désormais, c'est moi qui m'occuperai de votre dossier."),
    ("fr", SincerityRule.E10, "Nous aurions dû faire plus attention à votre piano."),
    ("fr", SincerityRule.E10, "La mauvaise somme ne peut pas être prélevée une seconde fois."),
    ("es", SincerityRule.E10, "De aquí en adelante su caso lo llevo yo."),
    ("es", SincerityRule.E10, "A partir de ahora le atenderé yo."),
    ("es", SincerityRule.E10, "Debimos tratarle con más cuidado."),
    ("es", SincerityRule.E10, "El importe no se va a cobrar dos veces."),
    ("es", SincerityRule.E1, "Siento el trastorno que le causó la nevada."),
    ("es", SincerityRule.E1, "Siento el trastorno que le causó."),
    ("pt", SincerityRule.E10, "Daqui em diante sigo eu."),
    ("pt", SincerityRule.E10, "A partir de agora, eu cuido do seu caso."),
    ("pt", SincerityRule.E10, "Devíamos ter tratado o seu piano com mais cuidado."),
    ("pt", SincerityRule.E10, "O valor não voltará a ser cobrado."),
    ("pt", SincerityRule.E1, "Sinto o transtorno que a enchente lhe causou."),
]

FAULTS = [
    ("en", SincerityRule.E10, "You will not be let down a second time."),
    ("en", SincerityRule.E10, "From now on we will be better."),
    ("en", SincerityRule.E10, "We will be more careful with your parcels."),
    ("de", SincerityRule.E10, "Das wird nicht noch einmal passieren."),
    ("de", SincerityRule.E10, "Von nun an werden wir sorgfältiger arbeiten."),
    ("fr", SincerityRule.E10, "Désormais, nous livrerons à l'heure."),
    ("fr", SincerityRule.E10, "Nous ferons plus attention."),
    ("es", SincerityRule.E10, "De aquí en adelante lo haremos mejor."),
    ("es", SincerityRule.E10, "Tendremos más cuidado."),
    ("es", SincerityRule.E10, "Esto no se va a repetir."),
    ("es", SincerityRule.E1, "Siento el trastorno."),
    ("pt", SincerityRule.E10, "Daqui em diante faremos melhor."),
    ("pt", SincerityRule.E10, "Teremos mais cuidado."),
    ("pt", SincerityRule.E1, "Sinto o transtorno."),
]

REACHED = [
    ("en", "Would you like me to call you?", "You can reach me on 020 7946 0000.", "Please call me."),
    ("en", "Shall I call you?", "Until Friday, you can call me on 020 7946 0000.", "Write to me."),
    ("de", "Soll ich Sie anrufen?", "Unter 040 1234 erreichen Sie mich selbst.", "Schreiben Sie mir."),
    ("de", "Soll ich Sie anrufen?", "Sie erreichen mich unter 040 1234.", "Rufen Sie mich an."),
    ("fr", "Voulez-vous que je vous appelle ?", "Vous pouvez me joindre au 01 23 45 67.", "Écrivez-moi."),
    ("fr", "Voulez-vous que je vous appelle ?", "On me joint au 01 23 45 67.", "Appelez-moi."),
    ("es", "¿Quiere que le llame?", "Puede llamarme al 91 123 45 67.", "Escríbame."),
    ("es", "¿Quiere que le llame?", "Me encuentra en el 91 123 45 67.", "Llámeme."),
    ("pt", "Quer que eu ligue para você?", "Você pode me ligar no 11 1234-5678.", "Me escreva."),
    ("pt", "Quer que eu ligue para você?", "Você me encontra no 11 1234-5678.", "Ligue para mim, avise."),
]

HELD = [
    ("en", "The contract does not include the boiler.", "We told you the wrong thing.", "Is it in?"),
    ("de", "Der Basistarif enthält kein Gepäck.", "Wir haben Ihnen das falsche Buch geschickt.", "Was gilt?"),
    ("fr", "Le tarif ne comprend pas la valise.", "Nous vous avons envoyé le mauvais livre.", "Inclus ?"),
    ("es", "La tarifa básica no incluye maleta.", "Le enviamos el libro equivocado.", "¿Tengo que pagarla?"),
    ("pt", "A tarifa básica não inclui mala.", "Mandamos o livro errado.", "Preciso pagar a mala?"),
]


@pytest.mark.parametrize(("language", "rule", "sentence"), SAID)
def test_a_plain_statement_is_no_fault(language: str, rule: SincerityRule, sentence: str) -> None:
    assert not breaks(rule, sentence, language)


@pytest.mark.parametrize(("language", "rule", "sentence"), FAULTS)
def test_the_fault_that_it_looks_like_is_found(language: str, rule: SincerityRule, sentence: str) -> None:
    assert breaks(rule, sentence, language)


@pytest.mark.parametrize(("language", "question", "reaching", "invitation"), REACHED)
def test_how_to_reach_us_is_no_second_invitation(
    language: str, question: str, reaching: str, invitation: str
) -> None:
    def counted(*sentences: str) -> list[str]:
        return [one.sentence for one in found(SincerityRule.E13, email(*sentences, language=language))]

    assert counted(question, reaching) == []
    assert counted(reaching, question) == []
    assert counted(question, invitation) == [invitation]


@pytest.mark.parametrize(("language", "holds", "owned", "question"), HELD)
def test_what_a_contract_holds_answers_a_question_where_we_own_an_error(
    language: str, holds: str, owned: str, question: str
) -> None:
    def held(*sentences: str, words: str) -> bool:
        facts = (*PARCEL.facts, Fact(FactKind.WORDS, (words,)))
        return bool(found(SincerityRule.E5, email(*sentences, language=language), facts=facts))

    assert not held(owned, holds, words=question)
    if language != "de":
        assert held(owned, holds, words="It was a present.")
        assert held(holds, words=question)
