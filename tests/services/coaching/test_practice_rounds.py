from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from followup.domain.cases.case import Feeling, Responsibility
from followup.domain.coaching.practice import CALL, Exercise, PracticeProgress
from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.sincerity.finding import SincerityRule
from followup.domain.people.agent import Role
from followup.errors import InvalidFile, NotFound, WrongUsage
from followup.mail.text_analysis import sentences_of
from followup.reports.answer import document as answer_document
from followup.reports.coaching import CoachingRow, answer
from followup.reports.coaching import coaching as ask
from followup.resources import shipped
from followup.services.coaching import exercises, practice_rounds
from followup.store.tables import Agent, PracticeRound
from tests.services.reporting.test_reports import scope
from tests.shop import ANA, MAX, MONDAY, SEN, Shop

SHIPPED = exercises.folders_of(shipped("templates"))
NAMES = list(exercises.files_in(SHIPPED))
ALL = exercises.read_exercises(SHIPPED)
BY_NAME = {exercise.name: exercise for exercise in ALL}
AGENT = Agent(id=1, name="Ana Reyes", email=ANA, role=Role.AGENT, added_at=MONDAY)
BAD_REPLY = """Dear Moira,

We are sorry for any inconvenience, but mistakes were made.

Ana Reyes"""


def codes(judged: practice_rounds.Judged) -> list[str]:
    return [remark.rule for remark in judged.findings]


@pytest.mark.parametrize("name", NAMES)
def test_the_good_reply_of_every_exercise_passes_the_lint_without_a_finding(name: str) -> None:
    exercise = BY_NAME[name]
    judged = practice_rounds.judge(exercise, exercises.signed(exercise, AGENT.name), AGENT)
    expected = [CALL] if exercise.asks_for_call else []
    assert [(remark.rule, remark.sentence) for remark in judged.findings] == [(rule, "") for rule in expected]
    assert 50 <= len(exercise.good_reply.split()) <= 125


@pytest.mark.parametrize("name", NAMES)
def test_the_lint_reads_each_exercise_so_that_a_careless_reply_is_found(name: str) -> None:
    exercise = BY_NAME[name]
    careless = f"Hello,\n\nThank you for your message.\n\n{AGENT.name}"
    assert {"E6", "E13", "W1"} <= set(codes(practice_rounds.judge(exercise, careless, AGENT)))


@pytest.mark.parametrize("name", NAMES)
def test_what_a_case_would_record_is_what_the_customer_wrote(name: str) -> None:
    assert BY_NAME[name].verbatim in " ".join(BY_NAME[name].complaint.split())


def test_the_english_exercises_have_every_feeling_and_gesture_and_other_languages_three_each() -> None:
    assert Counter(exercise.language for exercise in ALL) == {"en": 19, "de": 3, "es": 3, "fr": 3, "pt": 3}
    english = [exercise for exercise in ALL if exercise.language == "en"]
    assert {exercise.feeling for exercise in english} == set(Feeling)
    assert {exercise.responsibility for exercise in english} == set(Responsibility)
    assert {exercise.gesture.kind for exercise in english} == set(GestureKind)
    assert len({exercise.business for exercise in ALL}) == len(ALL)


def test_no_sentence_stands_in_two_good_replies() -> None:
    sentences = [
        sentence for exercise in ALL for sentence in set(sentences_of(exercise.good_reply, exercise.language))
    ]
    assert [sentence for sentence, times in Counter(sentences).items() if times > 1] == []


def test_findings_belong_to_sentences_of_the_reply_and_name_what_is_better() -> None:
    judged = practice_rounds.judge(BY_NAME["birthday-bike"], BAD_REPLY, AGENT)
    assert judged.sentences == ("We are sorry for any inconvenience, but mistakes were made.",)
    at_sentence = {remark.rule for remark in judged.findings if remark.sentence == judged.sentences[0]}
    assert {"E1", "E3", "E4"} <= at_sentence
    assert all(remark.why and remark.instead for remark in judged.findings)
    assert {"E6", "E8", "E13"} <= set(codes(judged))
    assert not {"E6", "E8", "E13"} & {kept.rule for kept in judged.kept}


