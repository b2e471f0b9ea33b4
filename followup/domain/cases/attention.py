"""The reasons why a case needs a person (to write, call, decide or look), each with its sentence, how urgent
it is, and what to do next.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from followup.domain.cases.answer_tone import AnswerTone
from followup.domain.shared.reason import Reason, ReasonCode
from followup.domain.shared.word import Word

_SAID_BY_TONE = {tone.value: tone.said for tone in AnswerTone}
_TELL = 'then note it: followup case note {case} "…" --told'


class AttentionUrgency(Word):
    """How soon somebody has to act, the most urgent first."""

    NOW = "now", "A promise is due, or somebody waits for an answer"
    SOON = "soon", "Something is owed that no email will bring"
    TIDY = "tidy", "Nothing is owed yet, but nobody will act by themselves"


class AttentionReason(ReasonCode):
    """Why a case needs a person. Each member has a code, a meaning, the sentence that is shown, its urgency,
    and the next step, in which {case}, {customer} and the values of the reason are filled in."""

    urgency: AttentionUrgency
    next_step: str

    def __new__(
        cls,
        value: str,
        meaning: str,
        sentence: str,
        urgency: AttentionUrgency = AttentionUrgency.SOON,
        next_step: str = "",
    ) -> Self:
        """Create a member from its word, its meaning, its sentence, its urgency and its next step."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.sentence = sentence
        member.urgency = urgency
        member.next_step = next_step
        return member

    # ---- Somebody waits

    DISTRESSED = (
        "distressed",
        "Somebody calls a customer in real need",
        "the customer is distressed, so a person must call",
        AttentionUrgency.NOW,
        f"Call, {_TELL}",
    )
    DISTRESSED_WITHOUT_PHONE = (
        "distressed_without_phone",
        "Somebody finds out the number, and calls a customer in real need",
        "the customer is distressed, so a person must call, and their telephone number is not known",
        AttentionUrgency.NOW,
        "Find the number: followup customer set {customer} --phone …; or write to them yourself, " + _TELL,
    )
    ANSWERED = (
        "answered",
        "Somebody answers what they wrote",
        "the customer {said}, so a person answers",
        AttentionUrgency.NOW,
        f"Read it with followup case show {{case}} and answer, {_TELL}",
    )
    MAY_BE_ANSWER = (
        "may_be_answer",
        "Somebody reads what they wrote, and says which of their cases it is about",
        "they wrote {message}, which may be about this case or another of theirs; its emails wait",
        AttentionUrgency.NOW,
        'Read it, note what it is: followup case note {case} "…"; then: followup sequence resume {case}',
    )
    NOT_YET = (
        "not_yet",
        "Somebody finds out what is still wrong",
        "they say that it is not made right yet",
        AttentionUrgency.NOW,
        f"Ask what is still wrong, {_TELL}",
    )
    CALL_PROMISED = (
        "call_promised",
        "Somebody keeps the promise",
        "we promised a call",
        AttentionUrgency.NOW,
        f"Call, {_TELL}",
    )
    CALL_WITHOUT_PHONE = (
        "call_without_phone",
        "Somebody finds out the number, and keeps the promise",
        "we promised a call, and their telephone number is not known",
        AttentionUrgency.NOW,
        "Ask for the number: followup customer set {customer} --phone …",
    )
    DECISION_PROMISED = (
        "decision_promised",
        "Somebody tells them what was decided",
        "they were told that we would decide about {gesture}, and nobody told them what came of it",
        AttentionUrgency.NOW,
        f"Tell them what comes instead, {_TELL}",
    )
    TAKEN_BACK_TOLD = (
        "taken_back_told",
        "Somebody corrects what they were told",
        "{gesture} was taken back after they were told of it, and nobody has told them so",
        AttentionUrgency.NOW,
        f"Tell them, {_TELL}",
    )
    MISTAKE_TOLD = (
        "mistake_told",
        "Somebody tells them that it was a mistake",
        "it was logged by mistake, and they were written to or told of it before that was seen",
        AttentionUrgency.NOW,
        f"Tell them that it was a mistake, {_TELL}",
    )
    UNPAID = (
        "unpaid",
        "Somebody sees to it that they have it",
        "{gesture} was promised to be there by now, and nothing says that it is",
        AttentionUrgency.NOW,
        "See to it, then note it: followup gesture pay {gesture}",
    )
    IN_DOUBT = (
        "in_doubt",
        "Somebody finds out whether the email went out",
        "{email} may have gone out or not",
        AttentionUrgency.NOW,
        "Find out, then say so: followup outbox resolve {email} --sent, or --not-sent",
    )
    FAILED = (
        "failed",
        "Somebody mends what stopped the email, or tells them otherwise",
        "{email} could not be sent: {why}",
        AttentionUrgency.NOW,
        f"Mend it, then: followup outbox retry {{email}} (or --to ADDRESS); or tell them otherwise, {_TELL}",
    )
    CAME_BACK = (
        "came_back",
        "Somebody finds an address that works, or tells them otherwise",
        "{email} came back, so they were not told",
        AttentionUrgency.NOW,
        f"With the right address: followup outbox retry {{email}} --to ADDRESS; or call, {_TELL}",
    )
    HELD = (
        "held",
        "Somebody releases the email, or stops it",
        "{email} is held: {why}",
        AttentionUrgency.NOW,
        "Read it: followup outbox why {email}",
    )
    LATE = (
        "late",
        "Somebody finds out why the email does not go out",
        "{email} should have gone out a business day ago",
        AttentionUrgency.NOW,
        "See why: followup doctor",
    )

    # ---- Something is owed that no email brings

    KEPT_LONG = (
        "kept_long",
        "Somebody decides about a small amount that nothing was added to in time",
        "{gesture} is owed and was kept as long as the policy says, and never came to the smallest payout",
        AttentionUrgency.SOON,
        "Pay it out all the same: followup gesture issue {gesture} --because …",
    )
    SUPPRESSED = (
        "suppressed",
        "Somebody reaches them in another way",
        "they cannot be emailed: the address is suppressed",
        AttentionUrgency.SOON,
        f"Call, or write otherwise, {_TELL}",
    )
    NO_CONSENT = (
        "no_consent",
        "Somebody tells them without advertising",
        "this email offers a discount, and the customer has not agreed to marketing",
        AttentionUrgency.SOON,
        f"Tell them of {{gesture}} yourself, {_TELL}",
    )
    ANOTHER_CASE = (
        "another_case",
        "Nobody apologises twice in so short a time by machine",
        "they had another bad experience with us within 90 days, so a person writes or calls",
        AttentionUrgency.SOON,
        f"Write or call, {_TELL}",
    )
    UNTOLD = (
        "untold",
        "Somebody tells them of the gesture",
        "{gesture} was issued, and no email tells them of it",
        AttentionUrgency.SOON,
        f"Let an email tell them: followup sequence enrol {{case}} --because …; or tell them, {_TELL}",
    )
    EXPIRED_UNTOLD = (
        "expired_untold",
        "Somebody says what comes instead",
        "{gesture} ended before anybody told them of it",
        AttentionUrgency.SOON,
        f"Decide what comes instead: followup gesture request {{case}}; or tell them, {_TELL}",
    )
    WAITS_LONG = (
        "waits_long",
        "Somebody tells them sooner than the email would",
        "{email} tells them, and has been put off for a business week: {why}",
        AttentionUrgency.SOON,
        f"See followup outbox why {{email}}; call, {_TELL}",
    )
    PAUSED = (
        "paused",
        "Somebody lets the emails go on, or ends them",
        "its emails are paused",
        AttentionUrgency.SOON,
        "Let them go on: followup sequence resume {case}; or end them: followup sequence unenrol {case}",
    )
    DECISION_LATE = (
        "decision_late",
        "Somebody decides",
        "{gesture} still waits for a decision, and its time is over",
        AttentionUrgency.SOON,
        "Decide, or see why no daemon ends it: followup doctor",
    )
    OPENED_AGAIN = (
        "opened_again",
        "Nothing is under way since",
        "it was opened again, and nobody has written since",
        AttentionUrgency.SOON,
        f"Write or call, {_TELL}",
    )
    NOTHING_OFFERED = (
        "nothing_offered",
        "Nothing was ever under way",
        "nothing was offered, and no email is to come",
        AttentionUrgency.SOON,
        f"See what is offered: followup policy explain {{case}}; or call, {_TELL}",
    )
    GESTURE_HELD = (
        "gesture_held",
        "Somebody issues the gesture, or takes it back",
        "{gesture} is held, and nobody has issued it",
        AttentionUrgency.SOON,
        "Issue it: followup gesture issue {gesture}",
    )
    GESTURE_REJECTED = (
        "gesture_rejected",
        "Somebody says what comes instead",
        "{gesture} was rejected, and nothing else is to come",
        AttentionUrgency.SOON,
        "Offer something else: followup gesture request {case}",
    )
    GESTURE_WITHDRAWN = (
        "gesture_withdrawn",
        "Somebody says what comes instead",
        "{gesture} was withdrawn, and nothing else is to come",
        AttentionUrgency.SOON,
        "Offer something else: followup gesture request {case}",
    )
    GESTURE_EXPIRED = (
        "gesture_expired",
        "Somebody asks again, or says what comes instead",
        "{gesture} expired, and nothing else is to come",
        AttentionUrgency.SOON,
        "Ask again: followup gesture request {case}",
    )
    GESTURE_VOID = (
        "gesture_void",
        "Somebody says what comes instead",
        "{gesture} was taken back, and nothing else is to come",
        AttentionUrgency.SOON,
        "Offer something else: followup gesture request {case}",
    )

    # ---- Nothing is owed, but nobody acts

    WROTE_MORE = (
        "wrote_more",
        "Somebody reads what they added to their answer",
        "they say that all is well now, and wrote more: read it, and note on the case that you did",
        AttentionUrgency.TIDY,
        'Read it with followup case show {case}, then note it: followup case note {case} "Read."',
    )
    TO_CLOSE = (
        "to_close",
        "Somebody asks how it ended, or closes it",
        "all is said, and nothing is to come: close it, or do what is left",
        AttentionUrgency.TIDY,
        "Close it: followup case close {case} --outcome …",
    )
    AGENT_LEFT = (
        "agent_left",
        "Somebody else takes the case over",
        "{agent}, whose case it is, works here no more",
        AttentionUrgency.TIDY,
        "Give it to somebody: followup case set {case} --owner EMAIL",
    )

    def shown(self, values: dict[str, Any], detail: str | None) -> dict[str, Any]:
        """The values of the sentence as people read them: codes replaced by words."""
        said = _SAID_BY_TONE[values.get("tone", AnswerTone.PLAIN.value)]
        return {**values, "why": detail, "said": said}

    def step(self, values: dict[str, Any], *, case: str, customer: str) -> str:
        """What to do next, with the command."""
        return self.next_step.format_map({**values, "case": case, "customer": customer})


@dataclass(frozen=True, slots=True)
class Need:
    """One reason why a case needs a person, and since when."""

    why: Reason[AttentionReason]
    since: datetime
