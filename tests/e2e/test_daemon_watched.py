"""The daemon as a process, as those see it who watch it: systemd, who reads its log, and monitoring."""

import json
import re
import signal
import socket
import sqlite3
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from followup import clock
from followup.store.tables import Worker
from tests.e2e.conftest import Desk
from tests.e2e.installed import wait_until
from tests.e2e.test_daemon import Mailbox, due_emails, serving, states
from tests.hanging import LONGEST_SECONDS

RUN = ("daemon", "run", "--every", "0.2")


@contextmanager
def service_manager(desk: Desk, tmp_path: Path, *, watchdog_seconds: float) -> Iterator[socket.socket]:
    """A socket that listens as systemd's does, and the variables that name it."""
    path = str(tmp_path / "notify")
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as listening:
        listening.bind(path)
        listening.settimeout(30)
        microseconds = str(int(watchdog_seconds * 1_000_000))
        desk.followup.settings |= {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": microseconds}
        yield listening


def hear(listening: socket.socket, wanted: bytes) -> bytes:
    """Everything that is said until `wanted` is."""
    said: list[bytes] = []
    for _ in range(300):
        said.append(listening.recv(4096))
        if wanted in said[-1].split(b"\n"):
            return b"\n".join(said)
    raise AssertionError(f"{wanted!r} was not said, but {set(said)}")


def is_silent(listening: socket.socket, about: bytes, seconds: float) -> bool:
    """Whether nothing of that kind is said for so long."""
    listening.settimeout(seconds)
    try:
        while about not in listening.recv(4096):
            pass
    except TimeoutError:
        return True
    finally:
        listening.settimeout(30)
    return False


# ---- The service manager


def test_systemd_is_told_that_the_daemon_is_ready_alive_and_stopping(desk: Desk, tmp_path: Path) -> None:
    due_emails(desk, 1)
    with (
        service_manager(desk, tmp_path, watchdog_seconds=4) as systemd,
        desk.followup.running(*RUN, log=tmp_path / "log") as daemon,
    ):
        before_ready = hear(systemd, b"READY=1")
        assert before_ready.startswith(b"READY=1\nSTATUS=")
        hear(systemd, b"WATCHDOG=1")
        hear(systemd, b"WATCHDOG=1")
        wait_until(lambda: states(desk)["sent"] == 1, "sending an email")
        hear(systemd, b"STATUS=1 sent, 0 failed, 0 in doubt since the start; 0 due, the first for 0 seconds")
        daemon.process.send_signal(signal.SIGTERM)
        hear(systemd, b"STOPPING=1")
        assert daemon.process.wait(60) == 0


def test_a_tick_that_hangs_gives_the_watchdog_no_sign_of_life(desk: Desk, tmp_path: Path) -> None:
    mailbox = Mailbox(reply_after_seconds=20)
    with serving(mailbox) as port, service_manager(desk, tmp_path, watchdog_seconds=1) as systemd:
        desk.followup.settings["FOLLOWUP_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        with desk.followup.running(*RUN, log=tmp_path / "log"):
            # Before anything hangs, there are signs of life.
            hear(systemd, b"WATCHDOG=1")
            due_emails(desk, 1)
            wait_until(mailbox.body_came.is_set, "the body of the email")
            # Signs of life would come twice a second.
            wait_until(lambda: is_silent(systemd, b"WATCHDOG=1", 2), "silence")
            assert is_silent(systemd, b"WATCHDOG=1", 2)


def test_a_second_signal_changes_nothing_and_the_email_under_way_is_finished(
    desk: Desk, tmp_path: Path
) -> None:
    mailbox = Mailbox(reply_after_seconds=1)
    due_emails(desk, 3)
    desk.followup.settings["FOLLOWUP_SMTP_CONNECTIONS"] = "1"
    with serving(mailbox) as port:
        desk.followup.settings["FOLLOWUP_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        with desk.followup.running(*RUN, log=tmp_path / "log") as daemon:
            wait_until(mailbox.body_came.is_set, "the first body")
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                daemon.process.send_signal(number)
            assert daemon.process.wait(60) == 0
    assert "further signals change nothing" in daemon.said
    assert states(desk)["in_doubt"] == states(desk)["transmitting"] == states(desk)["claimed"] == 0
    assert states(desk)["sent"] == len(mailbox.bodies) >= 1


def last_tick_at(desk: Desk) -> datetime:
    return desk.shop.read(lambda session: session.exec(select(func.max(Worker.last_tick_at))).one())


def test_sighup_reads_the_files_anew_and_what_cannot_be_used_changes_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    settings = desk.root / "followup.toml"
    whole = settings.read_text(encoding="utf-8")
    with desk.followup.running(*RUN, log=tmp_path / "log") as daemon:
        wait_until(lambda: "started" in daemon.said, "the start")
        settings.write_text("business = = 1\n", encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "cannot be used, so nothing changes" in daemon.said, "reading a broken file")
        settings.write_text(whole.replace("Harbour Books", "Harbour Tea"), encoding="utf-8")
        daemon.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "were read anew" in daemon.said, "reading the files anew")
        reloaded = clock.now()
        # A tick that is under way goes on with the files that it began with.
        wait_until(lambda: last_tick_at(desk) > reloaded, "a tick that begins afterwards")
        due_emails(desk, 1)
        wait_until(lambda: states(desk)["sent"] == 1, "sending an email")
        assert daemon.stop(signal.SIGTERM) == 0
    (written,) = (desk.root / "outbox").rglob("*.eml")
    assert "Harbour Tea" in written.read_text(encoding="utf-8")


# ---- The log


def test_the_log_is_json_of_references_and_nothing_personal(desk: Desk, tmp_path: Path) -> None:
    mailbox = Mailbox()
    gone, _ = due_emails(desk, 2)
    name, subject = "Priya Shah", "birthday"
    mailbox.refusals[gone] = f"550 5.1.1 {name} <{gone}> is unknown; your {subject} email was refused"
    desk.followup.settings["FOLLOWUP_LOG_FORMAT"] = "json"
    with serving(mailbox) as port:
        desk.followup.settings["FOLLOWUP_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        answer = desk.followup.run("daemon", "run", "--drain-and-exit")
    lines: list[dict[str, Any]] = [json.loads(line) for line in answer.err.splitlines()]
    assert {"time", "level", "event", "message", "worker"} <= set.intersection(*map(set, lines))
    assert all(datetime.fromisoformat(line["time"]).utcoffset() is not None for line in lines)
    assert [line["event"] for line in lines if line["event"] != "email"] == ["started", "stopped"]
    emails = {line["email"]: line for line in lines if line["event"] == "email"}
    failed, sent = emails["E-0001"], emails["E-0004"]
    assert {key: failed[key] for key in ("level", "case", "step", "state", "reason")} == {
        "level": "warning",
        "case": "C-0001",
        "step": 1,
        "state": "failed",
        "reason": "550 5.1.1 … is unknown; … email was refused",
    }
    assert (sent["level"], sent["state"], sent["case"]) == ("info", "sent", "C-0002")
    assert not re.search(r"@|priya|shah|birthday|customer-", answer.err, re.IGNORECASE)
    # Whoever may look it up sees the whole.
    assert name in desk.followup.json("outbox", "show", "E-0001")["reason"]


def test_an_unknown_log_format_is_refused(quick: Desk) -> None:
    assert (
        quick.followup.refused("daemon", "run", "--log-format", "xml", code=2)["code"] == "unknown_log_format"
    )


def test_an_outage_of_the_database_is_told_once_and_the_daemon_goes_on(desk: Desk, tmp_path: Path) -> None:
    hidden = desk.database.with_suffix(".hidden")
    desk.shop.engine.dispose()
    with (
        service_manager(desk, tmp_path, watchdog_seconds=60) as systemd,
        desk.followup.running(*RUN, log=tmp_path / "log") as daemon,
    ):
        hear(systemd, b"STATUS=0 sent, 0 failed, 0 in doubt since the start; 0 due, the first for 0 seconds")
        desk.database.rename(hidden)
        desk.database.mkdir()  # so that no new database is made in its place
        for _ in range(3):
            hear(systemd, b"STATUS=the last tick failed: database_read_only")  # SQLite sees that it was moved
        desk.database.rmdir()
        hidden.rename(desk.database)
        wait_until(lambda: "works again" in daemon.said, "the end of the outage")
        due_emails(desk, 1)
        wait_until(lambda: states(desk)["sent"] == 1, "sending an email after the outage")
        assert daemon.stop(signal.SIGTERM) == 0
    assert len(re.findall(r"tick failed", daemon.said)) == 1
    assert re.search(r"tick works again after it failed \d+ times", daemon.said)


# ---- Monitoring


def test_the_heartbeat_says_when_the_last_tick_did_its_work(desk: Desk, tmp_path: Path) -> None:
    due_emails(desk, 1)
    named = tmp_path / "beats here"
    answer = desk.followup.run("daemon", "run", "--drain-and-exit", "--heartbeat", str(named))
    assert not (desk.root / "db" / "heartbeat").exists()
    beat = json.loads(named.read_text(encoding="utf-8"))
    assert (beat["sent"], beat["failed"], beat["due"], beat["in_doubt"]) == (1, 0, 0, 0)
    assert beat["worker"] in answer.err
    assert datetime.fromisoformat(beat["time"]).utcoffset() is not None
    assert stat.S_IMODE(named.stat().st_mode) == 0o600
    assert list(tmp_path.glob("beats here.*")) == []


def test_prometheus_reads_the_figures_on_this_machine_alone(desk: Desk, tmp_path: Path) -> None:
    mailbox = Mailbox()
    gone, _, _ = due_emails(desk, 3)
    mailbox.refusals[gone] = "550 5.1.1 no such user"
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    with serving(mailbox) as smtp_port:
        desk.followup.settings["FOLLOWUP_SMTP_URL"] = f"smtp://127.0.0.1:{smtp_port}"
        run = (*RUN, "--metrics-port", str(port))
        with desk.followup.running(*run, log=tmp_path / "log") as daemon:
            sent = 'followup_emails{state="scheduled"} 6.0'
            wait_until(lambda: sent in scraped(port), "a tick that leaves the later emails")
            figures = scraped(port)
            # The port is taken now, and a second daemon says so.
            second = desk.followup.refused("daemon", "run", "--metrics-port", str(port), code=6)
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/other")
            assert daemon.stop(signal.SIGTERM) == 0
    assert second["code"] == "metrics_port"
    assert json.loads((desk.root / "db" / "heartbeat").read_text(encoding="utf-8"))["sent"] == 2
    for line in (
        "followup_emails_sent_total 2.0",
        "followup_emails_failed_total 1.0",
        'followup_emails{state="scheduled"} 6.0',
        'followup_emails{state="failed"} 1.0',
        'followup_emails{state="in_doubt"} 0.0',
        "followup_emails_due 0.0",
        "followup_lag_seconds 0.0",
        f'followup_relay_paused{{relay="127.0.0.1:{smtp_port}"}} 0.0',
        'followup_inbound_unread{kind="unknown"} 0.0',
        "followup_ticks_failed_total 0.0",
    ):
        assert line in figures.splitlines(), line
    assert re.search(r"^followup_tick_duration_seconds_count \d", figures, re.MULTILINE)
    assert re.search(r"^followup_last_tick_timestamp_seconds 1\.\d+e\+09", figures, re.MULTILINE)
    assert not re.search(r"@|priya|customer-", figures, re.IGNORECASE)


def scraped(port: int) -> str:
    """What a scrape gets; nothing while nobody answers yet."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=LONGEST_SECONDS) as page:
            return str(page.read().decode())
    except (urllib.error.URLError, ConnectionError):
        return ""


def test_status_says_what_is_alive_and_what_is_late_and_leaves_with_a_code(
    desk: Desk, quick: Desk, tmp_path: Path
) -> None:
    quiet = quick.followup.json("daemon", "status")
    assert (quiet["ok"], quiet["alive"], quiet["workers"], quiet["due"]) == (True, False, [], 0)
    due_emails(desk, 2)
    # Emails are due, and nobody sends them.
    waiting = quick.followup.json("daemon", "status", code=6)
    assert (waiting["ok"], waiting["due"], waiting["stuck_because"]) == (False, 2, "no daemon runs")
    assert waiting["lag_seconds"] >= 0
    mailbox = Mailbox(reply_after_seconds=60)
    with serving(mailbox) as port:
        desk.followup.settings |= {
            "FOLLOWUP_SMTP_URL": f"smtp://127.0.0.1:{port}",
            "FOLLOWUP_SMTP_CONNECTIONS": "1",
        }
        with desk.followup.running(*RUN, log=tmp_path / "log") as daemon:
            wait_until(mailbox.body_came.is_set, "the body of the first email")
            alive = quick.followup.json("daemon", "status")
            assert (alive["alive"], [worker["state"] for worker in alive["workers"]]) == (True, ["running"])
            assert (alive["in_doubt"], alive["emails"]["transmitting"]) == (0, 1)
            daemon.stop(signal.SIGKILL)
    dead = quick.followup.json("daemon", "status", code=6)
    assert (dead["alive"], [worker["state"] for worker in dead["workers"]]) == (False, ["died"])
    # What it was transmitting is counted at once, before another daemon finds it.
    assert (dead["in_doubt"], dead["emails"]["transmitting"]) == (1, 1)
    # One that waits for an hour is late, whoever is alive; nothing that is due leaves only the doubt.
    desk.shop.write(lambda session: session.execute(text("UPDATE outbox SET due_at = '2099-01-01 00:00:00'")))
    assert quick.followup.json("daemon", "status", code=6)["due"] == 2  # those under way are due all the same
    with closing(sqlite3.connect(desk.database)) as other, other:
        other.execute("UPDATE outbox SET state = 'in_doubt' WHERE state = 'transmitting'")
        other.execute("UPDATE outbox SET state = 'scheduled' WHERE state = 'claimed'")
    assert quick.followup.json("daemon", "status", code=4)["in_doubt"] == 1


# ---- The unit


def test_the_unit_names_the_workspace_and_its_folders(quick: Desk) -> None:
    unit = quick.followup.json("daemon", "unit", "--user", "www-data")["unit"]
    assert f"WorkingDirectory={quick.root}\n" in unit
    assert "\nType=notify\n" in unit
    assert "\nUser=www-data\n" in unit
    assert f"ReadWritePaths=-{quick.root}/db -{quick.root}/outbox" in unit
