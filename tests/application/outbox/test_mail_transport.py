"""A database whose emails went to a mail server writes none to files unless that is meant."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from followup.application.door import Caller, OpenWorkspace
from followup.application.outbox import daemon, daemon_status, outbox, specimen
from followup.daemon import Daemon
from followup.errors import Refused, WrongUsage
from followup.mail.file_transport import FileTransport
from followup.services.upkeep.doctor.examine import examine
from followup.store.tables import AuditEvent, RelayState
from tests.integration.mail_server import Inbox, running
from tests.services.mailing import files, rows, states, tick
from tests.shop import ANA, MAX, Shop


def caller(shop: Shop, **more: Any) -> Caller:
    """Somebody in a shell of their own, with the settings of now."""
    place = OpenWorkspace(shop.workspace, shop.engine)
    return Caller(place=place, now=shop.now, login="nobody", actor_email=ANA, **more)


def one_more_due(shop: Shop, customer: str) -> None:
    shop.request(shop.open_case(customer=customer, name="Somebody"))


def used_a_relay(shop: Shop, name: str = "mail.shop.example:587") -> None:
    """As after a day on which a mail server took real emails."""
    shop.write(lambda session: session.add(RelayState(name=name, accepted=3, last_real_at=shop.now)))


def test_what_a_mail_server_took_names_it_and_the_next_shell_without_it_is_refused(shop: Shop) -> None:
    one_more_due(shop, "priya@example.com")
    inbox = Inbox()
    with running(inbox) as port:
        shop.settings(smtp_url=f"smtp://127.0.0.1:{port}")
        assert daemon.work_through(caller(shop), daemon.TickHooks()).sent == 1
    sent = outbox.list_emails(caller(shop), state="sent")[0]
    assert (sent["transport"], sent["relay"]) == ("relay", f"127.0.0.1:{port}")
    one_more_due(shop, "omar@example.com")
    shop.settings(smtp_url=None)
    before = shop.stored()
    for act in (
        lambda: daemon.work_through(caller(shop), daemon.TickHooks()),
        lambda: daemon.tick(caller(shop)),
        lambda: Daemon(OpenWorkspace(shop.workspace, shop.engine)).run(drain_and_exit=True),
        lambda: specimen.send_specimen(caller(shop), "me@elsewhere.example"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "files_not_meant"
        assert f"127.0.0.1:{port}" in refused.value.message
        assert "FOLLOWUP_SMTP_URL" in refused.value.hint
    assert shop.stored() == before
    assert files(shop) == []
    assert states(shop)[3] == "scheduled"
    shop.settings(mail_to_files=True)
    assert daemon.work_through(caller(shop), daemon.TickHooks()).sent == 1
    assert len(files(shop)) == 1


def test_a_shop_that_never_had_a_mail_server_goes_on_with_files(shop: Shop) -> None:
    one_more_due(shop, "priya@example.com")
    assert daemon.work_through(caller(shop), daemon.TickHooks()).sent == 1
    assert outbox.show_email(caller(shop), "E-0001")["transport"] == "files"


def test_a_rehearsal_with_a_test_server_forbids_no_files(shop: Shop) -> None:
    one_more_due(shop, "priya@example.com")
    with running(Inbox()) as port:
        shop.settings(smtp_url=f"smtp://127.0.0.1:{port}", rehearsal=True)
        assert daemon.work_through(caller(shop), daemon.TickHooks()).sent == 1
    assert outbox.show_email(caller(shop), "E-0001")["transport"] == "test_server"
    shop.settings(smtp_url=None, rehearsal=False)
    one_more_due(shop, "omar@example.com")
    assert daemon.work_through(caller(shop), daemon.TickHooks()).sent == 1


def test_another_mail_server_is_no_reason_to_refuse(shop: Shop) -> None:
    used_a_relay(shop, "old.shop.example:587")
    one_more_due(shop, "priya@example.com")
    with running(Inbox()) as port:
        shop.settings(smtp_url=f"smtp://127.0.0.1:{port}")
        assert daemon.work_through(caller(shop), daemon.TickHooks()).sent == 1


def test_dry_run_status_and_doctor_say_that_nothing_would_be_sent_from_here(shop: Shop) -> None:
    used_a_relay(shop)
    one_more_due(shop, "priya@example.com")
    tick(shop, transport=FileTransport(shop.workspace.outbox_dir))
    due: Any = daemon.tick(caller(shop), dry_run=True)
    status = daemon_status.status(caller(shop))["mail"]
    for mail in (due["mail"], status):
        assert "mail.shop.example:587" in str(mail["refused_because"])
        assert (mail["transport"], mail["last_relay"]) == ("files", "mail.shop.example:587")
        assert mail["went_to_files"] == 1
    shop.workspace = OpenWorkspace(shop.workspace).workspace
    found = {check.name: check for check in examine(shop.workspace, lambda: shop.now)}
    assert (found["transport"].fine, found["transport"].exit_code) == (False, 4)
    assert found["files"].found == "1 emails count as sent and are only files"
    shop.settings(mail_to_files=True)
    assert daemon_status.status(caller(shop))["mail"]["refused_because"] is None


def test_what_went_to_files_is_listed_first_and_then_sent(shop: Shop) -> None:
    for customer in ("priya@example.com", "omar@example.com"):
        one_more_due(shop, customer)
    tick(shop)
    before = shop.stored()
    seen: Any = outbox.retry_email(caller(shop), went_to_files=True, dry_run=True)
    assert [email["id"] for email in seen["emails"]] == ["E-0001", "E-0004"]
    assert shop.stored() == before
    outbox.retry_email(caller(shop), went_to_files=True, because="The variable was missing.")
    again = rows(shop)[0]
    assert (again.state, again.sent_at, again.message, again.transport) == ("scheduled", None, None, None)
    inbox = Inbox()
    with running(inbox) as port:
        shop.settings(smtp_url=f"smtp://127.0.0.1:{port}")
        shop.now += timedelta(minutes=1)
        assert daemon.work_through(caller(shop), daemon.TickHooks()).sent == 2
    assert sorted(envelope.rcpt_tos[0] for envelope in inbox.envelopes) == [
        "omar@example.com",
        "priya@example.com",
    ]
    empty: Any = outbox.retry_email(caller(shop), went_to_files=True)
    assert empty["emails"] == []
    whys = shop.read(lambda session: _reasons(session))
    assert whys == ["The variable was missing."] * 2


def _reasons(session: Session) -> list[str | None]:
    query = select(AuditEvent.because).where(AuditEvent.action == "outbox scheduled")
    return list(session.exec(query).all())


def test_what_a_mail_server_took_is_never_sent_again(shop: Shop) -> None:
    one_more_due(shop, "priya@example.com")
    with running(Inbox()) as port:
        shop.settings(smtp_url=f"smtp://127.0.0.1:{port}")
        daemon.work_through(caller(shop), daemon.TickHooks())
    with pytest.raises(Refused) as refused:
        outbox.retry_email(caller(shop), "E-0001")
    assert refused.value.code == "illegal_state"
    for arguments in ({}, {"reference": "E-0001", "went_to_files": True}):
        with pytest.raises(WrongUsage) as unclear:
            outbox.retry_email(caller(shop), **arguments)  # type: ignore[arg-type]
        assert unclear.value.code == "no_email_named"
    with pytest.raises(WrongUsage):
        outbox.retry_email(caller(shop), "E-0001", dry_run=True)
    assert MAX not in repr(rows(shop)), "nobody else was written to"
