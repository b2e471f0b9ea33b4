"""Making a workspace, and saying what is configured in one, what is missing and what to do."""

import json
import os
import re
import secrets
import shutil
import smtplib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from followup.domain.email_state import EmailState
from followup.domain.policy.policy_file import load_policy
from followup.domain.sequence_file import load_sequences
from followup.errors import FollowupError, InvalidFile, Refused, Unreachable, WrongUsage
from followup.resources import shipped
from followup.services import notices
from followup.services.holiday_lists import region_with_list
from followup.services.rules import Rules
from followup.settings import FILE_NAME, Settings, read_settings
from followup.store import schema
from followup.store.engine import journal_is_safe, open_engine, reading, sqlite_file
from followup.store.tables import Agent, Budget, Email, Worker
from followup.workspace import Workspace

_IGNORED = "db/\noutbox/\n"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that doctor looked at. What only could be better has exit code 0."""

    name: str
    fine: bool
    found: str
    mend: str = ""
    exit_code: int = 0


def create_workspace(
    root: Path, chosen: Mapping[str, str], *, environment: Mapping[str, str]
) -> tuple[Workspace, list[Path]]:
    """Make a workspace in `root`: settings, policy, sequences, templates, and the database.

    `chosen` holds settings (business, currency, timezone, country, sender). Nothing that exists is
    overwritten: raises Refused where `root` is a workspace, WrongUsage for a setting that cannot be used.
    Where it fails half way, what it made is taken away. Returns the workspace and the files made."""
    if (root / FILE_NAME).exists():
        raise Refused(
            f"{root} is a workspace already.",
            hint="Look at it with: followup doctor",
            code="workspace_exists",
        )
    starter = shipped("templates") / "workspace"
    files = {
        path.name: _with_settings(path.read_text(encoding="utf-8"), chosen) for path in starter.iterdir()
    }
    workspace = Workspace(root.resolve(), _chosen_settings(files[FILE_NAME], environment))
    load_policy(files["policy.toml"], "policy.toml")
    load_sequences(files["sequences.toml"], "sequences.toml")
    wanted = [root / name for name in files] + [root / "templates"]
    taken = [path for path in wanted if path.exists()]
    if taken:
        raise Refused(
            f"{taken[0]} exists already, and nothing is overwritten.",
            hint="Choose an empty folder, or move that file away.",
            code="file_exists",
        )
    with _undone_on_error(root, [*wanted, root / "db", root / ".gitignore"]):
        (root / "db").mkdir(parents=True, exist_ok=True)
        # Customers' data and the key are nobody else's business.
        (root / "db").chmod(0o700)
        _copy_folder(shipped("templates"), root / "templates", leave_out="workspace")
        if not (root / ".gitignore").exists():
            (root / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        _make_key(root / "db" / "secret.key")
        with _opened(workspace) as engine:
            schema.upgrade(engine)
        # The settings come last: a folder without them is not a workspace, so init can be run again.
        for name in sorted(files, key=lambda name: name == FILE_NAME):
            (root / name).write_text(files[name], encoding="utf-8")
    return workspace, wanted


def _chosen_settings(text: str, environment: Mapping[str, str]) -> Settings:
    """The settings of a workspace to be made. What is wrong with them was given to the command."""
    try:
        read_settings(text, "init", {})
    except InvalidFile as error:
        raise WrongUsage(error.message, hint=error.hint, code=error.code) from error
    return read_settings(text, FILE_NAME, environment)


@contextmanager
def _undone_on_error(root: Path, paths: list[Path]) -> Iterator[None]:
    """Take away, where something fails, those of the paths that were not there before."""
    new = [path for path in (*paths, root) if not path.exists()]
    try:
        yield
    except (OSError, FollowupError):
        for path in new:
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
        raise


def _copy_folder(source: Path, target: Path, *, leave_out: str) -> None:
    for path in sorted(source.rglob("*")):
        place = path.relative_to(source)
        if path.is_file() and place.parts[0] != leave_out:
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            (target / place).write_bytes(path.read_bytes())


def _make_key(path: Path) -> None:
    """A key that only its owner may read; one that is there is kept, since codes depend on it."""
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")


def _with_settings(text: str, chosen: Mapping[str, str]) -> str:
    """The text of a starter file in which the first `name = …` lines hold what was chosen."""
    for name, value in chosen.items():
        # A JSON string is a TOML string too, its control characters escaped.
        quoted = json.dumps(value, ensure_ascii=False)
        text = re.sub(rf'(?m)^({name} = )"[^"]*"', _replacing(quoted), text, count=1)
    return text


def _replacing(quoted: str) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{match[1]}{quoted}"


def examine(workspace: Workspace) -> list[Check]:
    """Look at everything that must be right for followup to do its work. Changes nothing."""
    rules = Rules(workspace)
    checks = [Check("settings", True, str(workspace.root / FILE_NAME))]
    checks.append(
        _file_check("policy", lambda: f"version {rules.policy.version}, {len(rules.policy.rules)} rules")
    )
    checks.append(_file_check("sequences", lambda: ", ".join(sorted(rules.sequences.by_name))))
    checks.append(_file_check("templates", lambda: _templates(rules)))
    checks.append(_holidays_check(workspace.settings.country))
    checks += _database_checks(workspace)
    checks.append(_mail_check(workspace))
    return checks


def _holidays_check(country: str) -> Check:
    known = region_with_list(country) is not None
    return Check(
        "holidays",
        known,
        country if known else f"none are known for {country}",
        "" if known else f"Set country in {FILE_NAME} to an ISO 3166 code, for instance GB.",
    )


def _file_check(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except FollowupError as error:
        return Check(name, False, error.message, error.hint, error.exit_code)


def _templates(rules: Rules) -> str:
    """The templates, after each that a sequence or a notice needs was written for an invented case."""
    from followup.mail.render import render, template_names
    from followup.mail.sample import sample_letter

    folder = rules.workspace.templates_dir
    letter = sample_letter(rules.settings.locale, rules.settings.currency)
    used = [step.template for sequence in rules.sequences.by_name.values() for step in sequence.steps]
    for name in dict.fromkeys((*used, notices.FOR_APPROVAL, notices.NOTICE)):
        render(folder, name, letter)
    return ", ".join(template_names(folder))


def _database_checks(workspace: Workspace) -> list[Check]:
    try:
        with _opened(workspace) as engine, reading(engine) as session:
            schema.require_current(session)
            checks = [Check("database", True, _database_text(engine))]
            return checks + _content_checks(session)
    except FollowupError as error:
        return [Check("database", False, error.message, error.hint, error.exit_code)]


@contextmanager
def _opened(workspace: Workspace) -> Iterator[Engine]:
    engine = open_engine(workspace.database_url, lock_wait_seconds=workspace.settings.lock_wait_seconds)
    try:
        yield engine
    finally:
        engine.dispose()


def _database_text(engine: Engine) -> str:
    file = sqlite_file(engine)
    if file is None:
        return f"{engine.dialect.name}, revision {schema.NEWEST}"
    journal = "WAL" if journal_is_safe(sqlite3.sqlite_version_info) else "rollback journal"
    return f"{file}, revision {schema.NEWEST}, SQLite {sqlite3.sqlite_version} with {journal}"


def _content_checks(session: Session) -> list[Check]:
    agents = session.exec(select(func.count()).select_from(Agent).where(col(Agent.active))).one()
    budgets = session.exec(select(func.count()).select_from(Budget)).one()
    doubtful = session.exec(
        select(func.count()).select_from(Email).where(col(Email.state) == EmailState.IN_DOUBT)
    ).one()
    failed = session.exec(
        select(func.count()).select_from(Email).where(col(Email.state) == EmailState.FAILED)
    ).one()
    newest: datetime | None = session.exec(select(func.max(Worker.last_tick_at))).one()
    return [
        Check(
            "agents",
            agents > 0,
            f"{agents} active",
            "" if agents else 'Add one: followup agent add --name "…" --email … --role agent',
        ),
        Check(
            "budgets",
            budgets > 0,
            f"{budgets}",
            ""
            if budgets
            else "Goodwill has no limit yet: followup budget create goodwill --limit 500 --period month",
        ),
        Check(
            "emails",
            doubtful == 0 and failed == 0,
            f"{doubtful} in doubt, {failed} failed",
            "Look at them: followup outbox list --state in_doubt, or failed" if doubtful or failed else "",
            Refused.exit_code if doubtful else 0,
        ),
        Check(
            "daemon",
            newest is not None,
            f"last tick at {newest:%Y-%m-%d %H:%M %Z}" if newest is not None else "has never run here",
            "" if newest is not None else "Start it: followup daemon run",
        ),
    ]


def _mail_check(workspace: Workspace) -> Check:
    url = workspace.settings.smtp_url
    if url is None:
        return Check("mail", True, f"files in {workspace.outbox_dir}; set smtp_url to send")
    parts = urlsplit(url)
    where = f"{parts.scheme}://{parts.hostname}:{parts.port or (465 if parts.scheme == 'smtps' else 25)}"
    try:
        connect = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
        server = connect(parts.hostname or "", parts.port or 0, timeout=10)
        server.close()
    except (OSError, smtplib.SMTPException) as error:
        mend = "Check smtp_url and the mail server."
        return Check("mail", False, f"{where} does not answer: {error}", mend, Unreachable.exit_code)
    return Check("mail", True, f"{where} answers")
