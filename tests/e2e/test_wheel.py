"""The wheel, installed away from the checkout."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from followup import __version__
from tests.e2e.installed import ALWAYS_OPEN, Installed, instant

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=CHECKOUT,
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment with the wheel in it; the libraries it needs are those of this one."""
    home = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(home, with_pip=False)
    interpreter = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "--isolated", "--no-cache-dir"]
    install = ["--disable-pip-version-check", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([*pip, *install], check=True, capture_output=True)
    (packages,) = (home / "lib").glob("python*/site-packages")
    # What a .pth file names comes after the environment's own packages.
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return interpreter


@pytest.fixture
def elsewhere(followup: Installed, python: Path) -> Installed:
    """The wheel's command, in an empty folder."""
    followup.command = (str(python.with_name("followup")),)
    return followup


def test_the_wheel_holds_every_template_and_migration_and_nothing_of_the_tests(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "db"):
        tracked = [
            path.relative_to(CHECKOUT)
            for path in (CHECKOUT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        ]
        assert tracked
        assert {f"followup/shipped/{path.as_posix()}" for path in tracked} <= inside
    assert {name.split("/")[0] for name in inside} == {"followup", f"followup-{__version__}.dist-info"}
    assert not [name for name in inside if name.endswith((".pyc", ".db"))]


def test_the_wheels_own_followup_is_what_runs(elsewhere: Installed, python: Path) -> None:
    done = subprocess.run(
        [python, "-c", "import followup, sqlmodel; print(followup.__file__)"],
        cwd=elsewhere.folder,
        env=elsewhere.environment,
        check=True,
        capture_output=True,
        text=True,
    )
    imported = Path(done.stdout.strip())
    assert imported.is_relative_to(python.parents[1])
    assert not imported.is_relative_to(CHECKOUT)
    assert elsewhere.run("--version").out == f"followup {__version__}\n"


def test_the_main_job_works_from_the_wheel_alone(elsewhere: Installed) -> None:
    elsewhere.settings = dict(ALWAYS_OPEN)
    made = elsewhere.json("init", "harbour", "--business", "Harbour Books")
    assert {Path(path).name for path in made["files"]} >= {"followup.toml", "policy.toml", "templates"}
    elsewhere.folder /= "harbour"
    elsewhere.json("agent", "add", "--name", "Ana Reyes", "--email", "ana@shop.example", "--role", "agent")
    opened = elsewhere.json(
        *("case", "open", "--customer", "priya@example.com", "--name", "Priya Shah"),
        *("--reason", "late-delivery", "--severity", "moderate", "--order-value", "80.00", "--accept"),
        *("--what-happened", "Your lamp came two days late."),
    )
    assert opened["gesture"]["amount"] == "8.00"
    first = instant(opened["emails"][0]["due_at"])
    tick = elsewhere.json("daemon", "tick", "--at", (first + timedelta(minutes=1)).isoformat())
    assert (tick["claimed"], tick["sent"]) == (1, 1)
    (written,) = (elsewhere.folder / "outbox").rglob("*.eml")
    message = written.read_text(encoding="utf-8")
    assert "To: Priya Shah <priya@example.com>" in message
    assert "Harbour Books" in message
    assert elsewhere.json("doctor")["ok"] is True
