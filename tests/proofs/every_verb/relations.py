"""Incidents, duplicates, splits, links, tags, followers: how the machine tries these verbs."""

from typing import Any

from cases.lifecycle.splitting import split_off
from cases.models import CaseType, IncidentUpdate, Message, Tag
from tests.proofs.every_verb import opening
from tests.proofs.every_verb.actions import Action, Try
from tests.proofs.every_verb.commitments import TYPES
from tests.proofs.every_verb.table import ROWS
from tests.proofs.every_verb.world import Known, Part

MOST = 6  # cases of a run, with those that were split off
TAGS = ("slow", "import", "of a customer")
Happened = list[tuple[str, Known, str]]


# --- Part of an incident ---


def _linked_to_it(attempt: Try) -> None:
    known = attempt.known
    made_wide, gave_kind = not known.wide and "reach" not in known.denied, not known.kind and "kind" not in known.denied
    known.part, known.judged = Part(made_wide=made_wide, gave_kind=gave_kind), set()
    known.wide |= made_wide
    known.kind = attempt.world.incident.kind if gave_kind else known.kind


def _taken_out(attempt: Try) -> None:
    """What the link made of the case is undone, unless somebody has judged it since."""
    known, part = attempt.known, attempt.known.part
    assert part is not None
    if part.made_wide and "reach" not in known.judged:
        known.wide = False
    if part.gave_kind and "kind" not in known.judged:
        known.kind = ""
    known.part = None


# --- Two cases ---


def _another(attempt: Try) -> dict[str, Any]:
    return {"other": attempt.random.choice(attempt.cases).case}


def _into(attempt: Try) -> dict[str, Any]:
    """Mostly another case of the account, where there is one."""
    account, near = attempt.known.account, attempt.random.random() < 0.8
    others = [one for one in attempt.cases if near and one is not attempt.known and one.account == account]
    return {"into": attempt.random.choice(others or attempt.cases).case}


def _other(attempt: Try, name: str) -> Known:
    return next(one for one in attempt.cases if one.case.pk == attempt.given[name].pk)


def _sees(attempt: Try, other: Known) -> bool:
    return attempt.by is not None and attempt.world.sees(attempt.by, other)


def _is_itself_or_unseen(name: str) -> Any:
    return lambda attempt: attempt.given[name].pk == attempt.case.pk or not _sees(attempt, _other(attempt, name))


def _merges_wrongly(attempt: Try) -> bool:
    known, into = attempt.known, _other(attempt, "into")
    left_out = known.customer.is_active and not attempt.world.sees(known.customer, into)
    return (
        known.account != into.account
        or into.into is not None
        or into.status not in ROWS["absorb"].leads
        or any(one.into is known for one in attempt.cases)
        or left_out
        or known.owes
    )


def _merged(attempt: Try) -> None:
    known, into = attempt.known, _other(attempt, "into")
    people = {known.customer.pk, *known.followers} - {into.customer.pk} - into.followers
    known.brought = {pk for pk in people if attempt.world.sees(attempt.world.by_id[pk], into)}
    into.followers |= known.brought
    known.into, known.before = into, known.status


def _is_not_merged(attempt: Try) -> bool:
    into = attempt.known.into
    return into is None or not _sees(attempt, into)


def _unmerged(attempt: Try) -> None:
    known = attempt.known
    assert known.into is not None
    known.let_go, known.into = known.into, None
    known.let_go.followers -= known.brought
    known.go(known.before, attempt.at)


def _let_go(attempt: Try) -> Happened:
    assert attempt.known.let_go is not None
    return [("let_go", attempt.known.let_go, "web")]


def _linked(attempt: Try) -> None:
    other = _other(attempt, "other")
    attempt.known.linked.add(other.case.pk)
    other.linked.add(attempt.case.pk)


def _unlinked(attempt: Try) -> None:
    other = _other(attempt, "other")
    attempt.known.linked.discard(other.case.pk)
    other.linked.discard(attempt.case.pk)


def _are_linked(attempt: Try) -> bool:
    return attempt.given["other"].pk in attempt.known.linked


# --- A case of its own ---


def _part(attempt: Try) -> dict[str, Any] | None:
    """A message of the case, now and then one of another."""
    if len(attempt.cases) >= MOST:
        return None
    of = attempt.random.choice(attempt.cases) if attempt.random.random() < 0.1 else attempt.known
    message = attempt.random.choice(list(Message.objects.filter(case=of.case).order_by("pk")))
    type = CaseType.objects.get(code=attempt.random.choice(TYPES))
    severity = attempt.random.choice((1, 2, 3, None))
    return {"message": message, "type": type, "severity": severity, "subject": "Another matter"}


