"""The Chromium of this machine, which the tests of pages look through.

`python -m tests.browser` makes sure that there is one: `make test` runs it first.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_INSTALL = ["apt-get", "install", "-y", "--no-install-recommends", "chromium"]


def executable(environment: Mapping[str, str]) -> str | None:
    """Where Chromium is: named by CHROMIUM, else on the PATH; None where there is none."""
    names = [environment["CHROMIUM"]] if environment.get("CHROMIUM") else _NAMES
    found = (shutil.which(name, path=environment.get("PATH")) for name in names)
    return next((path for path in found if path), None)


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser without a window. Fails, and says what to do, where there is none."""
    path = executable(os.environ)
    assert path, _what_to_do(os.environ)
    with sync_playwright() as playwright:
        # Whoever runs tests as root, as containers do, has no sandbox.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def _what_to_do(environment: Mapping[str, str]) -> str:
    if environment.get("CHROMIUM"):
        return f"CHROMIUM names {environment['CHROMIUM']}, which is no program. Mend it, or unset it."
    return (
        "The tests of pages need Chromium or Chrome. Install it (on Debian, as root: apt-get update && "
        f"{' '.join(_INSTALL)}), or set CHROMIUM to where it is."
    )


def _may_install() -> bool:
    return Path("/etc/debian_version").exists() and os.geteuid() == 0 and not os.environ.get("CHROMIUM")


def main() -> int:
    """Quiet where there is a browser; installs it on Debian as root; else says what to do, and fails."""
    if executable(os.environ) is None and _may_install():
        print("Installing Chromium, once, for the tests of pages.", file=sys.stderr)  # noqa: T201
        for command in (["apt-get", "update"], _INSTALL):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                print(done.stderr, file=sys.stderr)  # noqa: T201
                break
    if executable(os.environ) is None:
        print(_what_to_do(os.environ), file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
