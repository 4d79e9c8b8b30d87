"""How much of a kind a run tries: a share that the seed draws, so that some runs try all of it; everything in a proof.

`make test` draws a seed and prints it; `make test SEED=…` tries the same share again. `make prove` takes the whole.
"""

import os
from collections.abc import Iterable
from random import SystemRandom
from typing import TypeVar
from zlib import crc32

import pytest

Value = TypeVar("Value")


def seed() -> int:
    """Return the seed of this run, drawn by its first process; the others inherit it."""
    if not os.environ.get("SEED"):
        os.environ["SEED"] = str(SystemRandom().randrange(1_000_000))
    return int(os.environ["SEED"])


def share(values: Iterable[Value], parts: int, *, of: str) -> list[Value]:
    """Return one of so many `parts` of the values; which one, the seed draws for each kind (`of`) by itself."""
    return list(values)[crc32(f"{seed()} {of}".encode()) % parts :: parts]


def is_whole(config: pytest.Config) -> bool:
    """Tell whether the whole suite is asked for; a process among which it is divided was told by the first."""
    if hasattr(config, "workerinput"):
        return bool(config.workerinput["is_whole"])
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not config.option.keyword


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out of a run of the whole suite what `rotating(parts)` marks, but for the share of the seed in each file.

    Who names files or words runs what is named.
    """
    if not is_whole(config) or config.getoption("full"):
        return
    rotating: dict[tuple[str, int], list[pytest.Item]] = {}
    for item in items:
        if marker := item.get_closest_marker("rotating"):
            rotating.setdefault((str(item.path.relative_to(config.rootpath)), marker.args[0]), []).append(item)
    left_out: set[pytest.Item] = set()
    for (file, parts), found in rotating.items():
        left_out |= set(found) - set(share(found, parts, of=file))
    config.hook.pytest_deselected(items=[item for item in items if item in left_out])
    items[:] = [item for item in items if item not in left_out]
