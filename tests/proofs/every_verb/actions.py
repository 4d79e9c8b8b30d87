"""What the machine does when it tries a verb: one row a verb, in the modules beside this one.

A row says with which arguments, what is refused besides right and status, which event follows, and what the machine
knows afterwards. A verb that is new to the house needs a row here and one in `table.py`, or a word there on where else
it is tried; a test asks for both.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from cases import lifecycle
from cases.models import Case
from contacts.models import User
from tests.proofs.every_verb.world import Known, World


@dataclass
class Try:
    """One attempt: `by` does something to a case at `at`, with `given`; `by` is None for the house."""

    world: World
    known: Known
    by: User | None
    at: datetime
    random: Random
    cases: list[Known] = field(default_factory=list)  # all there are
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def role(self) -> str:
        return str(self.by.role) if self.by else ""

    @property
    def case(self) -> Case:
        return self.known.case


def _nothing(_attempt: Try) -> dict[str, Any] | None:
    return {}


def _never(_attempt: Try) -> bool:
    return False


def _no_more(_attempt: Try) -> None:
    return None


def _of_one(_attempt: Try) -> list[tuple[str, Known, str]]:
    return []


@dataclass(frozen=True, slots=True)
class Action:
    """How one verb is tried.

    `event` is the kind that follows, `draw` returns the arguments (None: there is nothing to try it with), `refuses`
    tells whether it is refused though person and status are right, `then` keeps what the machine knows in line.
    `also`: the events of other cases, as kind, case and channel, asked for afterwards.
    `early`: `refuses` comes before the question of right. `once`: the form that sends it has a key.
    """

    event: str | Callable[[Try], str]
    draw: Callable[[Try], dict[str, Any] | None] = _nothing
    refuses: Callable[[Try], bool] = _never
    then: Callable[[Try], None] = _no_more
    early: Callable[[Try], bool] = _never
    once: bool = False
    verb: str = ""  # in the lifecycle, where it is named otherwise
    weight: int = 3
    also: Callable[[Try], list[tuple[str, Known, str]]] = _of_one

    def kind(self, attempt: Try) -> str:
        return self.event if isinstance(self.event, str) else self.event(attempt)

    def act(self, name: str, attempt: Try, **more: Any) -> Case:
        verb = getattr(lifecycle, self.verb or name)
        return verb(attempt.case, by=attempt.by, at=attempt.at, **attempt.given, **more)


def says(words: str, name: str = "body") -> Callable[[Try], dict[str, Any]]:
    """Return what draws the words of a verb."""
    return lambda _attempt: {name: words}