@pytest.mark.parametrize(
    ("name", "stock"),
    [
        ("zerbrochene-vase", "Wir bitten um Entschuldigung für etwaige Unannehmlichkeiten."),
        ("gafas-tarde", "Lamentamos las molestias ocasionadas."),
        ("livre-mouille", "Veuillez nous excuser pour la gêne occasionnée."),
        ("oculos-atrasados", "Pedimos desculpas pelos transtornos causados."),
    ],
)
def test_exercises_in_other_languages_are_read_in_their_own(name: str, stock: str) -> None:
    judged = practice_rounds.judge(BY_NAME[name], f"{stock}\n\nAna Reyes", AGENT)
    assert ("E1", stock) in [(remark.rule, remark.sentence) for remark in judged.findings]


def test_in_distress_the_right_answer_is_to_call() -> None:
    judged = practice_rounds.judge(BY_NAME["late-flowers"], "call", AGENT)
    assert (judged.called, judged.findings, [kept.rule for kept in judged.kept]) == (True, (), [CALL])


def test_in_distress_even_a_good_email_is_the_second_best() -> None:
    exercise = BY_NAME["late-flowers"]
    judged = practice_rounds.judge(exercise, exercises.signed(exercise, AGENT.name), AGENT)
    assert codes(judged) == [CALL]
    assert judged.findings[0].level == "E"


def test_a_call_where_an_email_is_asked_for_is_no_answer() -> None:
    with pytest.raises(WrongUsage) as caught:
        practice_rounds.judge(BY_NAME["birthday-bike"], "call", AGENT)
    assert caught.value.code == "not_a_call"


