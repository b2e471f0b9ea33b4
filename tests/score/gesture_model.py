"""A simple model of gestures, approvals, vouchers and budgets, written from their promised behaviour, not
from the implementation.

Every operation returns whether it is allowed, and changes the model only if it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
OWED_MINOR = 40_00
APPROVAL_DAYS, HOLD_DAYS, VOUCHER_DAYS = 2, 5, 365

POLICY = """
version  = "1"
currency = "GBP"
timezone = "Europe/London"

[[rule]]
id    = "owed"
when  = { reason = "overcharged" }
class = "corrective"
offer = { kind = "refund", amount = "40" }
why   = "It is theirs"

[[rule]]
id    = "any"
class = "goodwill"
offer = { kind = "refund", amount = "7" }
why   = "Whatever it was"

[[authority]]
role        = "agent"
per_gesture = "25"
per_day     = "100"

[[authority]]
role        = "manager"
per_gesture = "250"
per_day     = "400"

[[authority]]
role        = "director"
per_gesture = "unlimited"
per_day     = "unlimited"
"""
RANKS = {"agent": 0, "senior": 1, "manager": 2, "director": 3}
LIMITS: dict[str, tuple[int | None, int | None]] = {
    "agent": (25_00, 100_00),
    # The policy names no senior, who therefore may give what an agent may.
    "senior": (25_00, 100_00),
    "manager": (250_00, 400_00),
    "director": (None, None),
}
COUNTED = ("held", "pending", "issued", "spent")
WITH_CODE = ("voucher", "discount")


def local_day(now: datetime) -> date:
    return now.astimezone(LONDON).date()


def working_days_later(start: datetime, days: int) -> datetime:
    """The same time of day `days` working days later, without holidays."""
    local = start.astimezone(LONDON)
    day = local.date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return datetime.combine(day, local.time(), LONDON).astimezone(UTC)


def month(day: date) -> str:
    return f"{day:%Y-%m}"


def month_after(key: str) -> str:
    year, number = map(int, key.split("-"))
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def months(first: str, before: str) -> Iterator[str]:
    while first < before:
        yield first
        first = month_after(first)


@dataclass
class Figures:
    """One budget in one month."""

    limit: int
    carried_in: int
    carried_out: int | None = None
    held: int = 0
    committed: int = 0
    spent: int = 0
    released: int = 0

    @property
    def used(self) -> int:
        return self.held + self.committed + self.spent

    @property
    def left(self) -> int:
        return self.limit - self.used - (self.carried_out or 0)


@dataclass
class Budget:
    """A monthly limit for gestures of some kinds (None: all kinds)."""

    first_limit: int
    made_in: str
    kinds: tuple[str, ...] | None = None
    carries_over: bool = False
    decided: list[tuple[str, int]] = field(default_factory=list)
    months: dict[str, Figures] = field(default_factory=dict)

    def own_limit(self, key: str) -> int:
        return [limit for since, limit in [("", self.first_limit), *self.decided] if since <= key][-1]

    def left_of_earlier(self, key: str) -> int:
        """The amount that a new month carries over."""
        if not self.carries_over:
            return 0
        begun = [earlier for earlier in self.months if earlier < key]
        if not begun:
            return sum(map(self.own_limit, months(self.made_in, key)))
        newest = max(begun)
        return self.months[newest].left + sum(map(self.own_limit, months(month_after(newest), key)))

    def left(self, key: str) -> int:
        if key in self.months:
            return self.months[key].left
        return self.own_limit(key) + self.left_of_earlier(key)

    def begin(self, key: str) -> Figures:
        if key not in self.months:
            carried = self.left_of_earlier(key)
            if self.carries_over and (begun := [earlier for earlier in self.months if earlier < key]):
                newest = self.months[max(begun)]
                newest.carried_out = newest.left
            self.months[key] = Figures(self.own_limit(key) + carried, carried)
        return self.months[key]

    def adjust(self, key: str, limit: int, *, from_next: bool) -> bool:
        figures = self.months.get(key)
        if not from_next and figures is not None:
            if figures.used + (figures.carried_out or 0) > limit + figures.carried_in:
                return False
            figures.limit = limit + figures.carried_in
        self.decided.append((month_after(key) if from_next else key, limit))
        return True


@dataclass
class Approval:
    state: str
    role: str
    expires_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass
class Voucher:
    state: str
    expires_on: date
    redeemed: int = 0
    redemptions: list[int] = field(default_factory=list)
    """Redemptions that were not reversed, oldest first."""


@dataclass
class Gesture:
    """A gesture. `drawn` has the months on whose budgets it draws, or drew."""

    case: str
    agent: str
    kind: str
    amount: int
    owed: bool
    state: str
    requested_at: datetime
    drawn: list[Figures] = field(default_factory=list)
    approval: Approval | None = None
    voucher: Voucher | None = None

    def move(self, amount: int, source: str | None, target: str) -> None:
        for figures in self.drawn:
            if source is not None:
                setattr(figures, source, getattr(figures, source) - amount)
            setattr(figures, target, getattr(figures, target) + amount)


@dataclass
class Model:
    """The whole state. `roles` has each person's role, `owed_cases` the cases in which money is owed."""

    now: datetime
    roles: dict[str, str]
    owed_cases: frozenset[str]
    budgets: dict[str, Budget]
    gestures: list[Gesture] = field(default_factory=list)

    @property
    def month(self) -> str:
        return month(local_day(self.now))

    def request(self, case: str, agent: str, kind: str, amount: int, *, hold_only: bool, again: bool) -> bool:
        """Money is given on a case that has some only if it is meant, and counts together with that."""
        before = self._given_on(case)
        if before and not again:
            return False
        owed = self._is_owed(case, kind, amount)
        budgets = self._drawn_on(kind, owed=owed)
        if owed and amount > OWED_MINOR - self._given_of_owed(case):
            return False
        if any(budget.left(self.month) < amount for budget in budgets):
            return False
        gesture = Gesture(case, agent, kind, amount, owed, "held", self.now)
        needs_approval = not self._may_give(agent, amount, before)
        self._hold(gesture, budgets)
        self.gestures.append(gesture)
        if needs_approval:
            gesture.state = "pending"
            approver = self._lowest_approver(agent, amount + before)
            gesture.approval = Approval("pending", approver, working_days_later(self.now, APPROVAL_DAYS))
        elif not hold_only:
            self._issue(gesture)
        return True

    def approve(self, gesture: Gesture, by: str) -> bool:
        if not self._may_decide(gesture, by, gesture.amount):
            return False
        most = LIMITS[self.roles[by]][1]
        if most is not None and self._given_today(by) + gesture.amount > most:
            return False
        self._decide(gesture, by, "approved")
        self._issue(gesture)
        return True

    def reject(self, gesture: Gesture, by: str) -> bool:
        if not self._may_decide(gesture, by, gesture.amount):
            return False
        self._decide(gesture, by, "rejected")
        self._end_held(gesture, "rejected")
        return True

    def withdraw(self, gesture: Gesture, by: str) -> bool:
        if not _waits(gesture) or gesture.agent != by:
            return False
        self._decide(gesture, by, "withdrawn")
        self._end_held(gesture, "withdrawn")
        return True

    def counter(self, gesture: Gesture, by: str, kind: str, amount: int) -> bool:
        before = self._given_on(gesture.case, but=gesture)
        if not self._can_be_decided(gesture, by) or not self._may_give(by, amount, before):
            return False
        owed = self._is_owed(gesture.case, kind, amount)
        if owed and amount > OWED_MINOR - self._given_of_owed(gesture.case, but=gesture):
            return False
        budgets = self._drawn_on(kind, owed=owed)
        # The amount held by this request is released first, in the month that holds it.
        for budget in budgets:
            freed = gesture.amount if budget.months.get(self.month) in gesture.drawn else 0
            if budget.left(self.month) + freed < amount:
                return False
        gesture.move(gesture.amount, "held", "released")
        gesture.kind, gesture.amount, gesture.owed = kind, amount, owed
        self._hold(gesture, budgets)
        self._decide(gesture, by, "countered")
        gesture.state = "held"
        return True

    def issue(self, gesture: Gesture) -> bool:
        if gesture.state == "held":
            self._issue(gesture)
        return gesture.state == "issued"

    def pay(self, gesture: Gesture) -> bool:
        if gesture.kind in WITH_CODE or gesture.state != "issued":
            return False
        gesture.move(gesture.amount, "committed", "spent")
        gesture.state = "spent"
        return True

    def void(self, gesture: Gesture, by: str) -> bool:
        # The first agent of a shop has a manager's rights.
        is_manager = by == next(iter(self.roles)) or RANKS[self.roles[by]] >= RANKS["manager"]
        if gesture.state == "spent" and (gesture.agent == by or not is_manager):
            return False
        voucher = gesture.voucher
        if voucher is not None:
            if voucher.state != "issued":
                return False
            gesture.move(gesture.amount - voucher.redeemed, "committed", "released")
            voucher.state, gesture.state = "void", "spent" if voucher.redeemed else "void"
            return True
        if gesture.state not in COUNTED:
            return False
        source = {"issued": "committed", "spent": "spent"}.get(gesture.state, "held")
        gesture.move(gesture.amount, source, "released")
        gesture.state = "void"
        if _is_pending(gesture.approval):
            assert gesture.approval is not None
            gesture.approval.state = "withdrawn"
        return True

    def redeem(self, gesture: Gesture, amount: int) -> bool:
        voucher = gesture.voucher
        if voucher is None or voucher.state != "issued" or local_day(self.now) > voucher.expires_on:
            return False
        if voucher.redeemed + amount > gesture.amount:
            return False
        voucher.redeemed += amount
        voucher.redemptions.append(amount)
        gesture.move(amount, "committed", "spent")
        if voucher.redeemed == gesture.amount:
            voucher.state, gesture.state = "redeemed", "spent"
        return True

    def roll_back(self, gesture: Gesture) -> bool:
        voucher = gesture.voucher
        if voucher is None or not voucher.redemptions:
            return False
        amount = voucher.redemptions.pop()
        voucher.redeemed -= amount
        ended = voucher.state in ("void", "expired")
        gesture.move(amount, "spent", "released" if ended else "committed")
        if voucher.state == "redeemed":
            voucher.state, gesture.state = "issued", "issued"
        return True

    def end_what_is_over(self) -> None:
        for gesture in self.gestures:
            approval, voucher = gesture.approval, gesture.voucher
            if approval is not None and approval.state == "pending" and approval.expires_at <= self.now:
                approval.state = "expired"
                self._end_held(gesture, "expired")
            elif gesture.state == "held":
                since = approval.decided_at if approval else None
                if working_days_later(since or gesture.requested_at, HOLD_DAYS) <= self.now:
                    self._end_held(gesture, "expired")
            elif voucher and voucher.state == "issued" and voucher.expires_on < local_day(self.now):
                gesture.move(gesture.amount - voucher.redeemed, "committed", "released")
                voucher.state = "expired"
                gesture.state = "spent" if voucher.redeemed else "expired"

    def _issue(self, gesture: Gesture) -> None:
        gesture.state = "issued"
        gesture.move(gesture.amount, "held", "committed")
        if gesture.kind in WITH_CODE:
            gesture.voucher = Voucher("issued", local_day(self.now) + timedelta(days=VOUCHER_DAYS))

    def _hold(self, gesture: Gesture, budgets: list[Budget]) -> None:
        gesture.drawn = [budget.begin(self.month) for budget in budgets]
        gesture.move(gesture.amount, None, "held")

    def _end_held(self, gesture: Gesture, state: str) -> None:
        gesture.move(gesture.amount, "held", "released")
        gesture.state = state

    def _decide(self, gesture: Gesture, by: str, state: str) -> None:
        assert gesture.approval is not None
        gesture.approval.state = state
        gesture.approval.decided_by, gesture.approval.decided_at = by, self.now

    def _can_be_decided(self, gesture: Gesture, by: str) -> bool:
        approval = gesture.approval
        return (
            approval is not None
            and _waits(gesture)
            and approval.expires_at > self.now
            and gesture.agent != by
        )

    def _may_decide(self, gesture: Gesture, by: str, amount: int) -> bool:
        if not self._can_be_decided(gesture, by):
            return False
        assert gesture.approval is not None
        most = LIMITS[self.roles[by]][0]
        has_rank = RANKS[self.roles[by]] >= RANKS[gesture.approval.role]
        together = amount + self._given_on(gesture.case, but=gesture)
        return has_rank and (most is None or together <= most)

    def _lowest_approver(self, agent: str, amount: int) -> str:
        """The lowest role above the agent's that may give so much at once."""
        for role in ("senior", "manager"):
            most = LIMITS[role][0]
            if RANKS[self.roles[agent]] < RANKS[role] and most is not None and amount <= most:
                return role
        return "director"

    def _may_give(self, agent: str, amount: int, before: int) -> bool:
        per_gesture, per_day = LIMITS[self.roles[agent]]
        if per_gesture is None or per_day is None:
            return True
        return before + amount <= per_gesture and self._given_today(agent) + amount <= per_day

    def _given_today(self, agent: str) -> int:
        today = local_day(self.now)
        total = 0
        for gesture in self.gestures:
            approval = gesture.approval
            if gesture.state not in COUNTED:
                continue
            if approval is None:
                own = gesture.agent == agent and local_day(gesture.requested_at) == today
            else:
                decided = approval.decided_at and local_day(approval.decided_at)
                own = approval.decided_by == agent and decided == today
            total += gesture.amount * own
        return total

    def _is_owed(self, case: str, kind: str, amount: int) -> bool:
        return case in self.owed_cases and kind == "refund" and amount <= OWED_MINOR

    def _given_on(self, case: str, but: Gesture | None = None) -> int:
        given = (one for one in self.gestures if one.state in COUNTED and one is not but)
        return sum(one.amount for one in given if one.case == case)

    def _given_of_owed(self, case: str, but: Gesture | None = None) -> int:
        given = (one for one in self.gestures if one.state in COUNTED and one is not but)
        return sum(one.amount for one in given if one.case == case and one.owed)

    def _drawn_on(self, kind: str, *, owed: bool) -> list[Budget]:
        if owed:
            return []
        return [budget for budget in self.budgets.values() if budget.kinds is None or kind in budget.kinds]


def _is_pending(approval: Approval | None) -> bool:
    return approval is not None and approval.state == "pending"


def _waits(gesture: Gesture) -> bool:
    return _is_pending(gesture.approval)
