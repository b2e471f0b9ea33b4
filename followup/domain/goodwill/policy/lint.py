"""The lint of a policy: unreachable rules, cases that no rule covers, overlapping rules, amounts that nobody
may approve.

Every finding names its place and a way to mend it. A finding never stops other checks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from followup.domain.goodwill.gesture import GestureClass
from followup.domain.goodwill.policy.amounts import Amount, AmountRange, worth_minor
from followup.domain.goodwill.policy.authority import Authority
from followup.domain.goodwill.policy.decision_space import (
    MOST_STEPS,
    Box,
    Space,
    TooMuchWork,
    find_uncovered,
    space_of,
)
from followup.domain.goodwill.policy.facts import FactSpec, FactType, FactValue
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.goodwill.policy.policy_file import read_policy
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.toml_file import BrokenFile, Mistake
from followup.domain.shared.word import Word

MOST_EXAMPLES = 10
"""The greatest number of uncovered cases, and of overlaps, that are shown."""

_ENDLESS = 10**15


class Level(Word):
    """The severity of a finding."""

    ERROR = "error", "The policy does not do what it says"
    WARNING = "warning", "It may be meant so"


@dataclass(frozen=True, slots=True)
class PolicyFinding:
    """A finding. `rule` is "" if it concerns no single rule."""

    level: Level
    line: int
    rule: str
    message: str
    mend: str


def lint(
    policy: Policy, *, budget_currencies: frozenset[str] = frozenset(), most_steps: int = MOST_STEPS
) -> tuple[PolicyFinding, ...]:
    """All findings about a policy, in the order of the file. `budget_currencies` are the currencies of the
    budgets that the policy draws on. `most_steps` bounds each search; an abandoned search is reported as a
    finding.
    """
    findings = [
        *_contradictions(policy),
        *_shadowed(policy, most_steps),
        *islice(_overlaps(policy), MOST_EXAMPLES),
        *_uncovered(policy, most_steps),
        *_unapprovable(policy),
        *_unused_facts(policy),
        *_currencies(policy, budget_currencies),
    ]
    return tuple(sorted(findings, key=lambda finding: finding.line))


def lint_text(
    text: str, source: str, *, budget_currencies: frozenset[str] = frozenset()
) -> tuple[PolicyFinding, ...]:
    """All findings about the text of a policy file, valid or not, in the order of its lines.

    If the file has mistakes, only findings that no correction of them could change are given: errors in the
    valid rules, provided that all mistakes are in rules.
    """
    try:
        policy, file = read_policy(text, source)
    except BrokenFile as error:
        return tuple(_of_mistake(mistake, "") for mistake in error.mistakes)
    if not file.mistakes:
        return lint(policy, budget_currencies=budget_currencies)
    broken = [_rule_name(policy, mistake) for mistake in file.mistakes]
    findings = [_of_mistake(*one) for one in zip(file.mistakes, broken, strict=True)]
    if all(broken):
        sound = tuple(rule for rule in policy.rules if rule.id and rule.id not in broken)
        rest = lint(replace(policy, rules=sound), budget_currencies=budget_currencies)
        findings += [finding for finding in rest if finding.level is Level.ERROR and finding.rule]
    return tuple(sorted(findings, key=lambda finding: finding.line))


def _rule_name(policy: Policy, mistake: Mistake) -> str:
    """The id of the rule that a mistake is in, or its number; "" if it is in no rule."""
    match mistake.path:
        case ("rule", int(place), *_):
            return policy.rules[place].id or str(place + 1)
    return ""


def _of_mistake(mistake: Mistake, rule: str) -> PolicyFinding:
    if rule:
        return PolicyFinding(Level.ERROR, mistake.line, rule, mistake.message, mistake.mend)
    where = f"{mistake.where}: " if mistake.where else ""
    return PolicyFinding(Level.ERROR, mistake.line, "", f"{where}{mistake.message}", mistake.mend)


def _contradictions(policy: Policy) -> Iterator[PolicyFinding]:
    """Empty intervals, and conditions that no value of the fact can meet."""
    space = space_of([rule.when for rule in policy.rules])
    axes = {axis.fact.name: axis for axis in space.axes}
    for rule in policy.rules:
        for condition in rule.when:
            name = condition.fact.name
            if any(span.contradictory for span in condition.spans):
                yield _error(
                    rule,
                    f"nothing lies in the interval that {name} asks for.",
                    "Write the smaller end first, and [ or ] where an end belongs to it.",
                )
            elif not axes[name].cells_of(condition):
                yield _error(
                    rule,
                    f"no value of {name} meets the condition: it asks for {condition.asks}.",
                    f"Compare it with what [facts.{name}] allows.",
                )


def _error(rule: Rule, message: str, mend: str) -> PolicyFinding:
    return PolicyFinding(Level.ERROR, rule.line, rule.id, message, mend)


def _warning(rule: Rule, message: str, mend: str) -> PolicyFinding:
    return PolicyFinding(Level.WARNING, rule.line, rule.id, message, mend)


def _boxes(policy: Policy) -> tuple[Space, list[Box]]:
    space = space_of([rule.when for rule in policy.rules])
    return space, [space.box_of(rule.when) for rule in policy.rules]


def _shadowed(policy: Policy, most_steps: int) -> Iterator[PolicyFinding]:
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
            yield _error(
                rule,
                f"no case reaches it: {', '.join(takers)} above {take} them all.",
                f"Move it above {takers[0]}, or narrow that rule's conditions.",
            )


def _given_up(line: int, rule: str, question: str) -> PolicyFinding:
    message = f"the search for {question} was given up: it takes too long."
    return PolicyFinding(Level.WARNING, line, rule, message, "Split the policy, or use fewer bands.")


def _meet(one: Box, other: Box) -> bool:
    return all(mine & theirs for mine, theirs in zip(one, other, strict=True))


def _within(one: Box, other: Box) -> bool:
    return all(not mine & ~theirs for mine, theirs in zip(one, other, strict=True))


def _overlaps(policy: Policy) -> Iterator[PolicyFinding]:
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
                yield _warning(
                    rule,
                    f"its band of {axis.fact.name} overlaps that of {above.id}: "
                    f"{axis.example_of(shared)} meets both, and {above.id} wins.",
                    'Let one end where the other begins: "[30..60)" and "[60..120)".',
                )


def _uncovered(policy: Policy, most_steps: int) -> Iterator[PolicyFinding]:
    """Cases with all facts that no rule covers: one example for each reason."""
    if not policy.rules:
        yield PolicyFinding(Level.ERROR, 1, "", "the policy has no rule.", "Add a [[rule]].")
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
            yield PolicyFinding(Level.WARNING, last, "", "there are more cases that no rule covers.", mend)
            return
        yield PolicyFinding(
            Level.WARNING,
            last,
            "",
            f"no rule covers a case such as {_example(space, hole)}.",
            "Add a rule for it, or a last rule without conditions.",
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


def _unapprovable(policy: Policy) -> Iterator[PolicyFinding]:
    """Amounts above the authority of every role, and kinds that no role may give."""
    if not policy.authorities and any(rule.kind.has_amount for rule in policy.rules):
        yield PolicyFinding(
            Level.WARNING,
            1,
            "",
            "no role has authority, so nobody may give or approve money.",
            'Add [[authority]] role = "agent", per_gesture = "25".',
        )
    for rule in policy.rules:
        if all(any(never.forbids(rule.kind, role) for never in policy.nevers) for role in Role):
            yield _error(rule, f"no role may give a {rule.kind}.", "Change [[never]], or offer another kind.")
        if rule.amount is not None and policy.authorities:
            yield from _above_authority(policy, rule, rule.amount)


def _above_authority(policy: Policy, rule: Rule, amount: Amount | AmountRange) -> Iterator[PolicyFinding]:
    top = _top_authority(policy.authorities, rule.gesture_class)
    if top is None:
        return
    low, high = (amount.low, amount.high) if isinstance(amount, AmountRange) else (amount, amount)
    least = _extreme(policy.known_facts, low, rule.round_to_minor, most=False)
    most = _extreme(policy.known_facts, high, rule.round_to_minor, most=True)
    limit = Money(top, policy.currency)
    mend = "Raise a role's per_gesture, or lower the amount with at_most."
    if least > top:
        at_least = Money(least, policy.currency)
        yield _error(rule, f"it offers {at_least} or more, and no role may give more than {limit}.", mend)
    elif top < most < _ENDLESS // 10**4:
        at_most = Money(most, policy.currency)
        yield _warning(rule, f"it offers up to {at_most}, and no role may give more than {limit}.", mend)


def _top_authority(authorities: Sequence[Authority], gesture_class: GestureClass) -> int | None:
    """The highest limit of any role, in minor units; None if unlimited."""
    limits = [
        entry.per_gesture_minor for entry in authorities if entry.gesture_class in (None, gesture_class)
    ]
    if None in limits:
        return None
    return max((limit for limit in limits if limit is not None), default=0)


def _extreme(specs: Mapping[str, FactSpec], amount: Amount, round_to_minor: int, *, most: bool) -> int:
    """The smallest or greatest possible value of an amount, in minor units: every form increases with its
    facts.
    """
    facts = {name: _end(specs[name], most=most) for name in amount.needs}
    return worth_minor(amount, facts, round_to_minor)


def _end(spec: FactSpec, *, most: bool) -> FactValue:
    end = spec.maximum if most else spec.minimum
    if end is not None:
        return end
    value = _ENDLESS if most else 0
    if spec.type is FactType.MONEY:
        return Money(value, spec.currency)
    return Decimal(value) if spec.type is FactType.DECIMAL else value


def _unused_facts(policy: Policy) -> Iterator[PolicyFinding]:
    """Declared facts that no rule uses."""
    used = {name for rule in policy.rules for name in rule.needs}
    used |= {condition.fact.name for rule in policy.rules for condition in rule.when}
    for spec in policy.derived_facts:
        assert spec.elapsed is not None
        if spec.name in used:
            used |= {spec.elapsed.start, spec.elapsed.end}
    for name, spec in policy.facts.items():
        if name not in used:
            mend = "Use it in a rule, or leave it out: people are asked for it."
            yield PolicyFinding(Level.WARNING, spec.line, "", f"no rule uses the fact {name}.", mend)


def _currencies(policy: Policy, budget_currencies: frozenset[str]) -> Iterator[PolicyFinding]:
    others = sorted(budget_currencies - {policy.currency})
    if others:
        message = f"the policy is in {policy.currency}, and there are budgets in {', '.join(others)}."
        yield PolicyFinding(Level.ERROR, 1, "", message, "Use one currency in a workspace.")
