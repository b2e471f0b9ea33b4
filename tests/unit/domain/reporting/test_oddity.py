from hypothesis import given
from hypothesis import strategies as st

from followup.domain.reporting.oddity import Oddity, Urgency, linked


def test_kinds_are_in_the_order_of_their_urgency() -> None:
    ranks = [kind.urgency.rank for kind in Oddity]
    assert ranks == sorted(ranks)
    assert {kind.urgency for kind in Oddity} == set(Urgency)


def test_who_shares_a_key_with_somebody_shares_the_group_of_all_they_share_one_with() -> None:
    keys = [(5, ["phone"]), (3, ["mail", "phone"]), (8, ["door"]), (1, ["mail"]), (9, [])]
    assert linked(keys) == [[1, 3, 5], [8], [9]]


@given(st.lists(st.sets(st.integers(0, 12), max_size=3), max_size=14))
def test_groups_are_the_parts_that_hang_together(keys: list[set[int]]) -> None:
    found = linked(enumerate(keys))
    assert sorted(number for group in found for number in group) == list(range(len(keys)))
    for group in found:
        # From its first member all others are reached, and nobody else.
        reached = {group[0]}
        while more := {
            other
            for other in range(len(keys))
            if other not in reached and any(keys[other] & keys[one] for one in reached)
        }:
            reached |= more
        assert reached == set(group)
