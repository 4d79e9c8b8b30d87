"""Runs several programs as one: all start, and when one ends, or somebody says so, all end. None outlives it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.dev.engines.place import end_with_parent


class Ended(RuntimeError):
    """A program ended though nobody asked it to; the message shows the end of its log."""


class Interrupted(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM or SIGHUP."""


@dataclass
class Program:
    """One child: its command, its log, and how to tell that it does its work."""

    name: str
    command: Sequence[str]
    log: Path
    is_ready: Callable[[], bool]
    stop_signal: int = signal.SIGTERM
    options: Mapping[str, Any] = field(default_factory=dict)  # of Popen
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start it as the head of a process group of its own, which ends with us also if we are killed."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(self.stop_signal),
                **self.options,
            )

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def last_lines(self, count: int = 20) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


class Supervisor:
    """A set of programs that live and die together. Use as a context: leaving it ends them all."""

    def __init__(self, programs: Sequence[Program], environment: Mapping[str, str], *, grace: float = 12) -> None:
        self.programs, self.environment = programs, environment
        self.grace = grace  # seconds to end by themselves

    def __enter__(self) -> "Supervisor":
        for program in self.programs:
            program.start(self.environment)
        return self

    def __exit__(self, *_exception: object) -> None:
        self.end()

    def wait_until_ready(self, within: float) -> None:
        """Return when all programs do their work. Raises Ended when one ends or does not get there."""
        deadline = time.monotonic() + within
        waiting = list(self.programs)
        while waiting:
            self.raise_if_ended()
            waiting = [program for program in waiting if not program.is_ready()]
            if waiting and time.monotonic() > deadline:
                slow = waiting[0]
                raise Ended(f"{slow.name} was not ready within {within:.0f} seconds:\n{slow.last_lines()}")
            time.sleep(0.1)

    def watch(self) -> None:
        """Stay until a program ends, which raises Ended."""
        while True:
            self.raise_if_ended()
            time.sleep(0.3)

    def raise_if_ended(self) -> None:
        """Raise Ended when one of the programs has."""
        for program in self.programs:
            if program.has_ended():
                raise Ended(f"{program.name} has ended:\n{program.last_lines()}")

    def end(self) -> None:
        """Ask all programs to end, and after a while make them."""
        started = [program.process for program in self.programs if program.process is not None]
        for program in self.programs:
            if program.process is not None:
                program.process.send_signal(program.stop_signal)  # the head only: it ends its own children in order
        deadline = time.monotonic() + self.grace
        try:
            while any(process.poll() is None for process in started) and time.monotonic() < deadline:
                time.sleep(0.05)
        except Interrupted:
            pass  # asked twice: at once, then
        finally:
            for process in started:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
            for process in started:
                process.wait()


def interruptible() -> None:
    """From now on Ctrl-C, SIGTERM and SIGHUP raise Interrupted in the main thread."""

    def interrupt(_number: int, _frame: object) -> None:
        raise Interrupted

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module with the Python that we run on."""
    return [sys.executable, "-m", module, *arguments]
