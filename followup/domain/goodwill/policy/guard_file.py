"""Parsing the guards of a policy file: everything that applies after a rule has matched. Each function adds
mistakes to the file's list.
"""

from collections.abc import Mapping
from typing import TypeVar

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.amount_file import money_fact, read_number
from followup.domain.goodwill.policy.authority import Authority, JustUnder, Never, Repeat, Requirement
from followup.domain.goodwill.policy.caps import (
    LONGEST_WINDOW_DAYS,
    Cap,
    CapScope,
    Cooldown,
    Overcompensation,
    Share,
    Window,
    read_window,
)
from followup.domain.goodwill.policy.facts import FactSpec
from followup.domain.people.agent import Role
from followup.domain.shared.toml_file import Mistake, Table
from followup.domain.shared.unreadable import UnreadableValue

UNLIMITED = "unlimited"

_WINDOW_MEND = 'Write "365d", "week", "month", "quarter", "year", "financial_year" or "ever".'

AnyGuard = TypeVar("AnyGuard", Cap, Cooldown)


def _window(table: Table, default: str | None) -> Window:
    text = table.text("window", default)
    starts = table.text("starts")
    window = read_window(text, starts)
    if window is not None:
        return window
    if starts and read_window(text) is not None:
        table.refuse(
            "starts",
            f"a window {text!r} cannot start on {starts!r}.",
            'Write window = "financial_year", starts = "04-06": month and day.',
        )
    elif text:
        table.refuse("window", f"{text!r} is not a window.", _WINDOW_MEND)
    return Window("ever")


def read_caps(top: Table, specs: Mapping[str, FactSpec], currency: str) -> tuple[Cap, ...]:
    """The [[cap]] tables. `specs` are the facts of which a cap may be a percentage."""
    caps = []
    for table in top.tables("cap"):
        table.refuse_unknown_keys(
            (
                *("id", "scope", "window", "starts", "amount", "percent", "of"),
                *("times", "class", "kind", "reason", "why"),
            )
        )
        reasons = table.texts("reason")
        scope = _cap_scope(table, reasons)
        window = _window(table, None)
        amount = table.money("amount", currency)
        times = table.integer("times", minimum=1) if "times" in table.values else None
        share = _share(table, specs, currency)
        if not {"amount", "percent", "of"} & table.values.keys() and times is None:
            table.refuse("", "a cap needs an amount or times.", 'Write amount = "100", or times = 3.')
        gesture_class = table.word("class", GestureClass)
        kind = table.word("kind", GestureKind)
        parts = (str(scope), window.text, *(str(word) for word in (gesture_class, kind) if word), *reasons)
        name = table.text("id") or "-".join(parts)
        caps.append(
            Cap(
                name,
                scope,
                window,
                amount,
                times,
                gesture_class,
                kind,
                reasons,
                share,
                table.file.lines.at(table.path),
            )
        )
    return _named_apart(caps, top)


def _share(table: Table, specs: Mapping[str, FactSpec], currency: str) -> Share | None:
    """The percentage of a money fact that a cap is, if it is one."""
    if not {"percent", "of"} & table.values.keys():
        return None
    if "amount" in table.values:
        table.refuse("amount", "a cap is an amount, or a percentage of a fact.", "Leave one of the two out.")
        return None
    try:
        percent = read_number("percent", table.values.get("percent"))
        of = money_fact(table.values, "of", specs, currency)
        return Share(percent, of, as_fraction="/" in str(table.values["percent"]))
    except UnreadableValue as error:
        table.refuse("", error.message, error.expected)
        return None


def _cap_scope(table: Table, reasons: tuple[str, ...]) -> CapScope:
    """The scope of a cap. If a cap on a customer names reasons, only gestures for those reasons count."""
    scope = table.word("scope", CapScope, required=True) or CapScope.CUSTOMER
    if not reasons:
        return scope
    if scope in (CapScope.AGENT, CapScope.TEAM):
        table.refuse("reason", f"a cap on the {scope} counts all reasons.", "Leave the reason out.")
    return CapScope.CUSTOMER_REASON if scope is CapScope.CUSTOMER else scope


def read_cooldowns(top: Table) -> tuple[Cooldown, ...]:
    """The [[cooldown]] tables."""
    cooldowns = []
    for table in top.tables("cooldown"):
        table.refuse_unknown_keys(("id", "scope", "days", "window", "class", "kind", "why"))
        scope = table.word("scope", CapScope) or CapScope.CUSTOMER
        cooldowns.append(
            Cooldown(
                table.text("id") or f"cooldown-{scope}",
                scope,
                _cooldown_days(table),
                table.word("class", GestureClass),
                table.word("kind", GestureKind),
                table.file.lines.at(table.path),
            )
        )
    return _named_apart(cooldowns, top)


def _cooldown_days(table: Table) -> int:
    """The days of a cooldown, written `days = 30`, or `window = "30d"` as in caps."""
    if "window" in table.values:
        window = _window(table, None)
        if not window.days:
            table.refuse("window", "a cooldown is a number of days.", 'Write days = 30, or window = "30d".')
        return window.days or 1
    if "days" not in table.values:
        table.refuse("", "days is missing.", "Write days = 30.")
        return 1
    days = table.integer("days", minimum=1)
    if days > LONGEST_WINDOW_DAYS:
        table.refuse(
            "days", f"days is above {LONGEST_WINDOW_DAYS}.", 'Write a cap of times = 1 and window = "ever".'
        )
        return 1
    return days


