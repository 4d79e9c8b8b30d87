"""An export that a worker makes: what is left to do, how far it is, and how long its file is kept."""

from uuid import uuid4

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.export_record import ExportRecord
from cases.models.guards import filled_when, never_deleted
from sla.guards import never_emptied
from sla.time_bounds import within_bounds


class JobState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("taken away")


class Failure(models.TextChoices):
    TOO_LONG = "too_long", _("This record is too long for a document. Take it as JSON: that has all of it.")
    OUT_OF_SIGHT = "out_of_sight", _("You may no longer see what you asked for.")
    BROKEN = "broken", _("The export could not be made. Try it again; if it fails again, write to us.")


UNFINISHED = (JobState.QUEUED, JobState.RUNNING)


class ExportJob(models.Model):
    """The making of one export. Its id is unguessable and names the file; who asked, and for what, says `export`.

    `cases` are the ids to be written, the first `position` of which are done: `written` cases in `size` bytes. A worker
    that dies leaves a row from which the next one goes on. `language` and `time_zone` are the taker's when they asked.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    export = models.OneToOneField(ExportRecord, models.PROTECT, related_name="job", verbose_name=_("export"))
    state = models.CharField(_("state"), max_length=8, choices=JobState.choices, default=JobState.QUEUED)
    language = models.CharField(_("language"), max_length=8)
    time_zone = models.CharField(_("time zone"), max_length=64)
    cases = ArrayField(models.BigIntegerField(), verbose_name=_("cases to be written"), default=list, blank=True)
    position = models.PositiveIntegerField(_("cases done"), default=0)
    written = models.PositiveIntegerField(_("cases written"), default=0)
    size = models.PositiveBigIntegerField(_("size in bytes"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    moved_at = models.DateTimeField(_("last worked on"))
    expires_at = models.DateTimeField(_("file kept until"), null=True, blank=True)
    failure = models.CharField(_("why it failed"), max_length=12, choices=Failure.choices, blank=True)

    class Meta:
        verbose_name = _("making of an export")
        verbose_name_plural = _("making of exports")
        constraints = [
            within_bounds("moved_at", "expires_at"),
            models.CheckConstraint(
                condition=filled_when("expires_at", state__in=[JobState.READY, JobState.EXPIRED]),
                name="export_job_is_kept_until",
            ),
            models.CheckConstraint(
                condition=(Q(state=JobState.FAILED) & ~Q(failure="")) | (~Q(state=JobState.FAILED) & Q(failure="")),
                name="export_job_failed_why",
            ),
        ]
        indexes = [
            models.Index(fields=["moved_at"], condition=Q(state__in=UNFINISHED), name="export_job_unfinished"),
            models.Index(fields=["expires_at"], condition=Q(state=JobState.READY), name="export_job_expiring"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="states_follow",
                field="state",
                transitions=[
                    (JobState.QUEUED.value, JobState.RUNNING.value),
                    (JobState.QUEUED.value, JobState.FAILED.value),
                    (JobState.RUNNING.value, JobState.READY.value),
                    (JobState.RUNNING.value, JobState.FAILED.value),
                    (JobState.READY.value, JobState.EXPIRED.value),
                ],
            ),
            pgtrigger.ReadOnly(name="asker_stays", fields=["export", "language", "time_zone"]),
            never_deleted(),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.export_id} · {self.get_state_display()}"

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def is_ready(self) -> bool:
        return self.state == JobState.READY

    @property
    def is_expired(self) -> bool:
        return self.state == JobState.EXPIRED

    @property
    def file_name(self) -> str:
        """The name that the file is taken away under."""
        export = self.export
        if export.case is not None:
            return f"{export.case.number}.{export.format}"
        return f"cases-{export.at:%Y-%m-%d-%H%M}.{export.format}"
