"""Finding mistakes in a policy file: `followup policy lint`."""

from followup.application.door import Reading, reads
from followup.application.goodwill.policies import policy_text
from followup.services.goodwill import policy_files
from followup.services.goodwill.policy_files import PolicyLintDocument
from followup.services.goodwill.policy_mistakes import find_mistakes


@reads("policy lint")
def lint_policy(
    work: Reading, file: str | None = None, text: str | None = None, currency: str | None = None
) -> PolicyLintDocument:
    """Lint a policy file: rules that never match, cases that no rule covers, amounts that nobody may approve,
    other errors, and what the policy of another currency has and it lacks.

    Without a file, the workspace's policy in `currency`, or those of all its currencies. Raises NotFound if
    there is no such file, WrongUsage for a currency that the workspace does not count in."""
    rules = work.configuration
    if file is None and text is None and currency is None:
        files = [policy_files.own_text(rules, one) for one in rules.settings.all_currencies]
    else:
        files = [policy_text(work.place, file, text, currency)]
    return policy_files.findings_document([(one, find_mistakes(work.session, rules, one)) for one in files])
