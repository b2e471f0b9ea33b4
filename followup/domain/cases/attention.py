"""The reasons why a case needs a person (to write, call, decide or look), each with its sentence."""

from typing import Any

from followup.domain.shared.reason import ReasonCode


class AttentionReason(ReasonCode):
    """Why a case needs a person. Each member has a code, a meaning and the sentence that is shown."""

    DISTRESSED = (
        "distressed",
        "Somebody calls a customer in real need",
        "the customer is distressed, so a person must call",
    )
    ANSWERED = "answered", "Somebody answers what they wrote", "the customer has answered, so a person does"
    NOT_YET = (
        "not_yet",
        "Somebody finds out what is still wrong",
        "they say that it is not made right yet",
    )
    WROTE_MORE = (
        "wrote_more",
        "Somebody reads what they added to their answer",
        "they say that all is well now, and wrote more: read it, and note on the case that you did",
    )
    CALL_PROMISED = "call_promised", "Somebody keeps the promise", "we promised a call"
    ANOTHER_CASE = (
        "another_case",
        "Nobody apologises twice in so short a time by machine",
        "they had another bad experience with us within 90 days, so a person writes or calls",
    )
    SUPPRESSED = (
        "suppressed",
        "Somebody reaches them in another way",
        "they cannot be emailed: the address is suppressed",
    )
    NO_CONSENT = (
        "no_consent",
        "Somebody tells them without advertising",
        "this email offers a discount, and the customer has not agreed to marketing",
    )
    HELD = "held", "Somebody releases the email, or stops it", "{email} is held: {why}"
    OPENED_AGAIN = (
        "opened_again",
        "Nothing is under way since",
        "it was opened again, and nobody has written since",
    )
    NOTHING_OFFERED = (
        "nothing_offered",
        "Nothing was ever under way",
        "nothing was offered, and no email is to come",
    )
    GESTURE_HELD = (
        "gesture_held",
        "Somebody issues the gesture, or takes it back",
        "{gesture} is held, and nobody has issued it",
    )
    GESTURE_REJECTED = (
        "gesture_rejected",
        "Somebody says what comes instead",
        "{gesture} was rejected, and nothing else is to come",
    )
    GESTURE_WITHDRAWN = (
        "gesture_withdrawn",
        "Somebody says what comes instead",
        "{gesture} was withdrawn, and nothing else is to come",
    )
    GESTURE_EXPIRED = (
        "gesture_expired",
        "Somebody asks again, or says what comes instead",
        "{gesture} expired, and nothing else is to come",
    )
    GESTURE_VOID = (
        "gesture_void",
        "Somebody says what comes instead",
        "{gesture} was taken back, and nothing else is to come",
    )

    def shown(self, values: dict[str, Any], detail: str | None) -> dict[str, Any]:
        """The values of the sentence as people read them: codes replaced by words."""
        return {**values, "why": detail}
