"""What a first letter needs beyond the case's fields: what went wrong, and what the feeling asks for."""

from collections.abc import Collection, Mapping

from followup.domain.cases.case import Feeling, Severity

ANSWERS: Mapping[Feeling, str] = {
    Feeling.WORRIED: "what is safe now, and by when the rest is",
    Feeling.CONFUSED: "the answer to their question",
    Feeling.IGNORED: "the answer to their question",
    Feeling.TREATED_UNFAIRLY: "what we do for others in the same case",
}
"""What somebody who feels like this needs to hear; an agent says it, because no template can know it."""


def answer_wanted(feeling: str | None) -> str | None:
    """What somebody needs to hear who feels like this, by the word for it; None if nothing more."""
    return {one.value: wanted for one, wanted in ANSWERS.items()}.get(feeling or "")


_NOT_RETOLD = frozenset({Feeling.EMBARRASSED, Feeling.DISTRESSED})
_MAKES_NOTHING_SPECIFIC = frozenset({"order", "occurred_on"})
"""A date and an order number never make a letter specific."""


def must_say_what_happened(severity: Severity, feeling: Feeling | None) -> bool:
    """Whether a letter must say what went wrong: from moderate upwards, but to nobody who is not told it
    again or is not written to."""
    return severity is not Severity.MINOR and feeling not in _NOT_RETOLD


def says_what_happened(happened: str | None, named: Collection[str]) -> bool:
    """Whether a case has an agent's sentence about what happened, or a phrase that names a fact."""
    return bool(happened) or not _MAKES_NOTHING_SPECIFIC.issuperset(named)


def must_answer(severity: Severity) -> bool:
    """Whether a letter waits for what the feeling asks for."""
    return severity in (Severity.SERIOUS, Severity.SEVERE)


def is_held(*, severity: Severity, feeling: Feeling | None, says_event: bool, answered: bool) -> bool:
    """Whether the first letter of a case is held as things stand, because something is not recorded that
    `missing` names."""
    if must_say_what_happened(severity, feeling) and not says_event:
        return True
    return must_answer(severity) and feeling in ANSWERS and not answered


def missing(
    case: str,
    *,
    severity: Severity,
    feeling: Feeling | None,
    says_event: bool,
    answered: bool,
) -> tuple[str, ...]:
    """What to add to a case so that its first letter is not held or says too little, each with its command.
    `case` is its reference."""
    change = f"followup case set {case}"
    found = []
    if must_say_what_happened(severity, feeling) and not says_event:
        found.append(
            "Nothing says what went wrong, so the letter would be held. Say it as you would tell them: "
            f'{change} --what-happened "…"'
        )
    wanted = ANSWERS.get(feeling) if feeling else None
    if severity is not Severity.MINOR and wanted and not answered:
        begin = "The letter waits for" if must_answer(severity) else "They need to hear"
        found.append(f'{begin} {wanted}: {change} --answer "…"')
    return tuple(found)
