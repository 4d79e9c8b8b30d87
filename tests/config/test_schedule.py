"""The timetable and the settings that background work relies on."""

from django.conf import settings

from config.celery import app
from config.schedule import ROUNDS, beat_schedule


class TestTimetable:
    def test_names_tasks_that_exist(self) -> None:
        app.loader.import_default_modules()
        assert {entry.task for entry in ROUNDS} <= set(app.tasks)

    def test_says_in_a_sentence_why_each_round_is_made(self) -> None:
        assert all(entry.why.endswith(".") and len(entry.why.split()) > 5 for entry in ROUNDS)

    def test_drops_a_round_that_the_next_one_has_overtaken(self) -> None:
        for entry in beat_schedule().values():
            assert entry["options"]["expires"] == entry["schedule"].total_seconds()


class TestSettings:
    """Each was measured; docs/decisions/background-work.md tells what happens without it."""

    def test_a_task_outlives_the_worker_that_took_it(self) -> None:
        assert app.conf.task_acks_late
        assert app.conf.task_reject_on_worker_lost
        assert app.conf.worker_prefetch_multiplier == 1
        assert app.conf.worker_soft_shutdown_timeout == 20

    def test_a_lost_task_comes_back_before_the_shortest_promise_is_missed(self) -> None:
        assert app.conf.broker_transport_options["visibility_timeout"] == 300
        assert app.conf.result_backend_transport_options["visibility_timeout"] == 300
        assert app.conf.visibility_timeout == 300
        assert app.conf.broker_transport_options["unacked_restore_throttle"] == 1

    def test_a_task_ends_before_it_is_given_to_another_worker(self) -> None:
        assert app.conf.task_time_limit < settings.CELERY_VISIBILITY_TIMEOUT

    def test_nothing_but_json_is_read_and_nothing_is_kept(self) -> None:
        assert app.conf.task_ignore_result
        assert app.conf.accept_content == ["json"]
        assert app.conf.task_serializer == "json"
