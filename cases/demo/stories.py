"""The stories as they stand in `stories/*.toml`, read and checked. Telling them is in `play.py`."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "stories"
PHONE, MAIL = "phone", "mail"


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that somebody did; `after` is the open time since the turn before."""

    by: str
    does: str
    after: str
    text: str = ""
    files: tuple[str, ...] = ()
    way: str = ""
    reason: str = ""
    to: str = ""
    team: str = ""
    release: str = ""
    severity: str = ""
    type: str = ""
    kind: str = ""
    answer: str = ""
    due: str = ""
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """One case: who asked for what, `ago` before now, and what was done about it."""

    key: str
    account: str
    customer: str
    instance: str
    type: str
    subject: str
    text: str
    ago: str
    severity: str = ""
    channel: str = "web"
    opened_by: str = ""
    files: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()

    @property
    def opener(self) -> str:
        """Who wrote the case down: the customer, or one of ours for a call or a mail."""
        return self.opened_by or self.customer


@cache
def stories() -> tuple[Story, ...]:
    """Return every story, account by account."""
    return tuple(_read())


def _read() -> Iterator[Story]:
    for path in sorted(FOLDER.glob("*.toml")):
        for row in tomllib.loads(path.read_text(encoding="utf-8"))["story"]:
            turns = tuple(Turn(**_clean(turn)) for turn in row.pop("turn", ()))
            yield Story(**{"account": path.stem} | _clean(row), turns=turns)


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(value) if isinstance(value, list) else value.strip() if isinstance(value, str) else value
        for name, value in row.items()
    }
