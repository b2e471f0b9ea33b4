"""The reasons why an email waits, is held, was left out or failed, and other events of it, with their
sentences.
"""

from typing import Any

from followup.domain.people.suppression import SuppressionReason
from followup.domain.shared.reason import Reason, ReasonCode


class EmailReason(ReasonCode):
    """Why an email is in its state, why its sequence ended, and what happened to it."""

    # ---- It waits
    PAUSED = "paused", "Somebody paused its series", "the sequence is paused"
    EARLIER_HELD = (
        "earlier_held",
        "The email that it follows is held",
        "the email before it, {email}, is held for a person",
    )
    EARLIER_NOT_SENT = (
        "earlier_not_sent",
        "The email that it follows has not gone out",
        "the email before it, {email}, is {state}",
    )
    OUTSIDE_HOURS = (
        "outside_hours",
        "The customer's own hours are over, or have not begun",
        "outside the hours in which this customer is written to",
    )
    OUTSIDE_BUSINESS_HOURS = "outside_business_hours", "Nobody is at work", "outside business hours"
    TOO_SOON = (
        "too_soon",
        "Another email to the customer went just now, or comes first",
        "this customer is written to about something else first, or was just now",
    )
    TOO_OFTEN = (
        "too_often",
        "The customer had as many emails as they may have in some weeks",
        "this customer was written to often enough for now",
    )
    NOT_DUE_YET = (
        "not_due_yet",
        "It asks whether something arrived that need not be there yet",
        "the day by which it was promised is not over",
    )
    MAILBOX_UNREAD = (
        "mailbox_unread",
        "Nobody can see whether they have answered",
        "the mailbox cannot be read, so nobody knows whether they have answered",
    )
    AWAY = "away", "A program answered for them", "they seem to be away"

    # ---- It is held
    LINT = (
        "lint",
        "The sincerity lint found an error",
        "the sincerity lint found fault with it, so a person reads it first",
    )
    GATE = (
        "gate",
        "The gate caught a text of a person that must not go out as it stands",
        "there is a text of a person in it that must not be sent to a customer",
    )
    VOUCHER_USED = (
        "voucher_used",
        "There is nothing left of the voucher",
        "the voucher was used before this email went",
    )
    VOUCHER_VOID = (
        "voucher_void",
        "The voucher is worth nothing any more",
        "the voucher was taken back before this email went",
    )
    VOUCHER_EXPIRED = (
        "voucher_expired",
        "The voucher's last day is over",
        "the voucher expired before this email went",
    )
    SIGNER_GONE = (
        "signer_gone",
        "Nobody signs who is gone; the case is to be handed over",
        "the agent who would sign it is no longer active",
    )
    NO_LANGUAGE = (
        "no_language",
        "It has no template in the customer's language, and goes in no other",
        "there is no template in the language of the customer",
    )

    # ---- It was left out
    CASE_CLOSED = "case_closed", "The case was closed first", "the case is closed"
    CASE_RESOLVED = (
        "case_resolved",
        "What was promised has arrived",
        "the case is resolved, so nobody asks whether it arrived",
    )
    CASE_UNDONE = "case_undone", "The case was logged by mistake", "the case was taken back"
    DECIDED = "decided", "The decision that it speaks of was made", "it was decided already"
    NOTHING_NEEDED = "nothing_needed", "What it tells of is over", "nobody has to be told any more"
    NOTHING_TO_FOLLOW = (
        "nothing_to_follow",
        "The customer never got the first email of the series",
        "the first email was left out, so there is nothing to follow up",
    )
    NOTHING_PROMISED = (
        "nothing_promised",
        "Its step is for something that was promised",
        "nothing was promised",
    )
    NO_CONSENT = (
        "no_consent",
        "It is advertising by law, which the customer has not agreed to",
        "this email offers a discount, and the customer has not agreed to marketing",
    )
    ENOUGH = "enough", "No case has more emails", "three emails about one case are enough"
    GESTURE_VOID = "gesture_void", "What it speaks of was taken back", "the gesture was taken back"
    GESTURE_REJECTED = "gesture_rejected", "What it speaks of was not granted", "the gesture was rejected"
    GESTURE_WITHDRAWN = (
        "gesture_withdrawn",
        "What it speaks of is not asked for any more",
        "the gesture was withdrawn",
    )
    GESTURE_EXPIRED = "gesture_expired", "What it speaks of ended by itself", "the gesture expired"
    SERIES_ENDED = "series_ended", "Its series ended, nobody knows why", "its sequence ended"
    SCHEDULE_REMOVED = (
        "schedule_removed",
        "Nobody wants the reports any more",
        "its schedule was removed",
    )

    # ---- Its series ended, or never began
    ANSWERED = "answered", "The customer wrote back", "the customer has answered, so a person does"
    ALL_WELL = "all_well", "The customer answered that it is made right", "they say that all is well now"
    NOT_YET = (
        "not_yet",
        "The customer answered that it is not made right",
        "they say that it is not made right yet",
    )
    REOPENED = (
        "reopened",
        "It would speak as if all were done",
        "the case was opened again, so a person writes",
    )
    DISTRESSED = (
        "distressed",
        "The customer is in real need",
        "the customer is distressed, so a person must call",
    )
    SUPPRESSED = (
        "suppressed",
        "The address must not be written to",
        "the address is suppressed ({reason}): {meaning}",
    )
    NOBODY_LEFT = (
        "nobody_left",
        "Only the row of an erased customer is left",
        "the customer was erased, so nobody writes",
    )
    ERASURE = "erasure", "The customer was erased just then", "the customer was erased"
    IN_SEQUENCE = "in_sequence", "A series about the case goes on", "it is in a sequence already"
    WRITTEN_TO = (
        "written_to",
        "A series about the case has written",
        "this customer was written to about it already, and nobody apologises twice",
    )
    ANOTHER_CASE = (
        "another_case",
        "A series about another case of the customer began lately",
        "they had another bad experience with us within 90 days, so a person writes or calls",
    )

    # ---- What came of handing it over
    CANNOT_BE_WRITTEN = "cannot_be_written", "Its template, or what it needs, is wrong"
    WRITING_BROKE = (
        "writing_broke",
        "A fault of ours came up while it was written",
        "{template} cannot be written: {error}",
    )
    MAIL_SERVER = "mail_server", "What the mail server said to it"
    RESULT_UNKNOWN = (
        "result_unknown",
        "The mail server said nothing to its body",
        "nobody knows whether it went out: {detail}",
    )
    WORKER_STOPPED = (
        "worker_stopped",
        "Its worker died before it began to go out",
        "its worker stopped before sending",
    )
    WORKER_DIED = (
        "worker_died",
        "Its worker died while it may have gone out",
        "its worker stopped while the email was on its way",
    )
    STOPPED_FIRST = (
        "stopped_first",
        "Its worker was told to stop before its turn came",
        "the daemon was stopped first",
    )
    TAKES_NOTHING = (
        "takes_nothing",
        "The mail server takes no email at all",
        "the mail server takes nothing just now: {detail}",
    )
    RESTORED_COPY = (
        "restored_copy",
        "It may have gone out after the backup was made",
        "the database is a restored copy, so it may have gone out already",
    )

    # ---- What happened to it, told in its history alone
    PLANNED = "planned", "It was planned for a time"
    PLANNED_AT_ONCE = "planned_at_once", "It was planned for at once", "the same moment"
    WRITTEN_TO_FILE = "written_to_file", "It became a file", "written to {detail}"
    HELD = "held", "The look before sending held it", "held for a person: {why}"
    CAME_BACK = "came_back", "A mail server says that it did not arrive", "it came back: {detail}"
    COMPLAINT = "complaint", "A complaint about it came", "its recipient called it unwanted"
    HELD_BY = "held_by", "A person held it", "held it{because}"
    RELEASED_BY = "released_by", "A person let it go that was held", "released it{because}"
    EDITED_BY = "edited_by", "A person wrote its words", "wrote its words{because}"
    EDIT_DROPPED_BY = (
        "edit_dropped_by",
        "The words that a person wrote were dropped; its template writes it",
        "let its template write it again{because}",
    )
    SKIPPED_BY = "skipped_by", "A person left it out", "skipped it{because}"
    CANCELLED_BY = "cancelled_by", "A person stopped it", "cancelled it{because}"
    RETRIED_BY = "retried_by", "A person has it sent again", "has it tried again{because}"
    SENT_BY = "sent_by", "A person knows that it went out", "said that it went out{because}"
    NOT_SENT_BY = (
        "not_sent_by",
        "A person knows that it did not go out",
        "said that it did not go out{because}",
    )
    PAUSED_BY = "paused_by", "A person paused its series", "paused the sequence{because}"
    RESUMED_BY = "resumed_by", "A person lets its series go on", "let the sequence go on"
    HANDED_OVER = (
        "handed_over",
        "The agent who signs it changed, or is here again",
        "has it signed by the agent who has the case now{because}",
    )
    ENDED_BY = "ended_by", "What a person did ended its series", "ended the sequence: {why}"

    PERSON = "person", "A person decided it, in words of their own"
    OTHER = "other", "It was recorded before reasons had codes, in words that are kept"

    def about(self, other: "Reason[EmailReason]") -> "Reason[EmailReason]":
        """This reason, referring to another one."""
        return self.of(other.detail, **dict(other.named), why=other.code.value)

    def shown(self, values: dict[str, Any], detail: str | None) -> dict[str, Any]:
        """The values of the sentence as people read them: codes replaced by words."""
        code: EmailReason = self
        if code is EmailReason.SUPPRESSED:
            meaning = SuppressionReason(values["reason"]).meaning  # type: ignore[call-arg]
            return {**values, "meaning": f"{meaning[0].lower()}{meaning[1:]}"}
        if code is EmailReason.EARLIER_NOT_SENT:
            return {**values, "state": values["state"].replace("_", " ")}
        if code is EmailReason.CAME_BACK and not detail:
            return {**values, "detail": "no reason was given"}
        if code in _WITH_ANOTHER:
            other = EmailReason.with_value(values["why"])
            # What the check found is more informative than that it found something.
            found = detail if code is EmailReason.HELD else None
            return {**values, "why": found or other.say(values, detail)}
        return {**values, "because": f": {detail}" if detail else ""}


_WITH_ANOTHER = (EmailReason.HELD, EmailReason.ENDED_BY)
"""Reasons that refer to another one, by its code in the value `why`."""

KEEPS_ITS_TURN = (EmailReason.OUTSIDE_HOURS, EmailReason.TOO_SOON, EmailReason.TOO_OFTEN)
"""Reasons for waiting after which an email goes out before emails that became due later."""

GIVEN_BACK = (EmailReason.WORKER_STOPPED, EmailReason.STOPPED_FIRST, EmailReason.TAKES_NOTHING)
"""Reasons for which an email is scheduled again before the mail server was told of it. They are not recorded
as events, except the first of an outage.
"""

VOUCHER_ENDED = (EmailReason.VOUCHER_USED, EmailReason.VOUCHER_VOID, EmailReason.VOUCHER_EXPIRED)
"""Reasons to hold the first email of a sequence that mentions a voucher."""
