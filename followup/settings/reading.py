"""Reading the settings from followup.toml and environment variables, which take precedence. The result is
checked and frozen.

Every setting NAME can be given as FOLLOWUP_NAME, or as FOLLOWUP_NAME_FILE naming a file that contains it.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError

from followup.domain.sequences.send_window import SendWindow
from followup.errors import FollowupError, InvalidFile, NotFound
from followup.settings.kinds import UnusablePart
from followup.settings.setting import Secrecy, Setting
from followup.settings.table import SETTINGS, Settings


def read_text(path: Path) -> str:
    """The text of a file of the workspace. Raises NotFound or InvalidFile if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotFound(
            f"{path} is missing.",
            hint="Put it back, or copy it from a new workspace: followup init /tmp/new",
            code="workspace_file_missing",
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidFile(
            f"{path} is not UTF-8 text: byte {error.start} cannot be read.",
            hint="Save it as UTF-8.",
            code="workspace_file_not_utf8",
        ) from error
    except OSError as error:
        raise InvalidFile(
            f"{path} cannot be read: {error.strerror}.",
            hint="Check who owns it.",
            code="workspace_file_unreadable",
        ) from error


def read_settings(text: str, source: str, environment: Mapping[str, str]) -> Settings:
    """The settings from the text of followup.toml and the environment.

    Raises InvalidFile naming the file, the line or key, and the correction.
    """
    given = _from_file(text, source)
    origin = dict.fromkeys(given, source)
    for name, setting in SETTINGS.items():
        variable = setting.variable
        if variable is None:
            continue
        if variable in environment:
            given[name], origin[name] = environment[variable], variable
        elif f"{variable}_FILE" in environment:
            given[name] = read_text(Path(environment[f"{variable}_FILE"])).strip()
            origin[name] = f"{variable}_FILE"
    checked = {name: _checked(SETTINGS[name], value, origin[name]) for name, value in given.items()}
    settings = Settings(**checked)  # type: ignore[arg-type]
    _refuse_quiet_all_day(settings, origin)
    return settings


def _from_file(text: str, source: str) -> dict[str, object]:
    """The unchecked values of followup.toml. Raises InvalidFile for an unknown key and for a secret."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidFile(
            f"{source} is not valid TOML: {error}.",
            hint="Mend that line; text stands in quotes.",
            code="bad_toml",
        ) from error
    for key, value in table.items():
        if key not in SETTINGS:
            near = difflib.get_close_matches(key, SETTINGS, n=1)
            raise InvalidFile(
                f"{source}: there is no setting {key!r}.",
                hint=f"Did you mean {near[0]}?"
                if near
                else f"The settings are: {', '.join(sorted(SETTINGS))}.",
                code="unknown_setting",
            )
        if _holds_secret(SETTINGS[key], value):
            raise InvalidFile(
                f"{source}: {key} holds a secret, and this file is kept under version control.",
                hint=f"Take it out and set FOLLOWUP_{key.upper()}, or FOLLOWUP_{key.upper()}_FILE to a file.",
                code="secret_in_file",
            )
    return table


def _holds_secret(setting: Setting, value: object) -> bool:
    return setting.secrecy is Secrecy.SECRET or (
        setting.secrecy is Secrecy.PASSWORD and _holds_password(str(value))
    )


def _holds_password(url: str) -> bool:
    try:
        return bool(urlsplit(url).password) or "password=" in urlsplit(url).query
    except ValueError:
        # It is no URL; the parser reports that.
        return False


def _checked(setting: Setting, value: object, origin: str) -> object:
    if (below := _misplaced(setting.name, value)) is not None:
        table, key = below
        raise InvalidFile(
            f"{origin}: {key} stands below [{table}], so it is read as a part of that table.",
            hint=f"Move the line of {key} up, above the first line in square brackets.",
            code="setting_in_table",
        )
    try:
        return setting.kind.parse(value)
    except (ValueError, FollowupError, ZoneInfoNotFoundError) as error:
        wrong = error.part if isinstance(error, UnusablePart) else value
        shown = f" {_shortened(wrong)}" if setting.secrecy is Secrecy.NONE else ""
        raise InvalidFile(
            f"{origin}: {setting.name}{shown} cannot be used.",
            hint=f"Give {setting.kind.wish}.",
            code="bad_setting",
        ) from error


_LONGEST_SHOWN = 120


def _shortened(value: object) -> str:
    """A value as an error shows it: one short line, however large a table it is."""
    shown = repr(value)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"


def _misplaced(table: str, value: object) -> tuple[str, str] | None:
    """The innermost table below a setting that holds the name of another setting, and that name: a line that
    was appended to the end of the file belongs to the table above it."""
    if not isinstance(value, dict):
        return None
    for key, inner in value.items():
        # Keys of tables are words with hyphens; names of settings have underscores.
        if key in SETTINGS and "_" in key and not isinstance(inner, dict):
            return table, key
        if (found := _misplaced(f"{table}.{key}", inner)) is not None:
            return found
    return None


def _refuse_quiet_all_day(settings: Settings, origin: Mapping[str, str]) -> None:
    try:
        SendWindow(*settings.send_window, settings.send_days, settings.quiet_hours)
    except InvalidFile as error:
        raise InvalidFile(
            f"{origin['quiet_hours']}: quiet_hours cannot be used. {error.message}",
            hint=error.hint,
            code=error.code,
        ) from error
