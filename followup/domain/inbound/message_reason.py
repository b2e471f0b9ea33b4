"""What an inbound email led to, or why it led to nothing, with the sentences."""

from datetime import date
from typing import Any

from followup.domain.shared.reason import ReasonCode


class MessageReason(ReasonCode):
    """What an inbound email led to, or why it led to nothing."""

    # ---- Nothing came of it
    OWN = "own", "It has the Message-ID of an email of ours", "it is an email of ours that came round"
    TO_A_COLLEAGUE = (
        "to_a_colleague",
        "It answers an email that no customer got",
        "it is about {email}, which went to a colleague",
    )
    BY_A_COLLEAGUE = (
        "by_a_colleague",
        "A colleague wrote it, with the case among its readers",
        "it is from a colleague, so it is a note and no answer",
    )
    ERASED = (
        "erased",
        "Its customer asked to be forgotten",
        "it is about somebody who was erased, so nothing of it was kept",
    )
    TWICE = "twice", "Its Message-ID is known", "it came before, in another copy"
    NO_CASE = "no_case", "Nothing in it proves what it is about", "it is about no case we know"
    SEVERAL_CASES = (
        "several_cases",
        "Their sender has several cases; the emails of all wait until somebody has read it",
        "it names no email of ours, and may be about {cases}; a person says which",
    )
    NO_CASE_AUTOMATIC = (
        "no_case_automatic",
        "A program wrote it, and nothing in it proves what it is about",
        "it is about no case we know; nothing was done",
    )
    NOT_PROVED = (
        "not_proved",
        "Anybody can write that an email of ours came back",
        "it does not prove that it is about an email of ours, so nothing was done",
    )
    FOREIGN_TOKEN = (
        "foreign_token",
        "Its token was not made with our key",
        "it asks for no more emails with a token that is not ours",
    )
    PUT_OFF_OFTEN = (
        "put_off_often",
        "Some mailboxes answer every email, for ever",
        "emails were put off {times} times already, so nothing was done",
    )
    NOTHING_DUE = "nothing_due", "There was nothing to put off", "no email was due, so nothing was done"
    NOTICE = (
        "notice",
        "A program tells that something was read, delivered or received",
        "a program tells of it, and nothing changes",
    )
    NOBODY_LEFT = (
        "nobody_left",
        "Who asks for no more emails is no customer any more",
        "nobody is left here who could be written to",
    )

    # ---- What came of it
    PUT_OFF = (
        "put_off",
        "Emails wait until they are back",
        "they seem to be away{until}; put off: {emails}",
    )
    BY_ADDRESS = (
        "by_address",
        "It answers no email of ours; its sender has this one case at work",
        "it answers no email of ours, and is from the customer of this case alone",
    )
    OPTED_OUT = (
        "opted_out",
        "They ask not to be written to any more",
        "they ask not to be written to; their consent to offers is withdrawn, and a person decides",
    )
    MADE_RIGHT = "made_right", "They answered the closing email", "they say that all is well now"
    NOT_YET = (
        "not_yet",
        "They answered the closing email",
        "they say that it is not made right yet",
    )
    NOBODY_THERE = (
        "nobody_there",
        "The address is not written to any more",
        "nobody is there any more: {detail}",
    )
    DID_NOT_ARRIVE = "did_not_arrive", "Another email may arrive", "it did not arrive: {detail}"
    NO_MORE_EMAILS = "no_more_emails", "They asked for it", "they are not written to any more"

    # ---- It could not be dealt with
    UNREADABLE = "unreadable", "It cannot be taken apart, in the words of who tried"
    BROKE = "broke", "A fault of ours came up", "We could not deal with it ({error})."

    OTHER = "other", "It was recorded before reasons had codes, in words that are kept"

    def shown(self, values: dict[str, Any], detail: str | None) -> dict[str, Any]:
        """The values of the sentence as people read them: codes replaced by words."""
        if self in (MessageReason.NOBODY_THERE, MessageReason.DID_NOT_ARRIVE) and not detail:
            return {**values, "detail": "no reason was given"}
        if self is MessageReason.SEVERAL_CASES:
            return {**values, "cases": " or ".join(values["cases"])}
        if self is MessageReason.PUT_OFF:
            until = f" until {date.fromisoformat(values['until']):%-d %B %Y}" if values.get("until") else ""
            return {**values, "emails": ", ".join(values["emails"]), "until": until}
        return values
