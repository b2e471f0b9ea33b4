import pytest

from followup.domain.cases.case import Feeling
from followup.domain.cases.hints import MOST_HINTS, PromiseWords, has_day, hints
from followup.mail.languages import languages

PROMISES = tuple(language.promises for language in languages().values())

WHOLE = {
    "case": "C-0012",
    "feeling": Feeling.WORRIED,
    "verbatim": "I could not reach anybody.",
    "order": "HB-2041",
    "promised": "a call by Friday",
    "promise_names_day": True,
    "facts": ("item",),
    "reason": "late-delivery",
    "language": "de",
    "has_reason_phrase": True,
}


def hinted(**changes: object) -> tuple[str, ...]:
    return hints(**{**WHOLE, **changes})  # type: ignore[arg-type]


def test_a_case_that_has_it_all_gets_no_hint() -> None:
    assert hinted() == ()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"promised": "a call", "promise_names_day": False}, "When?"),
        ({"verbatim": None}, "What did they say?"),
        ({"verbatim": ""}, "What did they say?"),
        ({"feeling": None}, "How did they feel?"),
        ({"has_reason_phrase": False}, "no words for late-delivery in the language de"),
    ],
)
def test_one_thing_that_is_missing_is_one_hint(changes: dict[str, object], said: str) -> None:
    (hint,) = hinted(**changes)
    assert said in hint


def test_what_an_agent_can_add_is_said_as_a_command_for_the_case() -> None:
    (hint,) = hinted(verbatim=None)
    assert "followup case set C-0012 --verbatim" in hint


def test_a_feeling_without_any_fact_is_asked_about_once_and_not_also_for_their_words() -> None:
    (hint,) = hinted(verbatim=None, order=None, promised=None, facts=("days_late",))
    assert hint.startswith("worried: about what?")


@pytest.mark.parametrize(
    "fact", [{"order": "HB-1"}, {"facts": ("place",)}, {"facts": ("item",)}, {"promised": "a call by Friday"}]
)
def test_a_feeling_next_to_a_fact_needs_only_their_words(fact: dict[str, object]) -> None:
    (hint,) = hinted(**{"verbatim": None, "order": None, "promised": None, "facts": (), **fact})
    assert hint.startswith("Their own words are missing")


def test_whoever_has_written_is_not_said_to_have_no_words() -> None:
    assert hinted(verbatim=None, has_written=True) == ()
    assert hinted(verbatim=None, has_written=False) != ()


def test_never_more_than_two_and_a_promise_without_a_day_comes_first() -> None:
    found = hinted(
        promised="a call", promise_names_day=False, verbatim=None, feeling=None, has_reason_phrase=False
    )
    assert len(found) == MOST_HINTS == 2
    assert found[0].startswith("When?")
    assert found[1].startswith("Their own words")


def test_nothing_promised_is_no_promise_without_a_day() -> None:
    assert hinted(promised=None) == ()


@pytest.mark.parametrize(
    "promise",
    [
        "a replacement by Friday",
        "We call before 5 pm",
        "a refund within 3 days",
        "the money in two working days",
        "it is there tomorrow",
        "a new table on 20 June",
        "a new table on June 20th",
        "a part by 2026-03-27",
        "we write until 27/3",
        "an answer by the end of the week",
        "the next working day",
        "Ersatz bis Freitag",
        "Rückruf morgen früh",
        "die neue Vase am 17. März",
        "Geld innerhalb von drei Werktagen",
        "Anruf bis 17 Uhr",
        "Antwort nächste Woche",
        "Lieferung am 27.3.",
        "el viernes lo llamo",
        "dentro de tres días",
        "la pieza llega mañana",
        "una respuesta antes de mayo",
        "el 17 de marzo",
        "un appel vendredi",
        "sous 48 heures",
        "d'ici trois jours",
        "d’ici demain",
        "le 17 mars",
        "un appel à 17h30",
    ],
)
def test_a_promise_that_says_when_is_known(promise: str) -> None:
    assert has_day(promise, PROMISES)


@pytest.mark.parametrize(
    "promise",
    [
        "a replacement",
        "we may call back",
        "a refund of 12.50 for 3 days",
        "a call as soon as possible",
        "two new cups",
        "order 20260327",
        "ein neuer Becher",
        "so bald wie möglich",
        "das Montageset",
        "lo antes posible",
        "una llamada",
        "dès que possible",
        "un bon de 15 euros",
        "the sunroof, repaired",
    ],
)
def test_a_promise_that_does_not_say_when_is_known(promise: str) -> None:
    assert not has_day(promise, PROMISES)


def test_a_reason_that_may_be_a_slip_comes_first_and_needs_no_words() -> None:
    (hint,) = hinted(reason="late-delivry", has_reason_phrase=False, reason_meant="late-delivery")
    assert hint.startswith("No other case has the reason late-delivry. Did you mean late-delivery?")
    assert hint.endswith("followup case set C-0012 --reason late-delivery")
    assert len(hinted(reason_meant="late-delivery", feeling=None, verbatim=None)) == MOST_HINTS


def test_without_a_language_only_figures_name_a_time() -> None:
    assert has_day("a call on 27/3", ())
    assert not has_day("a call tomorrow", ())
    assert has_day("amanhã", (PromiseWords(others=("hoje|amanhã",)),))
