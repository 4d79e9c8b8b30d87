"""The browser of the journeys: which Chromium is used, how it is had, how it is started.

`python -m tests.browser` (part of `make test`) finds one or installs it, and says what to do when it cannot.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
_HELP = """\
The browser journeys need Chromium, and none was found or could be installed here. Do one of these:
  - Debian: apt install chromium       macOS: brew install --cask chromium
  - .venv/bin/python -m playwright install chromium
  - CHROMIUM=/path/to/chromium make test
"""


class NoBrowser(RuntimeError):
    """There is no Chromium on this machine; the message says how to get one."""


def find() -> Path | None:
    """Return the Chromium to use: CHROMIUM, one of the path, of macOS, or Playwright's own; None without one."""
    named = os.environ.get("CHROMIUM")
    if named:
        return Path(named)
    return next((program for program in _candidates() if _runs(program)), None)


def _candidates() -> Iterator[Path]:
    yield from (Path(found) for name in _NAMES if (found := shutil.which(name)))
    yield from (program for program in _MAC if program.exists())
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        yield own


@contextmanager
def launch() -> Iterator[Browser]:
    """Start a headless Chromium for Playwright's synchronous interface. Raises NoBrowser."""
    program = find()
    if program is None:
        raise NoBrowser(_HELP)
    flags = [*_FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(_FLAGS)
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in the thread of the test
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=flags)
            try:
                yield browser
            finally:
                browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


def install() -> Path | None:
    """Try the ways there are to install Chromium; return it, or None when none of them led to one that runs."""
    for way in _ways():
        way()
        program = find()
        if program is not None:
            return program
    return None


def _ways() -> Iterator[Callable[[], None]]:
    root = os.geteuid() == 0
    if root and shutil.which("apt-get"):
        yield _by_apt
    yield lambda: _run(
        "Fetching Playwright's Chromium",
        [sys.executable, "-m", "playwright", "install", *(["--with-deps"] if root else []), "chromium"],
    )


def _by_apt() -> None:
    _run("Reading the lists of Debian packages", ["apt-get", "update", "--quiet"])
    _run(
        "Installing Debian's chromium",
        ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium", "fonts-liberation"],
    )


def _run(what: str, command: list[str]) -> None:
    sys.stdout.write(f"{what} ...\n")
    sys.stdout.flush()
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, check=False, env=environment, timeout=900, stdin=subprocess.DEVNULL)


def _runs(program: Path) -> bool:
    """Tell whether it starts; a package of that name may hold only a pointer to another installer."""
    try:
        done = subprocess.run([program, "--version"], check=False, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def main() -> None:
    program = find() or install()
    if program is None:
        sys.exit(_HELP)
    sys.stdout.write(f"Browser of the journeys: {program}\n")


if __name__ == "__main__":
    main()
