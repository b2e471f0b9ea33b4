import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followup.domain.importing.safe_regex import LONGEST_PATTERN, SEARCHED_CHARACTERS, read_pattern
from followup.domain.shared.unreadable import UnreadableValue


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"([a-z]+ ?)+x",
        r"(a|a)*b",
        r"(a|aa)+$",
        r"(.*)*",
        r"(ab?){2,}",
        r"((a+))+",
        r"(a{0,40}){3}",
    ],
)
def test_a_repeat_of_something_that_varies_is_refused(pattern: str) -> None:
    with pytest.raises(UnreadableValue, match="repeats a bracket"):
        read_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r".*.*x",
        r".*refund.*",
        r"\s*\s*$",
        r"[a-z ]+ refused [a-z ]+",
        r"x{1,90}x{1,90}",
        r"a+(b|c)?[a-c]+!",
        r"é+è*[éè]+!",
        r"[0-9]+(x?[0-9]+)?!",
        r"(a|.*)b?.*c",
        r"a.*|.*b.*",
    ],
)
def test_two_open_repeats_that_can_share_letters_are_refused(pattern: str) -> None:
    with pytest.raises(UnreadableValue, match="share letters"):
        read_pattern(pattern)


@pytest.mark.parametrize("pattern", ["a?" * 30 + "a" * 30, "(a|b)" * 20, "[a-z]{0,40} " * 4])
def test_choices_that_multiply_are_refused(pattern: str) -> None:
    with pytest.raises(UnreadableValue, match="leaves too much open"):
        read_pattern(pattern)


@pytest.mark.parametrize(
    "pattern", [r"(a)\1", r"(?=a)b", r"(?<!a)b", r"(?i)a", r"(?P<x>a)(?P=x)", r"(?#no)a"]
)
def test_what_a_map_cannot_use_is_refused_with_another_way(pattern: str) -> None:
    with pytest.raises(UnreadableValue) as refusal:
        read_pattern(pattern)
    assert refusal.value.expected


@pytest.mark.parametrize("pattern", ["[", "a**", "(", "[[a]", "a{99999999999}", "a" * (LONGEST_PATTERN + 1)])
def test_what_python_cannot_read_or_only_with_a_warning_is_refused(pattern: str) -> None:
    with pytest.raises(UnreadableValue):
        read_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\{(\$[0-9,]*\.[0-9]{2})\}", "a fee of {$1,021.00} and {$1.00}", "{$1,021.00}"),
        (r"\$\s*([0-9,]+)", "about $ 40", "$ 40"),
        (r"[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]{2})?", "paid 1,234,567.89", "1,234,567.89"),
        (r"identity (theft|fraud)|stolen", "Identity Fraud", "Identity Fraud"),
        (r"\bnot a big (?:thing|deal)\b", "NOT A BIG DEAL", "NOT A BIG DEAL"),
        (r".{0,10} refund .{0,10}", "I want a refund now please", "I want a refund now please"),
        (r"[^}]*\}.*", "a}b", "a}b"),
        (r"(cat.*|dog.*)", "a dog barks", "dog barks"),
        (r"[0-9,]+(\.[0-9]+)?", "paid 1,021.50", "1,021.50"),
        (r"a{$|a{}b", "a{}b", "a{}b"),
        (r"\x41\u0042[]x-]+", "ab]-x", "ab]-x"),
    ],
)
def test_everyday_patterns_work_and_ignore_case(pattern: str, text: str, found: str) -> None:
    match = read_pattern(pattern).search(text)
    assert match is not None
    assert match[0] == found


@pytest.mark.parametrize(
    "pattern",
    [r"\{\$([0-9,]+)(\.[0-9]+)?\}", r"[a-z]+[0-9]!", r"\$\s*([0-9,]+\.[0-9]{2})", r"(ab)+c", r"[^x]*xy"],
)
@pytest.mark.parametrize("unit", ["a", "0", "ab", "{$1", "$ ", "1,"])
def test_an_accepted_pattern_ends_on_the_longest_text_of_one_kind(pattern: str, unit: str) -> None:
    text = (unit * SEARCHED_CHARACTERS)[:SEARCHED_CHARACTERS]
    assert read_pattern(pattern).search(text) is None


@settings(max_examples=1000)
@given(st.text(alphabet="aab.*+?()[]{}|\\^$12,", max_size=16), st.sampled_from(["a", "ab", "aab"]))
def test_any_pattern_is_refused_or_ends(pattern: str, unit: str) -> None:
    try:
        found = read_pattern(pattern)
    except UnreadableValue:
        return
    text = unit * 300 + "!"
    # A pattern that runs for ever is ended by the time limit of the suite, and fails.
    match = found.search(text)
    assert match is None or match[0] in text
