from fractions import Fraction
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from followup.domain.reporting.consistency import (
    GivenAmount,
    PeerStanding,
    compare,
    modified_z_scores,
    standings,
)

LATE, LOST = "late", "lost"


def given_by(*amounts: int, agent: int = 1, alike: str = LATE) -> list[GivenAmount]:
    return [GivenAmount(agent, alike, amount) for amount in amounts]


def team(eva: list[GivenAmount]) -> list[GivenAmount]:
    """Four who give 8.00 in each of ten gestures, and Eva, number 5."""
    return [GivenAmount(agent, LATE, 800, 10) for agent in (1, 2, 3, 4)] + eva


def test_a_gesture_is_held_against_the_median_of_colleagues_for_the_same_kind_of_case() -> None:
    found = compare(
        [
            *given_by(1000, 1400),
            *given_by(5000, alike=LOST),
            *given_by(700, 800, 1000, agent=2),
            *given_by(4000, 4200, 4400, 9000, agent=2, alike=LOST),
        ]
    )
    # Differences 2.00 and 6.00 against 8.00, and 7.00 against 43.00.
    one = found[1]
    assert (one.compared, one.above, one.below) == (3, 3, 0)
    assert [one.average, one.colleagues] == [Fraction(7400, 3), Fraction(5900, 3)]
    assert one.difference == 500
    # Their median is 6.00; from it they lie 4.00, 0.00 and 1.00 away.
    assert one.spread == 100
    # The second has only two gestures, and one, of a colleague to be held against.
    assert set(found) == {1}


def test_one_who_gives_most_gestures_is_not_their_own_measure() -> None:
    found = compare([GivenAmount(1, LATE, 2000, 100), GivenAmount(2, LATE, 500, 3)])
    assert found[1].difference == 1500


def test_scores_are_those_of_iglewicz_and_hoaglin() -> None:
    values = [Fraction(tenths, 10) for tenths in (21, 26, 24, 25, 23, 21, 23, 26, 82, 83)]
    # The median is 2.45, and the median distance from it 0.15: 0.6745 times 5.75 and 5.85 over 0.15.
    scores = modified_z_scores(values)
    assert [f"{float(score):.2f}" for score in scores[-2:]] == ["25.86", "26.31"]
    assert max(map(abs, scores[:-2])) < 2


def test_where_most_are_the_same_the_mean_distance_is_the_measure() -> None:
    # One of five differs by 5: the mean distance is 1, and 5 over 1.253314 is 3.99.
    scores = modified_z_scores([Fraction(0)] * 4 + [Fraction(5)])
    assert [f"{float(score):.2f}" for score in scores] == ["0.00"] * 4 + ["3.99"]
    assert modified_z_scores([Fraction(7)] * 5) == [0] * 5


def test_who_gives_more_in_most_gestures_stands_out() -> None:
    eva = [GivenAmount(5, LATE, 1210, 9), GivenAmount(5, LATE, 800)]
    found = standings(compare(team(eva)))
    assert found == {**dict.fromkeys((1, 2, 3, 4), PeerStanding.ALIKE), 5: PeerStanding.MORE}
    less = [GivenAmount(5, LATE, 400, 9), GivenAmount(5, LATE, 800)]
    assert standings(compare(team(less)))[5] is PeerStanding.LESS


def test_one_large_gift_makes_nobody_an_outlier() -> None:
    eva = [GivenAmount(5, LATE, 800, 9), GivenAmount(5, LATE, 50_000)]
    assert standings(compare(team(eva)))[5] is PeerStanding.ALIKE


def test_a_difference_that_no_customer_notices_is_none() -> None:
    assert standings(compare(team([GivenAmount(5, LATE, 879, 10)])))[5] is PeerStanding.ALIKE
    assert standings(compare(team([GivenAmount(5, LATE, 880, 10)])))[5] is PeerStanding.MORE


def test_of_nine_gestures_or_four_agents_nothing_is_said() -> None:
    nine = standings(compare(team([GivenAmount(5, LATE, 1210, 9)])))
    assert set(nine.values()) == {PeerStanding.UNKNOWN}
    both = standings(compare([*team([GivenAmount(5, LATE, 1210, 9)]), GivenAmount(6, LATE, 800, 10)]))
    assert (both[5], both[1]) == (PeerStanding.UNKNOWN, PeerStanding.ALIKE)


ONE = st.builds(
    GivenAmount, st.integers(1, 5), st.sampled_from([LATE, LOST]), st.integers(0, 3000), st.integers(1, 3)
)


@given(st.lists(ONE, max_size=40))
def test_comparing_in_bulk_says_what_comparing_gesture_by_gesture_says(amounts: list[GivenAmount]) -> None:
    single = [one for one in amounts for _ in range(one.times)]
    found = compare(amounts)
    for agent in range(1, 6):
        differences = []
        for one in single:
            others = [
                Fraction(other.amount_minor)
                for other in single
                if other.alike == one.alike and other.agent != agent
            ]
            if one.agent == agent and len(others) >= 3:
                differences.append(one.amount_minor - median(others))
        assert (agent in found) is bool(differences)
        if differences:
            middle = median(differences)
            assert found[agent].compared == len(differences)
            assert found[agent].difference == sum(differences) / len(differences)
            assert found[agent].average - found[agent].colleagues == found[agent].difference
            assert found[agent].spread == median([abs(one - middle) for one in differences])
            assert found[agent].above == sum(one > 0 for one in differences)
            assert found[agent].below == sum(one < 0 for one in differences)
