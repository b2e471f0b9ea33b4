"""What the emails say: `followup template`."""

from collections.abc import Callable, Iterable

from typing_extensions import TypedDict

from followup.application.door import Caller, Reading, reads, works
from followup.services.cases import cases
from followup.services.documents.documents import FindingDocument, PreviewDocument, TemplateDocument
from followup.services.outbox import template_previews
from followup.services.outbox.template_previews import Checked

_MOST_CASES = 3
"""So many of the cases that something was found in are named."""


class RepeatedFindingDocument(FindingDocument):
    """A finding of a template, once for each sentence: how often it was found, and some of the cases."""

    template: str
    times: int
    cases: list[str]


class TemplateLintDocument(TypedDict):
    """How many emails were read, and how many of them could not be written or would be held."""

    checked: int
    stops: int
    findings: list[RepeatedFindingDocument]


@works("template list")
def list_templates(caller: Caller) -> list[TemplateDocument]:
    """The templates of the workspace, their languages, and the steps that use them. Raises InvalidFile."""
    return template_previews.list_templates(caller.place.configuration)


@reads("template preview")
def preview(
    work: Reading, case: str, step: int | None = None, template: str | None = None
) -> PreviewDocument:
    """An email of a case as it would be written now: the next to come, unless a step or a template is named.

    Without a gesture it is written as if the one were issued that is recommended to who acts. Raises Refused
    where none is to come, NotFound, InvalidFile for a template that cannot be used."""
    agent = work.acting().agent
    found = cases.find_case(work.session, case)
    return template_previews.preview(
        work.session, work.configuration, found, now=work.now, agent=agent, step=step, template=template
    )


@reads("template lint")
def lint_templates(
    work: Reading, template: str | None = None, on_progress: Callable[[float], None] = lambda _part: None
) -> TemplateLintDocument:
    """What the sincerity lint finds in every template, or in one, with invented cases and every open case.

    `on_progress` is told the part that is done. Raises NotFound."""
    return _summary(
        [
            *template_previews.lint_samples(work.configuration, template=template),
            *template_previews.lint_cases(
                work.session,
                work.configuration,
                now=work.now,
                template=template,
                on_progress=on_progress,
            ),
        ]
    )


def _summary(checks: Iterable[Checked]) -> TemplateLintDocument:
    """What was found, the same sentence once, with the cases it was found in; what holds an email first."""
    checked = stops = 0
    groups: dict[tuple[str, str, str], RepeatedFindingDocument] = {}
    for check in checks:
        checked += 1
        found = template_previews.findings_of(check)
        stops += any(finding["level"] == "E" for finding in found)
        for finding in found:
            key = (check.template, finding["rule"], finding["sentence"] or finding["why"])
            group = groups.setdefault(key, {"template": check.template, **finding, "times": 0, "cases": []})
            group["times"] += 1
            if len(group["cases"]) < _MOST_CASES:
                group["cases"].append(check.case)
    ordered = sorted(groups.values(), key=lambda group: (group["level"], -group["times"]))
    return {"checked": checked, "stops": stops, "findings": ordered}
