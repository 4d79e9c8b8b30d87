"""What the machine looks at after each step: what happened is whole, nothing else did, and all rules hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from cases.commitments.consistency import differences
from cases.integrity import self_check
from cases.models import Case, Event, OutboxMail
from tests.proofs.every_verb.world import Known, World, business_days, is_open, is_out

# What the clocks and the sweep record beside what people do.
OF_CLOCKS = {"at_risk", "breached", "dues_moved"}
OF_HANDING = {"dispatched", "dispatch_failed"}
OF_SWEEPS = OF_CLOCKS | OF_HANDING | {"contact_attempted", "closing_held", "closed_in_silence", "fix_released"}
OF_SWEEPS |= {"resumed_unread"}
# What is kept beside a case: its tags, followers and links, and whether it waits for a consent, has one, and is part of
# an incident.
RELATED = """
SELECT (SELECT array_agg(t.name) FROM cases_casetag b JOIN cases_tag t ON t.id = b.tag_id
        WHERE b.case_id = %(case)s AND b.removed_at IS NULL),
    (SELECT array_agg(user_id) FROM cases_follower WHERE case_id = %(case)s AND ended_at IS NULL),
    (SELECT array_agg(case_id + other_id - %(case)s) FROM cases_caselink
        WHERE %(case)s IN (case_id, other_id) AND removed_at IS NULL),
    EXISTS (SELECT 1 FROM cases_consultingreferral WHERE case_id = %(case)s AND state = 'open'),
    EXISTS (SELECT 1 FROM cases_consultingreferral WHERE case_id = %(case)s AND state = 'agreed'),
    EXISTS (SELECT 1 FROM cases_incidentcase WHERE case_id = %(case)s AND unlinked_at IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """All rows as a hash of each table; of the events also the hash of those that were there at the last look."""

    tables: dict[str, str]
    earlier: str
    last: int


class Eyes:
    """Looks at the rows of the tables that the cases of a run fill."""

    def __init__(self, tables: Sequence[str]) -> None:
        self.tables = tables
        row = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY {1}), '')) FROM {0} t"
        parts = [row.format(table, "t.id" if table == "cases_event" else "t::text") for table in tables]
        parts.append(
            row.format("cases_event", "t.id").replace("'cases_event'", "'earlier'") + " WHERE t.id <= %(last)s"
        )
        parts.append("SELECT 'last', coalesce(max(id), 0)::text FROM cases_event")
        self.statement = " UNION ALL ".join(parts)

    def look(self, last: int = 0) -> Sight:
        with connection.cursor() as cursor:
            cursor.execute(self.statement, {"last": last})
            rows = dict(cursor.fetchall())
        return Sight(rows, rows.pop("earlier"), int(rows.pop("last")))


def changed(before: Sight, after: Sight) -> list[str]:
    """Return the tables whose rows are others than before."""
    return [table for table, value in after.tables.items() if before.tables[table] != value]


def events_since(last: int) -> list[Event]:
    return list(Event.objects.filter(pk__gt=last).order_by("pk"))


def unlike(known: Known) -> list[str]:
    """Say where the stored case is not what the machine knows of it."""
    row = Case.objects.values(
        *("status", "severity", "severity_is_provisional", "owner", "team__code", "exclusion", "type", "kind"),
        *("is_system_wide", "restored_at", "closed_at", "countdown_from", "closing_held_at", "version_covered"),
        *(
            "merged_into",
            "fixed_in",
            "customer_answered_at",
            "dispatch_at",
            "dispatch_failed_at",
            "answered_in_full_at",
        ),
    ).get(pk=known.case.pk)
    wanted: dict[str, Any] = {
        "status": known.status,
        "severity": known.severity,
        "severity_is_provisional": known.provisional,
        "owner": known.owner and known.owner.pk,
        "team__code": known.team,
        "exclusion": known.exclusion,
        "type": known.type,
        "kind": known.kind,
        "is_system_wide": known.wide,
        "countdown_from": known.solved_at,
        "version_covered": known.covered,
        "merged_into": known.into and known.into.case.pk,
        "fixed_in": known.fixed_in and known.fixed_in.pk,
    }
    wrong = [f"{name} is {row[name]}, should be {value}" for name, value in wanted.items() if row[name] != value]
    flags = {"restored_at": known.restored, "closed_at": known.status == "closed", "closing_held_at": known.held}
    flags |= {"customer_answered_at": known.status == "solution_answered"}
    flags |= {"dispatch_at": known.waits, "dispatch_failed_at": known.unhanded, "answered_in_full_at": known.answered}
    return wrong + [f"{name} is {row[name]}" for name, there in flags.items() if (row[name] is not None) is not there]


