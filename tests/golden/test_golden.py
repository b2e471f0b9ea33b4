"""What customers read changes only when somebody means it to: the emails are kept to the byte."""

import pytest

from followup.mail.message_check import problems
from tests.golden.freeze import FOLDER
from tests.golden.letters import GOLDEN


@pytest.mark.parametrize("name", GOLDEN)
def test_an_email_is_the_one_that_was_kept(name: str) -> None:
    kept = (FOLDER / f"{name}.eml").read_bytes()

    assert GOLDEN[name].message().decode() == kept.decode()


def test_nothing_is_kept_that_no_letter_writes() -> None:
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_kept_email_keeps_to_the_rules_of_the_mail(name: str) -> None:
    assert problems(GOLDEN[name].message()) == ()