@pytest.mark.parametrize(("reply", "code"), [(" \n\t", "empty"), ("x" * 20_001, "too_long")])
def test_a_reply_that_cannot_be_read_is_refused(reply: str, code: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        practice_rounds.judge(BY_NAME["birthday-bike"], reply, AGENT)
    assert caught.value.code == code


@pytest.mark.parametrize("hostile", ["\x1b[2J\x00", "\ud800", "{{ 7 * 7 }}", "‮evil", "# [x](http://a)"])
def test_a_hostile_reply_is_only_text(hostile: str) -> None:
    assert codes(practice_rounds.judge(BY_NAME["birthday-bike"], hostile, AGENT))


def play(shop: Shop, exercise: Exercise, reply: str, by: str = ANA) -> PracticeProgress:
    def change(session: Session) -> PracticeProgress:
        agent = shop.actor(session, by).needed_agent
        judged = practice_rounds.judge(exercise, reply, agent)
        return practice_rounds.record_round(session, agent, judged, now=shop.now)

    shop.now += timedelta(minutes=5)
    return shop.write(change)


def test_of_a_round_only_the_rules_are_kept_and_progress_looks_back(shop: Shop) -> None:
    bike = BY_NAME["birthday-bike"]
    findings = len(practice_rounds.judge(bike, BAD_REPLY, AGENT).findings)
    assert play(shop, bike, BAD_REPLY) == PracticeProgress(1, findings, None)
    assert play(shop, bike, exercises.signed(bike, "Ana Reyes")) == PracticeProgress(2, 0, findings)
    first, second = shop.read(lambda session: session.exec(select(PracticeRound)).all())
    assert first.rules == codes(practice_rounds.judge(bike, BAD_REPLY, AGENT))
    assert (second.exercise, second.rules) == ("birthday-bike", [])
    assert "birthday-bike" in shop.stored()
    assert "any inconvenience" not in shop.stored()


def test_rounds_are_an_agents_own(shop: Shop) -> None:
    play(shop, BY_NAME["birthday-bike"], BAD_REPLY)
    assert play(shop, BY_NAME["birthday-bike"], BAD_REPLY, by=SEN).round == 1


def rounds(shop: Shop, *counts: int, by: str = ANA) -> None:
    """Rounds on successive days from Monday at ten, each with so many findings."""

    def change(session: Session) -> None:
        agent_id = shop.actor(session, by).needed_agent.id
        assert agent_id is not None
        session.add_all(
            PracticeRound(
                agent_id=agent_id,
                exercise="cold-flat",
                played_at=MONDAY + timedelta(days=day),
                rules=["E6"] * count,
            )
            for day, count in enumerate(counts)
        )

    shop.write(change)


def report(
    shop: Shop, by: str = MAX, since: date | None = None, until: date | None = None
) -> list[CoachingRow]:
    return shop.read(
        lambda session: ask(
            session,
            shop.actor(session, by).needed_agent,
            scope(shop, since, until),
        )
    )


def test_a_manager_sees_everybody_who_practised_and_an_agent_only_themself(shop: Shop) -> None:
    rounds(shop, 1)
    rounds(shop, 2, by=SEN)
    assert [row.agent for row in report(shop)] == [ANA, SEN]
    assert [row.agent for row in report(shop, by=ANA)] == [ANA]
    assert [row.agent for row in report(shop, by=SEN)] == [SEN]


def test_a_row_says_how_somebody_gets_on(shop: Shop) -> None:
    # First five: 4 + 3 + 3 + 2 + 1 = 13, so 2.6 a round; last five: 1 + 0 + 1 + 0 + 0 = 2, so 0.4.
    rounds(shop, 4, 3, 3, 2, 1, 1, 0, 1, 0, 0)
    assert said(shop) == {
        "agent": ANA,
        "name": "Ana Reyes",
        "rounds": 10,
        "rounds_without_error": 3,
        "most_broken": f"E6 {SincerityRule.E6.meaning}",
        "trend": "better",
        "findings_first": "2.6",
        "findings_last": "0.4",
        "last_practised": "2026-11-11T10:00:00+00:00",
    }


def said(shop: Shop) -> dict[str, object]:
    """The only row of the report, as JSON carries it."""
    document = shop.read(
        lambda session: answer_document(
            answer(session, shop.actor(session, MAX).needed_agent, scope(shop)), "GBP"
        )
    )
    (row,) = document["rows"]
    return dict(row)


def test_two_rounds_are_too_few_to_say(shop: Shop) -> None:
    rounds(shop, 4, 0)
    assert (said(shop)["trend"], said(shop)["findings_first"]) == ("too few to say", None)


def test_days_of_the_report_are_included(shop: Shop) -> None:
    rounds(shop, 1, 1, 1)
    tuesday = date(2026, 11, 3)
    assert report(shop, since=tuesday)[0].figures.rounds == 2
    assert report(shop, until=tuesday)[0].figures.rounds == 2
    assert report(shop, since=tuesday, until=tuesday)[0].figures.rounds == 1
    assert report(shop, since=date(2026, 11, 6)) == []


def test_exercises_are_those_of_the_workspace_and_the_shipped_ones_where_it_has_none(tmp_path: Path) -> None:
    assert exercises.folders_of(tmp_path) == SHIPPED
    own = tuple(tmp_path / name for name in ("coaching", "de/coaching", "pt/coaching"))
    for folder in own:
        folder.mkdir(parents=True)
        assert exercises.folders_of(tmp_path) == own[: own.index(folder) + 1]


def test_a_new_workspace_has_a_copy_of_the_exercises_to_change(shop: Shop) -> None:
    folders = exercises.folders_of(shop.workspace.templates_dir)
    assert all(folder.is_relative_to(shop.workspace.root) for folder in folders)
    assert list(exercises.files_in(folders)) == NAMES


def test_every_mistake_in_an_exercise_is_named_with_its_line(tmp_path: Path) -> None:
    text = exercises.files_in(SHIPPED)["birthday-bike"].read_text(encoding="utf-8")
    text = text.replace('feeling = "let_down"', 'feeling = "let_dwn"').replace("2026-03-12", '"Thursday"')
    text = text.replace('amount = "24.00"', "").replace('"E4"', '"E44"')
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidFile) as caught:
        exercises.read_exercise((tmp_path,), "mine")
    assert caught.value.message.count("\n") == 3
    for said in ("let_dwn", "occurred_on must be a day", "a voucher needs an amount", "no rule 'E44'"):
        assert said in caught.value.message


def test_a_language_without_exercises_says_which_there_are() -> None:
    with pytest.raises(NotFound) as caught:
        practice_rounds.choose(ALL, "it", ())
    assert "de, en, es, fr" in caught.value.hint


def test_an_exercise_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        exercises.read_exercise(SHIPPED, "../workspace/policy")
