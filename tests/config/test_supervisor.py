"""Several programs as one: ready together, gone together."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from config.dev.supervisor import Ended, Program, Supervisor

_WITH_A_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("child", child.pid, flush=True)
time.sleep(600)
"""
_SUPERVISED = """
import os, sys, time
from pathlib import Path
from config.dev.supervisor import Program, Supervisor
sleeper = Program("sleeper", [sys.executable, "-c", "import time; time.sleep(600)"], Path(sys.argv[1]), lambda: True)
with Supervisor([sleeper], os.environ):
    print(sleeper.process.pid, flush=True)
    time.sleep(600)
"""


def program(tmp_path: Path, name: str, code: str, ready: str = "") -> Program:
    log = tmp_path / f"{name}.log"
    return Program(name, [sys.executable, "-c", code], log, lambda: ready in log.read_text())


def _gone(pid: int, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


class TestSupervisor:
    def test_waits_until_every_program_does_its_work(self, tmp_path: Path) -> None:
        slow = program(
            tmp_path, "slow", "import time; time.sleep(0.5); print('at work', flush=True); time.sleep(600)", "at work"
        )
        with Supervisor([slow], os.environ) as supervisor:
            supervisor.wait_until_ready(within=20)
            assert "at work" in slow.log.read_text()

    def test_ends_all_programs_and_their_children(self, tmp_path: Path) -> None:
        parent = program(tmp_path, "parent", _WITH_A_CHILD, "child")
        with Supervisor([parent], os.environ) as supervisor:
            supervisor.wait_until_ready(within=20)
        assert parent.process is not None
        assert _gone(parent.process.pid)
        assert _gone(int(parent.log.read_text().split()[1]))

    def test_says_which_program_ended_and_its_last_words(self, tmp_path: Path) -> None:
        quitter = program(tmp_path, "quitter", "raise SystemExit('no more')", "never")
        stayer = program(tmp_path, "stayer", "import time; time.sleep(600)")
        with (
            pytest.raises(Ended, match=r"quitter has ended:\s+no more"),
            Supervisor([stayer, quitter], os.environ) as supervisor,
        ):
            supervisor.watch()
        assert stayer.has_ended()

    def test_gives_up_on_a_program_that_does_not_get_ready(self, tmp_path: Path) -> None:
        idler = program(tmp_path, "idler", "import time; time.sleep(600)", "never")
        with pytest.raises(Ended, match="was not ready"), Supervisor([idler], os.environ) as supervisor:
            supervisor.wait_until_ready(within=0.5)

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
    def test_takes_its_programs_along_when_it_is_killed(self, tmp_path: Path) -> None:
        killed = subprocess.Popen(
            [sys.executable, "-c", _SUPERVISED, tmp_path / "log"], stdout=subprocess.PIPE, text=True
        )
        assert killed.stdout is not None
        child = int(killed.stdout.readline())
        killed.kill()
        killed.communicate()
        assert _gone(child)
