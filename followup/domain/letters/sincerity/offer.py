"""E9: the email must state a gesture's amount or item, form and date, after the acknowledgement, and must not
sell anything.
"""

import re
from collections.abc import Iterator

from followup.domain.goodwill.gesture import GestureKind
from followup.domain.letters.sincerity.circumstances import Circumstances, FactKind, StatedOffer
from followup.domain.letters.sincerity.draft import ParsedEmail
from followup.domain.letters.sincerity.finding import SincerityFinding, SincerityRule
from followup.domain.letters.sincerity.ownership import owns
from followup.domain.letters.sincerity.specifics import facts_told, stands_in, without_day
from followup.domain.letters.sincerity.wording import Gestures, Wording, plain, said

_WORDS = re.compile(r"[^\W_]+")
_SOME_AMOUNT = re.compile(r"[£$€¥]\s?\d|\d[\d.,]* ?(?:€|£|%|eur|gbp|usd|chf|pounds|euros?|dollars)(?!\w)")


def incomplete(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E9: what the email that tells of a gesture leaves out about it."""
    if circumstances.is_first or circumstances.introduces:
        for gesture in circumstances.gestures:
            yield from _left_out(draft, circumstances, gesture)


def _left_out(
    draft: ParsedEmail, circumstances: Circumstances, gesture: StatedOffer
) -> Iterator[SincerityFinding]:
    if gesture.kind is GestureKind.APOLOGY:
        return
    wording = draft.wording
    missing, place = [], ""
    if gesture.kind.names_item and not any(_names_item(text, gesture) for text in _texts(draft)):
        missing.append(f"its item ({gesture.item})" if gesture.item else "its item")
    if gesture.kind.has_amount and not _has_amount(draft, gesture):
        missing.append(f"its amount ({gesture.amounts[0]})" if gesture.amounts else "its amount")
    if wording is not None and wording.gestures is not None:
        spots = _spots(draft, gesture, wording.gestures)
        place = draft.sentences[spots[0]].text if spots else ""
        around = _around(draft, circumstances, spots)
        how = wording.gestures.how.get(gesture.kind.value)
        coded = gesture.code is not None and stands_in(gesture.code, plain(" ".join(_texts(draft))))
        if how is not None and not coded and not how.search(around):
            missing.append("how the customer gets it")
        # A call that was promised comes when the promise says; a second day beside it would contradict it.
        is_promised = gesture.kind is GestureKind.CALLBACK and any(
            fact.kind is FactKind.PROMISED for fact in circumstances.facts
        )
        says_when = gesture.is_kept or is_promised or wording.gestures.when.search(around)
        if not says_when:
            missing.append("by when" if not gesture.kind.has_code else "until when it can be used")
    if missing:
        yield SincerityFinding(
            rule=SincerityRule.E9,
            sentence=place,
            why=f"The {gesture.kind} is there without {' and '.join(missing)}.",
            instead=f"Say it in one sentence: “{_example(gesture, wording)}”",
        )


def too_early(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:
    """E9: the gesture is mentioned before the apology, or before what happened."""
    wording = draft.wording
    given = [gesture for gesture in circumstances.gestures if gesture.kind.may_have_amount]
    if not given or not circumstances.is_first:
        return
    if wording is None or wording.gestures is None:
        return
    for sentence in draft.sentences:
        named = next((one for one in given if _gives(sentence.text, one, wording.gestures)), None)
        if _acknowledges(sentence.text, draft, circumstances, wording, gives=named is not None):
            return
        if named is not None:
            yield SincerityFinding(
                rule=SincerityRule.E9,
                sentence=sentence.text,
                why=f"The {named.kind} comes before a word about what happened, as if to buy silence.",
                instead="Begin with what happened and whose doing it was; then what you do about it.",
            )
            return


def too_late(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """E18: goodwill for somebody who has waited for an answer for too long."""
    waited, limit = circumstances.waited_days, circumstances.goodwill_days
    if not any(one.is_goodwill for one in circumstances.gestures) or not circumstances.is_first:
        return
    if waited is not None and limit is not None and waited > limit:
        yield SincerityFinding(
            rule=SincerityRule.E18,
            sentence="",
            why=f"The customer has waited {waited} days for this; goodwill after {limit} does harm.",
            instead="Call them first and say why it took so long; then release it, or take the gesture back.",
        )


def upsell(draft: ParsedEmail, circumstances: Circumstances) -> Iterator[SincerityFinding]:  # noqa: ARG001 -- as all rules
    """E9: an offer to buy something."""
    wording = draft.wording
    for sentence in draft.sentences if wording else ():
        found = wording.upsell.search(said(sentence.text)) if wording else None
        if found:
            yield SincerityFinding(
                rule=SincerityRule.E9,
                sentence=sentence.text,
                why=f"“{found[0]}” sells something, which turns the apology into advertising.",
                instead="Leave it out.",
            )


def _texts(draft: ParsedEmail) -> Iterator[str]:
    return (sentence.text for sentence in draft.sentences)


def _has_amount(draft: ParsedEmail, gesture: StatedOffer) -> bool:
    text = plain(" ".join(_texts(draft)))
    if not gesture.amounts:
        return _SOME_AMOUNT.search(text) is not None
    return any(stands_in(amount, text) for amount in gesture.amounts)


def _mentions(text: str, gesture: StatedOffer, words: Gestures) -> bool:
    if gesture.kind is GestureKind.CALLBACK:
        return words.calling.search(said(text)) is not None
    if gesture.kind.names_item:
        return _names_item(text, gesture)
    return (
        any(stands_in(spelling, plain(text)) for spelling in (*gesture.amounts, gesture.code or ""))
        or words.things.search(said(text)) is not None
    )


def _names_item(text: str, gesture: StatedOffer) -> bool:
    """Whether a text names the item, or the longest word of it: "the lamp" for "Lamp, blue"."""
    words = _WORDS.findall(gesture.item or "")
    return bool(words) and stands_in(max(words, key=len), plain(text))


def _spots(draft: ParsedEmail, gesture: StatedOffer, words: Gestures) -> list[int]:
    """The indexes of the sentences about the gesture."""
    return [number for number, text in enumerate(_texts(draft)) if _mentions(text, gesture, words)]


def _around(draft: ParsedEmail, circumstances: Circumstances, spots: list[int]) -> str:
    """The text about the gesture: its sentences, the ones after them and the rest of their paragraphs,
    without the day of the incident.
    """
    paragraphs = {draft.sentences[number].paragraph for number in spots}
    near = {number + 1 for number in spots}
    text = plain(
        " ".join(
            sentence.text
            for number, sentence in enumerate(draft.sentences)
            if sentence.paragraph in paragraphs or number in near
        )
    )
    for fact in circumstances.facts:
        if fact.kind is FactKind.DATE:
            text = without_day(fact, text)
    return text


def _gives(text: str, gesture: StatedOffer, words: Gestures) -> bool:
    return _mentions(text, gesture, words) and words.giving.search(said(text)) is not None


def _acknowledges(
    text: str, draft: ParsedEmail, circumstances: Circumstances, wording: Wording, *, gives: bool
) -> bool:
    if wording.apology.search(said(text)) or owns(text, draft):
        return True
    told = {fact.kind for fact in facts_told(text, draft, circumstances)}
    return bool(told & {FactKind.WHAT_HAPPENED, FactKind.WORDS} if gives else told)


def _example(gesture: StatedOffer, wording: Wording | None) -> str:
    amount, code = gesture.amounts[0] if gesture.amounts else "…", gesture.code or "…"
    item = gesture.item or "…"
    known = wording.gestures.examples.get(gesture.kind.value) if wording and wording.gestures else None
    if known is not None:
        return known.format(amount=amount, code=code, item=item)
    return {
        GestureKind.CALLBACK: "I will call you by …, on the number you choose.",
        GestureKind.REPLACEMENT: f"I am sending you a new one, {item}, to your address; it is there by ….",
        GestureKind.REPAIR: f"We will mend it for you, {item}: send it to …, and you will have it back by ….",
        GestureKind.RESEND: f"I am sending it to your address again, {item}; it will reach you by ….",
        GestureKind.REFUND: f"I am refunding {amount} to the card you paid with; you will see it by ….",
        GestureKind.CREDIT: f"I am adding {amount} to your account by …; it comes off your next payment.",
        GestureKind.POINTS: f"I am adding … points, worth {amount}, to your account; they are there by ….",
        GestureKind.GIFT: f"I am sending a gift worth {amount} to your address; it will reach you by ….",
        GestureKind.VOUCHER: f"Here is a voucher for {amount}: enter the code {code} when you pay, until ….",
        GestureKind.DISCOUNT: f"The code {code} takes {amount} off what you buy next when you pay, until ….",
    }[gesture.kind]
