"""What must always hold of stored cases, one row a rule: its SQL finds what breaks it.

Nothing here repairs. Read by `cases/integrity/self_check.py`, hourly and by hand, and after every move of the tests'
machine.
"""

from dataclasses import dataclass

CASE, MAIL, GUARD = "case", "mail", "guard"


@dataclass(frozen=True, slots=True)
class Invariant:
    """One rule. `sql` selects what breaks it, in one column: ids of cases or mails, or names of guards.

    It may name `%(at)s`, the instant of the look; `%(after)s`, an id: of cases looked at one by one only those with a
    later event, 0 for all; `%(guards)s`, the triggers that there should be.
    """

    code: str
    says: str
    sql: str
    of: str = CASE


# A look at every closed case of years would read years of events: those with a later event than `after` suffice.
_TOUCHED = (
    "(%(after)s = 0 OR {case}.id IN (SELECT touched.case_id FROM cases_event touched WHERE touched.id > %(after)s))"
)
_LATEST = "SELECT {columns} FROM cases_event e WHERE e.case_id = c.id {kinds} ORDER BY e.id DESC LIMIT 1"

# The mails that reminded the customer of the last solution before the closing event `e`, and how many the rule in force
# wanted: the least of the rules in force from then on, for a case keeps the one of its beginning only while it counts.
_BEGUN = (
    "SELECT max(s.id) FROM cases_event s WHERE s.case_id = e.case_id AND s.id < e.id"
    " AND (s.status <> 'solution_provided' OR s.kind IN ('countdown_restarted', 'kept_open'))"
)
_REMINDED = (
    "(SELECT count(*) FROM cases_outboxmail m JOIN cases_case w ON w.id = m.case_id AND w.customer_id = m.recipient_id"
    " WHERE m.case_id = e.case_id AND m.notice = 'contact_attempt' AND m.state = 'sent'"
    f" AND m.event_id > ({_BEGUN}) AND m.event_id < e.id)"
)
_WANTED = (
    "(SELECT coalesce(min(r.wanted_attempts), 2) FROM cases_closingrule r WHERE r.effective_from <= e.at::date"
    " AND r.effective_from >= coalesce((SELECT max(f.effective_from) FROM cases_closingrule f"
    f" WHERE f.effective_from < (SELECT b.at::date FROM cases_event b WHERE b.id = ({_BEGUN}))), '-infinity'))"
)
# Which events may end a case, and what must be true of each.
ENDINGS = {
    "solution_accepted": "e.actor_id IS NOT NULL",
    "closed": "e.actor_id IS NOT NULL AND coalesce(e.data ->> 'reason', '') <> ''",
    "merged": "e.actor_id IS NOT NULL AND c.merged_into_id IS NOT NULL",
    "closed_in_silence": f"e.actor_id IS NULL AND {_REMINDED} >= {_WANTED}",
}
_ENDED_WELL = " OR ".join(f"(e.kind = '{kind}' AND {holds})" for kind, holds in ENDINGS.items())

