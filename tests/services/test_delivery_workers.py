"""Workers that die while they have an email, and workers that come back too late."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from followup.domain.email_state import EmailState
from followup.domain.enrolment import EnrolmentState
from followup.mail.transport import Delivery, Outcome, Phase
from followup.services.tally import Tally
from followup.settings import OnDoubt
from tests.services.mailing import Answering, enrolment, files, rows, states, tick
from tests.shop import Shop


def test_a_dead_claim_is_scheduled_again_because_nothing_can_have_gone_out(shop: Shop) -> None:
    shop.request(shop.open_case())
    crash_at(shop, Phase.RCPT)
    assert states(shop)[0] == "claimed"
    assert tick(shop, shop.now + timedelta(minutes=14)).claimed == 0
    assert tick(shop, shop.now + timedelta(minutes=15)).sent == 1


def test_a_dead_transmission_is_in_doubt_and_stays_so(shop: Shop) -> None:
    shop.request(shop.open_case())
    crash_at(shop, Phase.BODY)
    assert states(shop)[0] == "transmitting"
    tally = tick(shop, shop.now + timedelta(minutes=15))
    assert (tally.in_doubt, tally.claimed) == (1, 0)
    assert tick(shop, shop.now + timedelta(hours=1)).in_doubt == 0
    assert rows(shop)[0].reason == "its worker stopped while the email was on its way"


def test_told_to_resend_a_dead_transmission_goes_out_again_with_the_same_bytes(shop: Shop) -> None:
    shop.request(shop.open_case())
    crash_at(shop, Phase.BODY)
    before = rows(shop)[0]
    shop.settings(on_doubt=OnDoubt.RESEND)
    (shop.workspace.templates_dir / "apology.md").unlink()
    assert tick(shop, shop.now + timedelta(minutes=15)).sent == 1
    assert files(shop) == [before.message]
    assert rows(shop)[0].message_id == before.message_id


class Crash(Exception):
    pass


def crash_at(shop: Shop, phase: Phase) -> None:
    """Leave the database as a worker does that dies before the body is begun, or after."""

    @dataclass(frozen=True)
    class Crashing(Answering):
        def deliver(
            self, _sender: str, _recipient: str, _message: bytes, before_body: Callable[[], None]
        ) -> Delivery:
            if phase is Phase.BODY:
                before_body()
            raise Crash

    with pytest.raises(Crash):
        tick(shop, transport=Crashing(Outcome.ACCEPTED, phase))


def test_a_worker_that_lost_its_claim_before_the_body_sends_nothing(shop: Shop) -> None:
    shop.request(shop.open_case())
    sent_by_another: list[Tally] = []
    overtaken = Answering(
        Outcome.ACCEPTED,
        Phase.BODY,
        first=lambda: sent_by_another.append(tick(shop, shop.now + timedelta(minutes=15))),
    )
    tally = tick(shop, transport=overtaken)
    assert [other.sent for other in sent_by_another] == [1]
    assert (tally.claimed, tally.sent, tally.reports) == (1, 0, [])
    assert (rows(shop)[0].state, rows(shop)[0].epoch) == (EmailState.SENT, 2)
    assert len(files(shop)) == 1


@pytest.fixture
def overslept(shop: Shop) -> Callable[[Outcome], Tally]:
    """Makes a worker sleep past its lease while the body of the last email is on its way, then wake."""

    def sleep(outcome: Outcome) -> Tally:
        shop.request(shop.open_case())
        last = [row.due_at for row in rows(shop)][-1]
        for row in rows(shop)[:2]:
            tick(shop, row.due_at)

        @dataclass(frozen=True)
        class Sleepy(Answering):
            def deliver(
                self, _sender: str, _recipient: str, _message: bytes, before_body: Callable[[], None]
            ) -> Delivery:
                before_body()
                assert tick(shop, last + timedelta(minutes=15)).in_doubt == 1
                return Delivery(self.outcome, Phase.BODY, 250, "OK")

        return tick(shop, last, Sleepy(outcome, Phase.BODY))

    return sleep


@pytest.mark.parametrize("outcome", [Outcome.REFUSED_FOR_GOOD, Outcome.REFUSED_NOW, Outcome.IN_DOUBT])
def test_a_worker_that_wakes_after_its_lease_changes_nothing(
    shop: Shop, overslept: Callable[[Outcome], Tally], outcome: Outcome
) -> None:
    tally = overslept(outcome)
    assert (tally.sent, tally.failed, tally.retried, tally.in_doubt) == (0, 0, 0, 0)
    assert states(shop) == ["sent", "sent", "in_doubt"]
    # What became of it is for a person to say, and so is whether the sequence is over.
    assert enrolment(shop).state is EnrolmentState.ACTIVE


def test_a_servers_yes_settles_the_doubt_however_late_it_is_heard(
    shop: Shop, overslept: Callable[[Outcome], Tally]
) -> None:
    assert overslept(Outcome.ACCEPTED).sent == 1
    assert states(shop) == ["sent", "sent", "sent"]
    assert enrolment(shop).state is EnrolmentState.COMPLETED
