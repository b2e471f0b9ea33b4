"""Checks of the files of a workspace: whether each is valid, and whether secrets are readable by their owner
only.
"""

import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from followup.domain.outbox.email_kind import FOR_COLLEAGUES
from followup.errors import FollowupError, Refused, Unreachable
from followup.services.shared.configuration import Configuration
from followup.services.shared.public_holidays import region_with_list
from followup.services.upkeep.doctor.finding import Check, check
from followup.settings import FILE_NAME
from followup.store.engine import open_engine, sqlite_file
from followup.workspace import Workspace

_MEBIBYTE = 1024 * 1024
_FULL_BYTES = 100 * _MEBIBYTE
_NEARLY_FULL_BYTES = 1024 * _MEBIBYTE
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_files(rules: Configuration) -> Iterator[Check]:
    """Check settings, policy, sequences, key, permissions, disk space, holidays and templates."""
    workspace = rules.workspace
    yield Check("settings", True, _settings(workspace))
    for currency in rules.settings.all_currencies:
        name = "policy" if currency == rules.settings.currency else f"policy {currency}"
        yield check(name, partial(_policy, rules, currency))
    yield check("sequences", lambda: ", ".join(sorted(rules.sequences.by_name)))
    yield check("key", lambda: f"{len(workspace.secret_key())} characters")
    yield _permissions(workspace)
    yield _disk(workspace)
    yield _holidays(workspace.settings.country)
    yield check("templates", lambda: _templates(rules))


def _policy(rules: Configuration, currency: str) -> str:
    policy = rules.policy_in(currency)
    return f"version {policy.version}, {len(policy.rules)} rules"


def _settings(workspace: Workspace) -> str:
    """The location of the settings, and the names of those that differ from their defaults."""
    changed = ", ".join(workspace.settings.changed) or "nothing"
    return f"{workspace.root / FILE_NAME}; {changed} set otherwise than by default"


def _templates(rules: Configuration) -> str:
    """Write each template that a sequence or a notice uses for an invented case, with its day and without;
    returns a summary."""
    from followup.mail.render import render, template_names
    from followup.mail.sample_letter import sample_letter

    folder = rules.workspace.templates_dir
    letter = sample_letter(rules.settings.locale, rules.settings.currency, rules.settings.thing)
    dayless = replace(letter, case=replace(letter.case, occurred_on=None))
    for name in dict.fromkeys((*rules.sequences.templates, *FOR_COLLEAGUES)):
        render(folder, name, letter)
        render(folder, name, dayless)
    return ", ".join(template_names(folder))


def _holidays(country: str) -> Check:
    known = region_with_list(country) is not None
    return Check(
        "holidays",
        known,
        country if known else f"none are known for {country}",
        "" if known else f"Set country in {FILE_NAME} to an ISO 3166 code, for instance GB.",
    )


def _permissions(workspace: Workspace) -> Check:
    """Check that only the owner can read customers' data and the key. An open file in a closed folder is
    protected, so only an open folder is an error."""
    database = _database_file(workspace)
    log_ins = [workspace.log_ins_dir, *workspace.log_ins_dir.glob("*")]
    inside = [workspace.key_file, *log_ins] + (_with_journals(database) if database is not None else [])
    folders = {path.parent for path in inside if path.exists()}
    open_folders = sorted(path for path in folders if _is_open(path))
    closed = [workspace.outbox_dir, workspace.root / "inbound"]
    others = sorted(path for path in (*inside, *closed) if path.exists() and _is_open(path))
    if not open_folders and not others:
        return Check("permissions", True, "customers' data and the key are for their owner alone")
    commands = [f"chmod 700 '{path}'" for path in (*open_folders, *(p for p in others if p.is_dir()))]
    commands += [f"chmod 600 '{path}'" for path in others if path.is_file()]
    return Check(
        "permissions",
        False,
        f"others may look into {', '.join(map(str, (*open_folders, *others)))}",
        f"Run: {' && '.join(commands)}",
        Refused.exit_code if open_folders else 0,
    )


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & _OTHERS)


def _with_journals(database: Path) -> list[Path]:
    return [database.with_name(database.name + ending) for ending in ("", "-wal", "-shm", "-journal")]


def _database_file(workspace: Workspace) -> Path | None:
    """The path of the SQLite file; None on PostgreSQL and for an invalid URL, which another check reports."""
    try:
        return sqlite_file(open_engine(workspace.database_url))
    except FollowupError:
        return None


def _disk(workspace: Workspace) -> Check:
    database = _database_file(workspace)
    folder = database.parent if database is not None and database.parent.is_dir() else workspace.root
    free = shutil.disk_usage(folder).free
    found = f"{free // _MEBIBYTE} MiB are free where {folder} is"
    if free >= _NEARLY_FULL_BYTES:
        return Check("disk", True, found)
    code = Unreachable.exit_code if free < _FULL_BYTES else 0
    return Check("disk", False, found, "Free some space: without any, nothing can be written.", code)