INVARIANTS = (
    Invariant(
        "status_without_event",
        "The status of a case is the one that its latest event left.",
        f"SELECT c.id FROM cases_case c LEFT JOIN LATERAL ({_LATEST.format(columns='e.status', kinds='')}) e ON true"
        f" WHERE e.status IS DISTINCT FROM c.status AND {_TOUCHED.format(case='c')}",
    ),
    Invariant(
        "not_opened_once",
        "A case begins with the event of its opening, and has one.",
        "SELECT c.id FROM cases_case c WHERE (SELECT count(*) FILTER (WHERE e.kind = 'opened') <> 1"
        " OR min(e.id) FILTER (WHERE e.kind = 'opened') <> min(e.id) FROM cases_event e WHERE e.case_id = c.id)"
        f" AND {_TOUCHED.format(case='c')}",
    ),
    Invariant(
        "closed_without_cause",
        "A closed case was accepted by a customer, closed by one of ours with a reason, merged, or told often enough.",
        "SELECT c.id FROM cases_case c LEFT JOIN cases_event e ON e.id = (SELECT min(f.id) FROM cases_event f"
        " WHERE f.case_id = c.id AND f.id > coalesce((SELECT max(o.id) FROM cases_event o"
        " WHERE o.case_id = c.id AND o.status <> 'closed'), 0))"
        f" WHERE c.status = 'closed' AND ({_ENDED_WELL}) IS NOT TRUE AND {_TOUCHED.format(case='c')}",
    ),
    Invariant(
        "severity_without_event",
        "The severity of a case is the one that an event gave it last.",
        "SELECT c.id FROM cases_case c LEFT JOIN LATERAL ("
        + _LATEST.format(
            columns="(e.data ->> 'severity')::int AS severity",
            kinds="AND e.kind IN ('opened', 'severity_changed', 'severity_approved')",
        )
        + f") e ON true WHERE e.severity IS DISTINCT FROM c.severity AND {_TOUCHED.format(case='c')}",
    ),
    Invariant(
        "critical_without_decision",
        "An open Critical case was opened so, approved by a manager who had not asked, or raised by a manager.",
        "SELECT c.id FROM cases_case c LEFT JOIN LATERAL ("
        + _LATEST.format(
            columns="e.kind, e.at, e.actor_id",
            kinds="AND e.kind IN ('opened', 'severity_changed', 'severity_approved')",
        )
        + ") e ON true LEFT JOIN contacts_user u ON u.id = e.actor_id"
        " WHERE c.severity = 1 AND c.status <> 'closed' AND (e.kind = 'opened'"
        " OR (e.kind = 'severity_changed' AND u.role = 'manager')"
        " OR (e.kind = 'severity_approved' AND u.role = 'manager' AND EXISTS (SELECT 1 FROM cases_severityrequest r"
        " WHERE r.case_id = c.id AND r.state = 'approved' AND r.decided_at = e.at AND r.decided_by_id = e.actor_id"
        " AND r.asked_by_id <> r.decided_by_id))) IS NOT TRUE",
    ),
    Invariant(
        "requests_open",
        "A case has one open request for Critical at most, and none once it is closed.",
        "SELECT r.case_id FROM cases_severityrequest r JOIN cases_case c ON c.id = r.case_id WHERE r.state = 'open'"
        " GROUP BY r.case_id, c.status HAVING count(*) > 1 OR c.status = 'closed'",
    ),
    Invariant(
        "running_without_due_time",
        "A clock that runs has a due time, and the case shows the first of them.",
        "SELECT c.id FROM cases_case c JOIN cases_commitment k ON k.case_id = c.id AND k.state = 'running'"
        " WHERE c.status <> 'closed' GROUP BY c.id, c.next_due_at, c.next_breach_at"
        " HAVING bool_or(k.due_at IS NULL OR k.breach_at IS NULL)"
        " OR min(k.due_at) FILTER (WHERE k.voided_at IS NULL) IS DISTINCT FROM c.next_due_at"
        " OR (c.next_breach_at IS NULL) <> (c.next_due_at IS NULL) OR c.next_breach_at < c.next_due_at",
    ),
    Invariant(
        "promised_without_clock",
        "An open case that nobody has answered has a clock of its first answer, where one is promised.",
        "SELECT c.id FROM cases_case c WHERE c.status IN ('new', 'in_progress', 'waiting', 'development',"
        " 'awaiting_release', 'reopened') AND c.exclusion_id IS NULL"
        " AND EXISTS (SELECT 1 FROM sla_matrixrow r WHERE r.matrix_id = c.matrix_id AND r.severity = c.severity"
        " AND r.kind = coalesce(nullif(c.kind, ''), 'own') AND r.metric = 'response' AND r.minutes IS NOT NULL)"
        " AND NOT EXISTS (SELECT 1 FROM cases_commitment k WHERE k.case_id = c.id AND k.metric = 'response')"
        " AND NOT EXISTS (SELECT 1 FROM cases_message m WHERE m.case_id = c.id AND NOT m.from_customer)"
        " AND NOT EXISTS (SELECT 1 FROM cases_event e WHERE e.case_id = c.id AND e.channel IN ('phone', 'chat'))",
    ),
    Invariant(
        "breach_not_recorded",
        "What ran out more than an hour ago has been recorded by a sweep.",
        "SELECT k.case_id FROM cases_commitment k WHERE k.state = 'running' AND k.breached_at IS NULL"
        " AND k.breach_at < %(at)s - interval '1 hour'",
    ),
    Invariant(
        "countdown_not_begun_anew",
        "The days to closing are counted from the last solution, and have a next step unless they are held.",
        "SELECT c.id FROM cases_case c LEFT JOIN LATERAL ("
        + _LATEST.format(
            columns="e.at",
            kinds="AND (e.status <> 'solution_provided' OR e.kind IN"
            " ('solution_provided', 'fix_released', 'unmerged', 'countdown_restarted', 'solution_kept', 'kept_open'))",
        )
        + ") e ON true WHERE c.status = 'solution_provided' AND c.countdown_from IS NOT NULL"
        " AND (c.countdown_from < e.at OR (c.countdown_at IS NULL AND c.closing_held_at IS NULL))",
    ),
    Invariant(
        "countdown_overdue",
        "A reminder or a closing that was due more than an hour ago has been done by a sweep.",
        "SELECT c.id FROM cases_case c WHERE c.status = 'solution_provided'"
        " AND c.countdown_at < %(at)s - interval '1 hour'",
    ),
    Invariant(
        "answer_unread",
        "An answer to a solution that was not read in time more than an hour ago was taken up by a sweep.",
        "SELECT c.id FROM cases_case c WHERE c.status = 'solution_answered'"
        " AND c.answer_due_at < %(at)s - interval '1 hour'",
    ),
    Invariant(
        "merged_without_event",
        "A case goes on in another because it was merged into that one, and that was not taken back.",
        "SELECT c.id FROM cases_case c LEFT JOIN LATERAL ("
        + _LATEST.format(columns="e.kind, e.data ->> 'into' AS into_case", kinds="AND e.kind IN ('merged', 'unmerged')")
        + ") e ON true WHERE (CASE WHEN e.kind = 'merged' THEN substring(e.into_case from '[0-9]+$')::bigint END)"
        f" IS DISTINCT FROM c.merged_into_id AND {_TOUCHED.format(case='c')}",
    ),
    Invariant(
        "answered_without_event",
        "A case on a version out of support counts as answered in full since the complete answer, or a solution.",
        "SELECT c.id FROM cases_case c WHERE c.answered_in_full_at IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM cases_event e WHERE e.case_id = c.id AND e.at = c.answered_in_full_at"
        " AND (e.kind = 'review_answered' OR e.status = 'solution_provided'))"
        f" AND {_TOUCHED.format(case='c')}",
    ),
    Invariant(
        "closed_without_full_answer",
        "A case on a version out of support is closed or solved only once it has its complete answer.",
        "SELECT c.id FROM cases_case c WHERE c.status IN ('solution_provided', 'solution_answered', 'closed')"
        " AND NOT c.version_covered AND c.answered_in_full_at IS NULL",
    ),
    Invariant(
        "referral_waits_for_nobody",
        "A question about billed work waits for its answer only while the case is worked on.",
        "SELECT r.case_id FROM cases_consultingreferral r JOIN cases_case c ON c.id = r.case_id"
        " WHERE r.state = 'open' AND c.status IN ('solution_provided', 'solution_answered', 'closed')",
    ),
    Invariant(
        "billed_without_consent",
        "No help is billable before the customer of that case has agreed to it.",
        "SELECT t.case_id FROM cases_timeentry t LEFT JOIN cases_consultingreferral r ON r.id = t.referral_id"
        " WHERE t.billable_minutes > 0 AND (r.case_id = t.case_id AND r.state = 'agreed') IS NOT TRUE",
    ),
    Invariant(
        "file_of_another_case",
        "A file belongs to the case of the words that it came with, and an instance to the account of its case.",
        "SELECT a.case_id FROM cases_attachment a LEFT JOIN cases_message m ON m.id = a.message_id"
        " LEFT JOIN cases_note n ON n.id = a.note_id WHERE coalesce(m.case_id, n.case_id) IS DISTINCT FROM a.case_id"
        " UNION SELECT c.id FROM cases_case c JOIN contacts_instance i ON i.id = c.instance_id"
        f" WHERE i.account_id <> c.account_id AND {_TOUCHED.format(case='c')}",
    ),
    Invariant(
        "event_of_another_case",
        "An event, its words and its mails are of one case.",
        "SELECT e.case_id FROM cases_event e LEFT JOIN cases_message m ON m.id = e.message_id"
        " LEFT JOIN cases_note n ON n.id = e.note_id LEFT JOIN cases_outboxmail o ON o.event_id = e.id"
        " WHERE (m.case_id <> e.case_id OR n.case_id <> e.case_id OR o.case_id <> e.case_id) AND e.id > %(after)s",
    ),
    Invariant(
        "mail_overdue",
        "A mail that was due more than five minutes ago has left, or was put off.",
        "SELECT m.id FROM cases_outboxmail m WHERE m.state = 'due' AND m.due_at < %(at)s - interval '5 minutes'",
        MAIL,
    ),
    Invariant(
        "mail_stuck",
        "A mail is being sent for ten minutes at most.",
        "SELECT m.id FROM cases_outboxmail m WHERE m.state = 'sending'"
        " AND m.claimed_at < %(at)s - interval '10 minutes'",
        MAIL,
    ),
    Invariant(
        "guard_missing",
        "The triggers that protect the record are there and switched on.",
        "SELECT wanted.name FROM unnest(%(guards)s::text[]) AS wanted(name) WHERE NOT EXISTS"
        " (SELECT 1 FROM pg_trigger t WHERE t.tgname = wanted.name AND t.tgenabled IN ('O', 'A'))",
        GUARD,
    ),
)
