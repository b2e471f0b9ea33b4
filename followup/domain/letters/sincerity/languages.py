"""The languages that the lint can read."""

from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.english import ENGLISH
from followup.domain.letters.sincerity.french import FRENCH
from followup.domain.letters.sincerity.german import GERMAN
from followup.domain.letters.sincerity.spanish import SPANISH
from followup.domain.letters.sincerity.wording import Wording

WORDINGS = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "fr": FRENCH}
"""By language. An email in another one is held against the rules that need no words."""


def wording_of(draft: ParsedEmail) -> Wording | None:
    """The words to look for in an email."""
    return WORDINGS.get(draft.language)
