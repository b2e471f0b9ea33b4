"""followup policy simulate."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

import typer

from followup.cli import output
from followup.cli.call import Call, command, standard_input
from followup.cli.goodwill.policy import app

_COLUMNS = ("", "now", "new", "change")
_CLASSES = {"corrective": "money owed", "goodwill": "money as goodwill"}
_REFUSALS = {
    "budget_exhausted": "a budget was used up",
    "kept": "it was kept until the sum is large enough",
    "cap": "a cap was reached",
    "cap_unknown": "a fact was missing that a cap is a share of",
    "cooldown": "it was too soon after another",
    "overcompensation": "it was too much for the order",
    "never": "the role may not give it",
    "nobody_may_approve": "nobody may approve it",
    "nothing_due": "the amount came to nothing",
    "below_minimum": "the amount was below the smallest payout",
    "missing_facts": "a fact was missing",
}
"""Why nothing was given, in words."""


@command(
    app,
    "simulate",
    example="""
    followup policy simulate --policy new-policy.toml
    followup policy simulate --policy new-policy.toml --since 2026-01-01 --until 2026-06-30 --most 20
    """,
)
def simulate(
    call: Call,
    policy: Annotated[str, typer.Option(metavar="FILE", help="The policy file to try.")],
    since: Annotated[str | None, typer.Option(metavar="DATE", help="The first day of the cases.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="The last day of the cases, included.")
    ] = None,
    most: Annotated[int, typer.Option(min=0, max=10_000, help="The number of changed cases to list.")] = 10,
    currency: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="The currency of the cases; the default is that of the file."),
    ] = None,
) -> None:
    """Replay the recorded cases in a policy file's currency under that file, and under the policy in use for
    the currency. Writes nothing.

    Every recommendation counts as given: caps and budgets fill up with the replayed cases only, approvals are
    granted, and of a range of amounts the middle is taken."""
    from followup.application.goodwill import policy_trials

    with output.progress("Replaying", quiet=call.json) as on_progress:
        document = policy_trials.simulate(
            call.caller,
            policy,
            since=since,
            until=until,
            most=most,
            text=standard_input(policy),
            currency=currency,
            on_progress=on_progress,
        )
    call.answer(document, lambda: _show(document))


def _show(found: Mapping[str, Any]) -> None:
    others = found["in_other_currencies"]
    if others:
        named = (
            "1 case in another currency is" if others == 1 else f"{others:,} cases in other currencies are"
        )
        output.say(f"{named} left out: each currency has its own policy.")
    if not found["cases"]:
        which = f" in {found['currency']}" if others else ""
        output.lines(f"There are no recorded cases{which} in these days.")
        return
    cases = "1 case" if found["cases"] == 1 else f"{found['cases']:,} cases"
    output.lines(f"{cases}, logged from {found['first']} to {found['last']}; amounts in {found['currency']}")
    for side, key in (("now", "before"), ("new", "after")):
        output.lines(output.plain(f"{side}: {found[key]['file']}, version {found[key]['version']}"))
    output.lines("")
    output.table(_COLUMNS, _totals(found["before"], found["after"]), right=_COLUMNS[1:])
    _show_budgets(found["budgets"])
    _show_reasons(found["reasons"])
    _show_changes("more", found["more"])
    _show_changes("less", found["less"])
    _show_limits(found)


def _totals(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """The rows of totals for both replays."""
    rows = [_counts("gestures", before["gestures"], after["gestures"])]
    rows.append(_amounts("money", before["amount"], after["amount"]))
    nothing = {"gestures": 0, "amount": "0"}
    for key in ("by_class", "by_kind"):
        for word in dict.fromkeys([*before[key], *after[key]]):
            old, new = (side[key].get(word, nothing) for side in (before, after))
            label = _CLASSES.get(word, f"as {word}")
            if Decimal(old["amount"]) or Decimal(new["amount"]):
                rows.append(_amounts(label, old["amount"], new["amount"]))
            else:
                rows.append(_counts(label, old["gestures"], new["gestures"]))
    rows.append(_counts("approvals needed", before["approvals"], after["approvals"]))
    rows.append(_counts("lowered by a limit", before["lowered"], after["lowered"]))
    for code in dict.fromkeys([*before["refused_by"], *after["refused_by"]]):
        old, new = (side["refused_by"].get(code, 0) for side in (before, after))
        rows.append(_counts(f"nothing, for {_REFUSALS.get(code, code)}", old, new))
    if before["no_rule"] or after["no_rule"]:
        rows.append(_counts("nothing, for no rule matched", before["no_rule"], after["no_rule"]))
    return rows


def _counts(label: str, old: int, new: int) -> tuple[str, str, str, str]:
    return label, f"{old:,}", f"{new:,}", f"{new - old:+,}" if new != old else ""


def _amounts(label: str, old: str, new: str) -> tuple[str, str, str, str]:
    change = Decimal(new) - Decimal(old)
    return label, _money(old), _money(new), f"{change:+,}" if change else ""


def _money(amount: str) -> str:
    return f"{Decimal(amount):,}"


def _show_budgets(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    output.lines("\nBudgets, and how often one had too little left")
    columns = ("budget", "period", "limit", "used now", "used new", "too little now", "too little new")
    output.table(columns, (_budget(row) for row in rows), right=columns[2:])


def _budget(row: dict[str, Any]) -> tuple[object, ...]:
    """What both replays used of a budget; a replay that did not draw on it used nothing."""
    sides = [row["before"], row["after"]]
    limit = next(side["limit"] for side in sides if side)
    used = [_money(side["used"]) if side else "" for side in sides]
    refused = [side["refused"] if side else "" for side in sides]
    return row["budget"], row["period"], _money(limit), *used, *refused


def _show_reasons(rows: list[dict[str, Any]]) -> None:
    output.lines("\nBy reason")
    columns = ("reason", "cases", "now", "new", "change")
    told = []
    for row in rows:
        amounts = _amounts("", row["before"]["amount"], row["after"]["amount"])
        told.append((row["reason"], f"{row['cases']:,}", *amounts[1:]))
    output.table(columns, told, right=columns[1:])


def _show_changes(how: str, changes: Mapping[str, Any]) -> None:
    if not changes["cases"]:
        output.lines(f"\nNobody would get {how}.")
        return
    verb = "1 case would" if changes["cases"] == 1 else f"{changes['cases']:,} cases would"
    amount = f"{abs(Decimal(changes['amount'])):,} {changes['currency']}"
    largest = ", the largest changes:" if changes["largest"] else ""
    output.lines(f"\n{verb} get {how}, {amount} in all{largest}")
    if changes["largest"]:
        columns = ("case", "reason", "now", "new", "change")
        rows = []
        for row in changes["largest"]:
            gestures = _gesture(row["before"]), _gesture(row["after"])
            rows.append((row["case"], row["reason"], *gestures, f"{Decimal(row['change']):+,}"))
        output.table(columns, rows, right=("change",))


def _gesture(outcome: Mapping[str, Any]) -> str:
    """What a case was given, or why it was given nothing."""
    if outcome["refused"]:
        return f"nothing: {_REFUSALS.get(outcome['refused'], outcome['refused'])}"
    if outcome["kind"] is None:
        return "nothing: no rule matched"
    worth = f" of {outcome['amount']}" if outcome["amount"] else ""
    agrees = f", a {outcome['approver_role']} must agree" if outcome["approver_role"] else ""
    return f"{outcome['kind']}{worth}{agrees}"


def _show_limits(found: Mapping[str, Any]) -> None:
    """Print the limitations of the simulation."""
    missing, ranges = found["missing_facts"], found["after"]["from_range"]
    if missing["cases"]:
        facts = ", ".join(f"{name} ({count:,})" for name, count in missing["facts"].items())
        lack = "1 case lacks" if missing["cases"] == 1 else f"{missing['cases']:,} cases lack"
        output.lines(f"\n{lack} facts that the new file asks for: {output.plain(facts)}.")
        output.lines(f"With them it may decide otherwise; for instance {', '.join(missing['examples'])}.")
    if ranges:
        leave = "1 gesture leaves" if ranges == 1 else f"{ranges:,} gestures leave"
        output.lines(f"\n{leave} the amount to the agent in the new file: the middle of the range counts.")
