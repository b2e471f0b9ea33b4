"""The unit for systemd: every name is written so that systemd reads it as it is."""

import shutil
import subprocess
from pathlib import Path

import pytest

from followup.domain.outbox.systemd_unit import Unit


def unit(folder: str, business: str = "Harbour Books") -> str:
    root = Path(folder)
    return Unit(
        business=business,
        command=root / "bin/followup",
        workspace=root,
        user="www-data",
        secrets=Path("/etc/followup/environment"),
        writable=(root / "db", root / "outbox"),
    ).text()


def test_what_would_be_read_otherwise_is_escaped() -> None:
    text = unit('/srv/50% "Books" $HOME', business="100%\nExecStart=/bin/evil")
    assert "Description=followup: emails of 100%% ExecStart=/bin/evil\n" in text
    assert text.count("\nExecStart=") == 1
    assert 'WorkingDirectory=/srv/50%% "Books" $HOME\n' in text
    assert 'ExecStart="/srv/50%% \\"Books\\" $HOME/bin/followup" daemon run\n' in text
    assert 'ReadWritePaths="-/srv/50%% \\"Books\\" $HOME/db" "-/srv/50%% \\"Books\\" $HOME/outbox"\n' in text


@pytest.mark.parametrize(
    ("folder", "home", "private_tmp"),
    [
        ("/srv/harbour", "yes", "yes"),
        ("/home/ana/harbour", "read-only", "yes"),
        ("/tmp/harbour", "yes", "no"),
        ("/homestead/harbour", "yes", "yes"),
    ],
)
def test_the_workspace_is_not_hidden_from_its_daemon(folder: str, home: str, private_tmp: str) -> None:
    text = unit(folder)
    assert f"\nProtectHome={home}\n" in text
    assert f"\nPrivateTmp={private_tmp}\n" in text


def test_systemd_finds_nothing_wrong_with_it(tmp_path: Path) -> None:
    program = tmp_path / "50% $x" / "bin" / "followup"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="ascii")
    program.chmod(0o755)
    path = tmp_path / "followup.service"
    path.write_text(unit(str(tmp_path / "50% $x")), encoding="utf-8")
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        # Nobody here can say more than the tests above.
        return
    done = subprocess.run([analyze, "verify", str(path)], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "followup" in line]
    assert (done.returncode, said) == (0, [])
