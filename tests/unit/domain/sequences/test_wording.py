"""Which wordings a series of emails gets."""

from hypothesis import given
from hypothesis import strategies as st

from followup.domain.sequences.wording import WrittenBefore, choose_wording

ABOUT = frozenset({"en: told by phone", "en: given refund"})
series = st.builds(
    WrittenBefore,
    st.integers(0, 500),
    st.frozensets(st.sampled_from(sorted(ABOUT))),
    st.booleans(),
)


def test_the_first_series_has_the_first_number() -> None:
    assert choose_wording(7, ABOUT, []) == 7


def test_a_letter_about_the_same_avoids_the_sentences_of_the_others() -> None:
    before = [WrittenBefore(7, ABOUT), WrittenBefore(8, ABOUT)]
    chosen = choose_wording(7, ABOUT, before)
    # 9, 10 and 11 share a remainder with 7 or 8: 9 - 7 = 2 shares none of 3, 4, 5, 7, and 9 - 8 = 1 neither.
    assert chosen == 9


def test_a_letter_about_something_else_is_free_to_use_them() -> None:
    other = frozenset({"de: told by phone"})
    assert choose_wording(7, ABOUT, [WrittenBefore(7, other)]) == 7


def test_what_the_customer_has_read_counts_before_anything_else() -> None:
    read = WrittenBefore(7, frozenset(), is_same_customer=True)
    others = [WrittenBefore(number, ABOUT) for number in (8, 9)]
    chosen = choose_wording(7, ABOUT, [*others, read])
    assert all((chosen - 7) % count for count in (3, 4, 5, 7))


@given(st.integers(0, 1000), st.lists(series, max_size=60))
def test_the_choice_is_a_number_from_the_first_on_and_always_the_same(
    first: int, before: list[WrittenBefore]
) -> None:
    chosen = choose_wording(first, ABOUT, before)
    assert first <= chosen < first + 60
    assert chosen == choose_wording(first, ABOUT, before)
