"""The words of the promises: severities, kinds of defect, conditions. The numbers are rows of a `Matrix`."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.clocks import Metric

METRIC_LABELS = {
    Metric.RESPONSE: _("First answer"),
    Metric.RESTORATION: _("Service restored"),
    Metric.RESOLUTION: _("Solution"),
    Metric.STATUS_UPDATE: _("Status update"),
    Metric.ROOT_CAUSE: _("Root-cause report"),
    Metric.AGREED: _("Agreed date"),
}


class Severity(models.IntegerChoices):
    """Order of work: the lower the number, the sooner. The customer chooses it."""

    CRITICAL = 1, _("Critical")
    MAJOR = 2, _("Major")
    MODERATE = 3, _("Moderate")
    MINOR = 4, _("Minor")


class Kind(models.TextChoices):
    """Which of the two target matrices holds (sla readings: unclassified counts as the vendor's own)."""

    OWN = "own", _("Our software")
    OTHER = "other", _("What we run, not our code")


class Clock(models.TextChoices):
    WORKING = "working", _("Working time of the desk")
    ELAPSED = "elapsed", _("Elapsed time")


class Condition(models.TextChoices):
    """What must hold for a target to bind."""

    NONE = "", _("None")
    NO_CODE_CHANGE = "no_code_change", _("If no code change is needed")
    NO_CODE_PROBLEM = "no_code_problem", _("If no code problem was found")
    SYSTEM_WIDE = "system_wide", _("For system-wide problems")


class Fallback(models.TextChoices):
    """What may stand in for a workaround where no stable one exists."""

    NONE = "", _("None")
    UPDATE = "update", _("An update")
    NEXT_RELEASE = "next_release", _("The next release")
