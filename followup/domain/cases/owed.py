"""What the customer of a case is owed, and whether a person has to see to it.

A case stands somewhere: what was offered, which emails went or are to come, what the customer has heard in
person. From that alone the needs follow: each rule names one thing that the customer is owed and that nothing
else will bring. Where no rule applies, something else acts next: an email that is due, or somebody who
decides; and a case that is open although neither does is a need of its own. So "nobody acts" is never left
unlisted.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from followup.domain.cases.attention import AttentionReason, Need
from followup.domain.cases.case import CaseStatus, Severity
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.cases.standing import CaseStanding, Letter, LetterState, Offer
from followup.domain.shared.reason import Reason

UNATTENDED_DAYS = 1
"""Business days after which an open case is listed whose customer has heard nothing and will not."""

LATE_DAYS = 1
"""Business days after which an email or a decision that is due counts as late."""

PAUSED_DAYS = 3
"""Business days after which a pause without an end is listed."""

PUT_OFF_DAYS = 5
"""Business days after which an email is listed that tells the customer and was put off again and again."""

FINISHED_DAYS = 5
"""Business days after which an open case is listed in which all is said and done."""


@dataclass(frozen=True, slots=True)
class Times:
    """The time at which a case is looked at. `later` gives the same time some business days later."""

    now: datetime
    later: Callable[[datetime, int], datetime]

    def is_over(self, since: datetime, days: int) -> bool:
        """Whether this number of business days has passed since then."""
        return self.later(since, days) <= self.now


Rule = Callable[[CaseStanding, Times], Iterable[Need]]


def distressed(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """A customer in real need is called."""
    if _needs_call(case):
        code = AttentionReason.DISTRESSED if case.has_phone else AttentionReason.DISTRESSED_WITHOUT_PHONE
        yield Need(code.of(), case.opened_at)


def _needs_call(case: CaseStanding) -> bool:
    return case.is_distressed and not case.is_content and not case.heard_in_person(case.opened_at)


def answered(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """Whoever wrote to us gets an answer, also if the case was resolved or closed without one."""
    since = case.replied_at
    if since is None or case.is_content or case.heard_in_person(since):
        return
    if any(_answers(case, letter, since) for letter in case.letters):
        return
    if case.answer is OutcomeAnswer.NOT_YET:
        yield Need(AttentionReason.NOT_YET.of(), since)
    else:
        yield Need(AttentionReason.ANSWERED.of(tone=case.tone.value), since)


ANSWER_WANTED = (AttentionReason.ANSWERED, AttentionReason.NOT_YET)
"""What `answered` finds: somebody waits for an answer."""


def _answers(case: CaseStanding, letter: Letter, since: datetime) -> bool:
    return letter.tells and letter.planned_at > since and (letter.has_reached or case.will_go(letter))


def may_have_answered(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """Whoever wrote an email that may be about one of several cases is answered: somebody reads it and notes
    on each what it is."""
    since = case.wrote_at
    if since is None or not case.is_open or case.heard_in_person(since):
        return
    if case.noted_at is None or case.noted_at < since:
        yield Need(AttentionReason.MAY_BE_ANSWER.of(message=case.wrote_in), since)


def wrote_more(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """What they added to the answer that all is well is read."""
    if case.unread_since is not None and not case.heard_in_person(case.unread_since):
        yield Need(AttentionReason.WROTE_MORE.of(), case.unread_since)


def calls(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """A call that was promised is made."""
    code = AttentionReason.CALL_PROMISED if case.has_phone else AttentionReason.CALL_WITHOUT_PHONE
    for offer in case.offers:
        since = offer.issued_at
        if offer.is_call and offer.is_standing and since is not None and not case.heard_in_person(since):
            yield Need(code.of(), since)


def untold(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """What was issued is told to the customer."""
    if _needs_call(case):
        return
    for offer in case.offers:
        since = offer.issued_at
        is_owed = (offer.is_standing and not offer.is_call) or offer.is_expired
        is_owed = is_owed or (offer.is_paid and case.is_open)
        if since is None or not is_owed or case.heard_in_person(since):
            continue
        about = [letter for letter in case.letters if letter.is_about(offer.name) and letter.tells]
        if any(letter.has_reached for letter in about):
            continue
        firsts = [letter for letter in about if letter.is_first or letter.was_added]
        if not any(case.will_go(letter) or case.is_listed(letter) for letter in firsts):
            yield Need(_why_untold(case, offer, firsts), since)


def _why_untold(case: CaseStanding, offer: Offer, firsts: list[Letter]) -> Reason[AttentionReason]:
    back = next((letter for letter in firsts if letter.came_back), None)
    if offer.is_expired:
        return AttentionReason.EXPIRED_UNTOLD.of(gesture=offer.name)
    if back is not None:
        return AttentionReason.CAME_BACK.of(email=back.name)
    if case.suppressed_since is not None:
        return AttentionReason.SUPPRESSED.of()
    if any(letter.lacks_consent for letter in firsts):
        return AttentionReason.NO_CONSENT.of(gesture=offer.name)
    if offer.not_written is not None:
        return offer.not_written.of()
    return AttentionReason.UNTOLD.of(gesture=offer.name)


def came_back(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """An email that told of no gesture and came back is said in another way."""
    for letter in case.letters:
        if not (letter.came_back and letter.is_first and letter.offer is None and letter.sent_at):
            continue
        if case.status is not CaseStatus.CLOSED and not case.heard(letter.sent_at):
            yield Need(AttentionReason.CAME_BACK.of(email=letter.name), letter.sent_at)


def taken_back(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """Whoever was told of a gesture is told when it is taken back."""
    for offer in case.offers:
        if not offer.is_void or offer.issued_at is None or offer.ended_at is None:
            continue
        by_email = any(letter.is_about(offer.name) and letter.has_reached for letter in case.letters)
        in_person = case.told_at is not None and offer.issued_at <= case.told_at < offer.ended_at
        corrected = case.carried_at is not None and case.carried_at >= offer.ended_at
        comes = any(
            letter.offer == offer.name
            and letter.planned_at >= offer.ended_at
            and (case.will_go(letter) or case.is_listed(letter))
            for letter in case.letters
        )
        if (by_email or in_person) and not (corrected or comes) and not case.heard_in_person(offer.ended_at):
            yield Need(AttentionReason.TAKEN_BACK_TOLD.of(gesture=offer.name), offer.ended_at)


def mistaken(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """Whoever heard of a case that was logged by mistake is told that it was one: they hold a letter about
    somebody else's trouble, and perhaps a code that is void."""
    if case.status is not CaseStatus.UNDONE:
        return
    void = [
        (offer.issued_at, offer.ended_at)
        for offer in case.offers
        if offer.is_void and offer.issued_at is not None and offer.ended_at is not None
    ]
    ended = [end for _, end in void]
    written = [letter.sent_at or letter.due_at for letter in case.letters if _may_have_reached(letter)]
    in_person = any(case.told_at is not None and issued <= case.told_at < end for issued, end in void)
    if not (written or in_person):
        return
    since = max([*written, *ended])
    corrected = bool(ended) and case.carried_at is not None and case.carried_at >= max(ended)
    if not corrected and not case.heard_in_person(since):
        yield Need(AttentionReason.MISTAKE_TOLD.of(), since)


