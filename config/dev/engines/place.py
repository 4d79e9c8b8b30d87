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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
TEMPORARY_PREFIX = "customer-care-engines-"
_STALE_AFTER = 60  # seconds; younger folders may belong to somebody who has not locked them yet


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
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def state(self) -> Path:
        return self.folder / "state.json"

    def prepare(self) -> None:
        """Make the folder; others may pass through it but not look into it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            self.folder.chmod(0o711)

    def secret(self) -> str:
        """Return the password of this place's engine, made at the first call."""
        path = self.folder / "secret"
        if not path.exists():
            draft = path.with_suffix(".new")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(24))
            draft.replace(path)
        return path.read_text()

    def port(self, *, another: bool = False) -> int:
        """Return the loopback port of this place: the same as last time while it is free."""
        path = self.folder / "port"
        if path.exists() and not another and is_free(int(path.read_text())):
            return int(path.read_text())
        port = free_port()
        path.write_text(str(port))
        return port


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


def try_lock(path: Path, kind: int = fcntl.LOCK_EX, *, wait: bool = False) -> int | None:
    """Lock a file and return its descriptor; without `wait`, None when another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, kind if wait else kind | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock for the block, waiting for it first."""
    descriptor = try_lock(path, wait=True)
    assert descriptor is not None
    try:
        yield
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Tell whether any process holds a lock on the file."""
    if not path.exists():
        return False
    try:
        descriptor = try_lock(path)
    except FileNotFoundError:  # its folder has been removed this moment
        return False
    if descriptor is None:
        return True
    os.close(descriptor)
    return False


# --- The ordinary user that root lends its engines to ------------------------------------------------------


def borrowed_user() -> pwd.struct_passwd | None:
    """Return the user that PostgreSQL runs as when we are root, None when we are not."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def as_user(user: pwd.struct_passwd | None) -> dict[str, object]:
    """Return the arguments of `subprocess` that run a program as this user."""
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def can_reach(path: Path, user: pwd.struct_passwd) -> bool:
    """Tell whether this user can enter a folder or run a program: asked by trying."""
    script = 'if [ -d "$1" ]; then cd "$1"; else [ -x "$1" ]; fi'
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", str(path)],
        check=False,
        capture_output=True,
        cwd="/",
        user=user.pw_uid,
        group=user.pw_gid,
        extra_groups=[],
    )
    return done.returncode == 0


def lasting_home() -> Path:
    """Return the folder of the engines that stay: `ENGINES_DIR`, else the project's `var/engines`.

    For root in a folder that is closed to others it lies under /var/lib, named by the project's path.
    """
    named = os.environ.get("ENGINES_DIR")
    home = Path(named).resolve() if named else PROJECT / "var" / "engines"
    home.mkdir(parents=True, exist_ok=True)
    user = borrowed_user()
    if user is not None:
        home.chmod(0o711)
        if not can_reach(home, user):
            digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
            home = Path("/var/lib/customer-care") / digest
            home.mkdir(parents=True, exist_ok=True)
    return home


def temporary_home() -> Path:
    """Make a new folder for engines that live as long as one test run."""
    user = borrowed_user()
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):
        home = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir=parent))
        if user is None:
            return home
        home.chmod(0o711)
        if can_reach(home, user):
            return home
        home.rmdir()
    raise EngineFailed("No temporary folder is open to the user nobody. Set TMPDIR to one that is, or DATABASE_URL.")


def stale_homes() -> Iterator[Path]:
    """Yield temporary folders that a killed test run of this user left behind."""
    for parent in {tempfile.gettempdir(), "/tmp", "/var/tmp"}:
        for home in Path(parent).glob(TEMPORARY_PREFIX + "*"):
            try:
                about = home.stat()
                locks = list(home.glob("*/*.lock"))
            except OSError:
                continue
            mine = about.st_uid == os.geteuid() and time.time() - about.st_mtime > _STALE_AFTER
            if mine and not any(is_locked(lock) for lock in locks):
                yield home


def remove(folder: Path) -> None:
    """Remove a folder and all in it, also when a dying engine still writes into it."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.05)


# --- Children that end with their parent -------------------------------------------------------------------


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


_LIBC = _libc()
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
