"""The systemd unit that runs the daemon for one workspace (systemd.service(5), systemd.exec(5))."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_HIDDEN_BY_PRIVATE_TMP = ("/tmp", "/var/tmp")  # noqa: S108 -- places to stay out of, none is written
_HOMES = ("/home", "/root", "/run/user")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The contents of a unit. `secrets` is a file of environment variables; `writable` has the paths that the
    daemon writes to.
    """

    business: str
    command: Path
    workspace: Path
    user: str
    secrets: Path
    writable: tuple[Path, ...]

    def text(self) -> str:
        """The text of the unit file."""
        used = (self.command, self.workspace, *self.writable)
        home = "read-only" if _any_below(used, _HOMES) else "yes"
        private_tmp = "no" if _any_below(used, _HIDDEN_BY_PRIVATE_TMP) else "yes"
        writable = " ".join(_quoted(f"-{path}") for path in self.writable)
        return f"""\
# Put this in /etc/systemd/system/followup.service, then:
#   systemctl daemon-reload && systemctl enable --now followup
[Unit]
Description={_escaped(f"followup: emails of {self.business}")}
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
User={_escaped(self.user)}
WorkingDirectory={_escaped(str(self.workspace))}
# FOLLOWUP_SMTP_URL and other secrets, one NAME=value a line, readable by root alone.
EnvironmentFile=-{_escaped(str(self.secrets))}
ExecStart={_quoted(str(self.command))} daemon run
# Reads the settings, the policy and the sequences anew.
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=15
# What a person must mend first: usage, a newer or older database, settings.
RestartPreventExitStatus=2 4 5
# One email may take five minutes and the reply to its body ten, and at most 24 together.
WatchdogSec=25min
TimeoutStopSec=16min

UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome={home}
ReadWritePaths={writable}
PrivateTmp={private_tmp}
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
CapabilityBoundingSet=
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service

[Install]
WantedBy=multi-user.target
"""


def _any_below(paths: Iterable[Path], folders: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(folder) for path in paths for folder in folders)


def _escaped(text: str) -> str:
    """A value on one line, with % doubled: it begins a specifier (systemd.unit(5))."""
    return " ".join(text.split()).replace("%", "%%")


def _quoted(text: str) -> str:
    """A quoted value, one of several. Variables are not expanded in the path of a program or a folder."""
    inner = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{inner}"' if inner != text or " " in text or "'" in text else text
