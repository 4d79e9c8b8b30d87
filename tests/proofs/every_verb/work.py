"""Saying, working, solving, ending: how the machine tries these verbs."""

from typing import Any

from django.db import connection

from cases.models import Case
from cases.models.event import OF_CUSTOMERS, ClosingReason
from contacts.models import Team
from products.models import Release
from sla import compiled
from tests.proofs.every_verb.actions import Action, Try, says
from tests.proofs.every_verb.world import has_come


def _owner(attempt: Try) -> dict[str, Any]:
    people = list(attempt.world.people.values())
    staff = [user for user in people if user.role != "customer"]
    owner = attempt.random.choice(staff if attempt.random.random() < 0.9 else people)
    team = attempt.random.choice([None, None, *Team.objects.order_by("pk")])
    return {"owner": owner, "team": team}


def _needs_consent(attempt: Try) -> bool:
    """Whether it would come to a team whose work is billed, before the customer agreed."""
    team = attempt.given["team"]
    return team is not None and team.code == "consulting" != attempt.known.team and not attempt.known.consent


def _assigned(attempt: Try) -> None:
    attempt.known.owner, team = attempt.given["owner"], attempt.given["team"]
    attempt.known.team = team.code if team else attempt.known.team


def _taken(attempt: Try) -> None:
    attempt.known.owner = attempt.by


def _restored(attempt: Try) -> None:
    attempt.known.restored = True


def _disturbed(attempt: Try) -> None:
    attempt.known.restored = False


def _release(attempt: Try) -> dict[str, Any]:
    product = attempt.known.product if attempt.random.random() < 0.9 else "spigit"
    releases = Release.objects.filter(product__code=product, version__startswith="202").order_by("released_on")
    soon = list(releases.filter(released_on__gt=attempt.at.date())[:4])
    some = soon if soon and attempt.random.random() < 0.8 else list(releases[:6])
    return {"release": attempt.random.choice(some)}


def _is_not_to_come(attempt: Try) -> bool:
    """Its day is over, or the desk has opened on it. No customer of the machine runs a newer version."""
    release, hours = attempt.given["release"], compiled.working_time(attempt.known.case.calendar)
    return release.released_on < hours.local(attempt.at).date() or has_come(attempt.known, release, attempt.at)


def _awaited(attempt: Try) -> None:
    attempt.known.fixed_in = attempt.given["release"]


def _owes(attempt: Try) -> bool:
    return attempt.known.owes


def _reasons(attempt: Try) -> list[str]:
    return [one.value for one in (OF_CUSTOMERS if attempt.role == "customer" else ClosingReason)]


def _counted_anew(attempt: Try) -> None:
    attempt.known.solved_at, attempt.known.held, attempt.known.reminded = attempt.at, False, []


def is_unread(attempt: Try) -> bool:
    """Whether the customer's answer to a solution was not read in time: read from the row alone."""
    return Case.objects.filter(pk=attempt.case.pk, answer_due_at__lt=attempt.at).exists()


def may_close_by_itself(attempt: Try) -> bool:
    """Read from the rows alone: the day has come, two reminders left since the solution, and nobody spoke."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.close_at <= %(at)s AND c.countdown_at <= %(at)s"
            " AND (SELECT count(*) FROM cases_outboxmail m JOIN cases_event e ON e.id = m.event_id"
            "   WHERE m.case_id = c.id AND m.notice = 'contact_attempt' AND m.state = 'sent'"
            "   AND e.at >= c.countdown_from) >= 2"
            " AND NOT EXISTS (SELECT 1 FROM cases_message w WHERE w.case_id = c.id AND w.from_customer"
            "   AND w.at > c.countdown_from)"
            " FROM cases_case c WHERE c.id = %(case)s",
            {"at": attempt.at, "case": attempt.case.pk},
        )
        return bool(cursor.fetchone()[0])


DEEDS = {
    "answer": Action("answered", says("Since Monday."), verb="reply", once=True),
    "reply": Action("replied", says("We look into it."), once=True),
    "note": Action("noted", says("Odd."), once=True),
    "take": Action("taken", refuses=lambda attempt: attempt.known.owner is not None, then=_taken, weight=4),
    "assign": Action(
        "assigned",
        _owner,
        early=lambda attempt: not attempt.given["owner"].is_active or attempt.given["owner"].role == "customer",
        refuses=_needs_consent,
        then=_assigned,
        once=True,
        weight=2,
    ),
    "ask_customer": Action("asked", says("Since when?"), once=True),
    "restore_service": Action("restored", says("It runs."), then=_restored, once=True, weight=2),
    "withdraw_restoration": Action(
        "restoration_withdrawn", refuses=lambda attempt: not attempt.known.restored, then=_disturbed, weight=2
    ),
    "hand_to_development": Action("handed_to_development", says("Open, save."), once=True, weight=1),
    "await_release": Action(
        "release_awaited",
        _release,
        early=lambda attempt: attempt.given["release"].product.code != attempt.known.product,
        refuses=_is_not_to_come,
        then=_awaited,
        once=True,
        weight=3,
    ),
    "resume_work": Action("work_resumed"),
    "provide_solution": Action("solution_provided", says("Do this."), once=True, weight=8),
    "accept_solution": Action("solution_accepted", weight=1),
    "reject_solution": Action("solution_rejected", says("No.", "reason"), once=True, weight=1),
    "close": Action(
        "closed",
        lambda attempt: {"reason": attempt.random.choice(_reasons(attempt))},
        refuses=_owes,
        weight=1,
    ),
    "reopen": Action("reopened", says("Again.", "reason"), then=_disturbed, once=True, weight=8),
    "keep_open": Action(
        "kept_open",
        refuses=lambda attempt: not attempt.known.reminded and not attempt.known.held,
        then=_counted_anew,
        weight=4,
    ),
    "count_again": Action(
        "countdown_restarted", refuses=lambda attempt: not attempt.known.held, then=_counted_anew, weight=8
    ),
    "keep_solution": Action("solution_kept", weight=4),
    "resume_unread": Action("resumed_unread", refuses=lambda attempt: not is_unread(attempt), weight=4),
    "close_in_silence": Action("closed_in_silence", refuses=lambda attempt: not may_close_by_itself(attempt), weight=6),
}
