"""Creates a workspace."""

import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from followup.domain.goodwill.policy.in_currency import in_currency
from followup.domain.goodwill.policy.policy_file import load_policy
from followup.domain.sequences.sequence_file import load_sequences
from followup.errors import FollowupError, InvalidFile, Refused, WrongUsage, file_exists
from followup.mail.languages import GATE, LINT, REASONS, WORDS, languages
from followup.resources import shipped
from followup.settings import FILE_NAME, Settings, read_settings
from followup.store import schema
from followup.store.engine import open_engine, sqlite_file
from followup.workspace import Workspace

STARTER = "workspace"
"""The folder in `templates/` that holds the starter files of a workspace."""

_SHIPPED_IN = "GBP"
"""The currency of the amounts in the starter files."""

_IGNORED = "db/\ninbound/\noutbox/\n"


def create_workspace(
    root: Path, chosen: Mapping[str, str], *, environment: Mapping[str, str]
) -> tuple[Workspace, list[Path]]:
    """Create a workspace in `root`: settings, policy, sequences, templates, and the database.

    `chosen` holds settings (business, currency, timezone, country, sender). The policy's amounts are those
    that a shop in that currency would choose, see `familiar_amounts`. Existing files are never
    overwritten; on an error, everything created is removed again. Returns the workspace and the created
    files. Raises Refused if `root` is a workspace already, WrongUsage for an invalid setting."""
    if (root / FILE_NAME).exists():
        raise Refused(
            f"{root} is a workspace already.",
            hint="Look at it with: followup doctor",
            code="workspace_exists",
        )
    starter = starter_files()
    files = {name: _with_settings(text, chosen) for name, text in starter.items()}
    workspace = Workspace(root.resolve(), _chosen_settings(files[FILE_NAME], environment))
    but_currency = {name: value for name, value in chosen.items() if name != "currency"}
    policy = _with_settings(starter["policy.toml"], but_currency)
    files["policy.toml"] = with_amounts(policy, chosen.get("currency", _SHIPPED_IN))
    load_policy(files["policy.toml"], "policy.toml")
    load_sequences(files["sequences.toml"], "sequences.toml")
    wanted = [root / name for name in files] + [root / "templates"]
    taken = [path for path in wanted if path.exists()]
    if taken:
        raise file_exists(taken[0], hint="Choose an empty folder, or move that file away.")
    private = [root / "db", workspace.outbox_dir]
    with _undone_on_error(root, [*wanted, *private, root / ".gitignore"]):
        # Only the owner may read customers' data and the key.
        for folder in private:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        _copy_templates(shipped("templates"), root / "templates")
        if not (root / ".gitignore").exists():
            (root / ".gitignore").write_text(_IGNORED, encoding="utf-8")
        _make_key(root / "db" / "secret.key")
        _make_database(workspace)
        # Write the settings last: a folder without them is no workspace, so init can be repeated.
        for name in sorted(files, key=lambda name: name == FILE_NAME):
            (root / name).write_text(files[name], encoding="utf-8")
    return workspace, wanted


def starter_files() -> dict[str, str]:
    """The starter files of a workspace, by name. The settings include the phrases of every language."""
    folder = shipped("templates")
    files = {path.name: path.read_text(encoding="utf-8") for path in (folder / STARTER).iterdir()}
    reasons = [(folder / language / REASONS).read_text(encoding="utf-8") for language in languages()]
    files[FILE_NAME] = "\n".join((files[FILE_NAME].rstrip("\n"), *reasons))
    return files


def _make_database(workspace: Workspace) -> None:
    engine = open_engine(workspace.database_url, lock_wait_seconds=workspace.settings.lock_wait_seconds)
    try:
        schema.upgrade(engine)
        file = sqlite_file(engine)
    finally:
        engine.dispose()
    if file is not None:
        file.chmod(0o600)


def _chosen_settings(text: str, environment: Mapping[str, str]) -> Settings:
    """The settings of a new workspace. Raises WrongUsage, because an invalid value came from the command's
    options."""
    try:
        read_settings(text, "init", {})
    except InvalidFile as error:
        raise WrongUsage(error.message, hint=error.hint, code="bad_init_setting") from error
    return read_settings(text, FILE_NAME, environment)


@contextmanager
def _undone_on_error(root: Path, paths: list[Path]) -> Iterator[None]:
    """On an error, remove those of the paths that did not exist before."""
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


def _copy_templates(source: Path, target: Path) -> None:
    """Copy the files that a team may change, but neither starter files nor the program's own words."""
    for path in sorted(source.rglob("*")):
        place = path.relative_to(source)
        is_ours = place.parts[0] == STARTER or place.name in (WORDS, LINT, REASONS, GATE)
        if path.is_file() and not is_ours:
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            (target / place).write_bytes(path.read_bytes())


def _make_key(path: Path) -> None:
    """Create a key file that only its owner can read. An existing key is kept, because voucher codes depend
    on it."""
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")


def _with_settings(text: str, chosen: Mapping[str, str]) -> str:
    """The text of a starter file, with the first `name = …` line of each setting replaced by the chosen
    value."""
    for name, value in chosen.items():
        # A JSON string is a valid TOML string, with control characters escaped.
        quoted = json.dumps(value, ensure_ascii=False)
        text = re.sub(rf'(?m)^({name} = )"[^"]*"', _replacing(quoted), text, count=1)
    return text


def _replacing(quoted: str) -> Callable[[re.Match[str]], str]:
    return lambda match: f"{match[1]}{quoted}"


def with_amounts(policy: str, currency: str) -> str:
    """The text of the starter policy in another currency."""
    return in_currency(policy, load_policy(policy, "policy.toml"), currency)
