"""What kind of answer somebody wrote, in five languages. A hint: the order is by urgency."""

import pytest

from followup.domain.cases.answer_tone import AnswerTone
from followup.mail.inbound.answer_tones import tone_of


@pytest.mark.parametrize(
    ("said", "tone"),
    [
        ("Please stop.", AnswerTone.OPT_OUT),
        ("STOP", AnswerTone.OPT_OUT),
        ("Don't write to me again.", AnswerTone.OPT_OUT),
        ("Take me off your list!", AnswerTone.OPT_OUT),
        ("bitte keine Mails mehr", AnswerTone.OPT_OUT),
        ("Schreiben Sie mir nicht mehr.", AnswerTone.OPT_OUT),
        ("no me escriban más", AnswerTone.OPT_OUT),
        ("ne m'écrivez plus", AnswerTone.OPT_OUT),
        ("Não me escrevam mais.", AnswerTone.OPT_OUT),
        ("My solicitor will write to you.", AnswerTone.LEGAL),
        ("Dann gehe ich zum Rechtsanwalt.", AnswerTone.LEGAL),
        ("Je vais porter plainte.", AnswerTone.LEGAL),
        ("Hablaré con mi abogado.", AnswerTone.LEGAL),
        ("Vou reclamar no Procon.", AnswerTone.LEGAL),
        ("This is unacceptable. When will it come?", AnswerTone.ANGRY),
        ("Das ist eine Frechheit.", AnswerTone.ANGRY),
        ("C'est scandaleux.", AnswerTone.ANGRY),
        ("Es una vergüenza.", AnswerTone.ANGRY),
        ("Que palhaçada!", AnswerTone.ANGRY),
        ("Thank you. And when does the money come?", AnswerTone.QUESTION),
        ("Vielen Dank, das ist sehr nett.", AnswerTone.THANKS),
        ("Merci beaucoup.", AnswerTone.THANKS),
        ("It still drips.", AnswerTone.PLAIN),
        ("The bus did not stop at our house.", AnswerTone.PLAIN),
        ("Das Gericht war kalt.", AnswerTone.PLAIN),
        ("I did not unsubscribe from the gas contract.", AnswerTone.PLAIN),
        ("", AnswerTone.PLAIN),
    ],
)
def test_the_most_urgent_that_is_said_counts(said: str, tone: AnswerTone) -> None:
    assert tone_of(said) is tone


def test_a_subject_of_one_word_ends_emails_too() -> None:
    assert tone_of("It still drips.", "unsubscribe") is AnswerTone.OPT_OUT
    assert tone_of("It still drips.", "Re: unsubscribe from the contract") is AnswerTone.PLAIN
