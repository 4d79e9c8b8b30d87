"""What a case keeps of who works it: since when it has its owner, and that who has one waits for nobody. Pure."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from cases.models import Case

DISPATCHED: dict[str, Any] = {"dispatch_at": None, "dispatch_failed_at": None}


def update_ownership(case: Case, changed: Collection[str], *, at: datetime) -> set[str]:
    """Bring `case`, of which the fields `changed` are new at `at`, in line; return the names of what changed."""
    wanted: dict[str, Any] = {}
    if "owner" in changed:
        wanted["owned_since"] = at if case.owner_id is not None else None
    if case.owner_id is not None or not case.state.is_open:
        wanted |= DISPATCHED
    found = {name for name, value in wanted.items() if getattr(case, name) != value}
    for name in found:
        setattr(case, name, wanted[name])
    return found
