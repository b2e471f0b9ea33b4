"""Writing practice: the exercises, which one comes next, and an agent's progress.

A practice round stores only the codes of the lint rules that the reply broke, one for each finding. The text
of the reply is never stored.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from followup.domain.cases.case import Feeling, Responsibility, Severity
from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.shared.money import Money
from followup.domain.shared.word import Word

CALL = "call"
"""The code recorded when the agent wrote an email although the right answer was a call."""
_CALL_MEANING = "An email to somebody in distress, where a person should call"

RECENT_ROUNDS = 20
"""The number of latest rounds that decide which rules somebody has to practise."""
ENOUGH_ROUNDS = 3
COMPARED_ROUNDS = 5


class Trend(Word):
    """How the last rounds compare with the first ones, in findings per round."""

    BETTER = "better", "Fewer findings than at first"
    SAME = "same", "As many findings as at first"
    WORSE = "worse", "More findings than at first"
    TOO_FEW = "too few to say", f"Fewer than {ENOUGH_ROUNDS} rounds"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeGesture:
    """A gesture that may be offered in an exercise. `how` says in words how the customer receives it."""

    kind: GestureKind
    gesture_class: GestureClass
    money: Money | None = None
    how: str | None = None
    code: str | None = None
    expires_on: date | None = None
    settled_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """A complaint to answer, with one good answer (without its sign-off).

    `trains` has the codes of the rules that the exercise tempts people to break. `complaint` is what the
    customer wrote, `verbatim` the part that a case would record, and `what_happened` a clause in the same
    language that can follow "I am sorry that". `known` is what the agent knows and may promise; `done` is
    what was already done about the incident.
    """

    name: str
    locale: str
    trains: tuple[str, ...]
    business: str
    customer: str
    reason: str
    what_happened: str
    severity: Severity
    responsibility: Responsibility
    feeling: Feeling
    occurred_on: date
    verbatim: str
    complaint: str
    known: str
    good_reply: str
    gesture: PracticeGesture
    order: str | None = None
    order_value: Money | None = None
    item: str | None = None
    place: str | None = None
    done: str | None = None

    @property
    def language(self) -> str:
        """The primary language of the exercise's locale, such as "en"."""
        return self.locale.partition("-")[0]

    @property
    def asks_for_call(self) -> bool:
        """Whether the right answer is a call: a customer in distress is called before any email is sent."""
        return self.feeling is Feeling.DISTRESSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One practice round: the exercise, its time, and one rule code for each finding."""

    exercise: str
    played_at: datetime
    rules: tuple[str, ...] = ()

    @property
    def has_error(self) -> bool:
        """Whether a finding would have held the email back."""
        return any(is_error(code) for code in self.rules)


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark about a reply: a finding of the lint, or that a call was the right answer."""

    rule: str
    level: str
    sentence: str
    why: str
    instead: str

    @classmethod
    def of(cls, finding: SincerityFinding) -> "Remark":
        """Convert a finding of the lint to a remark."""
        return cls(finding.rule.value, finding.level, finding.sentence, finding.why, finding.instead)


@dataclass(frozen=True, slots=True)
class Kept:
    """Praise for a rule that the reply kept."""

    rule: str
    good: str


@dataclass(frozen=True, slots=True)
class PracticeProgress:
    """The number of the latest round, its number of findings, and that of the round before (if any)."""

    round: int
    findings: int
    last_time: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFigures:
    """An agent's statistics. `first` and `last` are findings per round in the first and the latest rounds,
    None if there are too few rounds.
    """

    rounds: int
    rounds_without_error: int
    most_broken: tuple[str, ...]
    trend: Trend
    first: Fraction | None
    last: Fraction | None
    last_practised: datetime


WRITTEN_TO_DISTRESS = Remark(
    CALL,
    "E",
    "",
    "Somebody in real need is not helped by an email, however kind it is.",
    "Call them today. Answer “call” when a person should speak to a person.",
)
CALLED = (Kept(CALL, "A person speaks to a person. Nothing else would do here."),)


def is_error(code: str) -> bool:
    """Whether this rule code holds an email back: a rule of level E, or `CALL`."""
    return code == CALL or code.startswith("E")


def meaning_of(code: str) -> str:
    """The meaning of a rule code in words; the code itself if the rule no longer exists."""
    if code == CALL:
        return _CALL_MEANING
    return next((rule.meaning for rule in SincerityRule if rule.value == code), code)


