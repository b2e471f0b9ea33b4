"""Row 18: no log may contain secrets or customers' data, on any path where they could get there."""

import base64
import socketserver
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from time import sleep
from urllib.parse import quote

from sqlalchemy import text
from sqlmodel import Session

from followup import clock
from followup.mail.oauth.grants import Client
from followup.mail.oauth.kept_log_in import KeptLogIns, new_log_in
from followup.mail.oauth.providers import OAuthProvider
from followup.services.cases import case_notes
from followup.services.people import customers
from followup.services.sequences import enrolments
from followup.store.tables import Case
from tests.e2e.installed import ALWAYS_OPEN
from tests.integration.faulty_relay import FaultyRelay
from tests.postgres import ASKED
from tests.score import due_emails
from tests.score.canaries import (
    ADDRESS,
    EVERYTHING,
    NAME,
    NOTE,
    ORDER,
    PASSWORDS,
    PERSONAL,
    PHONE,
    STREET,
    USER,
    WORDS,
    canaries_in,
)
from tests.score.commands import Command, started
from tests.score.row import Place, Row, Seen
from tests.score.shops import open_shop
from tests.score.troubles import HEAD, TROUBLES, URLS, Trouble
from tests.shop import MAX, Shop

COMMANDS = (("doctor",), ("outbox", "list"), ("daemon", "tick"), ("inbound", "poll"))


def run(here: Place) -> Seen:
    shop = open_shop(here)
    _know_somebody(shop)
    _keep_log_in(shop)
    settings = {**ALWAYS_OPEN, **_database_settings(shop)}
    shop.engine.dispose()
    troubles = TROUBLES[: here.count(len(TROUBLES), 4)]
    found: list[str] = []
    lines = 0
    for number, trouble in enumerate(troubles):
        shop.write(_all_due_again)
        shop.engine.dispose()
        log = _log_of(shop, trouble, settings, as_json=number % 2 == 0)
        lines += log.count("\n")
        leaked = canaries_in(log, (*PASSWORDS.values(), USER, *PERSONAL))
        found += [f"{trouble.name}: {canary} is in the log" for canary in leaked]
        if trouble.told not in log:
            found.append(f"{trouble.name}: did not happen")
    wanted = [(name, url) for name, urls in URLS.items() for url in urls][:: here.count(1, 12)]
    if "FOLLOWUP_DATABASE_URL" in settings:
        mistyped = settings["FOLLOWUP_DATABASE_URL"].replace(PASSWORDS["database"], "{imap}")
        wanted.append(("FOLLOWUP_DATABASE_URL", mistyped))
    for name, url in wanted:
        given = url.format(user=USER, **PASSWORDS)
        for command in COMMANDS[: here.count(len(COMMANDS), 1)]:
            with started(shop.workspace.root, {**settings, name: given}, *command) as told:
                told.end()
            leaked = canaries_in(told.said + told.printed, tuple(PASSWORDS.values()))
            found += [f"{' '.join(command)} with {name}: says {canary}" for canary in leaked]
    was_heard = shop.read(_heard) and _would_be_found()
    shop.engine.dispose()
    return Seen(
        kept=not found and was_heard,
        figures=f"{len(PASSWORDS) + 1 + len(PERSONAL)} canaries, {len(troubles)} troubles of the daemon "
        f"({lines:,} lines of log, figures and heartbeat), {len(wanted)} unusable settings with secrets: "
        f"{len(found)} found" + "".join(f"; {text}" for text in found[:4]),
    )


def _know_somebody(shop: Shop) -> None:
    """A customer whose data are all canaries, with a due email."""
    shop.workspace.key_file.write_text(PASSWORDS["key"], encoding="ascii")
    due_emails.write_short_letter(shop.workspace.templates_dir)
    shop.now = clock.now() - timedelta(days=1)
    shop.write(
        lambda session: customers.add_customer(
            session,
            shop.rules.settings,
            now=shop.now,
            actor=shop.actor(session, MAX),
            name=f"{NAME} Shah",
            email=ADDRESS,
            phone=PHONE,
            address=STREET,
        )
    )
    case = shop.open_case(ADDRESS, verbatim=f"{WORDS} sang.", order=ORDER)

    def enrol(session: Session) -> None:
        found = session.get_one(Case, case.id)
        case_notes.add_note(session, found, NOTE, now=shop.now, actor=shop.actor(session))
        enrolments.enrol(session, shop.rules, found, None, now=shop.now, actor=shop.actor(session))

    shop.write(enrol)


def _keep_log_in(shop: Shop) -> None:
    """The mail server's user is logged in, with tokens that nobody refreshes."""
    tokens = {"access_token": PASSWORDS["token"], "refresh_token": PASSWORDS["refresh"]}
    log_in = new_log_in(
        tokens,
        user=USER,
        provider=OAuthProvider.MICROSOFT,
        client=Client("client", PASSWORDS["client"]),
        token_endpoint="http://127.0.0.1:1/token",
        now=clock.now(),
    )
    KeptLogIns(shop.workspace.log_ins_dir, clock.now).keep(log_in)


def _all_due_again(session: Session) -> None:
    hour_ago = clock.now() - timedelta(hours=1)
    is_aware = session.get_bind().dialect.name == "postgresql"
    session.execute(
        text(
            "UPDATE outbox SET state = 'scheduled', due_at = :due, reason_code = NULL, "
            "reason_detail = NULL, held_code = NULL, held_detail = NULL, "
            "attempts = 0, first_attempt_at = NULL, sent_at = NULL, message = NULL, message_sha256 = NULL "
            "WHERE step = 1"
        ),
        {"due": hour_ago if is_aware else f"{hour_ago:%Y-%m-%d %H:%M:%S.%f}"},
    )
    session.execute(text("UPDATE enrolment SET state = 'active', ended_at = NULL"))
    session.execute(text("DELETE FROM relaystate"))


