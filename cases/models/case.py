"""The case: what is so now. What was said: Message; what happened: Event; what is promised: Commitment."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases import statuses
from cases.models import guards
from cases.models.case_type import CaseType, Exclusion
from cases.models.closing_rule import ClosingRule
from cases.models.dispatch_rule import DispatchRule
from cases.models.guards import filled_when
from cases.models.numbers import Numbering
from cases.querysets import CaseQuerySet
from contacts.models import Account, Desk, Instance, Plan, Team, User
from products.models import Product, Release
from sla.guards import never_emptied
from sla.matrices import Kind, Severity
from sla.models import Calendar, Matrix
from sla.text_fields import LineField
from sla.text_guard import text_guard
from sla.time_bounds import within_bounds

NUMBERING = Numbering("CC-")
number, id_of = NUMBERING.number, NUMBERING.id_of


class Channel(models.TextChoices):
    WEB = "web", _("Portal")
    PHONE = "phone", _("Phone")
    MAIL = "mail", _("E-mail")
    CHAT = "chat", _("Chat")


class SlaState(models.TextChoices):
    """How the promises of a case stand, by the worst of those that are still to be kept; "" where there is none."""

    MISSED = "missed", _("Missed")
    AT_RISK = "at_risk", _("At risk")
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")


class Case(models.Model):
    """One request for support. Changes only through the verbs of `cases/lifecycle/`."""

    # Who and what
    account = models.ForeignKey(Account, models.PROTECT, related_name="cases", verbose_name=_("account"))
    customer = models.ForeignKey(User, models.PROTECT, related_name="cases", verbose_name=_("customer"))
    product = models.ForeignKey(Product, models.PROTECT, related_name="cases", verbose_name=_("product"))
    instance = models.ForeignKey(
        Instance, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("instance")
    )
    release = models.ForeignKey(
        Release, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("version at opening")
    )
    version_covered = models.BooleanField(_("version covered at opening"), default=True)
    type = models.ForeignKey(CaseType, models.PROTECT, related_name="+", verbose_name=_("type"))
    subject = LineField(_("subject"), max_length=200, unnamed=_("(no subject)"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices, default=Channel.WEB)

    # Where it stands
    status = models.CharField(_("status"), max_length=20, choices=statuses.CHOICES, default=statuses.NEW)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity.choices)
    severity_is_provisional = models.BooleanField(_("severity is provisional"), default=False)
    team = models.ForeignKey(Team, models.PROTECT, related_name="cases", verbose_name=_("team"))
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="owned_cases", verbose_name=_("owner")
    )
    owned_since = models.DateTimeField(_("owner since"), null=True, blank=True)
    fixed_in = models.ForeignKey(
        Release,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="fixes",
        verbose_name=_("release that fixes it"),
    )

    # What was promised, as at opening
    desk = models.ForeignKey(Desk, models.PROTECT, related_name="cases", verbose_name=_("desk"))
    desk_stands_in = models.BooleanField(
        _("no desk of its own"),
        default=False,
        db_default=False,
        help_text=_("No desk was listed for the product in the region of the account: the desk stands in."),
    )
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", verbose_name=_("plan at opening"))
    matrix = models.ForeignKey(Matrix, models.PROTECT, related_name="cases", verbose_name=_("target matrix"))
    calendar = models.ForeignKey(
        Calendar, models.PROTECT, related_name="+", verbose_name=_("calendar"), help_text=_("Of the desk, at opening.")
    )
    critical_calendar = models.ForeignKey(
        Calendar,
        models.PROTECT,
        related_name="+",
        verbose_name=_("calendar while Critical"),
        help_text=_("Round the clock, where the plan at opening had it."),
    )
    kind = models.CharField(_("kind of defect"), max_length=10, choices=Kind.choices, blank=True)
    exclusion = models.ForeignKey(
        Exclusion, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("excluded because")
    )
    # What is known of the problem; unknown (empty) and no let the promises that depend on it run
    code_change_required = models.BooleanField(_("a change of code is needed"), null=True, blank=True)
    code_problem_identified = models.BooleanField(_("a problem of code was found"), null=True, blank=True)
    is_system_wide = models.BooleanField(_("system-wide problem"), default=False)

    # When
    received_at = models.DateTimeField(_("reached us"))
    opened_at = models.DateTimeField(_("opened"))
    restored_at = models.DateTimeField(_("restored"), null=True, blank=True)
    solution_provided_at = models.DateTimeField(_("solution provided"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reopenings = models.PositiveSmallIntegerField(_("reopenings"), default=0)

    # How it is dispatched, while nobody owns it: see `cases/jobs/assignment.py`
    dispatch_rule = models.ForeignKey(
        DispatchRule, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("dispatch rule")
    )
    dispatch_at = models.DateTimeField(_("to be handed to somebody"), null=True, blank=True)
    dispatch_failed_at = models.DateTimeField(_("found nobody at work"), null=True, blank=True)
    answered_in_full_at = models.DateTimeField(_("complete answer"), null=True, blank=True)

    # How the end in silence stands, while a solution waits for the customer's word: see `cases/auto_close.py`
    closing_rule = models.ForeignKey(
        ClosingRule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("rule of closing")
    )
    countdown_from = models.DateTimeField(_("days to closing counted from"), null=True, blank=True)
    countdown_revision = models.PositiveIntegerField(_("edition of the calendar counted on"), null=True, blank=True)
    countdown_at = models.DateTimeField(_("next step towards closing"), null=True, blank=True)
    close_at = models.DateTimeField(_("closes by itself"), null=True, blank=True)
    contact_attempts = models.PositiveSmallIntegerField(_("reminders to the customer"), default=0)
    contacted_at = models.DateTimeField(_("last reminder"), null=True, blank=True)
    closing_held_at = models.DateTimeField(_("not closed by itself"), null=True, blank=True)

    # How the customer's answer to a solution waits to be read: see `cases/unread_answers.py`
    customer_answered_at = models.DateTimeField(_("answered the solution"), null=True, blank=True)
    answer_due_at = models.DateTimeField(_("answer to be read by"), null=True, blank=True)
    answer_due_revision = models.PositiveIntegerField(
        _("edition of the calendar that it is to be read by"), null=True, blank=True
    )

    # A duplicate points to the case that goes on with it. The database allows no chain, and no other account: see the
    # generated columns and the foreign key of three columns in migration 0010.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="absorbed",
        db_index=False,
        verbose_name=_("merged into"),
    )

    # Kept so that lists are index range scans
    last_word_at = models.DateTimeField(_("last word"))
    last_word_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("last word by"))
    next_metric = models.CharField(_("next commitment"), max_length=20, blank=True)
    next_due_at = models.DateTimeField(_("next due"), null=True, blank=True)
    next_breach_at = models.DateTimeField(_("next in time until"), null=True, blank=True)
    next_warn_at = models.DateTimeField(_("next warning"), null=True, blank=True)
    sla_state = models.CharField(_("promises"), max_length=10, choices=SlaState.choices, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            within_bounds(
                "owned_since",
                "received_at",
                "opened_at",
                "restored_at",
                "solution_provided_at",
                "closed_at",
                "dispatch_failed_at",
                "answered_in_full_at",
                "countdown_from",
                "contacted_at",
                "closing_held_at",
                "customer_answered_at",
                "last_word_at",
                computed=(
                    "dispatch_at",
                    "countdown_at",
                    "close_at",
                    "answer_due_at",
                    "next_due_at",
                    "next_breach_at",
                    "next_warn_at",
                ),
            ),
            models.CheckConstraint(
                condition=filled_when("closed_at", status=statuses.CLOSED), name="case_closed_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[statuses.SOLUTION_PROVIDED, statuses.SOLUTION_ANSWERED])
                | Q(solution_provided_at__isnull=False),
                name="case_solution_has_time",
            ),
            models.CheckConstraint(
                condition=Q(status=statuses.SOLUTION_PROVIDED)
                | Q(
                    countdown_from__isnull=True,
                    countdown_at__isnull=True,
                    close_at__isnull=True,
                    closing_held_at__isnull=True,
                ),
                name="case_counts_down_with_solution",
            ),
            models.CheckConstraint(
                condition=Q(status=statuses.SOLUTION_ANSWERED, customer_answered_at__isnull=False)
                | (
                    ~Q(status=statuses.SOLUTION_ANSWERED)
                    & Q(customer_answered_at__isnull=True, answer_due_at__isnull=True)
                ),
                name="case_answered_has_time",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(dispatch_at__isnull=True), name="case_owned_is_dispatched"
            ),
            models.CheckConstraint(
                condition=~Q(status=statuses.CLOSED) | Q(version_covered=True) | Q(answered_in_full_at__isnull=False),
                name="case_closed_answers_review",
            ),
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="case_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(status=statuses.CLOSED), name="case_merged_is_closed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["severity", "next_due_at", "id"],
                condition=~Q(status=statuses.CLOSED),
                name="case_queue",
            ),
            models.Index(
                fields=["team", "severity", "next_due_at", "id"],
                condition=~Q(status=statuses.CLOSED),
                name="case_team_queue",
            ),
            models.Index(
                fields=["owner", "severity", "next_due_at", "id"],
                condition=~Q(status=statuses.CLOSED),
                name="case_owner_queue",
            ),
            models.Index(
                fields=["team", "sla_state", "next_due_at"],
                condition=Q(sla_state__in=[SlaState.MISSED, SlaState.AT_RISK]),
                name="case_promises_in_danger",
            ),
            models.Index(fields=["-closed_at", "-id"], condition=Q(status=statuses.CLOSED), name="case_closed_latest"),
            models.Index(fields=["account", "-last_word_at"], name="case_of_account"),
            models.Index(fields=["customer", "-last_word_at"], name="case_of_customer"),
            models.Index(fields=["received_at"], name="case_of_month"),
            models.Index(
                fields=["countdown_at", "id"], condition=Q(status=statuses.SOLUTION_PROVIDED), name="case_countdown"
            ),
            models.Index(
                fields=["calendar", "countdown_revision"],
                condition=Q(status=statuses.SOLUTION_PROVIDED),
                name="case_countdown_edition",
            ),
            models.Index(
                fields=["answer_due_at", "id"],
                condition=Q(status=statuses.SOLUTION_ANSWERED),
                name="case_answer_due",
            ),
            models.Index(
                fields=["owner", "answer_due_at", "id"],
                condition=Q(status=statuses.SOLUTION_ANSWERED),
                name="case_answer_of_owner",
            ),
            models.Index(fields=["id"], condition=Q(desk_stands_in=True, owner__isnull=True), name="case_without_desk"),
            models.Index(
                fields=["dispatch_at", "id"], condition=Q(dispatch_at__isnull=False), name="case_to_be_dispatched"
            ),
            models.Index(fields=["owner", "-owned_since"], name="case_of_owner"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="case_absorbed"),
            models.Index(
                fields=["fixed_in", "id"],
                condition=Q(status=statuses.AWAITING_RELEASE),
                name="case_awaits_release",
            ),
        ]
        triggers = [
            text_guard(),
            guards.moves_as_the_table_says(),
            guards.status_is_recorded(),
            guards.never_deleted(),
            never_emptied(),
            guards.whose_it_is_stays(),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.subject}"

    @property
    def number(self) -> str:
        """The number people say: "CC-001042"."""
        return number(self.pk)

    @property
    def state(self) -> statuses.Status:
        """The row of the table of statuses."""
        return statuses.STATUSES[self.status]

    @property
    def is_closed(self) -> bool:
        return self.status == statuses.CLOSED

    @property
    def owes_full_answer(self) -> bool:
        """Whether it may not be closed yet: its version is out of support, and it has no complete answer."""
        return not self.version_covered and self.answered_in_full_at is None

    @property
    def is_merged(self) -> bool:
        """Whether another case goes on with this one."""
        return self.merged_into_id is not None

    @property
    def awaits_customer(self) -> bool:
        return self.state.awaited == statuses.Awaited.CUSTOMER

    @property
    def active_owner(self) -> User | None:
        """The owner, as long as they work here: who has left is named to no customer."""
        owner = self.owner
        return owner if owner is not None and owner.is_active and owner.works_here else None

    @property
    def is_solved(self) -> bool:
        """Whether a solution waits for the customer's word."""
        return self.status == statuses.SOLUTION_PROVIDED

    @property
    def is_answered(self) -> bool:
        """Whether the customer wrote after a solution, and one of ours has to read it and decide."""
        return self.status == statuses.SOLUTION_ANSWERED

    @property
    def closes_by_itself_at(self) -> datetime | None:
        """When the case closes if nobody speaks; None before the customer was first reminded, and once that is off."""
        return self.close_at if self.contacted_at and not self.closing_held_at else None

    @property
    def calendar_now(self) -> Calendar:
        """The calendar that promises count on at the severity of now (tier and desk as at opening)."""
        return self.critical_calendar if self.severity == Severity.CRITICAL else self.calendar

    @property
    def last_word_is_ours(self) -> bool:
        return self.last_word_by.works_here
