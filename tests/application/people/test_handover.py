"""Each case has an owner, who signs its emails. Cases are handed over, and nobody signs who is gone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from followup.application.cases import change_case, list_cases, open_case, show_case
from followup.application.door import Caller, OpenWorkspace
from followup.application.goodwill import gestures
from followup.application.outbox import email_story, outbox
from followup.application.people import agents, handover
from followup.application.reporting import outcomes, spend
from followup.errors import NotFound, Refused, WrongUsage
from followup.store.tables import AuditEvent, Email
from tests.services.mailing import files, states, tick
from tests.shop import ANA, DIANA, MAX, SEN, Shop, happened

DAYS = timedelta(days=1)
WHY = "The parcel never came, nobody answered three calls, and the party it was for is over by now, she says."

WITH_DAY = {
    "reason": "late-delivery",
    "severity": "moderate",
    "order_value": "80.00",
    "occurred_on": "2026-11-01",
    "order": "HB-2041",
}
"""A case that says enough for its letters to go out by themselves."""


def caller(shop: Shop, email: str = ANA, key: str | None = None) -> Caller:
    place = OpenWorkspace(shop.workspace, shop.engine)
    return Caller(place=place, now=shop.now, login="nobody", actor_email=email, key=key)


def logged(shop: Shop, customer: str = "priya@example.com", by: str = ANA, **more: Any) -> str:
    flags = {**WITH_DAY, "what_happened": happened(more.get("locale")), **more}
    document = open_case.open_case(
        caller(shop, by), customer=customer, name="Priya Shah", accept=True, **flags
    )
    return str(document["case"]["ref"])


def owner(shop: Shop, case: str) -> tuple[str, str]:
    document = show_case.show_case(caller(shop), case)
    return document["owner"]["email"], document["logged_by"]["email"]


def leave(shop: Shop, email: str = ANA, *, by: str = MAX) -> list[str]:
    return agents.set_agent(caller(shop, by), email, active=False)["hints"]


def events(shop: Shop, action: str) -> list[tuple[str, str, str | None, Any]]:
    query = select(AuditEvent).where(col(AuditEvent.action) == action).order_by(col(AuditEvent.id))

    def look(session: Session) -> list[tuple[str, str, str | None, Any]]:
        return [(row.subject, row.actor, row.because, row.detail) for row in session.exec(query)]

    return shop.read(look)


def test_who_logs_a_case_owns_it_until_it_is_given_to_somebody(shop: Shop) -> None:
    case = logged(shop)
    assert owner(shop, case) == (ANA, ANA)
    change_case.set_case(caller(shop), case, owner=SEN)
    assert owner(shop, case) == (SEN, ANA)
    assert events(shop, "case handover") == [(case, ANA, None, {"from": ANA, "to": SEN})]
    # Nothing else was changed, so nothing else is in the log.
    assert events(shop, "case set") == []


def test_own_cases_are_handed_over_by_oneself_and_those_of_others_by_a_manager(shop: Shop) -> None:
    # Ana is the first agent of the workspace, who has a manager's rights; Sen is a senior.
    case, others = logged(shop, by=SEN), logged(shop, "omar@example.com")
    for forbidden in (
        lambda: change_case.set_case(caller(shop, SEN), others, owner=SEN),
        lambda: handover.hand_over(caller(shop, SEN), ANA, SEN),
        lambda: handover.hand_over(caller(shop, SEN), ANA, SEN, dry_run=True),
    ):
        with pytest.raises(Refused) as refused:
            forbidden()
        assert refused.value.code == "right_needed"
    change_case.set_case(caller(shop, SEN), case, owner=MAX)
    assert owner(shop, case) == (MAX, SEN)
    # Who logged it is not its owner any more.
    with pytest.raises(Refused):
        change_case.set_case(caller(shop, SEN), case, owner=SEN)
    change_case.set_case(caller(shop, MAX), case, owner=SEN)
    assert owner(shop, case) == (SEN, SEN)


def test_a_case_is_given_to_nobody_who_is_gone_or_unknown(shop: Shop) -> None:
    case = logged(shop)
    leave(shop, SEN)
    with pytest.raises(Refused) as refused:
        change_case.set_case(caller(shop), case, owner=SEN)
    assert refused.value.code == "owner_inactive"
    with pytest.raises(Refused):
        handover.hand_over(caller(shop), ANA, SEN)
    with pytest.raises(NotFound):
        change_case.set_case(caller(shop), case, owner="bo@shop.example")
    with pytest.raises(WrongUsage):
        handover.hand_over(caller(shop), ANA, ANA)
    assert owner(shop, case) == (ANA, ANA)


def test_a_handover_says_who_waits_for_an_answer_before_it_is_made(shop: Shop) -> None:
    waits, calm = logged(shop), logged(shop, "omar@example.com")
    tick(shop)
    shop.now += DAYS
    change_case.add_note(caller(shop), waits, "And when does it come?", from_customer=True)
    for dry_run in (True, False):
        document = handover.hand_over(caller(shop, MAX), ANA, SEN, dry_run=dry_run)
        why = {case["ref"]: case["why"] for case in document["cases"]}
        assert why == {waits: "the customer has answered, so a person answers", calm: ""}


def test_a_handover_gives_all_that_is_to_come_and_reports_stay_as_they_are(shop: Shop) -> None:
    first = logged(shop)
    second = logged(shop, "omar@example.com", reason="rude-staff")
    done = logged(shop, "li@example.com", reason="long-wait")
    others = logged(shop, "eva@example.com", by=SEN)
    change_case.close(caller(shop), done, outcome="recovered")
    before = spend.spend(caller(shop), by=["agent"]), outcomes.outcomes(caller(shop), by=["agent"])
    preview = handover.hand_over(caller(shop, MAX), ANA, SEN, dry_run=True)
    assert [case["ref"] for case in preview["cases"]] == [first, second]
    assert owner(shop, first) == (ANA, ANA)
    document = handover.hand_over(caller(shop, MAX), ANA, SEN, because="She has left us.")
    assert document["cases"] == preview["cases"]
    assert document["hints"] == ["If they have left: followup agent set ana@shop.example --inactive"]
    assert [owner(shop, case) for case in (first, second, done, others)] == [
        *((SEN, ANA), (SEN, ANA), (ANA, ANA), (SEN, SEN)),
    ]
    assert events(shop, "case handover") == [
        (case, MAX, "She has left us.", {"from": ANA, "to": SEN}) for case in (first, second)
    ]
    after = spend.spend(caller(shop), by=["agent"]), outcomes.outcomes(caller(shop), by=["agent"])
    assert after == before


def test_named_cases_alone_are_handed_over_and_none_of_somebody_else(shop: Shop) -> None:
    first, second = logged(shop), logged(shop, "omar@example.com")
    others = logged(shop, "eva@example.com", by=SEN)
    with pytest.raises(Refused) as refused:
        handover.hand_over(caller(shop), ANA, SEN, [second, others])
    assert refused.value.code == "not_their_case"
    assert owner(shop, second) == (ANA, ANA)
    document = handover.hand_over(caller(shop), ANA, MAX, [second])
    assert [case["ref"] for case in document["cases"]] == [second]
    assert document["hints"] == ["1 of their cases are left: followup case list --owner ana@shop.example"]
    assert (owner(shop, first), owner(shop, second)) == ((ANA, ANA), (MAX, ANA))


def test_a_handover_with_a_key_is_made_once(shop: Shop) -> None:
    logged(shop)
    first = handover.hand_over(caller(shop, key="leave"), ANA, SEN)
    change_case.set_case(caller(shop, MAX), "C-0001", owner=ANA)
    assert handover.hand_over(caller(shop, key="leave"), ANA, SEN) == first
    assert owner(shop, "C-0001") == (ANA, ANA)


def test_emails_to_come_are_signed_by_the_new_owner_and_those_sent_stay(shop: Shop) -> None:
    logged(shop)
    tick(shop)
    assert states(shop)[0] == "sent"
    change_case.set_case(caller(shop), "C-0001", owner=SEN)
    shop.now += 10 * DAYS
    tick(shop)
    first, second = (text.decode() for text in sorted(files(shop), key=lambda text: b"Sen Ito" in text))
    assert "Ana Reyes" in first
    assert "Sen Ito" not in first
    assert "Sen Ito" in second
    assert [name in second.replace("\r", "") for name in ("Ana Reyes\nnorth", "Sen Ito\nnorth")] == [
        False,
        True,
    ]


def test_an_email_that_waited_with_its_bytes_is_signed_anew(shop: Shop) -> None:
    logged(shop)

    def freeze(session: Session) -> None:
        email = session.exec(select(Email).order_by(col(Email.id))).first()
        assert email is not None
        email.message, email.subject = b"From: Ana Reyes\r\n\r\nAna Reyes", "As before"
        session.add(email)

    shop.write(freeze)
    change_case.set_case(caller(shop), "C-0001", owner=SEN)
    tick(shop)
    (sent,) = files(shop)
    assert b"Sen Ito" in sent
    assert b"As before" not in sent


def test_nobody_signs_who_is_gone_and_the_email_goes_once_somebody_has_the_case(shop: Shop) -> None:
    case = logged(shop)
    (hint,) = leave(shop)
    assert hint.startswith("1 case is still theirs, and emails that they would sign wait for a person. ")
    assert hint.endswith("Hand over: followup agent handover ana@shop.example --to EMAIL")
    tick(shop)
    assert files(shop) == []
    (held,) = outbox.list_emails(caller(shop, MAX), held=True)
    assert held["held_code"] == "signer_gone"
    (waiting,) = list_cases.list_cases(caller(shop, MAX), needs_person=True)
    assert waiting["ref"] == case
    with pytest.raises(Refused) as refused:
        outbox.release_email(caller(shop, MAX), held["id"], "It must go.")
    assert refused.value.code == "signer_gone"
    assert f"followup case set {case} --owner" in refused.value.hint
    assert f"followup case set {case} --owner" in str(email_story.explain(caller(shop, MAX), held["id"]))
    handover.hand_over(caller(shop, MAX), ANA, SEN)
    tick(shop)
    (sent,) = files(shop)
    assert b"Sen Ito" in sent


def test_an_agent_who_is_here_again_signs_again(shop: Shop) -> None:
    logged(shop)
    leave(shop)
    tick(shop)
    assert (states(shop)[0], files(shop)) == ("deferred", [])
    agents.set_agent(caller(shop, MAX), ANA, active=True)
    tick(shop)
    (sent,) = files(shop)
    assert b"Ana Reyes" in sent


def test_an_email_that_a_person_held_stays_held_when_its_case_is_handed_over(shop: Shop) -> None:
    logged(shop)
    outbox.hold_email(caller(shop), "E-0001", "She is away.")
    change_case.set_case(caller(shop), "C-0001", owner=SEN)
    tick(shop)
    assert (states(shop)[0], files(shop)) == ("deferred", [])


def test_a_handover_names_what_was_promised_and_what_only_they_may_decide(shop: Shop) -> None:
    shop.budget("500.00")
    shop.open_case(promised="We ring you on Friday.")
    gestures.request_gesture(caller(shop), "C-0001", kind="callback", because="She asked for it.")
    shop.open_case("omar@example.com", order_value="400.00")
    gestures.request_gesture(caller(shop), "C-0002", kind="refund", amount="120.00", because=WHY)
    (one, two) = handover.hand_over(caller(shop), ANA, SEN, dry_run=True)["cases"]
    assert (one["promised"], [gesture["kind"] for gesture in one["promises"]]) == (
        *("We ring you on Friday.", ["callback"]),
    )
    assert two["promises"] == []
    # Max and Diana may decide; without Diana only Max may.
    assert handover.hand_over(caller(shop, MAX), MAX, SEN, dry_run=True)["approvals"] == []
    leave(shop, DIANA, by=DIANA)
    document = handover.hand_over(caller(shop, MAX), MAX, SEN, dry_run=True)
    assert [approval["ref"] for approval in document["approvals"]] == ["A-0001"]
    (hint,) = document["hints"]
    assert hint.startswith("Nobody but max@shop.example may decide A-0001. ")
    assert hint.endswith("give somebody the role: followup agent set EMAIL --role manager")


def test_my_queue_is_my_open_cases_and_those_that_need_a_person_come_first(shop: Shop) -> None:
    logged(shop)
    logged(shop, "omar@example.com", feeling="distressed")
    logged(shop, "eva@example.com", by=SEN)
    shop.open_case("li@example.com")
    change_case.close(caller(shop), "C-0004", outcome="recovered")
    mine: Any = list_cases.list_cases(caller(shop), mine=True)
    assert [(row["ref"], row["why_codes"]) for row in mine] == [
        ("C-0002", ["distressed_without_phone"]),
        ("C-0001", []),
    ]
    theirs: Any = list_cases.list_cases(caller(shop), owner=SEN)
    assert [row["ref"] for row in theirs] == ["C-0003"]
    change_case.set_case(caller(shop), "C-0001", owner=SEN)
    theirs = list_cases.list_cases(caller(shop), owner=SEN)
    assert [row["ref"] for row in theirs] == ["C-0001", "C-0003"]
    closed = list_cases.list_cases(caller(shop), mine=True, status="closed")
    assert [row["ref"] for row in closed] == ["C-0004"]
    alone = list_cases.list_cases(caller(shop), needs_person=True, owner=SEN)
    assert [row["ref"] for row in alone] == []
    with pytest.raises(WrongUsage):
        list_cases.list_cases(caller(shop), mine=True, owner=SEN)
