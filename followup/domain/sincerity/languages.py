"""The languages that the lint can read."""

from followup.domain.sincerity.draft import Draft
from followup.domain.sincerity.english import ENGLISH
from followup.domain.sincerity.french import FRENCH
from followup.domain.sincerity.german import GERMAN
from followup.domain.sincerity.spanish import SPANISH
from followup.domain.sincerity.wording import Wording

WORDINGS = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "fr": FRENCH}
"""By language. An email in another one is held against the rules that need no words."""


def wording_of(draft: Draft) -> Wording | None:
    """The words to look for in an email."""
    return WORDINGS.get(draft.language)
