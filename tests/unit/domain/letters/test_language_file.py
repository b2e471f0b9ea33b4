"""The words of a language are read from its files, and every mistake in one is named with its line."""

import pytest

from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.letters.language import load_language
from followup.domain.letters.sincerity.wording_file import load_wording
from followup.errors import InvalidFile
from followup.resources import shipped

WORDS = (shipped("templates") / "fr" / "words.toml").read_text(encoding="utf-8")
LINT = (shipped("templates") / "en" / "lint.toml").read_text(encoding="utf-8")


def test_the_words_of_a_language_are_read() -> None:
    french = load_language("fr", WORDS, "words.toml")
    assert (french.tag, french.name, french.call) == ("fr", "French", "appeler")
    assert french.greets_by_first_name is False
    assert french.answers[OutcomeAnswer.MADE_RIGHT] == "Tout va bien maintenant"
    assert french.mail_programs.heads["objet"] == "subject"
    assert french.mail_programs.heads["envoyé"] == "date"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "French"', "", "name is missing"),
        ('name = "French"', 'nme = "French"', "unknown key 'nme'"),
        ("greets_by_first_name = false", 'greets_by_first_name = "no"', "it must be true or false"),
        ('made_right = "Tout', 'made_right = "Réponse : tout', "it has a colon"),
        ('not_yet = "Tout ne va pas encore bien"', "", "not_yet is missing"),
        ("wrote = ['a écrit']", "", "wrote is missing"),
        ("wrote = ['a écrit']", "wrote = 3", "wrote must be a text or a list of texts"),
        ("[days]", "[dates]", "unknown key 'dates'"),
    ],
)
def test_a_mistake_in_the_words_is_named(old: str, new: str, said: str) -> None:
    assert old in WORDS
    with pytest.raises(InvalidFile) as caught:
        load_language("fr", WORDS.replace(old, new), "words.toml")
    assert said in caught.value.message
    assert caught.value.message.startswith("words.toml, line ")
    assert caught.value.code == "invalid_language"


def test_a_line_break_in_a_pattern_counts_for_nothing_and_a_name_stands_for_its_fragment() -> None:
    bird = "bird = '''(?:robin\n      |wren)'''"
    text = LINT.replace("[fragments]", f"[fragments]\n{bird}", 1).replace(
        "[rules]\nfound = [", "[rules]\nfound = [\n    '''a {bird}\n       |an owl''',", 1
    )
    rules = load_wording(text, "lint.toml").rules
    assert rules.found.startswith(r"(?<!\w)(?:a (?:robin|wren)|an owl|")
    assert rules.search("by an owl") is not None
    assert rules.search("by an owlet") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{sorry}", "{sory}", "there is no fragment 'sory'"),
        ("[rules]", "[ruels]", "unknown key 'ruels'"),
        ("[rules]", "[ruels]", "rules is missing"),
        ("[rules]\nfound", "[rules]\nfind", "found is missing"),
        ("instead = ", "instaed = ", "unknown key 'instaed'"),
        ("question = ", "querstion = ", "question is missing"),
        ("[passive.failures]", "[passive.failings]", "unknown key 'failings'"),
    ],
)
def test_a_mistake_in_what_the_lint_looks_for_is_named(old: str, new: str, said: str) -> None:
    assert old in LINT
    with pytest.raises(InvalidFile) as caught:
        load_wording(LINT.replace(old, new, 1), "lint.toml")
    assert said in caught.value.message
    assert caught.value.message.startswith("lint.toml, line ")
