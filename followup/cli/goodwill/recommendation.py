"""Prints a recommendation in sentences for an agent."""

from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated, Any

import typer

from followup.cli import output
from followup.domain.goodwill.policy.policy_reason import PASSED_OVER
from followup.domain.shared.word import with_article

if TYPE_CHECKING:
    from followup.domain.goodwill.gesture import GestureKind

AsRequested = Annotated[
    bool,
    typer.Option(
        "--as-requested",
        help="It is meant as it was requested, although the policy says something else today; "
        "needs --because.",
    ),
]


def show(advice: dict[str, Any], *, whole: bool = True) -> None:
    """Print a recommendation: what may be offered, why, its limits, and who must approve.

    Without `whole`, leave out the limits and the rules that did not match."""
    output.lines(headline(advice))
    # Answers stored for a key by an earlier release have no reason codes; show them in full.
    codes = [reason["code"] for reason in advice.get("reasons", ())]
    for sentence, code in zip_longest(advice["because"], codes):
        if whole or code not in PASSED_OVER:
            output.lines(f"  {output.plain(sentence)}")
    for limit in advice["limits"] if whole else []:
        used, most, left = limit["used"], limit["limit"], limit["remaining"]
        output.lines(f"  {output.plain(limit['name'])}: {used} of {most} used, {left} left")
    if advice["missing_facts"]:
        output.lines(f"  Not known yet: {', '.join(advice['missing_facts'])}")
    refusal = advice["refused"]
    if refusal:
        output.lines(f"  Cannot be given: {output.plain(refusal['message'])}")


def headline(advice: dict[str, Any]) -> str:
    """The recommended gesture, in one line."""
    if advice["kind"] is None:
        return "The policy recommends nothing for this."
    worth = ""
    if advice["amount"] is not None:
        worth = f"{_before_amount(advice['kind'])}{output.money(advice)}"
    elif advice["range"]:
        worth = (
            f" from {advice['range']['from']} to {advice['range']['to']} {advice['currency']}, as you see fit"
        )
    owed = "owed" if advice["class"] == "corrective" else "goodwill"
    who = f"; a {advice['approver_role']} must agree" if advice["needs_approval"] else ""
    verb = "Refused" if advice["refused"] else "Offer"
    what = _points_words(advice) or with_article(advice["kind"])
    # Answers stored for a key by an earlier release do not say it.
    found = advice.get("kept")
    kept = f"; kept until it comes to {found['minimum']}" if found and not found["pays_out"] else ""
    return f"{verb}: {what}{worth} ({owed}{who}{kept})"


def offers(advice: Any) -> list[tuple[str, str]]:
    """What can be requested as it is offered, each with its kind and in words: the recommended gesture, whose
    kind is given as "", and what the customer may have instead."""
    found = [("", advice)] if advice["kind"] is not None else []
    found += [(one["kind"], {**one, "currency": advice["currency"]}) for one in advice["alternatives"]]
    return [
        (kind, _offer_words(one))
        for kind, one in found
        if not one["refused"] and not (one["amount"] is None and one["range"])
    ]


_LACKING = {"lacks_phone": '--phone "…"', "lacks_address": '--address "…"'}
"""What the customer must be reachable by, by the code of the reason that says it is not known."""


def request_command(case: Any, advice: Any) -> str:
    """The command that requests what is recommended for a case, with all that it would be refused without:
    what nobody knows yet stands as …, to be filled in. Where nothing is recommended, the agent chooses."""
    words = [f"followup gesture request {case['ref']}"]
    kind = advice["kind"]
    if kind is None:
        words.append("--kind …")
    elif advice["amount"] is None and advice["range"]:
        words.append(f"--amount {advice['range']['from']}")
    elif advice["amount"] is None and _kind(kind).has_amount:
        words.append("--amount …")
    if kind is not None and _kind(kind).names_item and not case["facts"].get("item"):
        words.append('--item "…"')
    codes = [reason["code"] for reason in advice.get("reasons", ())]
    words += [flag for code, flag in _LACKING.items() if code in codes]
    if advice["note_words"]:
        return f'{" ".join(words)} --because "…", in {advice["note_words"]} words or more'
    return " ".join(words)


def _kind(word: str) -> "GestureKind":
    from followup.domain.goodwill.gesture import GestureKind

    return next(one for one in GestureKind if one.value == word)


def _offer_words(offer: Any) -> str:
    worth = "" if offer["amount"] is None else f"{_before_amount(offer['kind'])}{output.money(offer)}"
    who = f"; a {offer['approver_role']} must agree" if offer["needs_approval"] else ""
    return f"{with_article(offer['kind'])}{worth}{who}"


def say_now(document: Any) -> None:
    """Print what the policy would offer today, where that is something else than was requested."""
    now = document["recommended_now"]
    if now and now["differs"]:
        output.say(output.plain(f"{now['sentence']} {now['hint']}"))


def _before_amount(kind: str) -> str:
    """What stands between a kind and its amount, which for an item is what it costs us."""
    if kind == "points":
        return " worth "
    return ", cost " if _kind(kind).names_item else " of "


def _points_words(document: Any) -> str:
    """How many points an offer or a gesture is: "800 points"; empty for other kinds."""
    # Answers stored for a key by an earlier release do not say it.
    return f"{document['points']:,} points" if document.get("points") else ""


def _sum_words(gesture: Any) -> str:
    """What a gesture has to do with a sum of small amounts, after a semicolon; "" if nothing."""
    # Answers stored for a key by an earlier release, and short documents, do not say it.
    found = gesture.get("sum")
    if found is None:
        return ""
    if found["paid_with"]:
        return f"; paid with {found['paid_with']}"
    if gesture["state"] == "kept":
        return f"; paid out once {output.plain(found['name'])} comes to {found['minimum']}"
    adds = ", ".join(f"{one['amount']} of {one['case']}" for one in found["adds"])
    return f"; made of {found['own']} and {adds}" if adds else ""


def gesture_line(gesture: Any) -> str:
    """The state of a gesture, in one line."""
    kind, has_amount = gesture["kind"], gesture["amount"] is not None
    worth = f"{_before_amount(kind)}{output.money(gesture)}" if has_amount else ""
    # Answers stored for a key by an earlier release, and short documents, name no item.
    item = f" ({output.plain(gesture['item'])})" if gesture.get("item") else ""
    line = f"{gesture['ref']}  {_points_words(gesture) or kind}{item}{worth}: {gesture['state']}"
    line += _sum_words(gesture)
    asked = gesture["approval"]
    if asked and asked["state"] == "pending":
        line += f"; {asked['ref']} waits for a {asked['approver_role']}"
    return line
