"""Policy files: `followup policy show`, `diff` and `create`.

A file is given by its path; None is the workspace's own. Text without a path, such as standard input, is
given beside it. Files outside a workspace can be read without one.
"""

from pathlib import Path

from typing_extensions import TypedDict

from followup.application.door import OpenWorkspace, works
from followup.services.goodwill import currency_policies, policy_files
from followup.services.goodwill.policy_files import (
    PolicyDiffDocument,
    PolicyDocument,
    PolicyText,
)


@works("policy show")
def show_policy(
    place: OpenWorkspace | None,
    file: str | None = None,
    text: str | None = None,
    reason: str | None = None,
    currency: str | None = None,
) -> PolicyDocument:
    """The contents of a policy file in words; of its reasons, only `reason` if it is given. Without a file,
    that of a `currency`, by default the main one. Raises NotFound, WrongUsage, InvalidFile."""
    return policy_files.policy_document(policy_text(place, file, text, currency), reason)


@works("policy diff")
def compare_policies(
    place: OpenWorkspace | None,
    before: str,
    after: str | None = None,
    before_text: str | None = None,
    after_text: str | None = None,
    currency: str | None = None,
) -> PolicyDiffDocument:
    """The differences between two policy files; the second is by default the workspace's own, in `currency`
    or else in that of the first. Raises NotFound, WrongUsage, or InvalidFile for either."""
    first = policy_text(place, before, before_text)
    own = currency or (first.load().currency if after is None and after_text is None else None)
    return policy_files.diff_document(first, policy_text(place, after, after_text, own))


class CreatedPolicyDocument(TypedDict):
    """A new policy file, its currency, and the file and the currency that its amounts were chosen from.
    `hints` say what is left to do."""

    file: str
    currency: str
    made_from: str
    amounts_of: str
    rules: int
    hints: list[str]


@works("policy create")
def create_policy(place: OpenWorkspace, currency: str) -> CreatedPolicyDocument:
    """Make the policy file of one more currency from that of the main one, with amounts that a shop in that
    currency would choose. Raises WrongUsage for an unknown currency and for the main one, Refused if there is
    such a file, InvalidFile if the main policy cannot be used."""
    made = currency_policies.create(place.configuration, currency)
    return {
        "file": made.path.name,
        "currency": made.policy.currency,
        "made_from": place.workspace.policy_file.name,
        "amounts_of": place.workspace.settings.currency,
        "rules": len(made.policy.rules),
        "hints": list(made.hints),
    }


def policy_text(
    place: OpenWorkspace | None, file: str | None, text: str | None, currency: str | None = None
) -> PolicyText:
    """The policy file to use: the text given, the file at the path, or the workspace's own in a currency.
    Raises NotFound, WrongUsage for a currency that the workspace does not count in, InvalidFile."""
    main_currency = place.workspace.settings.currency if place is not None else None
    if text is not None:
        return PolicyText("standard input", text, main_currency)
    if file is not None:
        return policy_files.text_at(Path(file), main_currency)
    assert place is not None, "the workspace's own policy file is asked for without a workspace"
    return policy_files.own_text(place.configuration, currency)
