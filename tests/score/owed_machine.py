"""Row 29: everything that may happen to a case, in any order, and 30 days after it."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text
from sqlmodel import Session, col, select

from followup.domain.cases.case import CaseStatus, NoteUse
from followup.domain.cases.outcomes import OutcomeAnswer
from followup.domain.goodwill.gesture import ApprovalState, GestureKind
from followup.domain.inbound.message_kind import InboundKind
from followup.domain.people.suppression import SuppressionReason
from followup.domain.shared.money import Money
from followup.errors import FollowupError
from followup.mail.transport import DeliveryOutcome, Phase
from followup.services.cases import (
    case_notes,
    cases,
    close_case,
    mistaken_case,
    outcomes,
    replies,
    waiting_cases,
)
from followup.services.goodwill import approvals, gestures, vouchers
from followup.services.goodwill.past_goodwill import COUNTED
from followup.services.people import suppressions
from followup.services.sequences import enrolments
from followup.services.upkeep import housekeeping
from followup.store.tables import Approval, Case, Customer, Email, Gesture, InboundMail
from tests.score.owed_history import History, owed
from tests.services.mailing import Answering, tick
from tests.shop import ANA, DIANA, MAX, SEN, Shop

DAY = timedelta(days=1)
MONTH = 30
_WORDS = "the parcel was a week late and nobody called them back about it when they asked, so this is right"

which = st.integers(0, 1)
offers = st.sampled_from(
    [
        ("refund", 500),
        ("refund", 4000),
        ("voucher", 500),
        ("voucher", 900),
        ("callback", None),
        ("apology", None),
    ]
)


class NobodyIsForgotten(RuleBasedStateMachine):
    """A Hypothesis state machine: two cases, to which everything happens in any order. After each step, and
    on each of 30 days after the last, whoever is owed something by `owed_history` is on the list."""

    shop: ClassVar[Shop]
    moves: ClassVar[Counter[str]]
    runs: ClassVar[int]
    days: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        # Each run begins on a new Monday; the daemon's clock only goes forward.
        ahead = (7 - self.shop.now.weekday()) % 7 + 7
        monday = (self.shop.now + ahead * DAY).date()
        self.shop.now = datetime(monday.year, monday.month, monday.day, 10, tzinfo=UTC)
        self.histories: list[History] = []

    @property
    def now(self) -> datetime:
        return self.shop.now

    def do(self, move: str, which: int, change: Callable[[Session, Case, History], object]) -> None:
        """Change a case, or be refused and change nothing."""
        history = self.histories[which]

        def work(session: Session) -> None:
            change(session, session.get_one(Case, history.number), history)

        before = History(**{**vars(history), "told": [*history.told], "touched": [*history.touched]})
        try:
            self.shop.write(work)
        except FollowupError:
            self.histories[which] = before
            self.moves[f"{move} refused"] += 1
            return
        history.touched.append(self.now)
        self.moves[move] += 1

    def newest(self, session: Session, case: Case) -> Gesture:
        query = select(Gesture).where(col(Gesture.case_id) == case.id).order_by(col(Gesture.id).desc())
        found = session.exec(query).first()
        if found is None:
            raise FollowupError("none", code="none")
        return found

    def acting(self, session: Session, by: str = MAX) -> Any:
        return self.shop.actor(session, by)

    # ---- What people do

    @initialize(distressed=st.sampled_from([False, False, False, True]), same=st.booleans())
    def begin(self, distressed: bool, same: bool) -> None:
        run = f"{self.runs}-{self.now:%Y%m%d}"
        for number, person in enumerate((f"a{run}@example.com", f"{'a' if same else 'b'}{run}@example.com")):
            feeling = {"feeling": "distressed"} if distressed and number else {}
            case = self.shop.open_case(person, by=ANA, **feeling)
            assert case.id is not None
            self.histories.append(History(case.id, self.now, distressed=bool(feeling)))

    @rule(
        which=which,
        offer=offers,
        hold_only=st.sampled_from([False, False, True]),
        again=st.sampled_from([False, True, True]),
    )
    def request(
        self, which: int, offer: tuple[str, int | None], hold_only: bool, again: bool = False
    ) -> None:
        kind, minor = offer
        wish = gestures.Wish(
            kind=GestureKind._value2member_map_[kind],  # type: ignore[arg-type]
            amount=None if minor is None else Money(minor, "GBP"),
            because=_WORDS,
            hold_only=hold_only,
            again=again,
        )
        self.do(
            "request",
            which,
            lambda session, case, _: gestures.request_gesture(
                session, self.shop.rules, case, wish, now=self.now, actor=self.acting(session, SEN)
            ),
        )

    @rule(which=which, decision=st.sampled_from(["approve", "reject", "withdraw"]))
    def decide(self, which: int, decision: str) -> None:
        def change(session: Session, case: Case, _history: History) -> None:
            query = (
                select(Approval)
                .join(Gesture)
                .where(col(Gesture.case_id) == case.id, col(Approval.state) == ApprovalState.PENDING)
            )
            found = session.exec(query).first()
            if found is None:
                raise FollowupError("none", code="none")
            by = SEN if decision == "withdraw" else DIANA
            step = getattr(approvals, decision)
            step(session, self.shop.rules, found, now=self.now, actor=self.acting(session, by), because="so")

        self.do(decision, which, change)

    @rule(which=which, step=st.sampled_from(["issue", "pay", "void", "redeem"]))
    def change_gesture(self, which: int, step: str) -> None:
        def change(session: Session, case: Case, _history: History) -> None:
            found, actor = self.newest(session, case), self.acting(session)
            if step == "issue":
                gestures.issue(session, self.shop.rules, found, now=self.now, actor=actor)
            elif step == "pay":
                gestures.pay(session, found, now=self.now, actor=actor, because=None)
            elif step == "void":
                gestures.void(session, found, now=self.now, actor=actor, because="a mistake")
            else:
                voucher = vouchers.voucher_of(session, found)
                if voucher is None:
                    raise FollowupError("none", code="none")
                half = Money(max(1, (voucher.amount_minor - voucher.redeemed_minor) // 2), "GBP")
                vouchers.redeem(session, self.shop.rules, voucher, now=self.now, actor=actor, amount=half)

        self.do(step, which, change)

    @rule(which=which)
    def suppress(self, which: int) -> None:
        def change(session: Session, case: Case, _history: History) -> None:
            person = session.get_one(Customer, case.customer_id)
            reason, actor = SuppressionReason.MANUAL, self.acting(session)
            suppressions.suppress(session, person.email, reason, now=self.now, actor=actor, because="so")

        self.do("suppress", which, change)
        self.look_who_is_suppressed()

    @rule(which=which)
    def lift(self, which: int) -> None:
        def change(session: Session, case: Case, _history: History) -> None:
            person = session.get_one(Customer, case.customer_id)
            actor = self.acting(session)
            suppressions.lift(session, person.email, now=self.now, actor=actor, because="so")

        self.do("lift", which, change)
        self.look_who_is_suppressed()

    def look_who_is_suppressed(self) -> None:
        query = text(
            "SELECT COUNT(*) FROM suppression s JOIN customer c ON c.email = s.address "
            "JOIN cases k ON k.customer_id = c.id WHERE k.id = :number"
        )
        with self.shop.engine.connect() as connection:
            for history in self.histories:
                history.suppressed = connection.execute(query, {"number": history.number}).scalar_one() > 0

    @rule(which=which, days=st.sampled_from([None, 2, 6]))
    def pause(self, which: int, days: int | None) -> None:
        until = None if days is None else self.now + days * DAY

        def change(session: Session, case: Case, history: History) -> None:
            actor = self.acting(session)
            enrolments.pause(session, case, now=self.now, actor=actor, because="away", until=until)
            history.paused = (self.now, until)

        self.do("pause", which, change)

    @rule(which=which)
    def resume(self, which: int) -> None:
        def change(session: Session, case: Case, history: History) -> None:
            enrolments.resume(session, case, now=self.now, actor=self.acting(session))
            history.paused = None

        self.do("resume", which, change)

    @rule(which=which)
    def unenrol(self, which: int) -> None:
        def change(session: Session, case: Case, history: History) -> None:
            actor = self.acting(session)
            enrolments.unenrol(session, case, now=self.now, actor=actor, because="we spoke")
            history.paused = None

        self.do("unenrol", which, change)

    @rule(which=which)
    def enrol(self, which: int) -> None:
        def change(session: Session, case: Case, _history: History) -> None:
            about = enrolments.untold_gesture(session, case)
            enrolments.enrol(
                session,
                self.shop.rules,
                case,
                about,
                now=self.now,
                actor=self.acting(session),
                by_hand=True,
                because="they asked",
            )

        self.do("enrol", which, change)

    @rule(which=which, well=st.sampled_from([False, False, True]))
    def answer(self, which: int, well: bool) -> None:
        def change(session: Session, case: Case, history: History) -> None:
            actor = self.acting(session)
            if well:
                outcomes.record_answer(
                    session,
                    case,
                    OutcomeAnswer.MADE_RIGHT,
                    "All is well.",
                    now=self.now,
                    actor=actor,
                    is_alone=True,
                )
            else:
                replies.record_reply(session, case, "And now?", now=self.now, actor=actor)
            history.wrote, history.content, history.paused = self.now, well, None

        self.do("answer", which, change)

    @rule(which=which, in_person=st.booleans())
    def note(self, which: int, in_person: bool) -> None:
        def change(session: Session, case: Case, history: History) -> None:
            use = NoteUse.TOLD if in_person else NoteUse.INTERNAL
            case_notes.add_note(session, case, "We spoke.", now=self.now, actor=self.acting(session), use=use)
            history.told += [self.now] if in_person else []

        self.do("told" if in_person else "note", which, change)

    @rule(which=which, step=st.sampled_from(["resolve", "close", "reopen"]))
    def move(self, which: int, step: str) -> None:
        def change(session: Session, case: Case, history: History) -> None:
            actor = self.acting(session)
            if step == "resolve":
                cases.move_case(session, case, CaseStatus.RESOLVED, now=self.now, actor=actor)
            elif step == "close":
                close_case.close(session, case, now=self.now, actor=actor)
                history.paused = None
            else:
                replies.reopen(session, case, now=self.now, actor=actor, because="again")
                history.opened, history.paused = self.now, None

        self.do(step, which, change)

    @rule(which=which)
    def take_out(self, which: int) -> None:
        """The case turns out to be logged by mistake: its gestures are taken back first."""

        def change(session: Session, case: Case, history: History) -> None:
            actor, why = self.acting(session), "for somebody else"
            given = select(Gesture).where(col(Gesture.case_id) == case.id).order_by(col(Gesture.id).desc())
            for one in session.exec(given).all():
                if one.state in COUNTED:
                    gestures.void(session, one, now=self.now, actor=actor, because=why)
            mistaken_case.take_out(session, case, now=self.now, actor=actor, because=why)
            history.paused = None

        self.do("mistake", which, change)

    # ---- What servers and time do

    @rule(outcome=st.sampled_from([DeliveryOutcome.REFUSED_FOR_GOOD, DeliveryOutcome.IN_DOUBT]))
    def break_down(self, outcome: DeliveryOutcome) -> None:
        phase = Phase.BODY if outcome is DeliveryOutcome.IN_DOUBT else Phase.RCPT
        self.moves[outcome.value] += tick(self.shop, transport=Answering(outcome, phase)).claimed > 0

    @rule(which=which)
    def bounce(self, which: int) -> None:
        def change(session: Session, case: Case, history: History) -> None:
            query = select(Email).where(col(Email.case_id) == case.id, col(Email.sent_at).is_not(None))
            email = session.exec(query.order_by(col(Email.id))).first()
            if email is None or email.id is None:
                raise FollowupError("none", code="none")
            session.add(
                InboundMail(
                    digest=f"{case.id}-{self.now.isoformat()}",
                    received_at=self.now,
                    kind=InboundKind.BOUNCE,
                    case_id=case.id,
                    email_id=email.id,
                    address=email.to_address,
                    permanent=True,
                )
            )
            reason, actor = SuppressionReason.HARD_BOUNCE, self.acting(session)
            suppressions.suppress(session, email.to_address, reason, now=self.now, actor=actor)
            history.bounced = {*history.bounced, email.id}

        self.do("bounce", which, change)
        self.look_who_is_suppressed()

    @rule(hours=st.sampled_from([1, 3, 24, 24, 72]))
    def wait(self, hours: int) -> None:
        """Let time pass; the daemon ticks at least once a day."""
        while hours > 0:
            self.shop.now += timedelta(hours=min(hours, 24))
            hours -= 24
            self.run_daemon()
        self.moves["wait"] += 1

    def run_daemon(self) -> None:
        self.shop.write(lambda session: housekeeping.end_what_is_over(session, self.shop.rules, now=self.now))
        tick(self.shop, transport=Answering(DeliveryOutcome.ACCEPTED, Phase.BODY))
        for history in self.histories:
            if history.paused and history.paused[1] and history.paused[1] <= self.now:
                history.paused = None

    # ---- What is always true

    @invariant()
    def whoever_is_owed_something_is_listed(self) -> None:
        listed = self.shop.read(
            lambda session: {
                one.case.id for one in waiting_cases.waiting(session, self.shop.rules, now=self.now)
            }
        )
        with self.shop.engine.connect() as connection:
            for history in self.histories:
                forgotten = owed(connection, history, self.now)
                assert not forgotten or history.number in listed, f"C-{history.number:04d}: {forgotten}"

    def teardown(self) -> None:
        try:
            for _ in range(MONTH if self.histories else 0):
                self.shop.now += DAY
                self.run_daemon()
                self.whoever_is_owed_something_is_listed()
                type(self).days += 1
        finally:
            self.let_go()

    def let_go(self) -> None:
        """Let the cases of this run be over, so that they cost later runs nothing."""
        statements = (
            "UPDATE outbox SET state = 'cancelled', held_code = NULL, sent_at = NULL",
            "UPDATE enrolment SET state = 'ended'",
            "UPDATE cases SET status = 'closed', replied_at = NULL, feeling = NULL, told_at = :now",
            "UPDATE gesture SET state = 'withdrawn' WHERE state IN ('held', 'pending', 'issued')",
            "UPDATE approval SET state = 'withdrawn' WHERE state = 'pending'",
            "UPDATE voucher SET state = 'redeemed' WHERE state = 'issued'",
        )

        def change(session: Session) -> None:
            for statement in statements:
                session.execute(text(statement), {"now": self.now} if ":now" in statement else {})

        self.shop.write(change)


def machine(shop: Shop) -> type[NobodyIsForgotten]:
    """The machine for one shop."""

    class Here(NobodyIsForgotten):
        pass

    Here.shop, Here.moves, Here.runs, Here.days = shop, Counter(), 0, 0
    return Here


def try_all(here: type[NobodyIsForgotten], runs: int, steps: int) -> None:
    """Run the machine."""
    run_state_machine_as_test(
        here,
        settings=settings(
            max_examples=runs,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
