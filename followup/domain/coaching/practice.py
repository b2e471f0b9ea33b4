"""Practice in writing to customers: the exercises, which one comes next, and how somebody gets on.

A round is known by the codes of the rules that the reply broke, one for each finding. What was written is
known to nobody but the agent.
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
"""Stands among the codes of rules for an email to somebody in distress."""
_CALL_MEANING = "An email to somebody in distress, where a person should call"

RECENT_ROUNDS = 20
"""How many of the latest rounds say what somebody has to practise."""
ENOUGH_ROUNDS = 3
COMPARED_ROUNDS = 5


class Trend(Word):
    """How the last rounds compare with the first, by findings per round."""

    BETTER = "better", "Fewer findings than at first"
    SAME = "same", "As many findings as at first"
    WORSE = "worse", "More findings than at first"
    TOO_FEW = "too few to say", f"Fewer than {ENOUGH_ROUNDS} rounds"


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeGesture:
    """What may be offered in an exercise. `how` says in words how the customer gets it."""

    kind: GestureKind
    gesture_class: GestureClass
    money: Money | None = None
    how: str | None = None
    code: str | None = None
    expires_on: date | None = None
    settled_by: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """A complaint to answer, and one good answer without its sign-off.

    `trains` are the codes of the rules that it tempts one to break. `complaint` is what the customer wrote,
    `verbatim` the part of it that a case would record, and `what_happened` a clause in the same language that
    can stand after "I am sorry that". `known` is what the agent knows and may promise, `done` what was done
    about it already.
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
        """The language alone, such as "en"."""
        return self.locale.partition("-")[0]

    @property
    def asks_for_call(self) -> bool:
        """Whether the right answer is a call: nobody in distress is sent an email first."""
        return self.feeling is Feeling.DISTRESSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One round: which exercise, when, and the code of a rule for each finding."""

    exercise: str
    played_at: datetime
    rules: tuple[str, ...] = ()

    @property
    def has_error(self) -> bool:
        """Whether something would have kept the reply from going out."""
        return any(is_error(code) for code in self.rules)


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said about a reply: a finding of the lint, or that a call was right."""

    rule: str
    level: str
    sentence: str
    why: str
    instead: str

    @classmethod
    def of(cls, finding: SincerityFinding) -> "Remark":
        """A finding as a remark."""
        return cls(finding.rule.value, finding.level, finding.sentence, finding.why, finding.instead)


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that was done well, by the rule that it keeps."""

    rule: str
    good: str


@dataclass(frozen=True, slots=True)
class PracticeProgress:
    """The number of the latest round, its findings, and those of the round before it."""

    round: int
    findings: int
    last_time: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeFigures:
    """How somebody gets on. `first` and `last` are findings per round at the beginning and lately, None
    where there are too few rounds to say."""

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
    """Whether a code keeps an email from going out: an E, or an email where a call was right."""
    return code == CALL or code.startswith("E")


def meaning_of(code: str) -> str:
    """What a code stands for, in words; the code itself where there is no such rule any more."""
    if code == CALL:
        return _CALL_MEANING
    return next((rule.meaning for rule in SincerityRule if rule.value == code), code)


def is_call(reply: str, words: Collection[str]) -> bool:
    """Whether a reply says that the agent would call, by one of `words` for it."""
    return reply.strip().rstrip(".!").casefold() in words


def next_exercise(exercises: Iterable[Exercise], rounds: Sequence[Round]) -> Exercise:
    """The exercise to practise now: the one that tempts to what went wrong most often in the latest rounds,
    among those not played lately (not among the last that make up half of all); where that leaves several,
    the one not played for the longest time, then the first by name. `rounds` are in the order of time, and
    there is at least one exercise."""
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


def what_was_good(exercise: Exercise, broken: Collection[str], *, has_words: bool) -> tuple[Kept, ...]:
    """What an email to the customer of this exercise did well: the rules that matter most there and were not
    broken. Nothing is praised that the lint cannot read in the language: `has_words` says whether it can."""
    is_ours = exercise.responsibility in (Responsibility.OURS, Responsibility.SHARED)
    has_gesture = exercise.gesture.kind is not GestureKind.APOLOGY
    asked = (
        (SincerityRule.E6, True, "It tells what happened, with facts that only this case has."),
        (SincerityRule.E8, has_words and is_ours, "It says in the first person whose doing it was."),
        (
            SincerityRule.E9,
            has_words and has_gesture,
            "The gesture is whole: what it is, how it comes and by when.",
        ),
        (SincerityRule.E13, has_words, "It ends with one thing to answer."),
        (SincerityRule.W1, True, "It is as long as it has to be."),
    )
    return tuple(Kept(rule.value, good) for rule, matters, good in asked if matters and rule not in broken)


def progress(rounds: Sequence[Round]) -> PracticeProgress:
    """How the latest of at least one round compares with the one before."""
    before = len(rounds[-2].rules) if len(rounds) > 1 else None
    return PracticeProgress(len(rounds), len(rounds[-1].rules), before)


def progress_line(now: PracticeProgress) -> str:
    """Progress in a line: "3rd round, 1 finding; last time 4"."""
    found = "no finding" if now.findings == 0 else f"{now.findings} finding{'s' * (now.findings > 1)}"
    before = "" if now.last_time is None else f"; last time {now.last_time or 'none'}"
    return f"{ordinal(now.round)} round, {found}{before}"


def ordinal(number: int) -> str:
    """A number as it counts things in English: 1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def figures(rounds: Sequence[Round], *, shown_rules: int = 3) -> PracticeFigures:
    """What at least one round, in the order of time, say of somebody. The first five rounds are held against
    the last five; where there are fewer than ten, the first half against the last."""
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