def unrelated(known: Known) -> list[str]:
    """Say where tags, followers, links and what waits beside the case are not what the machine knows."""
    with connection.cursor() as cursor:
        cursor.execute(RELATED, {"case": known.case.pk})
        tags, followers, linked, *flags = cursor.fetchone()
    found = {"tags": set(tags or ()), "followers": set(followers or ()), "linked": set(linked or ())}
    found |= dict(zip(("asked_to_pay", "consent", "part"), flags, strict=True))
    wanted = {name: getattr(known, name) for name in found} | {"part": known.part is not None}
    return [f"{name} is {found[name]}, should be {wanted[name]}" for name in found if found[name] != wanted[name]]


def broken(at: datetime) -> list[str]:
    """Say which rules of the self-check do not hold, and for what."""
    return [f"{one.invariant.code}: {', '.join(one.names)}" for one in self_check.look(at)]


def not_as_replayed(cases: Sequence[Known], at: datetime) -> list[str]:
    """Say where kept clocks are not what a replay from the first event gives."""
    rows = Case.objects.for_verbs().filter(pk__in=[known.case.pk for known in cases])
    return [f"{case.number}: {found}" for case in rows for found in differences(case, at=at)]


def sent_to_strangers(world: World, cases: Sequence[Known], judged: set[int]) -> list[str]:
    """Say which mails, but those judged before, left for somebody who cannot see the case as rights are now."""
    known = {one.case.pk: one for one in cases}
    sent = OutboxMail.objects.filter(state="sent").exclude(pk__in=judged)
    found = []
    for pk, case, recipient, notice in sent.values_list("pk", "case", "recipient", "notice"):
        judged.add(pk)
        if not world.sees(world.by_id[recipient], known[case]):
            found.append(f"{notice} {pk} of case {case} to {world.by_id[recipient]}")
    return found


def left_undone(known: Known, at: datetime) -> list[str]:
    """Say what a sweep at `at` should have done to the case."""
    undone = []
    if known.waits and is_open(known, at):
        undone.append("handed to nobody while they are at work")
    if known.status == "awaiting_release" and is_out(known, at):
        undone.append("not solved by a release that is out")
    if Case.objects.filter(pk=known.case.pk, answer_due_at__lt=at).exists():
        undone.append("left with an answer that nobody read in time")
    return undone


def swept_wrongly(known: Known, event: Event) -> str:
    """Say what is wrong with what a sweep did to the case; "" where nothing is."""
    if event.kind in OF_CLOCKS:
        return "" if event.status == known.status else f"{event.kind} left {event.status}"
    if event.kind in OF_HANDING:
        is_right = known.waits and known.owner is None and is_open(known, event.at) is (event.kind == "dispatched")
        return "" if is_right and not (known.unhanded and event.kind == "dispatch_failed") else f"{event.kind} wrongly"
    if event.kind == "fix_released":
        is_right = known.status == "awaiting_release" and is_out(known, event.at)
        return "" if is_right else f"a release out before it is, or to a case that is {known.status}"
    if event.kind == "resumed_unread":
        return "" if known.status == "solution_answered" else f"an answer taken up in a case that is {known.status}"
    if event.kind not in OF_SWEEPS or known.status != "solution_provided" or known.solved_at is None:
        return f"a sweep did {event.kind} to a case that is {known.status}"
    days, wanted = business_days(known, known.solved_at, event.at), {0: 3, 1: 7}
    least = wanted.get(len(known.reminded), 99) if event.kind == "contact_attempted" else 10
    if event.kind == "closed_in_silence" and len(known.reminded) < 2:
        return f"closed after {len(known.reminded)} reminders"
    return "" if days >= least else f"{event.kind} after {days} business days"
