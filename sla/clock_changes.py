"""Where a zone's clocks skip local times or show them twice. Pure: no Django, no now."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """What the clocks of a zone show at one instant: `before` it by the old offset, `after` it by the new. Aware."""

    before: datetime
    after: datetime

    @property
    def skips(self) -> bool:
        """Whether local times between the two do not exist; else those between them exist twice."""
        return self.after.replace(tzinfo=None) > self.before.replace(tzinfo=None)


def change_at(local: datetime, zone: tzinfo) -> ClockChange | None:
    """Return the change that makes a naive local time impossible or twofold in a zone, None where it is neither."""
    wall = local.replace(microsecond=0)
    old, new = (wall.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if old is None or new is None or old == new:
        return None
    # Before the change the old offset holds, from it on the new one: the instant is found by halving.
    low, high = wall.replace(tzinfo=UTC) - max(old, new), wall.replace(tzinfo=UTC) - min(old, new)
    while high - low > SECOND:
        middle = low + (high - low) // SECOND // 2 * SECOND
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    names = low.astimezone(zone).tzname() or "", high.astimezone(zone).tzname() or ""
    return ClockChange(high.astimezone(timezone(old, names[0])), high.astimezone(timezone(new, names[1])))
