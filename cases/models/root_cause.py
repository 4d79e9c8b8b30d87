"""The root-cause report of a case or an incident: its versions, who did what to it, and which cases were told."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import Case
from cases.models.event import Event
from cases.models.guards import (
    all_or_none,
    append_only,
    facts_stay,
    filled_when,
    never_changed_after,
    never_deleted,
    one_of,
)
from cases.models.incident import Incident
from cases.models.numbers import Numbering
from contacts.models import User
from sla.guards import never_emptied
from sla.text_fields import CleanTextField, DetailsField, LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds
from sla.wording import Bilingual

NUMBERING = Numbering("RC-")


class VersionState(models.TextChoices):
    """How far a version is. Its words are open while it is being written, and never again once it is published."""

    WRITING = "writing", _("Being written")
    IN_REVIEW = "in_review", _("In review")
    REVIEWED = "reviewed", _("Reviewed")
    PUBLISHED = "published", _("Published")


# What a report tells, in this order.
SECTIONS = ("happened", "effect", "cause", "done", "prevention")
SECTION_LABELS = {
    "happened": _("What happened"),
    "effect": _("What it meant for you"),
    "cause": _("The cause"),
    "done": _("What we did"),
    "prevention": _("What keeps it from coming again"),
}
WORDS = tuple(f"{name}_{language}" for name in ("title", *SECTIONS) for language in ("en", "fr"))
_MOVES = [
    (VersionState.WRITING.value, VersionState.IN_REVIEW.value),
    (VersionState.IN_REVIEW.value, VersionState.WRITING.value),
    (VersionState.IN_REVIEW.value, VersionState.REVIEWED.value),
    (VersionState.REVIEWED.value, VersionState.WRITING.value),
    (VersionState.REVIEWED.value, VersionState.PUBLISHED.value),
]
_WORDS_CHANGED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in WORDS)


class RootCauseReport(models.Model):
    """One report, of one case or of one incident; its text is in its versions (`cases/lifecycle/root_causes.py`)."""

    case = models.OneToOneField(
        Case, models.PROTECT, null=True, blank=True, related_name="root_cause_report", verbose_name=_("case")
    )
    incident = models.OneToOneField(
        Incident, models.PROTECT, null=True, blank=True, related_name="root_cause_report", verbose_name=_("incident")
    )
    begun_at = models.DateTimeField(_("begun"))

    class Meta:
        verbose_name = _("root-cause report")
        verbose_name_plural = _("root-cause reports")
        constraints = [
            within_bounds("begun_at"),
            models.CheckConstraint(condition=one_of("case", "incident"), name="root_cause_of_one_thing"),
        ]
        triggers = [facts_stay("case", "incident", "begun_at"), never_deleted(), never_emptied()]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number people say: "RC-000012"."""
        return NUMBERING.number(self.pk)


