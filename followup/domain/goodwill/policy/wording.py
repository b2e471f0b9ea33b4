"""A policy in words: one entry for each table of the file, readable without programming knowledge.

`policy show` prints these entries; `policy diff` compares those of two files.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.amounts import AmountRange, Rounding
from followup.domain.goodwill.policy.authority import Authority, Never, Repeat, Requirement
from followup.domain.goodwill.policy.caps import Cap, CapScope, Cooldown, Overcompensation
from followup.domain.goodwill.policy.conditions import Condition
from followup.domain.goodwill.policy.derived import Derived, Ratio
from followup.domain.goodwill.policy.elapsed import Elapsed
from followup.domain.goodwill.policy.facts import FactSpec, FactValue, show_value
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.shared.money import Money
from followup.domain.shared.word import Word, with_article

Value = str | tuple[str, ...]
"""The value of a field: a text or a list of texts; "" if there is none."""


class PolicyPart(Word):
    """The parts of a policy file, in the order in which they are shown."""

    SETTING = "setting", "What holds for the whole file"
    FACT = "fact", "What a case may tell beyond the built-in facts"
    RULE = "rule", "What is offered, tried from top to bottom"
    CAP = "cap", "At most so much, or so often"
    COOLDOWN = "cooldown", "Days between two gestures"
    OVERCOMPENSATION = "overcompensation", "When money looks like buying silence"
    NEVER = "never", "What a role may not give"
    REPEAT = "repeat", "When somebody with an overview looks first"
    AUTHORITY = "authority", "Who may give how much without asking"
    REQUIREMENT = "requirement", "What must be written down, and who is told"


@dataclass(frozen=True, slots=True)
class PolicyEntry:
    """One table of a policy file. `name` identifies it within its part, `words` describes it in a sentence,
    `fields` has the values that may differ between two files.
    """

    part: PolicyPart
    name: str
    words: str
    fields: tuple[tuple[str, Value], ...]
    line: int = 0

    def field(self, name: str) -> Value:
        """The value of a field; "" if the entry has none."""
        return dict(self.fields).get(name, "")


def entries_of(policy: Policy) -> tuple[PolicyEntry, ...]:
    """All entries of a policy, part by part, in the order of the file."""
    currency = policy.currency
    return (
        *(
            PolicyEntry(PolicyPart.SETTING, name, value, (("value", value),))
            for name, value in (
                ("version", policy.version),
                ("currency", currency),
                ("timezone", policy.timezone),
            )
        ),
        *(_fact(spec) for spec in policy.facts.values()),
        *(_rule(rule, currency) for rule in policy.rules),
        *(_cap(cap, currency) for cap in policy.caps),
        *(_cooldown(cooldown) for cooldown in policy.cooldowns),
        *([_overcompensation(policy.overcompensation)] if policy.overcompensation else []),
        *_numbered(_never(never) for never in policy.nevers),
        *_numbered(_repeat(repeat) for repeat in policy.repeats),
        *(_authority(authority, currency) for authority in policy.authorities),
        *_numbered(_requirement(requirement, currency) for requirement in policy.requirements),
    )


def condition_words(condition: Condition) -> str:
    """A condition in words: "delay_minutes is from 30 to under 60 minutes"."""
    return f"{condition.fact.name} is {condition.asks_in_units}"


def offer_words(rule: Rule, currency: str) -> str:
    """The offer of a rule in words, with its rounding and its smallest payout."""
    if rule.amount is None:
        return str(rule.kind)
    of = "" if isinstance(rule.amount, AmountRange) else " of"
    text = f"{rule.kind}{of} {rule.amount.words(currency)}"
    text += rounding_words(rule, currency)
    if rule.minimum_payout_minor:
        least = Money(rule.minimum_payout_minor, currency)
        if rule.keeping is None:
            text += f", nothing below {least}"
        else:
            text += f", paid out from {least} on; less is kept in {rule.keeping.name}"
    return text


def offers_words(rule: Rule, currency: str) -> str:
    """The offer of a rule and what may be had instead, in words."""
    return ", or ".join(offer_words(one, currency) for one in rule.offers)


def rounding_words(rule: Rule, currency: str) -> str:
    """How the amount of a rule is rounded, after a comma; "" if to the nearest minor unit."""
    up = " up" if rule.rounding is Rounding.UP else ""
    if rule.round_to_minor > 1:
        return f", rounded{up} to {Money(rule.round_to_minor, currency)}"
    return f", rounded{up}" if up else ""


def _fact(spec: FactSpec) -> PolicyEntry:
    fields: tuple[tuple[str, Value], ...] = (
        ("type", str(spec.type)),
        ("unit", spec.unit),
        ("question", spec.ask),
        ("choices", spec.choices),
        ("least", _bound(spec, spec.minimum)),
        ("most", _bound(spec, spec.maximum)),
        ("counted", _derived(spec.derived)),
    )
    return PolicyEntry(PolicyPart.FACT, spec.name, spec.question, fields, spec.line)


def _bound(spec: FactSpec, bound: FactValue | None) -> str:
    return "" if bound is None else show_value(spec, bound)


def _derived(derived: Derived | None) -> str:
    """How a fact is calculated from others."""
    match derived:
        case Elapsed():
            return _elapsed(derived)
        case Ratio(part, of, rest):
            return f"what {part} leaves of {of}, in percent" if rest else f"{part} in percent of {of}"
    return ""


def _elapsed(elapsed: Elapsed) -> str:
    skipped = elapsed.after_working_days
    after = f", beginning after {skipped} working {'day' if skipped == 1 else 'days'}" if skipped else ""
    return f"{str(elapsed.unit).replace('_', ' ')} from {elapsed.start} to {elapsed.end}{after}"


def _rule(rule: Rule, currency: str) -> PolicyEntry:
    conditions = tuple(condition_words(condition) for condition in rule.when)
    offer = offers_words(rule, currency)
    fields: tuple[tuple[str, Value], ...] = (
        ("conditions", conditions),
        ("offer", offer),
        ("class", str(rule.gesture_class)),
        ("why", rule.why),
    )
    when = f"when {', '.join(conditions)}" if conditions else "always"
    return PolicyEntry(PolicyPart.RULE, rule.id, f"{offer}, {when}", fields, rule.line)


def _cap(cap: Cap, currency: str) -> PolicyEntry:
    amount = "" if cap.amount_minor is None else str(Money(cap.amount_minor, currency))
    amount = cap.share.words if cap.share else amount
    times = "" if cap.times is None else str(cap.times)
    most = [f"{amount} in all"] if cap.window.text == "ever" and amount else [amount] if amount else []
    most += [_counted(cap.times, "time")] if cap.times else []
    reasons = f", where the reason is {' or '.join(cap.reasons)}" if cap.reasons else ""
    window = "" if cap.window.text == "ever" else f" {cap.window.words}"
    what = _what(cap.gesture_class, cap.kind)
    words = f"{_first_up(what)} {cap.scope.in_general}{reasons}: at most {' and '.join(most)}{window}"
    fields: tuple[tuple[str, Value], ...] = (
        ("scope", str(cap.scope)),
        ("window", _window_text(cap)),
        ("amount", amount),
        ("times", times),
        ("class", _word(cap.gesture_class)),
        ("kind", _word(cap.kind)),
        ("reasons", cap.reasons),
    )
    return PolicyEntry(PolicyPart.CAP, cap.name, words, fields, cap.line)


def _window_text(cap: Cap) -> str:
    if cap.window.text != "financial_year":
        return cap.window.text
    return "{} from {:02}-{:02}".format(cap.window.text, *cap.window.starts)


def _cooldown(cooldown: Cooldown) -> PolicyEntry:
    what = _what(cooldown.gesture_class, cooldown.kind)
    days = _counted(cooldown.days, "day")
    words = f"{_first_up(what)} {cooldown.scope.in_general}: again only after {days}"
    fields: tuple[tuple[str, Value], ...] = (
        ("scope", str(cooldown.scope)),
        ("days", str(cooldown.days)),
        ("class", _word(cooldown.gesture_class)),
        ("kind", _word(cooldown.kind)),
    )
    return PolicyEntry(PolicyPart.COOLDOWN, cooldown.name, words, fields, cooldown.line)


def _overcompensation(guard: Overcompensation) -> PolicyEntry:
    bounds = []
    if guard.warn_percent is not None:
        bounds.append(f"a warning above {guard.warn_percent} percent of the order value")
    if guard.cap_percent is not None:
        bounds.append(f"at most {guard.cap_percent} percent of the order value")
    what = _what(guard.gesture_class, None)
    words = f"{_first_up(what)} {CapScope.CASE.in_general}: {', '.join(bounds) or 'no limit'}"
    fields: tuple[tuple[str, Value], ...] = (
        ("warn_percent", _number(guard.warn_percent)),
        ("cap_percent", _number(guard.cap_percent)),
        ("class", _word(guard.gesture_class)),
    )
    return PolicyEntry(PolicyPart.OVERCOMPENSATION, "overcompensation", words, fields, guard.line)


def _never(never: Never) -> PolicyEntry:
    kinds = " or ".join(map(str, never.kinds)) or "gesture of any kind"
    roles = " or ".join(map(str, never.roles)) or "anybody"
    why = f": {never.why}" if never.why else ""
    name = f"{kinds} by {roles}"
    return PolicyEntry(
        PolicyPart.NEVER, name, f"Never a {name}{why}".rstrip("."), (("why", never.why),), never.line
    )


def _repeat(repeat: Repeat) -> PolicyEntry:
    just_under = ""
    if repeat.just_under is not None:
        just_under = f"{repeat.just_under.times} from {repeat.just_under.percent} percent of the limit"
    fields: tuple[tuple[str, Value], ...] = (
        ("similar_cases", _number(repeat.similar_cases)),
        ("other_agents", _number(repeat.other_agents)),
        ("linked_customers", _number(repeat.linked_customers)),
        ("just_under", just_under),
        ("window", repeat.window.text),
        ("approver", str(repeat.approver)),
        ("class", _word(repeat.gesture_class)),
    )
    signs = [name for name, value in fields[:4] if value]
    name = ", ".join([*signs, *([str(repeat.gesture_class)] if repeat.gesture_class else [])])
    told = ", or ".join(_sign_words(repeat))
    what = _what(repeat.gesture_class, None)
    looks = f"{_first_up(with_article(str(repeat.approver)))} looks at {what} first"
    words = f"{looks} where, {repeat.window.words}, {told}"
    return PolicyEntry(PolicyPart.REPEAT, name, words, fields, repeat.line)


def _sign_words(repeat: Repeat) -> Iterator[str]:
    if repeat.similar_cases is not None:
        yield f"the customer had {_counted(repeat.similar_cases, 'other case')} with the same reason"
    if repeat.other_agents is not None:
        yield f"{_counted(repeat.other_agents, 'other agent')} logged the same reason for the customer"
    if repeat.linked_customers is not None:
        looks = "looks" if repeat.linked_customers == 1 else "look"
        yield f"{_counted(repeat.linked_customers, 'other customer')} {looks} like the same person"
    if repeat.just_under is not None:
        were = "gesture of the agent was" if repeat.just_under.times == 1 else "gestures of the agent were"
        yield (
            f"{repeat.just_under.times} {were} just under their limit, {repeat.just_under.percent} percent "
            "of it or more, and this one is too"
        )


def _authority(authority: Authority, currency: str) -> PolicyEntry:
    per_gesture = _limit(authority.per_gesture_minor, currency)
    per_day = _limit(authority.per_day_minor, currency)
    gesture = "any amount" if authority.per_gesture_minor is None else f"up to {per_gesture}"
    name = " ".join(filter(None, (str(authority.role), _word(authority.gesture_class))))
    what = "" if authority.gesture_class is None else f" as {authority.gesture_class}"
    day = "" if authority.per_day_minor is None else f", {per_day} in a day"
    words = f"{_first_up(with_article(str(authority.role)))} may give {gesture}{what} for a gesture{day}"
    fields: tuple[tuple[str, Value], ...] = (("per_gesture", per_gesture), ("per_day", per_day))
    return PolicyEntry(PolicyPart.AUTHORITY, name, words, fields, authority.line)


def _limit(limit_minor: int | None, currency: str) -> str:
    return "unlimited" if limit_minor is None else str(Money(limit_minor, currency))


def _requirement(requirement: Requirement, currency: str) -> PolicyEntry:
    needs = [f"a note of {_counted(requirement.note_words, 'word')}"] if requirement.note_words else []
    needs += [f"the role {requirement.notify} is told"] if requirement.notify else []
    name = f"from {Money(requirement.from_minor, currency)}"
    fields: tuple[tuple[str, Value], ...] = (
        ("note_words", _number(requirement.note_words)),
        ("notify", _word(requirement.notify)),
    )
    return PolicyEntry(
        PolicyPart.REQUIREMENT, name, f"{_first_up(name)}: {' and '.join(needs)}", fields, requirement.line
    )


def _numbered(entries: Iterator[PolicyEntry]) -> Iterator[PolicyEntry]:
    """The entries; a repeated name gets a number."""
    seen: dict[str, int] = {}
    for entry in entries:
        count = seen[entry.name] = seen.get(entry.name, 0) + 1
        name = entry.name if count == 1 else f"{entry.name} ({count})"
        yield PolicyEntry(entry.part, name, entry.words, entry.fields, entry.line)


def _what(gesture_class: GestureClass | None, kind: GestureKind | None) -> str:
    """What a guard counts: "goodwill", "a gift", "all that is given"."""
    owed = {GestureClass.CORRECTIVE: "what is owed", GestureClass.GOODWILL: "goodwill"}
    if kind is not None:
        return f"{with_article(str(kind))}{f' as {gesture_class}' if gesture_class else ''}"
    return "all that is given" if gesture_class is None else owed[gesture_class]


def _first_up(text: str) -> str:
    return text[:1].upper() + text[1:]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _number(number: int | None) -> str:
    return str(number) if number else ""


def _word(word: Word | None) -> str:
    return "" if word is None else str(word)
