"""What one case has to do with others and with people, for one reader: merged, linked, followed, tagged.

Read from a case that was loaded `with_relations`. Another case is named only to who may see it.
"""

from dataclasses import dataclass
from typing import Any

from cases.models import Case
from cases.models.case_link import SEEN_FROM_OTHER, LinkKind
from contacts.models import User


@dataclass(frozen=True, slots=True)
class Linked:
    """Another case, and in `words` what this one is to it. `foreign`: it belongs to another account."""

    case: Case
    words: str
    foreign: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A person or a tag, by id and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Related:
    """All of it. `into` is the case that goes on with this one, `absorbed` are those that this one goes on with."""

    into: Case | None
    absorbed: tuple[Case, ...]
    links: tuple[Linked, ...]
    followers: tuple[Named, ...]
    tags: tuple[Named, ...]
    follows: bool

    @property
    def any_case(self) -> bool:
        return bool(self.into or self.absorbed or self.links)


def related(case: Case, viewer: User) -> Related:
    """Return what `viewer` is shown. One query where there are other cases, none otherwise."""
    rows: Any = case
    absorbed: list[int] = rows.absorbed_ids
    others = [row["other"] if row["case"] == case.pk else row["case"] for row in rows.link_rows]
    wanted = {*absorbed, *others, *([case.merged_into_id] if case.merged_into_id else [])}
    seen = Case.objects.visible_to(viewer).in_bulk(wanted) if wanted else {}
    followers = tuple(Named(**row) for row in rows.follower_rows)
    return Related(
        into=seen.get(case.merged_into_id) if case.merged_into_id else None,
        absorbed=tuple(seen[pk] for pk in absorbed if pk in seen),
        links=tuple(
            Linked(seen[pk], _format_relation(case, row), seen[pk].account_id != case.account_id)
            for pk, row in zip(others, rows.link_rows, strict=True)
            if pk in seen
        ),
        followers=followers,
        tags=tuple(Named(**row) for row in rows.tag_rows),
        follows=viewer.pk in {one.id for one in followers},
    )


def _format_relation(case: Case, row: dict[str, Any]) -> str:
    kind = LinkKind(row["kind"])
    return str(kind.label if row["case"] == case.pk else SEEN_FROM_OTHER[kind])