def _database_settings(shop: Shop) -> dict[str, str]:
    """On PostgreSQL: the settings of a role that needs a password."""
    if shop.engine.dialect.name != "postgresql":
        return {}
    password = PASSWORDS["database"]
    for statement in (
        f"DROP ROLE IF EXISTS {USER}",
        f"DROP ROLE IF EXISTS {ASKED}",
        f"CREATE ROLE {ASKED}",
        f"CREATE ROLE {USER} SUPERUSER LOGIN PASSWORD '{password}' IN ROLE {ASKED}",
    ):
        shop.write(lambda session, made=statement: session.execute(text(made)))  # type: ignore[misc]
    url = shop.engine.url.set(username=USER.lower(), password=password, drivername="postgresql")
    return {"FOLLOWUP_DATABASE_URL": url.render_as_string(hide_password=False)}


def _log_of(shop: Shop, trouble: Trouble, settings: dict[str, str], *, as_json: bool) -> str:
    """All output of the daemon for monitoring while something goes wrong."""
    root = shop.workspace.root
    letter = root / "templates/en/apology.md"
    honest = letter.read_text(encoding="utf-8")
    if trouble.template is not None:
        letter.write_text(HEAD + trouble.template, encoding="utf-8")
    relay = FaultyRelay(phase=trouble.phase, fault=trouble.fault if trouble.phase else None)
    relay.said = {fault: _with_canaries(said) for fault, said in relay.said.items()}
    with ExitStack() as stack:
        stack.callback(letter.write_text, honest, encoding="utf-8")
        stack.enter_context(relay.running())
        options = trouble.settings.get("FOLLOWUP_SMTP_URL")
        user = f"{USER}@" if options else f"{USER}:{quote(PASSWORDS['smtp'])}@"
        url = f"smtp://{user}127.0.0.1:{relay.port}?starttls=never&{options or 'auth=password'}"
        own = {**settings, "FOLLOWUP_SMTP_URL": url}
        if "FOLLOWUP_INBOUND_URL" in trouble.settings:
            own["FOLLOWUP_INBOUND_URL"] = stack.enter_context(_inbound(trouble, root))
        port = _free_port()
        form = ("--log-format", "json" if as_json else "text", "--metrics-port", str(port))
        run = ("daemon", "run", "--every", "0.2", *form)
        command = stack.enter_context(started(root, own, *run, bug=trouble.bug))
        _wait_for(trouble.told, command)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            figures: str = answer.read().decode()
        command.stop()
        heartbeat = root / "db/heartbeat"
        alive = heartbeat.read_text(encoding="utf-8") if heartbeat.exists() else ""
        return command.said + command.printed + figures + alive


def _with_canaries(said: bytes) -> bytes:
    """A mail server's reply with everything that must not reach the log."""
    code, space, rest = said[:3], said[3:4], said[4:]
    return code + space + EVERYTHING.encode() + b" " + rest


def _wait_for(told: str, command: Command) -> None:
    for _ in range(10 * 20):
        if told in command.said or not command.process.is_alive():
            return
        sleep(0.05)


class _Parrot(socketserver.StreamRequestHandler):
    """A mailbox server that refuses everything and repeats what it was sent."""

    def handle(self) -> None:
        self.wfile.write(f"* OK {EVERYTHING}\r\n".encode())
        for line in self.rfile:
            tag = line.split()[0].decode("ascii", "replace")
            self.wfile.write(f"{tag} NO [AUTHENTICATIONFAILED] {EVERYTHING}\r\n".encode())


_ARRIVES = (
    f"From: {NAME} <{ADDRESS}>\nTo: care@shop.example\nSubject: {WORDS}\n\n{NOTE} {PHONE}\n",
    f"\x00\xff{EVERYTHING}",
    f"From: mailer-daemon@x.test\nContent-Type: multipart/report; {EVERYTHING}\n\n{ADDRESS}: 550 {WORDS}\n",
)


@contextmanager
def _inbound(trouble: Trouble, root: Path) -> Iterator[str]:
    """A mailbox to read from; yields its URL."""
    if trouble.settings["FOLLOWUP_INBOUND_URL"] == "folder":
        folder = root / "arrived"
        folder.mkdir()
        for number, mail in enumerate(_ARRIVES):
            (folder / f"{NAME}-{number}.eml").write_bytes(mail.encode("utf-8", "replace"))
        yield f"folder://{folder}"
        return
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Parrot) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"imap://{USER}:{PASSWORDS['imap']}@127.0.0.1:{server.server_address[1]}/INBOX?starttls=never"
        server.shutdown()
        thread.join()


def _free_port() -> int:
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as probe:
        return int(probe.server_address[1])


def _heard(session: Session) -> bool:
    """Whether the mail server's reply with the canaries reached the database, where authorised people may
    read it.
    """
    told = "SELECT count(*) FROM emailevent WHERE reason_detail LIKE :some"
    return bool(session.execute(text(told), {"some": f"%{ADDRESS}%"}).scalar_one())


def _would_be_found() -> bool:
    """Whether the search finds canaries in a log, including the encoding of a login."""
    secrets = tuple(PASSWORDS.values())
    logins = " ".join(base64.b64encode(f"\0{USER}\0{secret}".encode()).decode() for secret in secrets)
    return len(canaries_in(EVERYTHING, (*secrets, *PERSONAL))) == len(secrets) + len(
        PERSONAL
    ) and canaries_in(logins, secrets) == list(secrets)


ROW = Row(18, "canary secrets and addresses through every path", "0 in logs", run)