def _may_have_reached(letter: Letter) -> bool:
    return letter.has_reached or letter.state is LetterState.IN_DOUBT


def decision_promised(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """Whoever was told that a decision is pending is told what came of it."""
    for offer in case.offers:
        if not offer.was_announced or offer.issued_at is not None or offer.ended_at is None:
            continue
        since = offer.ended_at
        told = case.heard(since) or any(_answers(case, letter, since) for letter in case.letters)
        if not told:
            yield Need(AttentionReason.DECISION_PROMISED.of(gesture=offer.name), since)


def refused(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """Whoever was to be given something, and hears of nothing because it was rejected or nobody decided, is
    given or told something else."""
    newest = max(case.offers, key=lambda offer: offer.requested_at, default=None)
    if newest is None or newest.ended_at is None or newest.came_to not in _REFUSED:
        return
    if newest.was_announced:  # `decision_promised` says it
        return
    is_next = any(case.will_go(letter) or case.is_listed(letter) for letter in case.letters)
    is_next = is_next or any(offer.is_standing or offer.decision_until for offer in case.offers)
    if case.is_open and not is_next and newest.ended_at >= case.opened_at and not case.heard(case.opened_at):
        yield Need(newest.came_to.of(gesture=newest.name), newest.ended_at)


_REFUSED = (AttentionReason.GESTURE_REJECTED, AttentionReason.GESTURE_EXPIRED)


def unpaid(case: CaseStanding, times: Times) -> Iterator[Need]:
    """What was promised by a day is there by then."""
    for offer in case.offers:
        if offer.is_standing and offer.arrives_by is not None and offer.arrives_by <= times.now:
            yield Need(AttentionReason.UNPAID.of(gesture=offer.name), offer.arrives_by)


def stopped(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """An email that a person has to look at is looked at, or what it says is told in person."""
    codes = {
        LetterState.HELD: AttentionReason.HELD,
        LetterState.FAILED: AttentionReason.FAILED,
        LetterState.IN_DOUBT: AttentionReason.IN_DOUBT,
    }
    for letter in case.letters:
        code = codes.get(letter.state)
        if code is None or not case.is_listed(letter):
            continue
        # A held email goes on waiting for somebody; the others are over once it was said otherwise.
        if code is AttentionReason.HELD or not _said_otherwise(case, letter):
            yield Need(code.of(letter.why, email=letter.name), letter.due_at)


def _said_otherwise(case: CaseStanding, letter: Letter) -> bool:
    return case.heard_in_person(letter.due_at) or any(
        other.tells and other.has_reached and other.planned_at > letter.planned_at for other in case.letters
    )


def late(case: CaseStanding, times: Times) -> Iterator[Need]:
    """An email that is due goes out; one that tells of a decision is not put off for ever."""
    for letter in case.letters:
        if letter.state is not LetterState.COMING or not case.will_go(letter):
            continue
        if times.is_over(letter.due_at, LATE_DAYS):
            yield Need(AttentionReason.LATE.of(email=letter.name), letter.due_at)
        elif _is_put_off(letter, times) and not case.heard_in_person(letter.planned_at):
            yield Need(AttentionReason.WAITS_LONG.of(letter.why, email=letter.name), letter.planned_at)


def _is_put_off(letter: Letter, times: Times) -> bool:
    return letter.is_first and letter.was_put_off and times.is_over(letter.planned_at, PUT_OFF_DAYS)


def kept_long(case: CaseStanding, times: Times) -> Iterator[Need]:
    """What is kept because it is too small to be paid out is not kept for ever."""
    for offer in case.offers:
        if offer.kept_until is not None and offer.kept_until <= times.now:
            yield Need(AttentionReason.KEPT_LONG.of(gesture=offer.name), offer.kept_until)


def paused(case: CaseStanding, times: Times) -> Iterator[Need]:
    """A pause ends: at its time, or because somebody ends it."""
    if case.paused_since is None or case.status is CaseStatus.CLOSED:
        return
    until = case.paused_until
    over = times.is_over(case.paused_since, PAUSED_DAYS) if until is None else times.is_over(until, LATE_DAYS)
    if over and any(letter.state is LetterState.PAUSED for letter in case.letters):
        yield Need(AttentionReason.PAUSED.of(), until or case.paused_since)


def suppressed(case: CaseStanding, _times: Times) -> Iterator[Need]:
    """Whoever cannot be emailed about an open case is reached in another way."""
    if case.suppressed_since is None or not case.is_open:
        return
    since = max(case.suppressed_since, case.opened_at)
    if not case.heard_in_person(since):
        yield Need(AttentionReason.SUPPRESSED.of(), since)


def decision_late(case: CaseStanding, times: Times) -> Iterator[Need]:
    """A decision is made in its time, or ends."""
    for offer in case.offers:
        if offer.decision_until is not None and times.is_over(offer.decision_until, LATE_DAYS):
            yield Need(AttentionReason.DECISION_LATE.of(gesture=offer.name), offer.decision_until)


RULES: tuple[Rule, ...] = (
    distressed,
    answered,
    may_have_answered,
    calls,
    decision_promised,
    refused,
    taken_back,
    mistaken,
    unpaid,
    kept_long,
    came_back,
    untold,
    stopped,
    late,
    suppressed,
    paused,
    decision_late,
    wrote_more,
)
"""What a customer may be owed, each in one rule. The first reason stands first in the list."""


def unattended(case: CaseStanding, times: Times) -> Iterator[Need]:
    """An open case for which neither an email nor somebody who decides acts next is listed: after a business
    day if the customer has heard nothing since it was opened, else once all may be taken as done."""
    if not case.is_open or any(case.will_go(letter) for letter in case.letters):
        return
    if any(offer.decision_until is not None for offer in case.offers):
        return
    moments = [case.logged_at, case.reopened_at, case.replied_at, case.told_at, case.noted_at]
    for offer in case.offers:
        moments += [offer.requested_at, offer.issued_at, offer.ended_at]
    moments += [letter.sent_at for letter in case.letters]
    last = max(moment for moment in moments if moment is not None)
    if case.heard(case.opened_at):
        if times.is_over(last, FINISHED_DAYS):
            yield Need(AttentionReason.TO_CLOSE.of(), last)
    elif times.is_over(last, UNATTENDED_DAYS):
        yield Need(_why_unattended(case), last)


def at_a_standstill(case: CaseStanding) -> Iterator[Need]:
    """Why nothing goes on in an open case that needs nobody yet: a queue says it from the first minute, so
    that what was not given or not told is seen by whoever still has the customer on the phone."""
    if not case.is_open or case.is_history or case.is_erased or case.heard(case.opened_at):
        return
    if any(case.will_go(letter) for letter in case.letters):
        return
    if any(offer.decision_until is not None for offer in case.offers):
        return
    yield Need(_why_unattended(case), case.opened_at)


def _why_unattended(case: CaseStanding) -> Reason[AttentionReason]:
    newest = max(case.offers, key=lambda offer: offer.requested_at, default=None)
    if newest is None or (case.reopened_at is not None and newest.requested_at < case.reopened_at):
        reopened = case.reopened_at is not None
        return (AttentionReason.OPENED_AGAIN if reopened else AttentionReason.NOTHING_OFFERED).of()
    return (newest.came_to or AttentionReason.UNTOLD).of(gesture=newest.name)


def needs_of(case: CaseStanding, times: Times, rules: tuple[Rule, ...] = RULES) -> tuple[Need, ...]:
    """Why a case needs a person, each reason once; empty if it needs none now."""
    if case.is_erased or case.is_history:
        return ()
    if case.status is CaseStatus.UNDONE:
        return tuple(need for rule in rules if rule is mistaken for need in rule(case, times))
    found = [need for rule in rules for need in rule(case, times)] or list(unattended(case, times))
    if found and case.agent_left is not None:
        found.append(Need(AttentionReason.AGENT_LEFT.of(agent=case.agent_left), found[0].since))
    return tuple({need.why: need for need in reversed(found)}.values())[::-1]


def in_order(needs: Iterable[Need], severity: Severity) -> tuple[int, int, datetime]:
    """The place of a case with these needs in the list: the most urgent first, then the most severe, then the
    oldest."""
    severities = list(Severity)
    rank, since = min((need.why.code.urgency.rank, need.since) for need in needs)
    return rank, len(severities) - severities.index(severity), since
