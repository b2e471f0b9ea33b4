"""The templates of a workspace, read from its files alone."""

from followup.domain.outbox.email_kind import FOR_COLLEAGUES
from followup.mail.template_file import fallback_template, template_file, template_locales, template_names
from followup.services.documents.documents import TemplateDocument
from followup.services.shared.configuration import Configuration


def list_templates(rules: Configuration) -> list[TemplateDocument]:
    """The templates of the workspace: their languages, their class, and the steps that use them."""
    folder = rules.workspace.templates_dir
    used = rules.sequences.templates
    rows: list[TemplateDocument] = []
    for name in template_names(folder):
        fallback = fallback_template(folder, name)
        rows.append(
            {
                "name": name,
                "for": "colleagues" if name in FOR_COLLEAGUES else "customers",
                "class": template_file(fallback).template_class.value if fallback else None,
                "locales": list(template_locales(folder, name)),
                "used_by": [f"{sequence.name} {step.number}" for sequence, step in used.get(name, [])],
            }
        )
    return rows
