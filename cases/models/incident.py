"""An incident: one problem that touches many cases. What is known of it, what was said of it, whom it touches."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases import incident_statuses
from cases.models.case import Case
from cases.models.event import Event
from cases.models.guards import append_only, facts_stay, filled_when, never_changed_after, never_deleted
from cases.models.numbers import Numbering
from contacts.models import User
from products.models import Product
from sla.guards import never_emptied
from sla.matrices import Kind, Severity
from sla.text_fields import CleanTextField, DetailsField, LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds
from sla.time_words import format_utc
from sla.wording import Bilingual

NUMBERING = Numbering("INC-")


class Effect(models.TextChoices):
    """How a product is affected; the worst first."""

    DOWN = "down", _("Down")
    DISTURBED = "disturbed", _("Disturbed")
    MAINTENANCE = "maintenance", _("Under maintenance")


class Incident(models.Model):
    """One problem of the system. Changes only through the verbs of `cases/lifecycle/incidents.py`.

    Title and updates are written for everybody: nothing of a case, an account or a person is in them.
    """

    title_en = LineField(_("title (English)"), max_length=160, unnamed=_("(no title)"))
    title_fr = LineField(_("title (French)"), max_length=160, unnamed=_("(no title)"))
    state = models.CharField(
        _("state"), max_length=15, choices=incident_statuses.CHOICES, default=incident_statuses.INVESTIGATING
    )
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    kind = models.CharField(_("kind of defect"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    is_public = models.BooleanField(_("on the public status page"), default=True)
    products = models.ManyToManyField(
        Product, through="IncidentProduct", related_name="incidents", verbose_name=_("products")
    )
    started_at = models.DateTimeField(_("began"))
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("opened by"))
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    title = Bilingual("title")

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            within_bounds("started_at", "opened_at", "resolved_at"),
            models.CheckConstraint(
                condition=filled_when("resolved_at", state=incident_statuses.RESOLVED),
                name="incident_resolved_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(title_en="") & ~Q(title_fr=""), name="incident_named_in_both_languages"
            ),
        ]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="incident_latest"),
            models.Index(
                fields=["-started_at"], condition=~Q(state=incident_statuses.RESOLVED), name="incident_under_way"
            ),
        ]
        triggers = [text_guard(), never_deleted(), never_emptied(), facts_stay("opened_at", "opened_by")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def number(self) -> str:
        """The number people say: "INC-000012"."""
        return NUMBERING.number(self.pk)

    @property
    def row(self) -> incident_statuses.IncidentState:
        """The row of the table of states."""
        return incident_statuses.STATES[self.state]

    @property
    def is_over(self) -> bool:
        return self.row.is_over


class IncidentProduct(models.Model):
    """A product that an incident affects, and how."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="effects", verbose_name=_("incident"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    effect = models.CharField(_("effect"), max_length=12, choices=Effect.choices, default=Effect.DISTURBED)

    class Meta:
        verbose_name = _("affected product")
        verbose_name_plural = _("affected products")
        constraints = [models.UniqueConstraint(fields=["incident", "product"], name="incident_product_once")]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.product_id} · {self.effect}"


class IncidentCase(models.Model):
    """That a case is part of an incident. It `holds` while the incident is under way and nobody took it back.

    What the link changed of the case is kept, so that taking it back can undo that. Rows are history: never deleted.
    """

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="links", verbose_name=_("incident"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="incident_links", verbose_name=_("case"))
    linked_at = models.DateTimeField(_("linked"))
    linked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("linked by"))
    made_system_wide = models.BooleanField(_("made the case system-wide"), default=False)
    gave_kind = models.BooleanField(_("gave the case its kind of defect"), default=False)
    unlinked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    unlinked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken back by")
    )
    holds = models.BooleanField(_("holds"), default=True)

    class Meta:
        verbose_name = _("case of an incident")
        verbose_name_plural = _("cases of incidents")
        constraints = [
            within_bounds("linked_at", "unlinked_at"),
            models.UniqueConstraint(fields=["case"], condition=Q(holds=True), name="incident_one_open_a_case"),
            models.UniqueConstraint(
                fields=["incident", "case"], condition=Q(unlinked_at__isnull=True), name="incident_case_once"
            ),
            models.CheckConstraint(
                condition=Q(unlinked_at__isnull=True, unlinked_by__isnull=True)
                | Q(unlinked_at__isnull=False, unlinked_by__isnull=False, holds=False),
                name="incident_case_unlinked_by_whom",
            ),
        ]
        triggers = [
            facts_stay("incident", "case", "linked_at", "linked_by", "made_system_wide", "gave_kind"),
            never_changed_after("taken_back_once", "OLD.unlinked_at IS NOT NULL"),
            never_deleted(),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.case_id}"


