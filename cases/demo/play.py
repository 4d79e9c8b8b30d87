"""Tells the stories: each turn is a verb of the lifecycle, done by the person and at the instant it names."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases import lifecycle
from cases.attachments import Accepted, accept
from cases.commitments.terms import calendar_for
from cases.demo.files import upload
from cases.demo.past_sweeps import catch_up
from cases.demo.people import Cast, update
from cases.demo.stories import MAIL, PHONE, Story, Turn
from cases.demo.story_times import instants
from cases.models import AssistanceKind, Case, CaseType
from contacts.models import Desk, Team
from products.models import Release
from sla import compiled
from sla.matrices import Severity

# What passes between a call or a mail and the case that one of ours makes of it.
UNTIL_WRITTEN_DOWN = {PHONE: timedelta(minutes=4), MAIL: timedelta(minutes=11)}


@dataclass(frozen=True, slots=True)
class Step:
    """The opening of a story, or one turn of it, at its instant."""

    at: datetime
    story: Story
    turn: Turn | None


def steps(told: Iterable[Story], cast: Cast, now: datetime) -> list[Step]:
    """Return what all stories together ask to be done, in the order of time. Raises StoryTooLong."""
    return sorted((step for story in told for step in _steps(story, cast, now)), key=lambda step: step.at)


def _steps(story: Story, cast: Cast, now: datetime) -> Iterator[Step]:
    account = cast.accounts[story.account]
    instance = cast.instances[story.account, story.instance]
    desk = Desk.objects.select_related("calendar").serving(instance.product, account.region)
    hours = compiled.working_time(calendar_for(desk, account.plan, _severity(story) or Severity.MODERATE))
    moments = instants(hours, now, story.ago, [turn.after for turn in story.turns])
    for at, turn in zip(moments, (None, *story.turns), strict=True):
        yield Step(at, story, turn)


def _severity(story: Story) -> Severity | None:
    return Severity[story.severity.upper()] if story.severity else None


def tell(told: Iterable[Step], cast: Cast) -> Iterator[Case]:
    """Do the steps one after the other; yield the case that each changed."""
    cases: dict[str, Case] = {}
    for step in told:
        catch_up(step.at)
        story = step.story
        case = _open(step, cast) if step.turn is None else _go_on(cases[story.key], step.turn, step.at, cast)
        cases[story.key] = case
        yield case


def _open(step: Step, cast: Cast) -> Case:
    story = step.story
    # A case remembers the version at its opening, so the instance has to run the one of that day.
    instance = update(cast, (story.account, story.instance), step.at.date())
    return lifecycle.open_case(
        by=cast.people[story.opener],
        customer=cast.people[story.customer],
        at=step.at,
        received_at=step.at - UNTIL_WRITTEN_DOWN.get(story.channel, timedelta(0)),
        account=cast.accounts[story.account],
        product=instance.product,
        instance=instance,
        type=CaseType.objects.select_related("excluded_by_default").get(code=story.type),
        subject=story.subject,
        body=story.text,
        severity=_severity(story),
        channel=story.channel,
        files=_files(story.files),
    )


def _go_on(case: Case, turn: Turn, at: datetime, cast: Cast) -> Case:
    by = cast.people.get(turn.by)  # nobody: the house does it by itself
    return VERBS[turn.does](case, by=by, at=at, **_details(case, turn, at, cast))


def _details(case: Case, turn: Turn, at: datetime, cast: Cast) -> dict[str, Any]:
    """Return what a verb needs beside who and when."""
    if turn.does in SAID:
        said: dict[str, Any] = {SAID[turn.does]: turn.text}
        if turn.files:
            said["files"] = _files(turn.files)
        if turn.way:
            said["way"] = turn.way
        return said
    if turn.does in PROMISING:
        return PROMISING[turn.does](turn, at) | ({"because": turn.text} if turn.text else {})
    if turn.does in ("assign", "transfer"):
        return _receiver(turn, cast)
    if turn.does == "refer_to_consulting":
        return {"reason": turn.text, "estimate_minutes": turn.minutes}
    if turn.does == "log_assistance":
        return {"words": turn.text, "minutes": turn.minutes, "kind": AssistanceKind.objects.get(code=turn.kind)}
    if turn.does == "await_release":
        coming = Release.objects.filter(product=case.product_id, released_on__gt=at.date())
        return {"release": coming.earliest("released_on")}
    return {"reason": turn.reason} if turn.reason else {}


def _receiver(turn: Turn, cast: Cast) -> dict[str, Any]:
    to = {
        "owner": cast.people[turn.to] if turn.to else None,
        "team": Team.objects.get(code=turn.team) if turn.team else None,
    }
    return to | {"body": turn.text} if turn.does == "transfer" else to


def _files(names: tuple[str, ...]) -> tuple[Accepted, ...]:
    return accept(upload(name) for name in names)


# The verbs that carry words, and what they call them.
SAID = {
    "reply": "body",
    "note": "body",
    "ask_customer": "body",
    "restore_service": "body",
    "hand_to_development": "body",
    "provide_solution": "body",
    "reject_solution": "reason",
    "reopen": "reason",
    "answer_review": "body",
}
# The verbs about promises, and what they take beside the reason.
ANSWERS = {"yes": True, "no": False, "not known": None}
PROMISING: dict[str, Callable[[Turn, datetime], dict[str, Any]]] = {
    "change_severity": lambda turn, _at: {"severity": Severity[turn.severity.upper()]},
    "classify": lambda turn, _at: {"type": CaseType.objects.get(code=turn.type), "kind": turn.kind},
    "judge_code_change": lambda turn, _at: {"required": ANSWERS[turn.answer]},
    "judge_reach": lambda turn, _at: {"is_system_wide": turn.answer == "yes"},
    "promise_release": lambda _turn, _at: {},
    "agree_date": lambda turn, at: {"due_at": at + timedelta(days=int(turn.due.removesuffix("d")))},
}
ROUTING = ("dispatch", "assign", "transfer", "refer_to_consulting", "agree_to_consulting", "decline_consulting")
OTHERS = ("take", "await_release", "resume_work", "accept_solution", "close", "log_assistance")
VERBS: dict[str, Callable[..., Case]] = {
    name: getattr(lifecycle, name) for name in (*SAID, *PROMISING, *ROUTING, *OTHERS)
}
