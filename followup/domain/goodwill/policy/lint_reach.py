"""Which cases the rules of a policy reach: conditions that nothing meets, rules that nothing reaches, bands
that overlap, and cases that no rule covers.
"""

from collections.abc import Iterator

from followup.domain.goodwill.policy.decision_space import (
    Box,
    Space,
    TooMuchWork,
    find_uncovered,
    space_of,
)
from followup.domain.goodwill.policy.finding import FindingCode, Level, PolicyFinding, error, warning
from followup.domain.goodwill.policy.policy import Policy

MOST_EXAMPLES = 10
"""The greatest number of uncovered cases, and of overlaps, that are shown."""


def contradictions(policy: Policy) -> Iterator[PolicyFinding]:
    """Empty intervals, and conditions that no value of the fact can meet."""
    space = space_of([rule.when for rule in policy.rules])
    axes = {axis.fact.name: axis for axis in space.axes}
    for rule in policy.rules:
        for condition in rule.when:
            name = condition.fact.name
            if any(span.contradictory for span in condition.spans):
                yield error(
                    FindingCode.IMPOSSIBLE_CONDITION,
                    rule,
                    f"nothing lies in the interval that {name} asks for.",
                    "Write the smaller end first, and [ or ] where an end belongs to it.",
                )
            elif not axes[name].cells_of(condition):
                yield error(
                    FindingCode.IMPOSSIBLE_CONDITION,
                    rule,
                    f"no value of {name} meets the condition: it asks for {condition.asks}.",
                    f"Compare it with what [facts.{name}] allows.",
                )


def _boxes(policy: Policy) -> tuple[Space, list[Box]]:
    space = space_of([rule.when for rule in policy.rules])
    return space, [space.box_of(rule.when) for rule in policy.rules]


def shadowed(policy: Policy, most_steps: int) -> Iterator[PolicyFinding]:
    """Rules that no case reaches, because earlier rules cover all their cases."""
    _, boxes = _boxes(policy)
    steps = [most_steps]
    for place, (rule, box) in enumerate(zip(policy.rules, boxes, strict=True)):
        if not all(box):
            continue
        earlier = [other for other in range(place) if _meet(box, boxes[other])]
        try:
            reached = find_uncovered(box, [boxes[other] for other in earlier], steps)
        except TooMuchWork:
            yield _given_up(rule.line, rule.id, "cases that reach it, and the rules below it,")
            return
        if reached is None:
            whole = [policy.rules[other].id for other in earlier if _within(box, boxes[other])]
            takers = whole[:1] or [policy.rules[other].id for other in earlier]
            take = "takes" if len(takers) == 1 else "take"
            yield error(
                FindingCode.SHADOWED,
                rule,
                f"no case reaches it: {', '.join(takers)} above {take} them all.",
                f"Move it above {takers[0]}, or narrow that rule's conditions.",
            )


def _given_up(line: int, rule: str, question: str) -> PolicyFinding:
    message = f"the search for {question} was given up: it takes too long."
    mend = "Split the policy, or use fewer bands."
    return PolicyFinding(Level.WARNING, line, rule, message, mend, FindingCode.SEARCH_GIVEN_UP)


def _meet(one: Box, other: Box) -> bool:
    return all(mine & theirs for mine, theirs in zip(one, other, strict=True))


def _within(one: Box, other: Box) -> bool:
    return all(not mine & ~theirs for mine, theirs in zip(one, other, strict=True))


def overlaps(policy: Policy) -> Iterator[PolicyFinding]:
    """Pairs of rules whose conditions overlap although neither contains the other. A narrow rule above a wide
    one is the way to write an exception and is not reported.
    """
    space, boxes = _boxes(policy)
    ordered = [number for number, axis in enumerate(space.axes) if axis.fact.ordered]
    for place, later in enumerate(boxes):
        for other in range(place):
            earlier = boxes[other]
            if not _meet(earlier, later):
                continue
            for number in ordered:
                axis = space.axes[number]
                shared = earlier[number] & later[number]
                if shared in (earlier[number], later[number]):
                    continue
                rule, above = policy.rules[place], policy.rules[other]
                yield warning(
                    FindingCode.OVERLAP,
                    rule,
                    f"its band of {axis.fact.name} overlaps that of {above.id}: "
                    f"{axis.example_of(shared)} meets both, and {above.id} wins.",
                    'Let one end where the other begins: "[30..60)" and "[60..120)".',
                )


def uncovered(policy: Policy, most_steps: int) -> Iterator[PolicyFinding]:
    """Cases with all facts that no rule covers: one example for each reason."""
    if not policy.rules:
        message = "the policy has no rule."
        yield PolicyFinding(Level.ERROR, 1, "", message, "Add a [[rule]].", FindingCode.NO_RULE)
        return
    space, boxes = _boxes(policy)
    last = policy.rules[-1].line
    found = 0
    steps = [most_steps]
    for box in _for_each_reason(space):
        try:
            hole = find_uncovered(box, [other for other in boxes if _meet(box, other)], steps)
        except TooMuchWork:
            yield _given_up(last, "", "cases that no rule covers")
            return
        if hole is None:
            continue
        found += 1
        if found > MOST_EXAMPLES:
            mend = "Mend those that are shown first."
            message = "there are more cases that no rule covers."
            yield PolicyFinding(Level.WARNING, last, "", message, mend, FindingCode.UNCOVERED)
            return
        yield PolicyFinding(
            Level.WARNING,
            last,
            "",
            f"no rule covers a case such as {_example(space, hole)}.",
            "Add a rule for it, or a last rule without conditions.",
            FindingCode.UNCOVERED,
        )


def _for_each_reason(space: Space) -> Iterator[Box]:
    """All cases, split by reason so that one gap does not hide another."""
    whole = space.known_box
    place = next((n for n, axis in enumerate(space.axes) if axis.fact.name == "reason"), None)
    if place is None:
        yield whole
        return
    for bit in range(len(space.axes[place].shown)):
        yield (*whole[:place], 1 << bit, *whole[place + 1 :])


def _example(space: Space, hole: Box) -> str:
    """The facts that matter in an uncovered part, each with one value."""
    told = [
        f"{axis.fact.name} = {axis.example_of(cells)}"
        for axis, cells in zip(space.axes, hole, strict=True)
        if cells != axis.known
    ]
    return ", ".join(told) or "any"