class RootCauseVersion(models.Model):
    """What a report says, in both languages. A correction is the next version, with a review of its own.

    The database refuses a second version in work, a review by the writer, a step that the table of moves lacks, other
    words than were submitted, and any change of what is published.
    """

    report = models.ForeignKey(RootCauseReport, models.PROTECT, related_name="versions", verbose_name=_("report"))
    number = models.PositiveSmallIntegerField(_("version"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=VersionState.choices, default=VersionState.WRITING)
    title_en = LineField(_("title (English)"), max_length=160, blank=True)
    title_fr = LineField(_("title (French)"), max_length=160, blank=True)
    happened_en = CleanTextField(_("what happened (English)"), blank=True)
    happened_fr = CleanTextField(_("what happened (French)"), blank=True)
    effect_en = CleanTextField(_("effect (English)"), blank=True)
    effect_fr = CleanTextField(_("effect (French)"), blank=True)
    cause_en = CleanTextField(_("cause (English)"), blank=True)
    cause_fr = CleanTextField(_("cause (French)"), blank=True)
    done_en = CleanTextField(_("what was done (English)"), blank=True)
    done_fr = CleanTextField(_("what was done (French)"), blank=True)
    prevention_en = CleanTextField(_("prevention (English)"), blank=True)
    prevention_fr = CleanTextField(_("prevention (French)"), blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("last written"))
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("published by")
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    title = Bilingual("title")
    happened = Bilingual("happened")
    effect = Bilingual("effect")
    cause = Bilingual("cause")
    done = Bilingual("done")
    prevention = Bilingual("prevention")

    class Meta:
        verbose_name = _("version of a root-cause report")
        verbose_name_plural = _("versions of root-cause reports")
        constraints = [
            within_bounds("written_at", "submitted_at", "reviewed_at", "published_at"),
            models.UniqueConstraint(fields=["report", "number"], name="root_cause_version_once"),
            models.UniqueConstraint(
                fields=["report"], condition=~Q(state=VersionState.PUBLISHED), name="root_cause_one_in_work"
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("written_by")),
                name="root_cause_writer_never_reviews",
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.WRITING, submitted_at__isnull=True)
                | (~Q(state=VersionState.WRITING) & Q(submitted_at__isnull=False)),
                name="root_cause_submitted_when",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[VersionState.WRITING, VersionState.IN_REVIEW],
                    reviewed_by__isnull=True,
                    reviewed_at__isnull=True,
                )
                | Q(
                    state__in=[VersionState.REVIEWED, VersionState.PUBLISHED],
                    reviewed_by__isnull=False,
                    reviewed_at__isnull=False,
                ),
                name="root_cause_reviewed_by_whom",
            ),
            models.CheckConstraint(
                condition=filled_when("published_by", "published_at", state=VersionState.PUBLISHED),
                name="root_cause_published_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.WRITING) | ~Q(*((name, "") for name in WORDS), _connector=Q.OR),
                name="root_cause_whole_in_both_languages",
            ),
        ]
        triggers = [
            text_guard(),
            pgtrigger.FSM(name="moves", field="state", transitions=_MOVES),
            never_changed_after("published_stays", f"OLD.state = '{VersionState.PUBLISHED.value}'"),
            never_changed_after(
                "words_as_submitted", f"OLD.state <> '{VersionState.WRITING.value}' AND ({_WORDS_CHANGED})"
            ),
            never_deleted(),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} · {self.number}"

    @property
    def is_published(self) -> bool:
        return self.state == VersionState.PUBLISHED

    @property
    def is_being_written(self) -> bool:
        return self.state == VersionState.WRITING

    @property
    def is_in_review(self) -> bool:
        return self.state == VersionState.IN_REVIEW

    @property
    def is_reviewed(self) -> bool:
        """Whether it waits for a manager to publish it."""
        return self.state == VersionState.REVIEWED

    @property
    def is_correction(self) -> bool:
        return self.number > 1

    @property
    def sections(self) -> list[tuple[str, str]]:
        """Heading and words of each section, in the active language."""
        return [(str(SECTION_LABELS[name]), getattr(self, name)) for name in SECTIONS]

    @property
    def both(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """For each language its code, title and sections; headings are in the active language, the words in theirs."""
        return [
            (
                code,
                getattr(self, f"title_{code}"),
                [(str(SECTION_LABELS[name]), getattr(self, f"{name}_{code}")) for name in SECTIONS],
            )
            for code in ("en", "fr")
        ]

    @property
    def missing(self) -> list[str]:
        """The names of those columns that still lack words."""
        return [name for name in WORDS if not getattr(self, name).strip()]


class RootCauseEvent(models.Model):
    """Who did what to a report, and when. Never altered."""

    report = models.ForeignKey(RootCauseReport, models.PROTECT, related_name="events", verbose_name=_("report"))
    version = models.ForeignKey(RootCauseVersion, models.PROTECT, related_name="events", verbose_name=_("version"))
    kind = models.CharField(_("kind"), max_length=20)
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))
    data = DetailsField(_("details"), default=dict)

    class Meta:
        verbose_name = _("event of a root-cause report")
        verbose_name_plural = _("events of root-cause reports")
        indexes = [models.Index(fields=["report", "id"], name="event_of_root_cause")]
        triggers = [append_only(), never_emptied()]
        constraints = [within_bounds("at")]

    def __str__(self) -> str:
        return f"{self.report_id} · {self.kind}"


class RootCauseDelivery(models.Model):
    """That one published version is to reach one case, and when it did: once, whatever happens to the worker."""

    version = models.ForeignKey(RootCauseVersion, models.PROTECT, related_name="deliveries", verbose_name=_("version"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="root_cause_deliveries", verbose_name=_("case"))
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("event"))
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)

    class Meta:
        verbose_name = _("delivery of a root-cause report")
        verbose_name_plural = _("deliveries of root-cause reports")
        constraints = [
            within_bounds("told_at"),
            models.UniqueConstraint(fields=["version", "case"], name="root_cause_told_once"),
            models.CheckConstraint(condition=all_or_none("told_at", "event"), name="root_cause_told_by_event"),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(told_at__isnull=True), name="root_cause_to_tell")]
        triggers = [never_changed_after("told_stays", "OLD.told_at IS NOT NULL"), never_deleted(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.version_id} · {self.case_id}"