def _named_apart(guards: list[AnyGuard], top: Table) -> tuple[AnyGuard, ...]:
    """The guards, with a mistake for a name used twice: reports could not tell the two apart."""
    lines: dict[str, int] = {}
    for guard in guards:
        if guard.name in lines:
            message = f"{guard.name} stands at line {lines[guard.name]} already."
            top.file.mistakes.append(Mistake(guard.line, "", message, 'Give it an id: id = "another-name".'))
        lines.setdefault(guard.name, guard.line)
    return tuple(guards)


def read_overcompensation(top: Table) -> Overcompensation | None:
    """The [overcompensation] table, if there is one."""
    table = top.table("overcompensation", "overcompensation")
    if table is None:
        return None
    table.refuse_unknown_keys(("warn_percent", "cap_percent", "class"))
    warn, cap = (
        table.integer(key, minimum=1) if key in table.values else None
        for key in ("warn_percent", "cap_percent")
    )
    if warn is not None and cap is not None and cap < warn:
        table.refuse(
            "cap_percent",
            "cap_percent is below warn_percent.",
            "Warn before the cap: write the smaller as warn_percent.",
        )
    return Overcompensation(warn, cap, table.word("class", GestureClass), table.file.lines.at(table.path))


def read_nevers(top: Table) -> tuple[Never, ...]:
    """The [[never]] tables."""
    nevers = []
    for table in top.tables("never"):
        table.refuse_unknown_keys(("kind", "role", "why"))
        if "kind" not in table.values:
            table.refuse("", "kind is missing.", 'Write kind = "gift", role = "agent".')
        nevers.append(
            Never(
                table.words("kind", GestureKind),
                table.words("role", Role),
                table.text("why"),
                table.file.lines.at(table.path),
            )
        )
    return tuple(nevers)


_SIGNS = ("similar_cases", "other_agents", "linked_customers")
"""The signs of repetition. If a [[repeat]] names none, one of any is enough."""

_JUST_UNDER_MEND = "Write just_under = { percent = 90, times = 5 }."


def read_repeats(top: Table) -> tuple[Repeat, ...]:
    """The [[repeat]] tables."""
    repeats = []
    for table in top.tables("repeat"):
        table.refuse_unknown_keys((*_SIGNS, "just_under", "window", "approver", "class"))
        just_under = _just_under(table)
        named = [sign for sign in _SIGNS if sign in table.values]
        if not named and "just_under" not in table.values:
            named = list(_SIGNS)
        counts = {sign: table.integer(sign, minimum=1) if sign in named else None for sign in _SIGNS}
        repeats.append(
            Repeat(
                _window(table, "365d"),
                counts["similar_cases"],
                counts["other_agents"],
                counts["linked_customers"],
                just_under,
                table.word("approver", Role) or Role.MANAGER,
                table.word("class", GestureClass),
                table.file.lines.at(table.path),
            )
        )
    return tuple(repeats)


def _just_under(repeat: Table) -> JustUnder | None:
    table = repeat.table("just_under", repeat.where)
    if table is None:
        return None
    table.refuse_unknown_keys(("percent", "times"))
    if "percent" not in table.values or "times" not in table.values:
        table.refuse("", "just_under needs a percent and times.", _JUST_UNDER_MEND)
        return None
    percent = table.integer("percent", minimum=1)
    if percent > 100:
        table.refuse(
            "percent", "percent is above 100: more than the limit is not under it.", _JUST_UNDER_MEND
        )
        return None
    return JustUnder(percent, table.integer("times", minimum=1))


def read_authorities(top: Table, currency: str) -> tuple[Authority, ...]:
    """The [[authority]] tables."""
    authorities: list[Authority] = []
    for table in top.tables("authority"):
        table.refuse_unknown_keys(("role", "per_gesture", "per_day", "class"))
        role = table.word("role", Role, required=True)
        gesture_class = table.word("class", GestureClass)
        if "per_gesture" not in table.values:
            table.refuse("", "per_gesture is missing.", 'Write per_gesture = "25", or "unlimited".')
        if role is None:
            continue
        entry = Authority(
            role,
            _limit(table, "per_gesture", currency),
            _limit(table, "per_day", currency),
            gesture_class,
            table.file.lines.at(table.path),
        )
        same = [one for one in authorities if (one.role, one.gesture_class) == (role, gesture_class)]
        if same:
            table.refuse(
                "role",
                f"the authority of {role} stands at line {same[0].line} already.",
                "Keep one of the two.",
            )
        authorities.append(entry)
    return tuple(authorities)


def _limit(table: Table, key: str, currency: str) -> int | None:
    """A limit in minor units; None if the policy says unlimited or sets none."""
    return None if table.values.get(key) == UNLIMITED else table.money(key, currency)


def read_requirements(top: Table, currency: str) -> tuple[Requirement, ...]:
    """The [[require]] tables."""
    requirements = []
    for table in top.tables("require"):
        table.refuse_unknown_keys(("from", "note_words", "notify"))
        from_minor = table.money("from", currency, required=True) or 0
        words = table.integer("note_words")
        notify = table.word("notify", Role)
        if not words and notify is None:
            table.refuse("", "it requires nothing.", 'Write note_words = 30, or notify = "manager".')
        requirements.append(Requirement(from_minor, words, notify, table.file.lines.at(table.path)))
    return tuple(requirements)
