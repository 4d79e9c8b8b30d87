"""Where an engine's files lie, who may run it, and how its processes end with their parent.

PostgreSQL refuses to run as root, so root hands it to the system user `nobody`, who must be able to reach
both the programs and the data; where folders are closed to others (/root, a private /tmp) open ones serve.
"""

import ctypes
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
OPEN = Path("/var/lib/customer-care")  # where root puts what lies in a closed folder
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}  # of the engines' programs
TEMPORARY_PREFIX = "customer-care-engines-"
_STALE_AFTER = 60  # seconds; younger folders may belong to somebody who has not locked them yet
_PATIENCE = 300.0  # seconds, more than a keeper gives all its tries


class EngineFailed(RuntimeError):
    """An embedded engine could not be had; the message says what a person can do about it."""


@dataclass(frozen=True)
class Place:
    """The folder of one engine; a temporary one is removed with its last user."""

    folder: Path
    temporary: bool = False

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def port(self) -> int:
        """The loopback port of this place, chosen by its keeper."""
        return int((self.folder / "port").read_text())

    def prepare(self) -> None:
        """Make the folder; others may pass through it but not look into it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            self.folder.parent.chmod(0o711)
            self.folder.chmod(0o711)

    def choose_port(self) -> None:
        """Choose the port for the next start: the same as last time while it is free."""
        if not (self.folder / "port").exists() or not is_free(self.port):
            (self.folder / "port").write_text(str(free_port()))

    def secret(self) -> str:
        """Return the password of this place's engine, made at the first call."""
        path = self.folder / "secret"
        return (path if path.exists() else self.write("secret", secrets.token_urlsafe(24))).read_text()

    def write(self, name: str, text: str) -> Path:
        """Write a file of this place that only its owner may read: whole, or not at all."""
        path, draft = self.folder / name, self.folder / f"{name}.new"
        draft.unlink(missing_ok=True)
        draft.touch(mode=0o600)
        draft.write_text(text)
        return draft.replace(path)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- Locks: they vanish with the process that holds them, however it ends ----------------------------------


def try_lock(path: Path, kind: int = fcntl.LOCK_EX, *, within: float = 0.0) -> int | None:
    """Lock a file and return its descriptor; None when other processes hold it for so many seconds."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + within
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(0.02)


def lock(path: Path, kind: int = fcntl.LOCK_EX) -> int:
    """Lock a file, waiting for it, and return its descriptor. Raises EngineFailed when it takes too long."""
    descriptor = try_lock(path, kind, within=_PATIENCE)
    if descriptor is None:
        raise EngineFailed(f"Another process has held {path} for {_PATIENCE:.0f} seconds. Is it stuck?")
    return descriptor


@contextmanager
def locked(path: Path, kind: int = fcntl.LOCK_EX) -> Iterator[int]:
    """Hold a lock for the block, waiting for it first; yields its descriptor."""
    descriptor = lock(path, kind)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_locked(path: Path, kind: int = fcntl.LOCK_SH) -> bool:
    """Tell whether a lock of this kind could not be had now: by default, whether a process has the file for itself."""
    try:
        descriptor = try_lock(path, kind)
    except FileNotFoundError:  # not even its folder is there
        return False
    if descriptor is not None:
        os.close(descriptor)
    return descriptor is None


# --- The ordinary user that root lends its engines to ------------------------------------------------------


def borrowed_user() -> pwd.struct_passwd | None:
    """Return the user that PostgreSQL runs as when we are root, None when we are not."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return the arguments of `subprocess` that run a program as this user."""
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def can_reach(path: Path, user: pwd.struct_passwd) -> bool:
    """Tell whether this user can enter a folder or run a program: asked by trying."""
    script = 'if [ -d "$1" ]; then cd "$1"; else [ -x "$1" ]; fi'
    asked = ["/bin/sh", "-c", script, "sh", str(path)]
    return subprocess.run(asked, check=False, capture_output=True, cwd="/", **as_user(user)).returncode == 0


def is_open(folder: Path) -> bool:
    """Let root's ordinary user pass through this folder of ours; False where one above it is closed to that user."""
    user = borrowed_user()
    if user is None:
        return True
    folder.chmod(0o711)
    return can_reach(folder, user)


def in_the_open(name: str) -> Path:
    """Return a path of this name that root's ordinary user can reach."""
    OPEN.mkdir(parents=True, exist_ok=True)
    OPEN.chmod(0o755)
    return OPEN / name


def lasting_home() -> Path:
    """Return the folder of the engines that stay: `ENGINES_DIR`, else the project's `var/engines`.

    For root in a folder that is closed to others it lies under /var/lib, named by the project's path.
    """
    named = os.environ.get("ENGINES_DIR")
    home = Path(named).resolve() if named else PROJECT / "var" / "engines"
    home.mkdir(parents=True, exist_ok=True)
    return home if is_open(home) else in_the_open(hashlib.sha256(str(home).encode()).hexdigest()[:12])


def temporary_home() -> Path:
    """Make a new folder for engines that live as long as one test run."""
    home = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX))
    if not is_open(home):
        home = Path(shutil.move(home, in_the_open(home.name)))
    return home


def stale_homes() -> Iterator[Path]:
    """Yield temporary folders that a killed test run of this user left behind."""
    for home in [
        home for parent in (tempfile.gettempdir(), OPEN) for home in Path(parent).glob(f"{TEMPORARY_PREFIX}*")
    ]:
        with suppress(OSError):  # somebody else removes it
            about = home.stat()
            mine = about.st_uid == os.geteuid() and time.time() - about.st_mtime > _STALE_AFTER
            if mine and not any(is_locked(users, fcntl.LOCK_EX) for users in home.glob("*/users.lock")):
                yield home


def remove(folder: Path) -> None:
    """Remove a folder and all in it, also when a dying engine still writes into it."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


# --- Children that end with their parent -------------------------------------------------------------------


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def end_with_parent(death_signal: int = signal.SIGTERM) -> Callable[[], None] | None:
    """Return a `preexec_fn` after which the child gets this signal when its parent dies (Linux only)."""
    if _LIBC is None:
        return None
    parent = os.getpid()

    def ask_kernel() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and this line
            os.kill(os.getpid(), death_signal)

    return ask_kernel
