"""The list of templates: `followup template list`."""

from followup.application.door import Caller, works
from followup.services.documents.documents import TemplateDocument
from followup.services.outbox import template_list


@works("template list")
def list_templates(caller: Caller) -> list[TemplateDocument]:
    """The templates of the workspace, their languages, and the steps that use them. Raises InvalidFile."""
    return template_list.list_templates(caller.place.configuration)
