"""What is written once: who is notified, how a change ends, the loop of the sweeps, the wake-ups of workers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

CASES = Path(settings.BASE_DIR) / "cases"
# Test data is written by COPY, and compared with what the verbs do in its own tests.
OUTSIDE = {"load_test_data", "migrations"}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Yield each call in `cases`: the module, the dotted name of what is called, and the call."""
    for path in sorted(CASES.rglob("*.py")):
        module = path.relative_to(CASES).as_posix()
        if module.split("/")[0] not in OUTSIDE:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    yield module, ast.unparse(node.func), node


def modules_calling(*endings: str) -> set[str]:
    return {
        module for module, called, _node in calls() if any(f".{called}".endswith(f".{ending}") for ending in endings)
    }


def writing(model: str) -> set[str]:
    """Return the modules that make rows of `model`."""
    manager = f"{model}.objects"
    return modules_calling(*(f"{manager}.{way}" for way in ("create", "bulk_create", "get_or_create")))


class TestRecipients:
    """`cases/outbox/recipients.py`"""

    def test_are_the_only_place_that_asks_for_people_by_role_to_notify_them(self) -> None:
        by_role = {
            module
            for module, called, node in calls()
            for word in node.keywords
            if called.endswith(("filter", "exclude"))
            and (word.arg or "").endswith("role")
            and ast.unparse(word.value) != "Role.CUSTOMER"  # which customers may see a case
        }
        assert by_role == {"outbox/recipients.py"}

    def test_are_the_only_place_that_asks_for_members_of_teams(self) -> None:
        assert modules_calling("teams.through.objects.filter") == {"outbox/recipients.py"}

    def test_are_the_only_place_that_asks_when_somebody_works(self) -> None:
        asking = modules_calling("with_absence", "is_at_work", "next_at_work", "hours_of")
        # The others show, or say, who may be handed a case.
        handing = {"assignment/candidates.py", "forms/assignment.py"}
        assert asking == {"outbox/recipients.py", *handing}
        sources = {path.relative_to(CASES).as_posix(): path.read_text() for path in CASES.rglob("*.py")}
        assert [module for module, source in sources.items() if "person.working_hours" in source] == []


class TestChanges:
    """`finish_all` of `cases/lifecycle/change.py`"""

    def test_are_the_only_way_to_write_an_event_but_for_what_clocks_say(self) -> None:
        assert writing("Event") == {"lifecycle/change.py", "commitments/alerts.py"}
        assert modules_calling("Event") == {"events/__init__.py"}
        assert modules_calling("new_event") == {"lifecycle/change.py", "commitments/alerts.py"}

    def test_are_the_only_way_to_write_a_mail_but_for_clocks_and_the_reminder_of_an_old_event(self) -> None:
        assert writing("OutboxMail") == modules_calling("OutboxMail") == {"outbox/mails.py"}
        others = {"commitments/alerts.py", "jobs/severity_reminders.py"}
        assert modules_calling("mails.put_all", "put_all") == {"lifecycle/change.py", *others}

    def test_are_the_only_way_to_end_what_waits_for_an_open_case(self) -> None:
        assert modules_calling("severity_requests.lapse", "consent.lapse") == {"lifecycle/change.py"}
        assert modules_calling("update_ownership") == {"lifecycle/change.py"}


class TestSweeps:
    """`cases/jobs/batches.py`"""

    def test_have_one_loop(self) -> None:
        jobs = {path.name: ast.parse(path.read_text()) for path in (CASES / "jobs").glob("*.py")}
        looping = {module for module, tree in jobs.items() for node in ast.walk(tree) if isinstance(node, ast.While)}
        assert looping == {"batches.py"}

    def test_catch_what_fails_in_one_place(self) -> None:
        catching = {
            path.name
            for path in (CASES / "jobs").glob("*.py")
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == "Exception"
        }
        assert catching == {"batches.py", "sweep.py"}  # the latter: no piece of a pass stops the others

    @pytest.mark.parametrize(
        "job",
        ["assignment", "auto_close", "commitments", "incident_updates", "release_fixes", "root_cause_reports"],
    )
    def test_go_through_it(self, job: str) -> None:
        assert f"jobs/{job}.py" in modules_calling("work_through")


class TestWakeUps:
    """`cases/enqueue.py`"""

    def test_are_left_in_one_place(self) -> None:
        assert modules_calling("wake_worker", "transaction.on_commit", "delay", "apply_async", "send_task") == {
            "enqueue.py"
        }
