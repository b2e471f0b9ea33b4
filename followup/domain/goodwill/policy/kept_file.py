"""Parsing which rules keep amounts below their smallest payout, and in which sum."""

from collections.abc import Sequence

from followup.domain.goodwill.gesture import GestureClass, GestureKind
from followup.domain.goodwill.policy.amounts import AmountRange
from followup.domain.goodwill.policy.kept import KEPT_DAYS, KEPT_KINDS, Keeping
from followup.domain.goodwill.policy.policy import Rule
from followup.domain.shared.toml_file import Table
from followup.domain.shared.word import listed

_EXAMPLE = 'minimum_payout = "4", keep_in = "season-ticket"'


def read_keeping(table: Table, rule: Rule) -> Keeping | None:
    """What a rule does with an amount below its smallest payout; None if it is refused. Adds a mistake unless
    the rule owes one amount of money that has a smallest payout.
    """
    if "keep_in" not in table.values:
        if "keep_days" in table.values:
            table.refuse("keep_days", "keep_days is without keep_in.", f"Write {_EXAMPLE}.")
        return None
    name = table.text("keep_in")
    days = table.integer("keep_days", default=KEPT_DAYS, minimum=1)
    kinds = listed([kind.value for kind in KEPT_KINDS], "or")
    faults = [
        (not rule.minimum_payout_minor, "without minimum_payout nothing is too small.", f"Write {_EXAMPLE}."),
        (
            rule.gesture_class is not GestureClass.CORRECTIVE,
            "only what is owed is kept.",
            'Write class = "corrective", or leave keep_in out.',
        ),
        (
            rule.kind not in KEPT_KINDS or rule.amount is None or isinstance(rule.amount, AmountRange),
            f"only one amount of money is kept: a {kinds}.",
            'Write offer = { kind = "refund", amount = … }, or leave keep_in out.',
        ),
        (bool(rule.alternatives), "what is kept has no alternative.", "Leave or out, or keep_in."),
    ]
    for is_fault, message, mend in faults:
        if is_fault:
            table.refuse("keep_in", f"keep_in: {message}", mend)
            return None
    return Keeping(name, days) if name else None


def refuse_mixed_sums(top: Table, rules: Sequence[Rule]) -> None:
    """Add a mistake for each rule that adds to a sum in another kind than a rule before it."""
    kinds: dict[str, GestureKind] = {}
    for rule, table in zip(rules, top.tables("rule"), strict=True):
        if rule.keeping is None:
            continue
        kind = kinds.setdefault(rule.keeping.name, rule.kind)
        if kind is not rule.kind:
            table.called(f"rule {rule.id}").refuse(
                "keep_in",
                f"{rule.keeping.name!r} is a sum of {kind} amounts, and this rule offers a {rule.kind}.",
                f'Offer a {kind}, or keep it in a sum of its own: keep_in = "{rule.id}".',
            )
