"""Signs of repetition: the same reason again, several agents for one customer, customers who look like one
person, or amounts just under an agent's limit.

A sign never refuses a gesture. It requires the approval of a role with an overview and tells it what was
found.
"""

from collections.abc import Iterator
from datetime import date

from followup.domain.goodwill.policy.authority import JustUnder, Repeat, authority_of
from followup.domain.goodwill.policy.offer import UnguardedOffer
from followup.domain.goodwill.policy.policy import Policy, Rule
from followup.domain.goodwill.policy.policy_reason import PolicyReason
from followup.domain.goodwill.policy.subject import Band, Links, Records, RelatedCount, Subject
from followup.domain.people.agent import Role
from followup.domain.shared.money import Money
from followup.domain.shared.reason import Reason

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def repeat_approver(
    policy: Policy, subject: Subject, records: Records, offer: UnguardedOffer, rule: Rule | None
) -> tuple[Role | None, tuple[Reason[PolicyReason], ...]]:
    """The lowest role that must approve because of signs of repetition, with the evidence; (None, ()) if
    there are none. Only gestures with money are checked.

    `rule` is the matched rule: an amount that it fixes is not counted as the agent's habit.
    """
    approver: Role | None = None
    evidence: list[Reason[PolicyReason]] = []
    for repeat in policy.repeats:
        if repeat.gesture_class not in (None, offer.gesture_class):
            continue
        signs = list(_signs(policy, subject, records, offer, rule, repeat))
        if signs and (approver is None or repeat.approver.rank > approver.rank):
            approver = repeat.approver
        evidence += signs
    if approver is None:
        return None, ()
    if subject.role.rank < approver.rank:
        evidence.append(PolicyReason.LOOKS_FIRST.of(role=approver.value))
    return approver, tuple(dict.fromkeys(evidence))


def _signs(
    policy: Policy,
    subject: Subject,
    records: Records,
    offer: UnguardedOffer,
    rule: Rule | None,
    repeat: Repeat,
) -> Iterator[Reason[PolicyReason]]:
    """A reason for each sign of one [[repeat]] that applies."""
    since = repeat.window.since(subject.today)
    reason = subject.facts.get("reason", "")
    if repeat.similar_cases is not None:
        seen = records.similar_cases(since)
        if seen.count >= repeat.similar_cases:
            cases = _counted(seen.count, f"other {reason} case")
            verb = "was" if seen.count == 1 else "were"
            yield PolicyReason.SIMILAR_CASES.of(
                cases=cases, were=verb, since=_since(since), named=_named(seen)
            )
    if repeat.other_agents is not None:
        seen = records.agents_same_reason(since)
        if seen.count >= repeat.other_agents:
            agents = _counted(seen.count, "other agent")
            yield PolicyReason.OTHER_AGENTS.of(
                agents=agents, reason=str(reason), since=_since(since), named=_named(seen)
            )
    if repeat.linked_customers is not None:
        links = records.linked_customers()
        if links.customers >= repeat.linked_customers:
            yield _linked(links)
    if repeat.just_under is not None:
        yield from _habit(policy, subject, records, offer, rule, repeat, repeat.just_under)


def _habit(
    policy: Policy,
    subject: Subject,
    records: Records,
    offer: UnguardedOffer,
    rule: Rule | None,
    repeat: Repeat,
    just_under: JustUnder,
) -> Iterator[Reason[PolicyReason]]:
    """The agent's habit of amounts just under the limit, if this amount is one of them and no rule fixed
    it.
    """
    own = authority_of(policy.authorities, subject.role, offer.gesture_class)
    amount = offer.low_minor
    if own is None or own.per_gesture_minor is None or amount is None:
        return
    low, high = just_under.band_of(own.per_gesture_minor)
    if not low <= amount <= high or (rule is not None and (rule.id, amount) in policy.fixed_offers):
        return
    fixed = frozenset((name, minor) for name, minor in policy.fixed_offers if low <= minor <= high)
    since = repeat.window.since(subject.today)
    habit = records.habit(Band(low, high, repeat.gesture_class, fixed), since)
    if habit.within >= just_under.times:
        least, limit = Money(low, policy.currency), Money(high, policy.currency)
        yield PolicyReason.JUST_UNDER.of(
            within=habit.within,
            agent=habit.agent,
            of=habit.of,
            since=_since(since),
            least=least.text,
            limit=str(limit),
        )


def _linked(links: Links) -> Reason[PolicyReason]:
    """How many other customers look like the same person, and what they share. It names nobody, because the
    reason is stored.
    """
    one = links.customers == 1
    people = f"{_counted(links.customers, 'other customer')} {'looks' if one else 'look'}"
    shared = (
        (links.phone, "telephone number"),
        (links.postal_address, "postal address"),
        (links.email, "mailbox behind another email address"),
    )
    signs = [f"the same {what}{'' if one else f' ({count})'}" for count, what in shared if count]
    return PolicyReason.LINKED_CUSTOMERS.of(people=people, signs=", ".join(signs))


def _counted(count: int, what: str) -> str:
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number} {what}{'' if count == 1 else 's'}"


def _since(since: date | None) -> str:
    return "" if since is None else f" since {since:%-d %B %Y}"


def _named(seen: RelatedCount) -> str:
    if not seen.named:
        return ""
    more = ", and more" if seen.count > len(seen.named) else ""
    return f": {', '.join(seen.named)}{more}"