def is_call(reply: str, words: Collection[str]) -> bool:
    """Whether a reply says that the agent would call. `words` are the answers that mean a call."""
    return reply.strip().rstrip(".!").casefold() in words


def next_exercise(exercises: Iterable[Exercise], rounds: Sequence[Round]) -> Exercise:
    """The exercise to practise next.

    Exercises among the latest rounds, as many as half of all exercises, are left out. Of the others, the one
    that trains the rules broken most often lately is chosen; ties go to the exercise not played for the
    longest time, then to the first by name. `rounds` are in order of time; there must be at least one
    exercise.
    """
    by_name = {exercise.name: exercise for exercise in exercises}
    played = [name for name in dict.fromkeys(each.exercise for each in reversed(rounds)) if name in by_name]
    lately = played[: len(by_name) // 2]
    broken = Counter(code for each in rounds[-RECENT_ROUNDS:] for code in each.rules)
    waiting = {name: len(by_name) - place for place, name in enumerate(played)}
    return min(
        (exercise for name, exercise in by_name.items() if name not in lately),
        key=lambda exercise: (
            -sum(broken[code] for code in exercise.trains),
            waiting.get(exercise.name, 0),
            exercise.name,
        ),
    )


def what_was_good(
    exercise: Exercise, broken: Collection[str], *, known: Collection[SincerityRule]
) -> tuple[Kept, ...]:
    """The rules that matter most for this exercise and that the reply kept. `broken` has the codes of the
    findings. `known` are the rules that the lint can check in the language; no other is praised.
    """
    is_ours = exercise.responsibility in (Responsibility.OURS, Responsibility.SHARED)
    has_gesture = exercise.gesture.kind is not GestureKind.APOLOGY
    asked = (
        (SincerityRule.E6, True, "It tells what happened, with facts that only this case has."),
        (SincerityRule.E8, is_ours, "It says in the first person whose doing it was."),
        (
            SincerityRule.E9,
            has_gesture,
            "The gesture is whole: what it is, how it comes and by when.",
        ),
        (SincerityRule.E13, True, "It ends with one thing to answer."),
        (SincerityRule.W1, True, "It is as long as it has to be."),
    )
    told = [(rule, good) for rule, matters, good in asked if matters and rule in known]
    return tuple(Kept(rule.value, good) for rule, good in told if rule not in broken)


def progress(rounds: Sequence[Round]) -> PracticeProgress:
    """Compare the latest round with the one before. There must be at least one round."""
    before = len(rounds[-2].rules) if len(rounds) > 1 else None
    return PracticeProgress(len(rounds), len(rounds[-1].rules), before)


def progress_line(now: PracticeProgress) -> str:
    """The progress in one line: "3rd round, 1 finding; last time 4"."""
    found = "no finding" if now.findings == 0 else f"{now.findings} finding{'s' * (now.findings > 1)}"
    before = "" if now.last_time is None else f"; last time {now.last_time or 'none'}"
    return f"{ordinal(now.round)} round, {found}{before}"


def ordinal(number: int) -> str:
    """An English ordinal: 1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def figures(rounds: Sequence[Round], *, shown_rules: int = 3) -> PracticeFigures:
    """The statistics of at least one round, in order of time. The first five rounds are compared with the
    last five; with fewer than ten rounds, the first half with the second. `shown_rules` limits how many of
    the most often broken rules are given.
    """
    broken = Counter(code for each in rounds for code in each.rules)
    often = sorted(broken, key=lambda code: (-broken[code], code))
    compared = min(COMPARED_ROUNDS, len(rounds) // 2)
    enough = len(rounds) >= ENOUGH_ROUNDS
    first = _findings_per_round(rounds[:compared]) if enough else None
    last = _findings_per_round(rounds[-compared:]) if enough else None
    return PracticeFigures(
        rounds=len(rounds),
        rounds_without_error=sum(not each.has_error for each in rounds),
        most_broken=tuple(often[:shown_rules]),
        trend=_trend(first, last),
        first=first,
        last=last,
        last_practised=rounds[-1].played_at,
    )


def _findings_per_round(rounds: Sequence[Round]) -> Fraction:
    return Fraction(sum(len(each.rules) for each in rounds), len(rounds))


def _trend(first: Fraction | None, last: Fraction | None) -> Trend:
    if first is None or last is None:
        return Trend.TOO_FEW
    if last == first:
        return Trend.SAME
    return Trend.BETTER if last < first else Trend.WORSE
