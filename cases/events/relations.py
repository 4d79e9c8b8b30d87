"""How cases are kept in order: merged, split, linked, tagged, followed."""

from django.utils.translation import gettext_lazy as _

from cases.events.kind import EventKind
from cases.events.wording import Words, label_of
from cases.models.case_link import SEEN_FROM_OTHER, LinkKind

MERGED, UNMERGED, ABSORBED = "merged", "unmerged", "absorbed"

KINDS = (
    EventKind(MERGED, _("%(actor)s merged this case into %(into)s"), "git-merge", notice="merged", cancels=True),
    EventKind(UNMERGED, _("%(actor)s took the merging back: %(because)s"), "arrow-back-up", notice="unmerged"),
    # Who sees this case does not have to see the other one: customers read of it where they see the other.
    EventKind(
        ABSORBED,
        _("%(actor)s merged %(merged)s into this case"),
        "git-merge",
        for_customer=False,
    ),
    EventKind(
        "let_go", _("%(actor)s took the merging of %(merged)s back: %(because)s"), "arrow-back-up", for_customer=False
    ),
    EventKind("split", _("%(actor)s split off %(number)s: “%(subject)s”"), "arrows-split"),
    EventKind("linked", _("%(actor)s: this case %(link)s %(other)s"), "link", for_customer=False),
    EventKind("unlinked", _("%(actor)s took the link to %(other)s back"), "link-off", for_customer=False),
    EventKind("tagged", _("%(actor)s tagged the case: %(tags)s"), "tag", for_customer=False),
    EventKind("untagged", _("%(actor)s took the tag “%(tags)s” away"), "tag-off", for_customer=False),
    EventKind("followed", _("%(actor)s follows the case"), "bell", for_customer=False),
    EventKind("follower_added", _("%(actor)s: %(person)s follows the case from now on"), "bell", for_customer=False),
    EventKind("unfollowed", _("%(actor)s: %(person)s no longer follows the case"), "bell-off", for_customer=False),
)


def _link(value: str) -> str:
    """Say a kind of link, which with a minus before it is read from the other case of the pair."""
    return str(SEEN_FROM_OTHER[LinkKind(value[1:])]) if value.startswith("-") else label_of(LinkKind)(value)


WORDS: Words = {"link": _link}
