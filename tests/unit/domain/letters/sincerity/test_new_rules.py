"""E15 to E18, and acts that an email claims: in every language alike, each with a near miss."""

import pytest

from followup.domain.cases.case import Responsibility
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.sincerity.circumstances import Act, StatedOffer
from followup.domain.letters.sincerity.finding import SincerityRule
from tests.unit.domain.letters.sincerity.drafts import breaks, email, found

BROKEN = [
    ("en", SincerityRule.E15, "Had you rung us on the day, we could have helped."),
    ("de", SincerityRule.E15, "Hätten Sie uns gleich angerufen, wäre das nicht passiert."),
    ("es", SincerityRule.E15, "Si nos hubiera llamado antes, lo habríamos arreglado."),
    ("fr", SincerityRule.E15, "Si vous nous aviez appelés, nous aurions pu agir."),
    ("pt", SincerityRule.E15, "Se você tivesse ligado antes, teríamos resolvido."),
    ("pt", SincerityRule.E16, "Acontece."),
    ("pt", SincerityRule.E17, "Pagamos sem reconhecimento de culpa."),
    ("en", SincerityRule.E16, "Such mistakes happen."),
    ("de", SincerityRule.E16, "Das kann ja mal passieren."),
    ("es", SincerityRule.E16, "Son cosas que ocurren."),
    ("fr", SincerityRule.E16, "Ce sont des choses qui arrivent."),
    ("en", SincerityRule.E17, "We pay this without any admission of liability."),
    ("de", SincerityRule.E17, "Wir zahlen ohne Anerkennung einer Rechtspflicht."),
    ("es", SincerityRule.E17, "Pagamos sin reconocimiento de responsabilidad alguna."),
    ("fr", SincerityRule.E17, "Nous payons sans reconnaissance de responsabilité."),
]
KEPT = [
    ("en", SincerityRule.E15, "You rang us on the day, and we did not help."),
    ("de", SincerityRule.E15, "Sie haben gleich angerufen, und wir haben nicht geholfen."),
    ("es", SincerityRule.E15, "Usted nos llamó el mismo día, y no le ayudamos."),
    ("fr", SincerityRule.E15, "Vous nous avez appelés le jour même, et nous n'avons rien fait."),
    ("pt", SincerityRule.E15, "Você ligou no mesmo dia, e nós não ajudamos."),
    ("pt", SincerityRule.E16, "Não foi um pequeno atraso."),
    ("pt", SincerityRule.E17, "Você mantém todos os seus direitos."),
    ("en", SincerityRule.E16, "It was no small thing."),
    ("de", SincerityRule.E16, "Das war kein kleiner Fehler."),
    ("es", SincerityRule.E16, "No era un poco de ruido."),
    ("fr", SincerityRule.E16, "Ce n'était pas un petit retard."),
    ("en", SincerityRule.E17, "We are liable, and I say so plainly."),
    ("de", SincerityRule.E17, "Dafür haften wir."),
    ("es", SincerityRule.E17, "Usted conserva todos sus derechos."),
    ("fr", SincerityRule.E17, "Vous gardez tous vos droits."),
]
CLAIMS = [
    ("en", Act.LOOKED_INTO, "I have looked into it."),
    ("de", Act.LOOKED_INTO, "Ich habe mit dem Fahrer gesprochen."),
    ("es", Act.LOOKED_INTO, "He hablado con el repartidor."),
    ("fr", Act.LOOKED_INTO, "J'ai parlé avec le livreur."),
    ("pt", Act.LOOKED_INTO, "Conversei com o entregador."),
    ("pt", Act.FOLLOWED, "Estou de olho no seu caso."),
    ("pt", Act.PAID, "Devolvi o dinheiro hoje de manhã."),
    ("pt", Act.SHIPPED, "O atlas novo já está a caminho."),
    ("en", Act.FOLLOWED, "I am keeping an eye on it."),
    ("de", Act.FOLLOWED, "Ich behalte es im Auge."),
    ("es", Act.FOLLOWED, "Estoy pendiente de su caso."),
    ("fr", Act.FOLLOWED, "Je garde un œil sur votre dossier."),
    ("en", Act.PAID, "I have refunded £80.00 to your card."),
    ("de", Act.PAID, "Ich habe Ihnen das Geld überwiesen."),
    ("es", Act.PAID, "Le he devuelto el dinero."),
    ("fr", Act.PAID, "Je vous ai remboursé ce matin."),
    ("en", Act.SHIPPED, "It is in the post."),
    ("de", Act.SHIPPED, "Der neue Atlas ist schon unterwegs."),
    ("es", Act.SHIPPED, "El nuevo atlas ya está en camino."),
    ("fr", Act.SHIPPED, "Le nouvel atlas est déjà en route."),
]


