"""Finding mistakes in a policy file: `followup policy lint`."""

from followup.application.door import Reading, reads
from followup.application.goodwill.policies import policy_text
from followup.services.goodwill import policy_files
from followup.services.goodwill.policy_files import PolicyLintDocument
from followup.services.goodwill.policy_mistakes import find_mistakes


@reads("policy lint")
def lint_policy(work: Reading, file: str | None = None, text: str | None = None) -> PolicyLintDocument:
    """Lint a policy file: rules that never match, cases that no rule covers, amounts that nobody may approve,
    and other errors. Raises NotFound if there is no such file."""
    found = policy_text(work.place, file, text)
    return policy_files.findings_document(found, find_mistakes(work.session, work.configuration, found))
