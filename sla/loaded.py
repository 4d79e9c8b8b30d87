"""What `load_reference` remembers: which rows of the files it has put into the database or found there."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from sla.models import LoadedRow

Row = dict[str, Any]


@dataclass
class Loaded:
    """The memory of one run. A row that is known and is not in the database was deleted here: `gone`, left so.

    `restored` are names such as "exclusion:oem" that are to come back all the same; with `all_back` every one.
    """

    restored: Collection[str] = ()
    all_back: bool = False
    known: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    gone: list[str] = field(default_factory=list)

    @classmethod
    def recall(cls, restored: Collection[str] = (), *, all_back: bool = False) -> "Loaded":
        """Return the memory as it is stored. One query."""
        known = {f"{table}:{key}" for table, key in LoadedRow.objects.values_list("table", "key")}
        return cls(restored, all_back, known)

    def wanted(
        self,
        table: str,
        rows: list[Row],
        present: Collection[str],
        *,
        key: Callable[[Row], str],
        needs: Callable[[Row], bool] = lambda row: True,
    ) -> list[Row]:
        """Return those of `rows` that are to be added to `table`, where the keys in `present` are there.

        A row whose `needs` are not there, because what it names was deleted, waits until they are.
        """
        new = []
        for row in rows:
            name = f"{table}:{key(row)}"
            if key(row) not in present:
                back = self.all_back or name in self.restored
                if (name in self.known and not back) or not needs(row):
                    self.gone.append(name)
                    continue
                new.append(row)
            self.seen.add(name)
        return new

    def remember(self) -> None:
        """Store what was seen in this run."""
        pairs = (name.partition(":") for name in sorted(self.seen - self.known))
        LoadedRow.objects.bulk_create((LoadedRow(table=table, key=key) for table, _colon, key in pairs))
