"""The Celery application: `celery -A config.celery worker` and `celery -A config.celery beat`.

Its settings stand in `settings.py` under CELERY_, its timetable in `schedule.py`, its tasks in each app's `tasks.py`.
"""

import os

from celery import Celery

from config.schedule import beat_schedule

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("customer_care")
app.set_default()  # also in the threads that serve pages
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = beat_schedule()
app.autodiscover_tasks()