class SentOnce(models.Model):
    """What a form made, by the one key that it sent."""

    submission = models.UUIDField(
        _("submission"),
        null=True,
        blank=True,
        unique=True,
        help_text=_("One key a form sent; a second sending changes nothing."),
    )

    class Meta:
        abstract = True


class IncidentUpdate(SentOnce):
    """What was said of an incident at one time, in both languages, to all whom it touches. Never altered."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="updates", verbose_name=_("incident"))
    state = models.CharField(_("state after"), max_length=15, choices=incident_statuses.CHOICES)
    text_en = CleanTextField(_("text (English)"))
    text_fr = CleanTextField(_("text (French)"))
    at = models.DateTimeField(_("time"))
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("by"))

    text = Bilingual("text")

    class Meta:
        verbose_name = _("update of an incident")
        verbose_name_plural = _("updates of incidents")
        constraints = [
            within_bounds("at"),
            models.CheckConstraint(condition=~Q(text_en="") & ~Q(text_fr=""), name="incident_update_in_both_languages"),
        ]
        indexes = [models.Index(fields=["incident", "id"], name="update_of_incident")]
        triggers = [text_guard(), append_only(), never_emptied()]

    def __str__(self) -> str:
        return f"{self.incident_id} · {format_utc(self.at)}"

    @property
    def row(self) -> incident_statuses.IncidentState:
        """The row of the state after it."""
        return incident_statuses.STATES[self.state]

    def text_for(self, language: str) -> str:
        """Return the words for a reader of this language."""
        return self.text_fr if language.startswith("fr") else self.text_en


class DeliveryState(models.TextChoices):
    DUE = "due", _("Waits")
    TOLD = "told", _("Told")
    REFUSED = "refused", _("Not told")


class NotDelivered(models.TextChoices):
    """Why a case was not told."""

    CLOSED = "closed", _("The case is closed.")
    UNLINKED = "unlinked", _("The case was taken out of the incident.")
    SOLVED = "solved", _("The case has a solution already.")
    NOT_ALLOWED = "not_allowed", _("Who published the update may no longer write to the case.")
    ERROR = "error", _("It was tried several times and failed.")


class IncidentDelivery(models.Model):
    """That one update is to reach one case, and what became of it: once, whatever happens to the worker.

    `gives_solution`: the words are the solution of the case, and the customer's word on it is awaited.
    """

    update = models.ForeignKey(IncidentUpdate, models.PROTECT, related_name="deliveries", verbose_name=_("update"))
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", verbose_name=_("case"))
    gives_solution = models.BooleanField(_("as the solution"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.DUE)
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("event"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    refusal = models.CharField(_("why not"), max_length=12, choices=NotDelivered.choices, blank=True)
    attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)

    class Meta:
        verbose_name = _("delivery of an update")
        verbose_name_plural = _("deliveries of updates")
        constraints = [
            within_bounds("settled_at"),
            models.UniqueConstraint(fields=["update", "case"], name="incident_update_told_once"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.DUE, event__isnull=True, settled_at__isnull=True, refusal="")
                | Q(state=DeliveryState.TOLD, event__isnull=False, settled_at__isnull=False, refusal="")
                | (Q(state=DeliveryState.REFUSED, event__isnull=True, settled_at__isnull=False) & ~Q(refusal="")),
                name="incident_delivery_settled_how",
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(state=DeliveryState.DUE), name="incident_delivery_due")]
        triggers = [
            never_changed_after("settled_once", f"OLD.state <> '{DeliveryState.DUE.value}'"),
            never_deleted(),
            never_emptied(),
        ]

    def __str__(self) -> str:
        return f"{self.update_id} · {self.case_id} · {self.state}"


class IncidentEvent(SentOnce):
    """Who did what to an incident, and when. `data` holds what the sentence in `cases/incidents/history.py` names."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="events", verbose_name=_("incident"))
    kind = models.CharField(_("kind"), max_length=30)
    at = models.DateTimeField(_("time"))
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by"))
    data = DetailsField(_("details"), default=dict)

    class Meta:
        verbose_name = _("event of an incident")
        verbose_name_plural = _("events of incidents")
        indexes = [models.Index(fields=["incident", "id"], name="event_of_incident")]
        triggers = [append_only(), never_emptied()]
        constraints = [within_bounds("at")]

    def __str__(self) -> str:
        return f"{self.incident_id} · {self.kind}"
