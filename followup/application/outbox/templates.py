"""Templates of emails, with the cases they are written for: `followup template preview` and `lint`."""

from collections.abc import Callable, Iterable

from typing_extensions import TypedDict

from followup.application.door import Reading, reads
from followup.mail.template_versions import looked_at_once
from followup.services.cases import cases
from followup.services.documents.documents import FindingDocument, PreviewDocument
from followup.services.outbox import template_lint, template_previews
from followup.services.outbox.template_lint import Checked

_MOST_CASES = 3
"""How many of the cases with a finding are named."""


class RepeatedFindingDocument(FindingDocument):
    """A finding of a template, listed once for each sentence: how often it occurred, and some of the
    cases."""

    template: str
    times: int
    cases: list[str]


class TemplateLintDocument(TypedDict):
    """The number of emails linted, and how many of them could not be written or would be held. `unused` are
    templates that nothing uses, which were not read."""

    checked: int
    stops: int
    findings: list[RepeatedFindingDocument]
    unused: list[str]


@reads("template preview")
def preview(
    work: Reading, case: str, step: int | None = None, template: str | None = None
) -> PreviewDocument:
    """An email of a case as it would be written now: the next to be sent, unless a step or a template is
    named.

    For a case without a gesture, the one recommended to the actor is shown as if it were issued. Raises
    Refused if no email is to come, NotFound, InvalidFile for an invalid template."""
    agent = work.acting().agent
    found = cases.find_case(work.session, case)
    return template_previews.preview(
        work.session, work.configuration, found, now=work.now, agent=agent, step=step, template=template
    )


@reads("template lint")
def lint_templates(
    work: Reading, template: str | None = None, on_progress: Callable[[float], None] = lambda _part: None
) -> TemplateLintDocument:
    """The findings of the sincerity lint in all templates in use, or in one, for invented and all open cases.

    `on_progress` gets the part done, from 0 to 1. Raises NotFound."""
    rules = work.configuration
    with looked_at_once():
        return _summary(
            [] if template else template_lint.unused_templates(rules),
            [
                *template_lint.lint_missing(rules, template=template),
                *(() if template else template_lint.lint_phrases(rules)),
                *template_lint.lint_samples(rules, template=template),
                *template_lint.lint_cases(
                    work.session, rules, now=work.now, template=template, on_progress=on_progress
                ),
            ],
        )


def _summary(unused: list[str], checks: Iterable[Checked]) -> TemplateLintDocument:
    """The findings, each sentence once with the cases it occurred in; those that hold an email first."""
    checked = stops = 0
    groups: dict[tuple[str, str, str], RepeatedFindingDocument] = {}
    for check in checks:
        checked += 1
        found = template_lint.findings_of(check)
        stops += any(finding["level"] == "E" for finding in found)
        for finding in found:
            key = (check.template, finding["rule"], finding["sentence"] or finding["why"])
            group = groups.setdefault(key, {"template": check.template, **finding, "times": 0, "cases": []})
            group["times"] += 1
            if len(group["cases"]) < _MOST_CASES:
                group["cases"].append(check.case)
    ordered = sorted(groups.values(), key=lambda group: (group["level"], -group["times"]))
    return {"checked": checked, "stops": stops, "findings": ordered, "unused": unused}
