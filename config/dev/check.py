"""`make check`: everything that a machine can say about the code without running it, each in one line or in full."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from config.dev.engines.place import PROJECT
from config.dev.supervisor import python

_MANAGE = [sys.executable, "-W", "ignore", "manage.py"]


@dataclass(frozen=True)
class Check:
    """One command that must succeed, and what to do when it does not."""

    name: str
    command: Sequence[str]
    remedy: str = ""


CHECKS = (
    Check("types", python("mypy")),
    Check("formatting", python("ruff", "format", "--check", "--quiet", "."), "ruff format ."),
    Check("lint", python("ruff", "check", "--quiet", ".")),
    Check("layers", [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]),
    Check("templates", python("djlint", "templates", "--lint", "--quiet")),
    Check("migrations", [*_MANAGE, "makemigrations", "--check", "--dry-run"], "manage.py makemigrations"),
    Check("translations", python("config.dev.translations", "--check"), "make translations, then translate"),
    Check("deployment", [*_MANAGE, "check", "--deploy", "--fail-level", "WARNING"]),
)


def production() -> dict[str, str]:
    """Return an environment as production has it; nothing listens where it points."""
    return {
        **{name: value for name, value in os.environ.items() if name not in ("DEBUG", "DEMO", "SECURE")},
        "SECRET_KEY": secrets.token_urlsafe(64),
        "DATABASE_URL": "postgres://check:check@127.0.0.1:1/check",
        "DATABASE_POOL_SIZE": "0",  # a pool would wait for a server that is not there
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "SITE_URL": "https://care.example.com",
        "ALLOWED_HOSTS": "care.example.com",
        "EMAIL_URL": "smtp+tls://check:check@smtp.example.com:587",
        "DEFAULT_FROM_EMAIL": "Customer Care <care@example.com>",
        "LOG_FORMAT": "console",
        "LOG_LEVEL": "ERROR",
    }


def run(check: Check, environment: Mapping[str, str]) -> tuple[Check, bool, str, float]:
    """Run one check; return whether it passed, what it said and the seconds it took."""
    began = time.monotonic()
    done = subprocess.run(
        check.command,
        check=False,
        cwd=PROJECT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return check, done.returncode == 0, done.stdout.strip(), time.monotonic() - began


def main(*names: str) -> None:
    """Run all checks, or those named, two at a time; exit 1 when one fails."""
    chosen = [check for check in CHECKS if not names or check.name in names]
    environment, failed = production(), []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for future in as_completed([pool.submit(run, check, environment) for check in chosen]):
            check, passed, said, took = future.result()
            if passed:
                sys.stdout.write(f"{check.name}: well ({took:.1f} s)\n")
            else:
                failed.append(check.name)
                remedy = f"\n{check.name}: to mend it: {check.remedy}" if check.remedy else ""
                sys.stdout.write(f"\n{said}\n{check.name}: FAILED ({took:.1f} s){remedy}\n\n")
            sys.stdout.flush()
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
