"""The templates of a workspace, read from its files alone."""

from followup.domain.outbox.email_kind import FOR_COLLEAGUES
from followup.mail.template_file import fallback_template, template_file, template_locales, template_names
from followup.services.documents.documents import TemplateDocument
from followup.services.shared.configuration import Configuration


def list_templates(rules: Configuration) -> list[TemplateDocument]:
    """The templates of the workspace: their languages, their class, and the steps that use them."""
    folder = rules.workspace.templates_dir
    used: dict[str, list[str]] = {}
    for sequence in rules.sequences.by_name.values():
        for step in sequence.steps:
            used.setdefault(step.template, []).append(f"{sequence.name} {step.number}")
    rows: list[TemplateDocument] = []
    for name in template_names(folder):
        fallback = fallback_template(folder, name)
        rows.append(
            {
                "name": name,
                "for": "colleagues" if name in FOR_COLLEAGUES else "customers",
                "class": template_file(fallback).template_class.value if fallback else None,
                "locales": list(template_locales(folder, name)),
                "used_by": used.get(name, []),
            }
        )
    return rows
