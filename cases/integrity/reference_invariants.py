"""What the code presupposes of the rules with a date, one row a rule: as in `cases/integrity/invariants.py`."""

from cases.integrity.invariants import Invariant
from sla.dated_guards import unanswered

REFERENCE = "reference"

REFERENCE_INVARIANTS = (
    Invariant(
        "matrix_missing",
        "A target matrix for all cases is in force.",
        "SELECT 'all cases' WHERE NOT EXISTS"
        " (SELECT FROM sla_matrix m WHERE m.series = '' AND m.effective_from <= (%(at)s)::date)",
        REFERENCE,
    ),
    Invariant(
        "matrix_incomplete",
        "Every target matrix promises a first answer for every kind and severity.",
        f"SELECT m.code FROM sla_matrix m WHERE EXISTS ({unanswered('m.id')})",
        REFERENCE,
    ),
    Invariant(
        "target_promises_nothing",
        "Every target has minutes, at least one, or words in their place.",
        "SELECT m.code || ' ' || r.kind || ' ' || r.severity || ' ' || r.metric FROM sla_matrixrow r"
        " JOIN sla_matrix m ON m.id = r.matrix_id WHERE r.minutes < 1 OR (r.minutes IS NULL AND r.note_en = '')",
        REFERENCE,
    ),
    Invariant(
        "matrix_of_nobody",
        "A target matrix is for all cases, or for the type whose own objectives it is.",
        "SELECT m.code FROM sla_matrix m LEFT JOIN cases_casetypematrix o ON o.matrix_id = m.id"
        " WHERE m.series <> coalesce(o.type_id, '')",
        REFERENCE,
    ),
    Invariant(
        "calendar_never_open",
        "The calendar of every desk has a week in force that is open at some time.",
        "SELECT c.code FROM sla_calendar c WHERE NOT c.round_the_clock"
        " AND c.id IN (SELECT calendar_id FROM contacts_desk)"
        " AND NOT EXISTS (SELECT FROM sla_calendarversion v WHERE v.calendar_id = c.id"
        " AND (v.effective_from IS NULL OR v.effective_from <= (%(at)s)::date)"
        " AND jsonb_path_exists(v.week, '$.*[*]'))",
        REFERENCE,
    ),
    Invariant(
        "calendar_without_edition",
        "Every calendar has an edition of its hours.",
        "SELECT c.code FROM sla_calendar c WHERE NOT EXISTS"
        " (SELECT FROM sla_calendarrevision r WHERE r.calendar_id = c.id AND r.number = c.revision)",
        REFERENCE,
    ),
    Invariant(
        "round_the_clock_missing",
        "There is a calendar that never closes.",
        "SELECT 'round the clock' WHERE NOT EXISTS (SELECT FROM sla_calendar c WHERE c.round_the_clock)",
        REFERENCE,
    ),
    Invariant(
        "closing_rule_missing",
        "A rule of closing is in force.",
        "SELECT 'rule of closing' WHERE NOT EXISTS"
        " (SELECT FROM cases_closingrule r WHERE r.effective_from <= (%(at)s)::date)",
        REFERENCE,
    ),
    Invariant(
        "review_rule_missing",
        "It is said after how many minutes managers are told again of a request for Critical.",
        "SELECT 'critical' WHERE NOT EXISTS"
        " (SELECT FROM cases_reviewrule r WHERE r.severity = 1 AND r.remind_after_minutes > 0)",
        REFERENCE,
    ),
    Invariant(
        "similarity_rule_missing",
        "It is said when a customer is asked about an earlier case like the one they open.",
        "SELECT 'rule of similar cases' WHERE NOT EXISTS (SELECT FROM cases_similarityrule)",
        REFERENCE,
    ),
)
