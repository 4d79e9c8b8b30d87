"""Handing over, passing on, work that is billed, hours of help, releases: how the machine tries these verbs."""

from typing import Any

from django.db.models import Sum

from cases.models import AssistanceKind, TimeEntry
from contacts.models import Team, User
from tests.proofs.every_verb.actions import Action, Try, says
from tests.proofs.every_verb.world import is_open, is_out

CONSULTING = "consulting"
SOLVERS = {"consultant_1", "consultant_2", "manager", "product_management", "consulting", "cloud_operations"}


# --- To whom, and to which team ---


def _has_an_owner_or_nobody_at_work(attempt: Try) -> bool:
    known = attempt.known
    return known.owner is not None or not is_open(known, attempt.at) or attempt.world.at_work_for(known.team) is None


def _dispatched(attempt: Try) -> None:
    attempt.known.owner = attempt.world.at_work_for(attempt.known.team)


def _is_not_to_be_held(attempt: Try) -> bool:
    known = attempt.known
    return known.owner is not None or not known.waits or known.unhanded


def _held(attempt: Try) -> None:
    attempt.known.unhanded = True


def _transfer(attempt: Try) -> dict[str, Any]:
    team = attempt.random.choice(list(Team.objects.order_by("pk")))
    people = list(attempt.world.people.values())
    owner = attempt.random.choice([None, None, attempt.random.choice(people), *_members(attempt, team)])
    return {"team": team, "owner": owner, "body": "Please look."}


def _members(attempt: Try, team: Team) -> list[User]:
    return [attempt.world.people[name] for name, home in attempt.world.teams.items() if home == team.code]


def _is_a_stranger(attempt: Try) -> bool:
    owner, team = attempt.given["owner"], attempt.given["team"]
    return owner is not None and not (owner.is_active and owner.role in SOLVERS and owner in _members(attempt, team))


def _passes_wrongly(attempt: Try) -> bool:
    team, known = attempt.given["team"].code, attempt.known
    return team == known.team or (team == CONSULTING and not known.consent)


def _passed_on(attempt: Try) -> None:
    attempt.known.team, attempt.known.owner = attempt.given["team"].code, attempt.given["owner"]
    attempt.known.waits = attempt.known.unhanded = False


# --- Work that is billed ---


def _nothing_asked(attempt: Try) -> bool:
    return not attempt.known.asked_to_pay


def _asked(attempt: Try) -> None:
    attempt.known.asked_to_pay = True


def _agreed(attempt: Try) -> None:
    known = attempt.known
    known.asked_to_pay, known.consent = False, True
    if known.team != CONSULTING:
        known.team, known.owner, known.waits, known.unhanded = CONSULTING, None, False, False


def _declined(attempt: Try) -> None:
    attempt.known.asked_to_pay = False


def _word(attempt: Try) -> dict[str, Any]:
    return {
        "agreed": attempt.random.random() < 0.6,
        "body": "I say so.",
        "channel": attempt.random.choice(("phone", "mail")),
    }


def _recorded(attempt: Try) -> None:
    (_agreed if attempt.given["agreed"] else _declined)(attempt)


# --- A version out of support ---


def _answered(attempt: Try) -> None:
    attempt.known.answered = True


# --- Hours of help, without a consent that comes with them: tests/cases/lifecycle/test_time_entries.py ---


def _parts(attempt: Try, minutes: int, without: TimeEntry | None = None) -> tuple[int, int]:
    """Return how the minutes are parted in free and billable, by the sum of the rows of the instance."""
    rows = TimeEntry.objects.filter(instance=attempt.case.instance_id)
    used = (rows.aggregate(sum=Sum("free_minutes"))["sum"] or 0) - (without.free_minutes if without else 0)
    free = min(minutes, max(attempt.known.account.plan.free_help_minutes - used, 0))
    return free, minutes - free


def _help(attempt: Try) -> dict[str, Any]:
    minutes = attempt.random.choice((30, 240, 4_000))
    return {"kind": AssistanceKind.objects.order_by("pk")[0], "minutes": minutes, "words": "Showed how."}


def _is_billed_unasked(attempt: Try) -> bool:
    return _parts(attempt, attempt.given["minutes"])[1] > 0 and not attempt.known.consent


def _correction(attempt: Try) -> dict[str, Any] | None:
    entries = list(TimeEntry.objects.filter(case=attempt.case).order_by("pk"))
    if not entries:
        return None
    entry = attempt.random.choice(entries)
    return {"entry": entry, "minutes": attempt.random.choice((None, 45, 4_500, abs(entry.minutes))), "because": "So."}


def _corrects_wrongly(attempt: Try) -> bool:
    entry, minutes = attempt.given["entry"], attempt.given["minutes"]
    is_done = entry.minutes < 0 or TimeEntry.objects.filter(corrects=entry).exists()
    if is_done or (entry.by_id != (attempt.by and attempt.by.pk) and attempt.role != "manager"):
        return True
    if minutes is None:
        return False
    parts = _parts(attempt, minutes, entry)
    return parts == (entry.free_minutes, entry.billable_minutes) or (parts[1] > 0 and not attempt.known.consent)


DEEDS = {
    "dispatch": Action("dispatched", refuses=_has_an_owner_or_nobody_at_work, then=_dispatched, weight=2),
    "hold_dispatch": Action("dispatch_failed", refuses=_is_not_to_be_held, then=_held, weight=1),
    "transfer": Action(
        "transferred", _transfer, refuses=_passes_wrongly, then=_passed_on, early=_is_a_stranger, weight=2
    ),
    "refer_to_consulting": Action(
        "consulting_referred",
        says("A report of your own.", "reason"),
        refuses=lambda attempt: attempt.known.asked_to_pay,
        then=_asked,
        once=True,
    ),
    "agree_to_consulting": Action("consulting_agreed", refuses=_nothing_asked, then=_agreed),
    "decline_consulting": Action("consulting_declined", refuses=_nothing_asked, then=_declined, weight=1),
    "record_consulting_consent": Action(
        lambda attempt: "consulting_agreed" if attempt.given["agreed"] else "consulting_declined",
        _word,
        refuses=_nothing_asked,
        then=_recorded,
        once=True,
        weight=2,
    ),
    "withdraw_referral": Action("consulting_withdrawn", refuses=_nothing_asked, then=_declined, weight=1),
    "answer_review": Action(
        "review_answered",
        says("All there is to say."),
        refuses=lambda attempt: not attempt.known.owes,
        then=_answered,
        once=True,
        weight=2,
    ),
    "log_assistance": Action("assistance_logged", _help, refuses=_is_billed_unasked, once=True),
    "correct_assistance": Action("assistance_corrected", _correction, refuses=_corrects_wrongly, once=True),
    "release_fix": Action("fix_released", refuses=lambda attempt: not is_out(attempt.known, attempt.at), weight=2),
}
