"""The words of a case."""

from followup.domain.shared.word import Word
from followup.errors import Refused


class Severity(Word):
    """How bad it was, from least to worst; conditions may compare."""

    MINOR = "minor", "A nuisance, soon over"
    MODERATE = "moderate", "It cost time or some money"
    SERIOUS = "serious", "It spoiled what the customer came for"
    SEVERE = "severe", "Harm, or a loss that is hard to make good"


class Responsibility(Word):
    """Who brought it about, as far as we know today."""

    OURS = "ours", "We did it, or those who work for us"
    SHARED = "shared", "Partly us, partly somebody else"
    THEIRS = "theirs", "The customer's own doing"
    NOBODY = "nobody", "Nobody could have helped it"


class Feeling(Word):
    """How the customer felt; the tone of what we write follows it."""

    FRUSTRATED = "frustrated", "Tried, and was held up"
    CONFUSED = "confused", "Does not know what happened or what comes next"
    WORRIED = "worried", "Fears what may still happen"
    ANGRY = "angry", "Feels wronged and says so"
    LET_DOWN = "let_down", "Trusted us, and we did not keep it"
    EMBARRASSED = "embarrassed", "Was exposed in front of others"
    IGNORED = "ignored", "Asked, and nobody answered"
    TREATED_UNFAIRLY = "treated_unfairly", "Others had better treatment"
    INCONVENIENCED = "inconvenienced", "Had trouble, without much feeling"
    DISTRESSED = "distressed", "In real need: a person calls, no automatic email is sent"


class Channel(Word):
    """How the customer told us."""

    PHONE = "phone", "A call"
    EMAIL = "email", "An email"
    CHAT = "chat", "A chat"
    IN_PERSON = "in_person", "Face to face"
    WEB = "web", "A form"
    SOCIAL = "social", "A public post"
    POST = "post", "A letter"


class CaseStatus(Word):
    """Where a case stands."""

    OPEN = "open", "Somebody still has to do something"
    RESOLVED = "resolved", "Put right, as far as we know"
    CLOSED = "closed", "Done; the outcome is recorded"


class NoteUse(Word):
    """What a note on a case is for."""

    INTERNAL = "internal", "For colleagues only"
    TELL = "tell", "Told to the customer in the next email"
    DONE = "done", "What was done about it: finished, and told to the customer"
    HEARD = "heard", "What the customer has said since: the emails stop and a person answers"


class Outcome(Word):
    """What became of it."""

    RECOVERED = "recovered", "The customer stays with us"
    LOST = "lost", "The customer leaves"
    NO_RESPONSE = "no_response", "We never heard"


DESCRIBED = ("item", "place")
"""Facts that any case may carry, whatever the policy asks for: what it was about, and where."""

CASE_STATUS_MOVES: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.OPEN: frozenset({CaseStatus.RESOLVED, CaseStatus.CLOSED}),
    CaseStatus.RESOLVED: frozenset({CaseStatus.OPEN, CaseStatus.CLOSED}),
    CaseStatus.CLOSED: frozenset({CaseStatus.OPEN}),
}
"""Which status may follow which; `case reopen` leads back to open."""


def case_closed(case: str, consequence: str = "") -> Refused:
    """A case that is over takes nothing more. `case` is its reference."""
    return Refused(
        f"{case} is closed{consequence}.",
        hint=f"Open it again first: followup case reopen {case}",
        code="case_closed",
    )
