"""docs/settings.md and the followup.toml of a new workspace, as the table of settings gives them."""

import json
import textwrap
from collections.abc import Iterator, Mapping
from datetime import time

from followup.settings.kinds import DAYS
from followup.settings.setting import Secrecy, Section, Setting
from followup.settings.table import SETTINGS

_WIDTH = 110
_FILE_HEAD = (
    "The settings of this workspace. Each can be given as an environment variable too: FOLLOWUP_BUSINESS, "
    "FOLLOWUP_SMTP_URL and so on. Passwords belong there, never in this file. A setting behind a # shows its "
    "default, or an example where it has none; take the # away to set it. See: docs/settings.md"
)
_PAGE_HEAD = """\
# Settings

<!-- Made from followup/settings/table.py by `make docs`; a test holds the two equal. -->

Settings stand in `followup.toml`, the file that makes a folder a workspace. It works with none of them set.

- Each but the tables can be given as an environment variable, which goes before the file. The same name with
  `_FILE` behind it says which file holds the value (for the secrets of containers and of systemd). A list is
  one text there, with commas: `FOLLOWUP_SEND_DAYS=mon,tue,wed`. An empty text takes a URL, a command or a
  list out.
- **Secrets**: a setting marked *secret* may be set in the environment only; one marked *password* may be in
  the file as long as no password is in it. No message, log or report shows either.
- What cannot be used is refused with exit code 5, its name, its place, and what to give instead.
- `followup doctor` names the settings that differ from their defaults. A daemon reads them anew on SIGHUP.
"""

_TABLE_HEAD = (
    "| setting | meaning | kind of value | default | example | variable |",
    "|---|---|---|---|---|---|",
)


def settings_page() -> str:
    """docs/settings.md."""
    parts = [_PAGE_HEAD]
    for section, settings in _by_section():
        rows = [_row(setting) for setting in settings]
        parts.append("\n".join([f"## {section}", "", section.meaning, "", *_TABLE_HEAD, *rows]) + "\n")
    return "\n".join(parts)


def _row(setting: Setting) -> str:
    name = f"`{setting.name}`"
    if setting.secrecy is not Secrecy.NONE:
        name += f" ({setting.secrecy})"
    default = _written(setting.default)
    cells = [name, setting.meaning, setting.kind.name, f"`{default}`" if default else "none"]
    variable = f"`{setting.variable}`" if setting.variable else "none"
    return f"| {' | '.join([*cells, f'`{setting.example}`', variable])} |"


def workspace_file() -> str:
    """templates/workspace/followup.toml: the settings from the table. `followup init` puts the phrases of
    every language below them."""
    parts = [_comment(_FILE_HEAD)]
    for section, settings in _by_section():
        lines = [f"# ---- {section} ----", _comment(section.meaning)]
        # Phrases follow as tables of their own, and a secret may not stand in the file.
        in_file = [one for one in settings if one.secrecy is not Secrecy.SECRET and one.name != "reasons"]
        lines += ["", *map(_lines, in_file)] if in_file else []
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _lines(setting: Setting) -> str:
    """A setting of the file below its meaning."""
    assignment = f"{setting.name} = {_written(setting.default) or setting.example}"
    return f"{_comment(setting.meaning)}\n{'' if setting.is_listed else '# '}{assignment}"


def _comment(text: str) -> str:
    lines = textwrap.wrap(text, _WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    return "\n".join(f"# {line}" for line in lines)


def _by_section() -> Iterator[tuple[Section, list[Setting]]]:
    for section in Section:
        yield section, [setting for setting in SETTINGS.values() if setting.section is section]


def _written(default: object) -> str:
    """A default as it is written in followup.toml; nothing for one that is not set."""
    match default:
        case None | "" | ():
            return ""
        case (time() as opens, time() as closes):
            return f'"{opens:%H:%M}-{closes:%H:%M}"'
        case frozenset():
            return json.dumps([DAYS[number][:3] for number in sorted(default)])
        case Mapping():
            return (
                f"{{ {', '.join(f'{key} = {value}' for key, value in default.items())} }}" if default else ""
            )
        case bool() | int():
            return str(default).lower()
        case str():
            return json.dumps(str(default))
        case _:
            return ""