@pytest.mark.parametrize(("language", "rule", "sentence"), BROKEN)
def test_a_sentence_that_breaks_a_rule_is_found(language: str, rule: SincerityRule, sentence: str) -> None:
    assert breaks(rule, sentence, language)


@pytest.mark.parametrize(("language", "rule", "sentence"), KEPT)
def test_its_near_miss_is_left_alone(language: str, rule: SincerityRule, sentence: str) -> None:
    assert not breaks(rule, sentence, language)


def test_a_question_blames_nobody() -> None:
    assert not breaks(SincerityRule.E15, "Had you told us the number?")


def test_where_it_was_the_customers_doing_saying_so_is_no_blame() -> None:
    sentence = "You entered the wrong number."
    assert breaks(SincerityRule.E15, sentence)
    assert not breaks(SincerityRule.E15, sentence, responsibility=Responsibility.THEIRS)


@pytest.mark.parametrize(("language", "act", "sentence"), CLAIMS)
def test_an_act_that_is_claimed_needs_its_own_record(language: str, act: Act, sentence: str) -> None:
    assert breaks(SincerityRule.E10, sentence, language, acts=frozenset(Act) - {act})
    assert not breaks(SincerityRule.E10, sentence, language, acts=frozenset({act}))


def test_what_a_note_says_needs_no_other_record() -> None:
    sentence = "I have spoken to the driver."
    assert breaks(SincerityRule.E10, sentence, acts=frozenset())
    noted = ("I have spoken to the driver. He was new.",)
    assert not breaks(SincerityRule.E10, sentence, acts=frozenset(), notes=noted)


def test_claims_are_not_checked_where_nothing_is_known_of_acts() -> None:
    assert not breaks(SincerityRule.E10, "I have looked into it.", acts=None)


@pytest.mark.parametrize(
    "sentence", ["I will look into it tomorrow.", "Have I looked into it?", "You have looked into it."]
)
def test_what_is_promised_asked_or_theirs_is_no_claim(sentence: str) -> None:
    assert not breaks(SincerityRule.E10, sentence, acts=frozenset())


VOUCHER = StatedOffer(kind=GestureKind.VOUCHER, amounts=("£10.00",), code="HB-7Q2M", is_goodwill=True)


@pytest.mark.parametrize(("waited", "held"), [(0, 0), (10, 0), (11, 1), (None, 0)])
def test_goodwill_after_the_days_of_the_setting_holds(waited: int | None, held: int) -> None:
    late = found(SincerityRule.E18, email("12."), gestures=(VOUCHER,), waited_days=waited, goodwill_days=10)
    assert len(late) == held
    assert all("11 days" in finding.why for finding in late)


def test_what_is_owed_is_never_too_late_nor_a_later_email() -> None:
    owed = StatedOffer(kind=GestureKind.REFUND, amounts=("£80.00",))
    days = {"waited_days": 90, "goodwill_days": 10}
    assert found(SincerityRule.E18, email("12."), gestures=(owed,), **days) == []
    assert found(SincerityRule.E18, email("12."), gestures=(VOUCHER,), is_first=False, **days) == []
    assert found(SincerityRule.E18, email("12."), gestures=(), **days) == []


@pytest.mark.parametrize(
    ("language", "promise", "invitation"),
    [
        ("en", "I will call you on Tuesday.", "Call me on Tuesday."),
        ("de", "Ich rufe Sie am Dienstag an.", "Rufen Sie mich am Dienstag an."),
        ("es", "Le llamaré el martes.", "Llámeme el martes."),
        ("fr", "Je vous appellerai mardi.", "Appelez-moi mardi."),
        ("pt", "Vou ligar para você na terça.", "Me ligue na terça."),
    ],
)
def test_a_call_that_we_promise_invites_nobody(language: str, promise: str, invitation: str) -> None:
    assert len(found(SincerityRule.E13, email(promise, language=language))) == 1
    assert found(SincerityRule.E13, email(promise, invitation, language=language)) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "None of us came."),
        ("en", "Three times one of us promised you an engineer."),
        ("de", "Keiner von uns ist gekommen."),
        ("es", "Ninguno de nosotros vino."),
        ("fr", "Aucun de nous n'est venu."),
        ("pt", "Nenhum de nós apareceu."),
    ],
)
def test_one_or_none_of_us_takes_responsibility(language: str, sentence: str) -> None:
    assert found(SincerityRule.E8, email(sentence, language=language)) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "None of us can change it."),
        ("de", "Keiner von uns kann es ändern."),
        ("es", "Ninguno de nosotros puede cambiarlo."),
        ("fr", "Aucun de nous ne peut le changer."),
        ("pt", "Nenhum de nós pode mudar isso."),
    ],
)
def test_what_none_of_us_can_do_takes_none(language: str, sentence: str) -> None:
    assert len(found(SincerityRule.E8, email(sentence, language=language))) == 1
