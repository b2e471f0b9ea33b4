"""What the rules look for in English, British and American. Texts are in lower case, see `plain`."""

from followup.domain.letters.sincerity.english.apologies import (
    APOLOGY,
    CONDITIONAL,
    FORGIVENESS,
    INTENSIFIERS,
    TURN,
)
from followup.domain.letters.sincerity.english.feelings import FEELING
from followup.domain.letters.sincerity.english.gestures import GESTURES, OFFERING, UPSELL
from followup.domain.letters.sincerity.english.owning import EXPLANATION, OWNING
from followup.domain.letters.sincerity.english.passive import PASSIVE
from followup.domain.letters.sincerity.english.replies import INVITATION, UNREAD
from followup.domain.letters.sincerity.english.stock import PROMISES, RULES, STOCK
from followup.domain.letters.sincerity.wording import Wording

_COMMON = """
that this with your have from they were when then what will been them there their would which about
because could should after before into over only just some very more than also here where while you're
don't didn't wasn't
"""

ENGLISH = Wording(
    stock=STOCK,
    rules=RULES,
    promises=PROMISES,
    intensifiers=INTENSIFIERS,
    forgiveness=FORGIVENESS,
    apology=APOLOGY,
    conditional=CONDITIONAL,
    turn=TURN,
    passive=PASSIVE,
    feeling=FEELING,
    owning=OWNING,
    gestures=GESTURES,
    upsell=UPSELL,
    invitation=INVITATION,
    unread=UNREAD,
    explanation=EXPLANATION,
    offering=OFFERING,
    common=frozenset(_COMMON.split()),
    apology_that="I am sorry that {clause}.",
    on_day="on {day} ",
    question="Does that settle {about} for you?",
)
