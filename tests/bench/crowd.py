"""The population of the benchmark of promises: open cases on one calendar, and a long past of finished clocks."""

from datetime import UTC, datetime

COMMITMENTS = 1_000_000
# The present of this population: what is due does not depend on the day of the benchmark.
NOW = datetime(2027, 6, 10, 18, 20, 8, tzinfo=UTC)
CALENDAR = "americas-apac"


def fill(cases: int, seed: int) -> None:
    """Make open cases, most of them some days old and Major, whose three clocks run long; then finished clocks."""
    from cases.load_test_data.generate import generate
    from cases.load_test_data.new_cases import Mix
    from contacts.models import Desk
    from sla.matrices import Severity
    from sla.models import Calendar

    print(f"Generating {cases} open cases, once; the next run finds them.", flush=True)
    Desk.objects.update(calendar=Calendar.objects.get(code=CALENDAR))
    severities = {Severity.CRITICAL: 2, Severity.MAJOR: 78, Severity.MODERATE: 14, Severity.MINOR: 6}
    generate(cases, seed=seed, now=NOW, mix=Mix(forgotten=0.95, age=4.0, turns=3, severities=severities))
    _pad()


def _pad() -> None:
    """Add finished clocks to the closed cases, as later periods of those there are, until there are a million."""
    from django.db import connection

    from cases.models import Commitment

    columns = [field.column for field in Commitment._meta.concrete_fields if not field.primary_key]
    given = ["10000 * period_no + copy" if column == "period_no" else f"clock.{column}" for column in columns]
    closed = "cases_commitment AS clock JOIN cases_case ON cases_case.id = case_id AND status = 'closed'"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_commitment")
        lacking = max(COMMITMENTS - cursor.fetchone()[0], 0)
        cursor.execute(f"SELECT count(*) FROM {closed} WHERE clock.stopped_at IS NOT NULL")
        copies = lacking // cursor.fetchone()[0] + 1
        cursor.execute(
            f"INSERT INTO cases_commitment ({', '.join(columns)}) SELECT {', '.join(given)} FROM {closed}, "
            f"generate_series(1, {copies}) AS copy WHERE clock.stopped_at IS NOT NULL LIMIT {lacking}"
        )
        cursor.execute("VACUUM (ANALYZE) cases_commitment")
