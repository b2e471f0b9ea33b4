"""Policy files: `followup policy show` and `diff`.

A file is given by its path; None is the workspace's own. Text without a path, such as standard input, is
given beside it. Files outside a workspace can be read without one.
"""

from pathlib import Path

from followup.application.door import OpenWorkspace, works
from followup.services.goodwill import policy_files
from followup.services.goodwill.policy_files import (
    PolicyDiffDocument,
    PolicyDocument,
    PolicyText,
)


@works("policy show")
def show_policy(
    place: OpenWorkspace | None, file: str | None = None, text: str | None = None, reason: str | None = None
) -> PolicyDocument:
    """The contents of a policy file in words; of its reasons, only `reason` if it is given. Raises NotFound,
    InvalidFile."""
    return policy_files.policy_document(policy_text(place, file, text), reason)


@works("policy diff")
def compare_policies(
    place: OpenWorkspace | None,
    before: str,
    after: str | None = None,
    before_text: str | None = None,
    after_text: str | None = None,
) -> PolicyDiffDocument:
    """The differences between two policy files. Raises NotFound or InvalidFile for either."""
    return policy_files.diff_document(
        policy_text(place, before, before_text), policy_text(place, after, after_text)
    )


def policy_text(place: OpenWorkspace | None, file: str | None, text: str | None) -> PolicyText:
    """The policy file to use: the text given, the file at the path, or the workspace's own. Raises NotFound,
    InvalidFile."""
    if text is not None:
        return PolicyText("standard input", text)
    if file is not None:
        return policy_files.text_at(Path(file))
    assert place is not None, "the workspace's own policy file is asked for without a workspace"
    return policy_files.own_text(place.configuration)
