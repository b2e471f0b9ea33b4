"""Every email to a customer that goes on with a case says once who has taken it over."""

from dataclasses import replace

import pytest

from followup.mail.languages import languages
from followup.mail.render import render
from followup.mail.sample_letter import sample_letter
from followup.resources import shipped

EMAILS = ("apology", "callback-arranged", "check-in", "closing", "approval-delayed")


@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("email", EMAILS)
@pytest.mark.parametrize("wording", range(3))
def test_it_names_the_colleague_once_and_only_then(language: str, email: str, wording: int) -> None:
    letter = replace(sample_letter(language, "GBP"), wording=wording)
    assert letter.gesture is not None
    letter = replace(letter, gesture=replace(letter.gesture, item=None))
    taken = replace(letter, agent=replace(letter.agent, took_over_from="Max Moss"))
    for one, times in ((letter, 0), (taken, 1)):
        assert render(shipped("templates"), email, one).text.count("Max Moss") == times
