"""What is said beside an answer, so that the next command is the right one."""

import pytest

from tests.e2e.conftest import Desk
from tests.shop import MAX


def test_a_counter_offer_says_who_now_issues_it_and_how(quick: Desk) -> None:
    quick.shop.request(quick.shop.open_case(), "refund", "40.00", because="She came twice.")
    answer = quick.followup.run(
        "approval", "counter", "A-0001", "--amount", "30.00", "--because", "Half.", "--as", MAX
    )
    assert answer.err == "ana@shop.example now issues it: followup gesture issue G-0001\n"
    quick.followup.run("gesture", "issue", "G-0001")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("case", "close", "C-0001", "--outcome", "recoverd"), "'recoverd' is not an outcome."),
        (("gesture", "request", "C-0001", "--kind", "refnd"), "'refnd' is not a kind."),
    ],
)
def test_what_is_no_such_word_is_said_with_the_right_article(
    quick: Desk, arguments: tuple[str, ...], said: str
) -> None:
    quick.shop.open_case()
    assert quick.followup.refused(*arguments, code=2)["message"] == said
