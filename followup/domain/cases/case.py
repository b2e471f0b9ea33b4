"""The enumerations of a case: severity, responsibility, feeling, channel, status, outcome."""

from collections.abc import Mapping

from followup.domain.shared.word import Word
from followup.errors import Refused


class Severity(Word):
    """How bad the incident was, from least to worst. The order counts: conditions of a policy may compare."""

    MINOR = "minor", "A nuisance, soon over"
    MODERATE = "moderate", "It cost time or some money"
    SERIOUS = "serious", "It spoiled what the customer came for"
    SEVERE = "severe", "Harm, or a loss that is hard to make good"


class Responsibility(Word):
    """Who caused the incident, as far as it is known now."""

    OURS = "ours", "We did it, or those who work for us"
    SHARED = "shared", "Partly us, partly somebody else"
    THEIRS = "theirs", "The customer's own doing"
    NOBODY = "nobody", "Nobody could have helped it"


class Feeling(Word):
    """How the customer felt. It sets the tone of the emails to them."""

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

    @classmethod
    def near_words(cls) -> Mapping[str, str]:
        """What customers and agents say instead."""
        return _NEAR_FEELINGS


_NEAR_FEELINGS = {
    near: feeling
    for feeling, nears in {
        "frustrated": "annoyed irritated fed_up exasperated impatient",
        "confused": "puzzled bewildered unsure uncertain lost",
        "worried": "anxious nervous concerned afraid scared uneasy",
        "angry": "furious mad outraged livid cross enraged",
        "let_down": "letdown disappointed upset sad unhappy dissatisfied betrayed",
        "embarrassed": "ashamed humiliated awkward",
        "ignored": "neglected unheard forgotten",
        "treated_unfairly": "unfair unfairly_treated discriminated_against cheated",
        "inconvenienced": "bothered put_out hassled",
        "distressed": "desperate devastated heartbroken in_despair traumatised traumatized",
    }.items()
    for near in nears.split()
}


class Channel(Word):
    """How the customer contacted us."""

    PHONE = "phone", "A call"
    EMAIL = "email", "An email"
    CHAT = "chat", "A chat"
    IN_PERSON = "in_person", "Face to face"
    WEB = "web", "A form"
    SOCIAL = "social", "A public post"
    POST = "post", "A letter"


class CaseStatus(Word):
    """The status of a case."""

    OPEN = "open", "Somebody still has to do something"
    RESOLVED = "resolved", "Put right, as far as we know"
    CLOSED = "closed", "Done; the outcome is recorded"
    UNDONE = "undone", "Logged by mistake and taken back; it counts nowhere"

    @property
    def is_over(self) -> bool:
        """Whether nothing of the case can be changed, and nobody is written to about it."""
        return self in (CaseStatus.CLOSED, CaseStatus.UNDONE)


class NoteUse(Word):
    """The purpose of a note on a case."""

    INTERNAL = "internal", "For colleagues only"
    TELL = "tell", "Told to the customer in the next email"
    DONE = "done", "What was done about it: finished, and told to the customer"
    HEARD = "heard", "What the customer has said since: the emails stop and a person answers"
    TOLD = "told", "What somebody told the customer in person: nothing that was to be told is owed any more"


class Outcome(Word):
    """How a case ended for the customer."""

    RECOVERED = "recovered", "The customer stays with us"
    LOST = "lost", "The customer leaves"
    NO_RESPONSE = "no_response", "We never heard"


ITEM = "item"
DESCRIBED = (ITEM, "place")
"""Facts that any case may carry, whether the policy declares them or not: what the case is about, and where
it happened.
"""

CASE_STATUS_MOVES: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.OPEN: frozenset({CaseStatus.RESOLVED, CaseStatus.CLOSED, CaseStatus.UNDONE}),
    CaseStatus.RESOLVED: frozenset({CaseStatus.OPEN, CaseStatus.CLOSED, CaseStatus.UNDONE}),
    CaseStatus.CLOSED: frozenset({CaseStatus.OPEN, CaseStatus.UNDONE}),
    CaseStatus.UNDONE: frozenset(),
}
"""For each status, the statuses that may follow it. `case reopen` leads back to open."""


def case_over(case: str, status: CaseStatus, consequence: str = "") -> Refused:
    """The error for a change to a case that is closed or undone. `case` is the case's reference;
    `consequence` is added to the message.
    """
    if status is CaseStatus.UNDONE:
        return Refused(
            f"{case} was taken back{consequence}.",
            hint="Log it again if it happened: followup case open",
            code="case_undone",
        )
    return Refused(
        f"{case} is closed{consequence}.",
        hint=f"Open it again first: followup case reopen {case}",
        code="case_closed",
    )
