"""What doctor finds of mail servers and mailboxes, on real ones of this machine."""

import socket
import ssl
from contextlib import closing
from pathlib import Path

import pytest

from followup.services.upkeep.doctor.finding import Check
from followup.services.upkeep.doctor.servers import check_servers
from tests.imap_server import imap_server
from tests.integration.certificate import server_tls
from tests.integration.mail_server import Inbox, running
from tests.integration.test_smtp_transport import one_user
from tests.shop import Shop

PASSWORD = "p%40ss%20word"  # "p@ss word", as a URL has it


def checks(shop: Shop) -> dict[str, Check]:
    return {check.name: check for check in check_servers(shop.rules)}


@pytest.fixture
def tls(tmp_path: Path) -> ssl.SSLContext:
    """What a server needs to encrypt, with a certificate for localhost that nobody vouches for."""
    return server_tls(tmp_path)


@pytest.fixture
def believed(monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext, tmp_path: Path) -> None:
    """This machine believes that certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))


def test_without_a_mail_server_emails_are_files(shop: Shop) -> None:
    found = checks(shop)
    assert found["mail"].found == f"files in {shop.workspace.outbox_dir}; set smtp_url to send"
    assert found["dns"] == Check("dns", True, "no server is set")
    assert found["inbound"].fine


def test_it_logs_in_over_an_encrypted_connection_and_sends_nothing(
    shop: Shop, tls: ssl.SSLContext, believed: None
) -> None:
    inbox = Inbox()
    with running(
        inbox, tls_context=tls, require_starttls=True, auth_required=True, authenticator=one_user
    ) as port:
        shop.settings(smtp_url=f"smtp://ana:{PASSWORD}@localhost:{port}?starttls=required")
        found = checks(shop)
    where = f"smtp://localhost:{port}"
    assert found["mail"] == Check(
        "mail", True, f"{where} answers, encrypted, its certificate is good, logged in"
    )
    assert found["dns"] == Check("dns", True, "localhost")
    assert inbox.envelopes == []


def test_a_certificate_that_nobody_vouches_for_is_an_error(shop: Shop, tls: ssl.SSLContext) -> None:
    with running(Inbox(), tls_context=tls) as port:
        shop.settings(smtp_url=f"smtp://localhost:{port}?starttls=required")
        found = checks(shop)["mail"]
    assert (found.fine, found.exit_code) == (False, 6)
    assert "the connection cannot be encrypted" in found.found
    assert "certificate verify failed" in found.found


def test_a_password_that_is_wrong_is_an_error_and_is_not_shown(
    shop: Shop, tls: ssl.SSLContext, believed: None
) -> None:
    with running(Inbox(), tls_context=tls, auth_required=True, authenticator=one_user) as port:
        shop.settings(smtp_url=f"smtp://ana:hunter2@localhost:{port}?starttls=required")
        found = checks(shop)["mail"]
    assert (found.fine, found.exit_code) == (False, 6)
    assert "it does not let us log in: 535" in found.found
    assert "hunter2" not in f"{found}"


def test_a_mail_server_without_encryption_is_fine_on_this_machine_unless_it_is_required(shop: Shop) -> None:
    with running(Inbox()) as port:
        shop.settings(smtp_url=f"smtp://127.0.0.1:{port}")
        found = checks(shop)["mail"]
        shop.settings(smtp_url=f"smtp://127.0.0.1:{port}?starttls=required")
        required = checks(shop)["mail"]
    where = f"smtp://127.0.0.1:{port}"
    assert found == Check("mail", True, f"{where} answers, not encrypted, without logging in")
    assert (required.fine, required.exit_code) == (False, 6)


def test_a_mail_server_that_does_not_answer_is_an_error_without_its_password(shop: Shop) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    shop.settings(smtp_url=f"smtp://user:hunter2@127.0.0.1:{port}")
    found = checks(shop)["mail"]
    assert (found.fine, found.exit_code) == (False, 6)
    assert f"smtp://127.0.0.1:{port} does not take emails from us; it does not answer" in found.found
    assert "hunter2" not in f"{found}"


def test_a_host_that_cannot_be_one_is_an_error(shop: Shop) -> None:
    # A label of a name has 63 letters at most (RFC 1035), so no name server is asked.
    shop.settings(smtp_url=f"smtp://{'x' * 64}.example")
    found = checks(shop)["dns"]
    assert (found.fine, found.exit_code) == (False, 6)
    assert "x" * 64 in found.found


def test_the_mailbox_is_looked_into_and_left_as_it_is(shop: Shop) -> None:
    with imap_server() as server:
        server.deliver(b"Subject: one\r\n\r\nHello.\r\n", b"Subject: two\r\n\r\nHello.\r\n")
        shop.settings(inbound_url=server.url())
        before = server.flags()
        found = checks(shop)["inbound"]
        assert server.flags() == before
        shop.settings(inbound_url=server.url(password="hunter2"))
        refused = checks(shop)["inbound"]
    assert found == Check("inbound", True, "2 new emails wait in the mailbox")
    assert (refused.fine, refused.exit_code) == (False, 5)
    assert "hunter2" not in f"{refused}"


def test_a_maildir_that_is_not_there_is_an_error(shop: Shop, tmp_path: Path) -> None:
    shop.settings(inbound_url=f"maildir://{tmp_path}/nowhere")
    assert checks(shop)["inbound"].exit_code
