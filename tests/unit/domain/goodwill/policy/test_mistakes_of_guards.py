"""Every mistake of caps, cool-downs, habits and authority: line, place, why it is one, and what to write."""

import pytest

from followup.domain.goodwill.policy.policy_file import load_policy
from tests.unit.domain.goodwill.policy.mistakes_told import CAP, HEAD, OFFER, ROLES, Told, mistakes

WINDOWS = 'Write "365d", "week", "month", "quarter", "year", "financial_year" or "ever".'
STARTS = 'Write window = "financial_year", starts = "04-06": month and day.'


@pytest.mark.parametrize(
    ("window", "found"),
    [
        ('"month"\nstarts = "04-06"', (6, "a window 'month' cannot start on '04-06'.", STARTS, "starts")),
        (
            '"financial_year"\nstarts = "13-01"',
            (6, "a window 'financial_year' cannot start on '13-01'.", STARTS, "starts"),
        ),
        ('"fortnight"\nstarts = "04-06"', (5, "'fortnight' is not a window.", WINDOWS, "window")),
        ('"fortnight"', (5, "'fortnight' is not a window.", WINDOWS, "window")),
    ],
)
def test_a_window_that_is_none(window: str, found: tuple[int, str, str, str]) -> None:
    line, message, mend, key = found
    text = f'[[cap]]\nscope = "customer"\nwindow = {window}\ntimes = 1\n'
    assert mistakes(text + OFFER) == [(line, "cap 1", message, mend, ("cap", 0, key))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            CAP,
            (
                3,
                "cap 1",
                "a cap needs an amount or times.",
                'Write amount = "100", or times = 3.',
                ("cap", 0),
            ),
        ),
        (
            CAP + "times = 0\n",
            (
                6,
                "cap 1",
                "times must be a whole number.",
                "Write a number from 1 up: times = 3.",
                ("cap", 0, "times"),
            ),
        ),
        (
            '[[cap]]\nwindow = "30d"\ntimes = 1\n',
            (
                3,
                "cap 1",
                "scope is missing.",
                "Write one of customer, agent, team, reason, customer_reason, case.",
                ("cap", 0),
            ),
        ),
        (
            '[[cap]]\nscope = "agent"\nwindow = "30d"\ntimes = 1\nreason = "late"\n',
            (
                7,
                "cap 1",
                "a cap on the agent counts all reasons.",
                "Leave the reason out.",
                ("cap", 0, "reason"),
            ),
        ),
        (
            '[[cap]]\nscope = "team"\nwindow = "30d"\ntimes = 1\nreason = "late"\n',
            (
                7,
                "cap 1",
                "a cap on the team counts all reasons.",
                "Leave the reason out.",
                ("cap", 0, "reason"),
            ),
        ),
        (
            CAP + "times = 1\n" + CAP + 'amount = "5"\n',
            (
                7,
                "",
                "customer-30d stands at line 3 already.",
                'Give it an id: id = "another-name".',
                (),
            ),
        ),
    ],
)
def test_a_cap_that_cannot_be(text: str, found: Told) -> None:
    assert mistakes(text + OFFER) == [found]


DAYS = 'Write days = 30, or window = "30d".'


@pytest.mark.parametrize(
    ("written", "line", "message", "mend", "key"),
    [
        ("", 3, "days is missing.", "Write days = 30.", ""),
        ("days = 0\n", 4, "days must be a whole number.", "Write a number from 1 up: days = 3.", "days"),
        ('window = "week"\n', 4, "a cooldown is a number of days.", DAYS, "window"),
        (
            "days = 3661\n",
            4,
            "days is above 3660.",
            'Write a cap of times = 1 and window = "ever".',
            "days",
        ),
    ],
)
def test_a_cooldown_without_days_that_can_be_counted(
    written: str, line: int, message: str, mend: str, key: str
) -> None:
    path = ("cooldown", 0, key) if key else ("cooldown", 0)
    assert mistakes(f"[[cooldown]]\n{written}{OFFER}") == [(line, "cooldown 1", message, mend, path)]


@pytest.mark.parametrize(("written", "days"), [("days = 1", 1), ("days = 3660", 3660), ('window = "7d"', 7)])
def test_a_cooldown_is_the_days_that_are_written(written: str, days: int) -> None:
    (cooldown,) = load_policy(f"{HEAD}{OFFER}[[cooldown]]\n{written}\n", "p").cooldowns
    assert (cooldown.name, cooldown.days) == ("cooldown-customer", days)


def test_two_cooldowns_of_one_name() -> None:
    text = "[[cooldown]]\ndays = 1\n[[cooldown]]\ndays = 2\nclas = 1\n"
    again = (5, "", "cooldown-customer stands at line 3 already.", 'Give it an id: id = "another-name".', ())
    unknown = (7, "cooldown 2", "unknown key 'clas'.", "Did you mean class?", ("cooldown", 1, "clas"))
    assert mistakes(text + OFFER) == [again, unknown]


OVER = "overcompensation"