def _as_opened(attempt: Try) -> dict[str, Any]:
    known, given = attempt.known, attempt.given
    told = {"account": known.account, "customer": known.customer, "product": attempt.case.product}
    channel = "mail" if given["message"].channel == "mail" else "web"
    return told | {"type": given["type"], "severity": given["severity"], "channel": channel}


def _splits_wrongly(attempt: Try) -> bool:
    message = attempt.given["message"]
    if attempt.by is None or not message.from_customer or message.case_id != attempt.case.pk:
        return True
    return opening.is_refused(attempt.world, attempt.by, _as_opened(attempt))


def _split(attempt: Try) -> None:
    made = split_off(attempt.case)
    assert made is not None
    known = opening.opened(made, _as_opened(attempt), attempt.world)
    attempt.cases.append(known)
    known.linked.add(attempt.case.pk)
    attempt.known.linked.add(made.pk)


def _opened(attempt: Try) -> Happened:
    return [("opened", attempt.cases[-1], _as_opened(attempt)["channel"])]


# --- Tags and followers ---


def _tag(attempt: Try) -> dict[str, Any] | None:
    tag = Tag.objects.filter(name=attempt.random.choice(TAGS)).first()
    return {"tag": tag} if tag else None


def _tagged(attempt: Try) -> None:
    attempt.known.tags |= set(attempt.given["names"])


def _untagged(attempt: Try) -> None:
    attempt.known.tags.discard(attempt.given["tag"].name)


def _person(attempt: Try) -> dict[str, Any]:
    """Oneself, or somebody else."""
    return {"person": attempt.random.choice([attempt.by, attempt.random.choice(list(attempt.world.people.values()))])}


def _is_not_theirs(attempt: Try) -> bool:
    return attempt.given["person"] != attempt.by and attempt.role == "customer"


def _follows_wrongly(attempt: Try) -> bool:
    person, known = attempt.given["person"], attempt.known
    has_it = person == known.customer or person.pk in known.followers
    return _is_not_theirs(attempt) or has_it or not attempt.world.sees(person, known)


def _follows(attempt: Try) -> None:
    attempt.known.followers.add(attempt.given["person"].pk)


def _follows_no_more(attempt: Try) -> None:
    attempt.known.followers.discard(attempt.given["person"].pk)


DEEDS = {
    "link_case": Action(
        "incident_linked",
        lambda attempt: {"incident": attempt.world.incident},
        refuses=lambda attempt: attempt.known.part is not None,
        then=_linked_to_it,
        weight=2,
    ),
    "unlink_case": Action(
        "incident_unlinked",
        lambda _attempt: {"because": "Another cause."},
        early=lambda attempt: attempt.known.part is None,
        then=_taken_out,
        weight=2,
    ),
    "tell_update": Action("incident_told", lambda _attempt: {"update": IncidentUpdate.objects.first()}, weight=1),
    "merge": Action(
        "merged",
        _into,
        refuses=_merges_wrongly,
        early=_is_itself_or_unseen("into"),
        then=_merged,
        also=lambda attempt: [("absorbed", _other(attempt, "into"), "web")],
        once=True,
        weight=3,
    ),
    "unmerge": Action(
        "unmerged",
        lambda _attempt: {"because": "It is not the same."},
        early=_is_not_merged,
        then=_unmerged,
        also=_let_go,
        weight=8,
    ),
    "link": Action(
        "linked",
        _another,
        refuses=_are_linked,
        early=_is_itself_or_unseen("other"),
        then=_linked,
        also=lambda attempt: [("linked", _other(attempt, "other"), "web")],
        weight=2,
    ),
    "unlink": Action(
        "unlinked",
        _another,
        refuses=lambda attempt: not _are_linked(attempt),
        early=lambda attempt: not _sees(attempt, _other(attempt, "other")),
        then=_unlinked,
        also=lambda attempt: [("unlinked", _other(attempt, "other"), "web")],
        weight=2,
    ),
    "split": Action("split", _part, refuses=_splits_wrongly, then=_split, also=_opened, once=True, weight=1),
    "tag": Action(
        "tagged",
        lambda attempt: {"names": attempt.random.sample(TAGS, 2)},
        refuses=lambda attempt: set(attempt.given["names"]) <= attempt.known.tags,
        then=_tagged,
        weight=2,
    ),
    "untag": Action(
        "untagged",
        _tag,
        refuses=lambda attempt: attempt.given["tag"].name not in attempt.known.tags,
        then=_untagged,
        weight=1,
    ),
    "follow": Action(
        lambda attempt: "followed" if attempt.given["person"] == attempt.by else "follower_added",
        _person,
        refuses=_follows_wrongly,
        then=_follows,
        weight=2,
    ),
    "unfollow": Action(
        "unfollowed",
        _person,
        refuses=lambda attempt: _is_not_theirs(attempt) or attempt.given["person"].pk not in attempt.known.followers,
        then=_follows_no_more,
        weight=1,
    ),
}
