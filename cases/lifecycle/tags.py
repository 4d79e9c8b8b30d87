"""Tags on cases, by our own people alone; and what a manager does with a tag: rename, retire, merge into another."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.lifecycle.change import changing
from cases.models import Case, CaseTag, Tag
from cases.models.tag import MOST_SIGNS, normal
from cases.statuses import IllegalMove, Refusal
from contacts.models import User

MOST_TAGS = 20


class BadTag(Refusal):
    """This cannot be a tag."""


class TagRetired(Refusal):
    """A manager has taken the tag out of use."""

    words = _("The tag “%(tag)s” is no longer used.")


def tag(case: Case, *, by: User, at: datetime, names: Iterable[str]) -> Case:
    """Put tags on the case; one that nobody has used yet is coined, one that was merged stands for the other.

    Raises BadTag, TagRetired, NotAllowed, IllegalMove (it bears them all already).
    """
    wanted = _normal(names)
    with changing(case, "tag", by=by, at=at) as change:
        known = set(CaseTag.objects.filter(case=change.case, removed_at__isnull=True).values_list("tag", flat=True))
        new = [one for one in _tags(wanted, by=by, at=at) if one.pk not in known]
        if not new:
            raise IllegalMove(_("The case bears these tags already."))
        if len(known) + len(new) > MOST_TAGS:
            raise BadTag(_("A case bears at most %(count)d tags."), count=MOST_TAGS)
        CaseTag.objects.bulk_create(CaseTag(case=change.case, tag=one, at=at, by=by) for one in new)
        change.happened("tagged", tags=", ".join(one.name for one in new))
    return change.case


def untag(case: Case, *, by: User, at: datetime, tag: Tag) -> Case:
    """Take a tag away. Raises NotAllowed, IllegalMove (it does not bear it)."""
    with changing(case, "untag", by=by, at=at) as change:
        borne = CaseTag.objects.filter(case=change.case, tag=tag, removed_at__isnull=True)
        if not borne.update(removed_at=at, removed_by=by):
            raise IllegalMove(_("The case does not bear this tag."))
        change.happened("untagged", tags=tag.name)
    return change.case


@transaction.atomic
def merge_tags(tag: Tag, *, into: Tag, by: User, at: datetime) -> int:
    """Let `into` stand for `tag` from now on, on the cases that bear it too; return on how many it is new.

    `tag` is retired. Raises BadTag for the same tag, and for one that is retired itself.
    """
    locked = {one.pk: one for one in Tag.objects.filter(pk__in=(tag.pk, into.pk)).order_by("pk").select_for_update()}
    source, target = locked[tag.pk], locked[into.pk]
    if source.pk == target.pk or target.is_retired:
        raise BadTag(_("Choose another tag, one that is in use."))
    Tag.objects.filter(merged_into=source).update(merged_into=target)
    borne = CaseTag.objects.filter(tag=source, removed_at__isnull=True)
    bearing = CaseTag.objects.filter(tag=target, removed_at__isnull=True).values("case")
    fresh = list(borne.exclude(case__in=bearing).order_by("case").values_list("case", flat=True))
    borne.update(removed_at=at, removed_by=by)
    CaseTag.objects.bulk_create(CaseTag(case_id=case, tag=target, at=at, by=by) for case in fresh)
    source.merged_into, source.retired_at = target, source.retired_at or at
    source.save(update_fields=["merged_into", "retired_at"])
    return len(fresh)


def _normal(names: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(filter(None, map(normal, names))))
    if not wanted:
        raise BadTag(_("Write at least one tag."))
    for name in wanted:
        if len(name) > MOST_SIGNS:
            words = _("“%(tag)s…” is too long: a tag has at most %(count)d signs.")
            raise BadTag(words, tag=name[:20], count=MOST_SIGNS)
    return wanted


def _tags(names: Iterable[str], *, by: User, at: datetime) -> list[Tag]:
    """Return the tags of these names, coined where they are new; what was merged gives the other."""
    wanted = list(names)
    Tag.objects.bulk_create((Tag(name=name, coined_by=by, coined_at=at) for name in wanted), ignore_conflicts=True)
    found = {one.name: one for one in Tag.objects.filter(name__in=wanted).select_related("merged_into")}
    meant = [found[name].merged_into or found[name] for name in wanted]
    for one in meant:
        if one.is_retired:
            raise TagRetired(tag=one.name)
    return list(dict.fromkeys(meant))
