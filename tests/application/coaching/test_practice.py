import pytest

from followup.application.coaching import practice
from followup.application.coaching.exercise_names import exercise_names
from followup.errors import NotFound, WrongUsage
from tests.application.conftest import NewCaller
from tests.shop import Shop


def test_a_reply_is_judged_and_the_round_remembered_without_its_words(
    shop: Shop, new_caller: NewCaller
) -> None:
    following = practice.show_exercise(new_caller())
    answered = practice.answer_exercise(new_caller(), reply="The quokka ate it.")
    assert answered["round"]["exercise"] == following["exercise"]
    assert answered["sentences"] == ["The quokka ate it."]
    assert answered["round"]["progress"]["round"] == 1
    assert "quokka" not in shop.stored()
    listed = practice.list_exercises(new_caller(), "en")
    assert [row["played"] for row in listed if row["exercise"] == following["exercise"]] == [1]
    assert {row["exercise"] for row in listed} < set(exercise_names(shop.workspace.templates_dir))


def test_what_is_refused_is_no_round(shop: Shop, new_caller: NewCaller) -> None:
    before = shop.stored()
    with pytest.raises(WrongUsage) as keyed:
        practice.answer_exercise(new_caller(key="k"), reply="Hello.")
    with pytest.raises(WrongUsage) as nobody:
        practice.answer_exercise(new_caller(None), reply="Hello.")
    with pytest.raises(WrongUsage) as empty:
        practice.answer_exercise(new_caller(), reply=" ")
    with pytest.raises(NotFound) as unknown:
        practice.show_exercise(new_caller(), "nothing")
    codes = [raised.value.code for raised in (keyed, nobody, empty, unknown)]
    assert codes == ["no_key", "unknown_actor", "empty", "unknown_exercise"]
    assert shop.stored() == before
