"""The embedded engines: shared, kept, and gone with their last user however that one ends."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.dev import embedded
from config.dev.engines import place as engines
from config.dev.engines.place import PROJECT

_USER = """
import sys
from config.dev import embedded
print(embedded.{engine}_url(), flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for lasting engines with a space in its name, open to the user that root borrows."""
    parent = Path(tempfile.mkdtemp(prefix="customer care ", dir="/tmp"))
    parent.chmod(0o711)
    yield parent / "engines"
    _command(parent / "engines", "stop")
    shutil.rmtree(parent)


class User:
    """Another process that uses an engine until it is told to end, or is killed."""

    def __init__(self, home: Path, engine: str = "redis") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USER.format(engine=engine)],
            cwd=PROJECT,
            env=_environment(home),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate("\n", timeout=20)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=20)


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**kept, "ENGINES_DIR": str(home)}


def _command(home: Path, verb: str) -> str:
    command = [sys.executable, "-m", "config.dev.embedded", verb]
    done = subprocess.run(
        command, check=True, cwd=PROJECT, env=_environment(home), capture_output=True, text=True, timeout=60
    )
    return done.stdout


def _processes(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(str(home) in word for word in process.cmdline()) or str(home) in process.cwd():
                found.append(process)
    return found


def _is_keeper(process: psutil.Process) -> bool:
    """Tell whether this process watches over an engine; one that has ended meanwhile does not."""
    try:
        return "keeper" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def _eventually(condition: Callable[[], bool], within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def _answers(url: str) -> bool:
    try:
        return bool(redis.Redis.from_url(url).ping())
    except redis.RedisError:
        return False


class TestLastingEngines:
    def test_are_shared_by_those_who_start_at_the_same_moment(self, home: Path) -> None:
        users = [User(home), User(home), User(home)]
        urls = {user.url() for user in users}
        assert len(urls) == 1
        assert sum(map(_is_keeper, _processes(home))) == 1
        for user in users:
            user.leave()

    def test_end_after_their_last_user_even_if_that_one_was_killed(self, home: Path) -> None:
        first, second = User(home), User(home)
        url = first.url()
        assert second.url() == url
        first.leave()
        assert _answers(url)
        second.kill()
        assert _eventually(lambda: not _processes(home)), _processes(home)

    def test_are_restarted_at_the_same_address_when_they_die(self, home: Path) -> None:
        user = User(home)
        url = user.url()
        [server] = [process for process in _processes(home) if not _is_keeper(process)]
        server.kill()
        assert _eventually(lambda: not server.is_running() and _answers(url))
        user.leave()

    def test_answer_the_next_when_who_started_or_kept_them_was_killed(self, home: Path) -> None:
        first = User(home, "database")
        assert _eventually(lambda: any(map(_is_keeper, _processes(home))))
        first.kill()
        second = User(home, "database")
        url = second.url()
        psycopg.connect(url).close()
        [keeper] = filter(_is_keeper, _processes(home))
        keeper.kill()
        third = User(home, "database")  # waits for the end of the server that lost its keeper
        assert third.url() == url
        psycopg.connect(url).close()
        second.leave()
        third.leave()

    def test_are_stopped_by_hand_whoever_uses_them(self, home: Path) -> None:
        user = User(home)
        url = user.url()
        assert "redis: running" in _command(home, "status")
        _command(home, "stop")
        assert not _answers(url)
        assert "redis: stopped" in _command(home, "status")
        user.leave()

    def test_keep_what_was_committed_when_all_of_them_are_killed(self, home: Path) -> None:
        user = User(home, "database")
        with psycopg.connect(user.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (words text)")
            connection.execute("INSERT INTO kept VALUES ('écrit avant la panne')")
        processes = sorted(_processes(home), key=_is_keeper, reverse=True)
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        user.kill()
        note = next(home.glob("**/postmaster.pid"))
        lines = note.read_text().splitlines()
        note.write_text("\n".join([str(os.getpid()), *lines[1:]]))  # the number may be a stranger's by now

        again = User(home, "database")
        with psycopg.connect(again.url()) as connection:
            assert connection.execute("SELECT words FROM kept").fetchone() == ("écrit avant la panne",)
        again.leave()


class TestTheDatabase:
    """What the portal relies on, of whichever server the run was given."""

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("setting", "value"),
        [
            ("timezone", "UTC"),
            ("server_encoding", "UTF8"),
            ("synchronous_commit", "on"),
            ("lock_timeout", "3s"),
            ("idle_in_transaction_session_timeout", "30s"),
        ],
    )
    def test_is_set_as_the_portal_needs_it(self, setting: str, value: str) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"SHOW {setting}")
            assert cursor.fetchone() == (value,)


class TestTemporaryEngines:
    def test_live_as_long_as_the_block_and_leave_nothing(self) -> None:
        before = _kept_by_us()
        with embedded.temporary_engines() as urls:
            assert _answers(urls.redis)
            with psycopg.connect(urls.database) as connection:
                assert connection.execute("SELECT lower('ÉTÉ')").fetchone() == ("été",)
            made = _kept_by_us() - before
        assert len(made) == 2
        assert not any(folder.exists() for folder in made)
        assert not _answers(urls.redis)

    def test_of_a_killed_run_are_cleared_by_the_next(self, monkeypatch: pytest.MonkeyPatch) -> None:
        left = engines.temporary_home()
        (left / "postgres").mkdir()
        os.utime(left, (0, 0))
        busy = engines.temporary_home()
        (busy / "redis").mkdir()
        descriptor = engines.try_lock(busy / "redis" / "users.lock")
        os.utime(busy, (0, 0))
        assert descriptor is not None
        stale = list(engines.stale_homes())
        os.close(descriptor)
        for home in (left, busy):
            engines.remove(home)
        assert left in stale
        assert busy not in stale


def _kept_by_us() -> set[Path]:
    """Return the folders of the engines that this process had started, the test run's own among them."""
    return {Path(process.cmdline()[-2]) for process in psutil.Process().children() if _is_keeper(process)}


def _is_keeper(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        return "config.dev.engines.keeper" in process.cmdline()
    return False


class TestImporting:
    def test_the_door_starts_nothing(self, home: Path) -> None:
        subprocess.run(
            [sys.executable, "-c", "import config.dev.embedded"], check=True, cwd=PROJECT, env=_environment(home)
        )
        assert not home.exists()

    def test_the_environment_comes_first(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/db")
        monkeypatch.setenv("REDIS_URL", "redis://elsewhere/0")
        assert embedded.database_url() == "postgres://elsewhere/db"
        assert embedded.redis_url() == "redis://elsewhere/0"


def test_signals_of_the_terminal_do_not_reach_the_engines(home: Path) -> None:
    user = User(home)
    url = user.url()
    keepers = [process for process in _processes(home) if _is_keeper(process)]
    assert keepers
    assert all(os.getpgid(keeper.pid) != os.getpgid(user.process.pid) for keeper in keepers)
    user.process.send_signal(signal.SIGINT)
    user.process.communicate(timeout=20)
    assert _answers(url)  # it waits a little for whoever comes next