@pytest.mark.parametrize(
    ("written", "line", "message", "mend", "key"),
    [
        (
            "warn_percent = 121\ncap_percent = 120",
            5,
            "cap_percent is below warn_percent.",
            "Warn before the cap: write the smaller as warn_percent.",
            "cap_percent",
        ),
        (
            "warn_percent = 0",
            4,
            "warn_percent must be a whole number.",
            "Write a number from 1 up: warn_percent = 3.",
            "warn_percent",
        ),
        ("percent = 5", 4, "unknown key 'percent'.", "Did you mean cap_percent?", "percent"),
    ],
)
def test_an_overcompensation_that_cannot_be(
    written: str, line: int, message: str, mend: str, key: str
) -> None:
    assert mistakes(f"[overcompensation]\n{written}\n{OFFER}") == [(line, OVER, message, mend, (OVER, key))]


def test_the_overcompensation_is_a_table() -> None:
    mend = "Write [overcompensation] on a line of its own, in single brackets."
    assert mistakes(f"overcompensation = 5\n{OFFER}") == [
        (3, "", "overcompensation must be a table.", mend, (OVER,))
    ]


def test_the_warning_and_the_cap_may_be_the_same_percentage_and_as_small_as_one() -> None:
    text = f"{HEAD}{OFFER}[overcompensation]\nwarn_percent = 1\ncap_percent = 1\n"
    guard = load_policy(text, "p").overcompensation
    assert guard is not None
    assert (guard.warn_percent, guard.cap_percent) == (1, 1)


HABIT = "Write just_under = { percent = 90, times = 5 }."
FROM_1 = "Write a number from 1 up: {0} = 3."


@pytest.mark.parametrize(
    ("written", "where", "message", "mend", "key"),
    [
        ("percent = 90", "repeat 1", "just_under needs a percent and times.", HABIT, ""),
        ("times = 5", "repeat 1", "just_under needs a percent and times.", HABIT, ""),
        (
            "percent = 101, times = 5",
            "repeat 1",
            "percent is above 100: more than the limit is not under it.",
            HABIT,
            "percent",
        ),
        (
            "percent = 0, times = 5",
            "repeat 1",
            "percent must be a whole number.",
            FROM_1.format("percent"),
            "percent",
        ),
        (
            "percent = 90, times = 0",
            "repeat 1",
            "times must be a whole number.",
            FROM_1.format("times"),
            "times",
        ),
    ],
)
def test_a_habit_that_cannot_be(written: str, where: str, message: str, mend: str, key: str) -> None:
    path = ("repeat", 0, "just_under", *([key] if key else []))
    text = f"[[repeat]]\njust_under = {{ {written} }}\n"
    assert mistakes(text + OFFER) == [(4, where, message, mend, path)]


@pytest.mark.parametrize(("percent", "times"), [(1, 1), (100, 5)])
def test_a_habit_is_what_is_written(percent: int, times: int) -> None:
    text = f"[[repeat]]\njust_under = {{ percent = {percent}, times = {times} }}\n"
    (repeat,) = load_policy(HEAD + OFFER + text, "p").repeats
    assert repeat.just_under is not None
    assert (repeat.just_under.percent, repeat.just_under.times) == (percent, times)


@pytest.mark.parametrize("sign", ["similar_cases", "other_agents", "linked_customers"])
def test_a_sign_is_seen_once_at_least(sign: str) -> None:
    assert mistakes(f"[[repeat]]\n{sign} = 0\n{OFFER}") == [
        (4, "repeat 1", f"{sign} must be a whole number.", FROM_1.format(sign), ("repeat", 0, sign))
    ]


def test_each_authority_that_cannot_be() -> None:
    text = (
        '[[authority]]\nper_gesture = "5"\n'
        '[[authority]]\nrole = "agent"\n'
        '[[authority]]\nrole = "agent"\nper_gesture = "7"\n'
        '[[authority]]\nrole = "agent"\nper_gesture = "9"\nclass = "corrective"\n'
    )
    assert mistakes(text + OFFER) == [
        (3, "authority 1", "role is missing.", f"Write one of {ROLES}.", ("authority", 0)),
        (
            5,
            "authority 2",
            "per_gesture is missing.",
            'Write per_gesture = "25", or "unlimited".',
            ("authority", 1),
        ),
        (
            8,
            "authority 3",
            "the authority of agent stands at line 5 already.",
            "Keep one of the two.",
            ("authority", 2, "role"),
        ),
    ]


def test_what_is_required_and_what_is_never_given() -> None:
    text = "[[require]]\nnote_words = 1\n" + '[[require]]\nfrom = "5"\n' + '[[never]]\nrole = "agent"\n'
    assert mistakes(text + OFFER) == [
        (3, "require 1", "from is missing.", 'Write from = "12.50".', ("require", 0)),
        (
            5,
            "require 2",
            "it requires nothing.",
            'Write note_words = 30, or notify = "manager".',
            ("require", 1),
        ),
        (7, "never 1", "kind is missing.", 'Write kind = "gift", role = "agent".', ("never", 0)),
    ]
