"""Hours of help: written down and corrected. So much is free for each instance; what goes beyond is billable.

Nothing is billed that the customer has not agreed to before.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cases import permissions
from cases.lifecycle.change import Change, changing, once
from cases.lifecycle.consulting import record_consulting_consent, refer_to_consulting
from cases.models import AssistanceKind, Case, ConsultingReferral, TimeEntry
from cases.statuses import IllegalMove, Refusal
from cases.time_entries import allowance
from cases.time_entries import consent as time_entries
from cases.time_entries.allowance import Consent, Meter, Split
from contacts.models import Instance, User
from sla.time_words import format_minutes

TOLD_CUSTOMER, TOLD_SUCCESS_MANAGER = "assistance_told", "assistance_billed"


class NoInstance(IllegalMove):
    """Free help belongs to an instance."""

    words = _("This case names no instance: hours of help are counted for each instance.")


class ConsentNeeded(Refusal):
    """Some of the minutes would be billable, and the customer has not agreed to that."""

    words = _(
        "The free help of this instance is used up. These %(billable)s are billable, and the customer has not"
        " agreed to that yet: record who agreed and in which words, or ask them first."
    )
    of_some = _(
        "Only %(free)s of it are free. The other %(billable)s are billable, and the customer has not agreed to"
        " that yet: write down the free ones alone, or record who agreed and in which words."
    )


class NotYourEntry(permissions.NotAllowed):
    """An entry is corrected by who wrote it, or by a manager."""

    words = _("This entry is corrected by %(who)s, who wrote it, or by a manager.")


class CorrectedAlready(IllegalMove):
    """An entry is corrected at most once; what replaced it can be corrected in its turn."""

    words = _("This entry has been corrected already.")


class NothingCorrected(IllegalMove):
    """The correction would leave everything as it is."""

    words = _("This is what the entry says already.")


@once
def log_assistance(
    case: Case,
    *,
    by: User,
    at: datetime,
    kind: AssistanceKind,
    minutes: int,
    words: str,
    worked_on: date | None = None,
    consent: Consent | None = None,
    submission: UUID | None = None,
) -> Case:
    """Write down `minutes` of help on the case, free as far as its instance has any left.

    `words` say what was done, and the customer reads them; `worked_on` is the day of the work (that of `at`, where it
    is left out). What is billable needs the customer's consent: one that stands, or `consent`, which is recorded with
    the entry and takes the case to Consulting. Raises NoInstance, ConsentNeeded, NotAllowed, IllegalMove.
    """
    with transaction.atomic():
        asked = _ask(case, by=by, at=at, minutes=minutes, consent=consent, words=words)
        with changing(case, "log_assistance", by=by, at=at, submission=submission) as change:
            meter = _held(change.case)
            split = meter.split(minutes)
            entry = _write(change, kind, split, words, worked_on or at.date(), asked=asked)
            change.happened(
                "assistance_logged",
                entry=entry.pk,
                help=_said(split),
                help_kind=_named(kind),
                help_words=words,
                **_left(meter, split),
            )
            _tell(change, billed=bool(split.billable))
        return _record(change.case, consent, by=by, at=at) if asked and consent else change.case


@once
def correct_assistance(
    case: Case,
    *,
    by: User,
    at: datetime,
    entry: TimeEntry,
    minutes: int | None,
    because: str,
    kind: AssistanceKind | None = None,
    consent: Consent | None = None,
    submission: UUID | None = None,
) -> Case:
    """Take an entry back, for a reason that the customer reads, and write down `minutes` in its place, if any.

    What is taken back is the entry as it was split; what replaces it is split anew, by what is left then, and may need
    the `consent` that `log_assistance` tells of. Other entries stay as they are. Raises NotYourEntry, CorrectedAlready,
    NothingCorrected, ConsentNeeded, NotAllowed, IllegalMove.
    """
    with transaction.atomic():
        asked = _ask(case, by=by, at=at, minutes=minutes or 0, consent=consent, words=because, without=entry)
        with changing(case, "correct_assistance", by=by, at=at, submission=submission) as change:
            before = _held(change.case)
            wrong = _correctable(change, entry)
            was = Split(wrong.free_minutes, wrong.billable_minutes)
            now = before.without(wrong).split(minutes) if minutes else None
            if now == was and kind in (None, wrong.kind):
                raise NothingCorrected
            _write(change, wrong.kind, Split(-was.free, -was.billable), because, wrong.worked_on, corrects=wrong)
            if now:
                _write(change, kind or wrong.kind, now, wrong.words, wrong.worked_on, corrects=wrong, asked=asked)
            change.happened(
                "assistance_corrected",
                entry=wrong.pk,
                help_kind=_named(kind or wrong.kind),
                help_correction={"was": _said(was), "now": _said(now) if now else None},
                because=because,
                **_left(before, Split((now.free if now else 0) - was.free, 0)),
            )
            _tell(change, billed=bool(was.billable or (now and now.billable)))
        return _record(change.case, consent, by=by, at=at) if asked and consent else change.case


def _ask(
    case: Case,
    *,
    by: User,
    at: datetime,
    minutes: int,
    consent: Consent | None,
    words: str,
    without: TimeEntry | None = None,
) -> bool:
    """Refer the case where `consent` is needed; return whether it is to be recorded once the entry is written down.

    Only then: recorded, it takes the case to Consulting, and a specialist of another team would see it no more.
    """
    if consent is None:
        return False
    locked = Case.objects.locked(case.pk)
    split = _held(locked).without(without).split(minutes)
    if not split.billable or time_entries.consent_for(locked) is not None:
        return False
    if time_entries.open_referral(locked) is None:
        with override(locked.customer.language):
            reason = _("%(minutes)s of help are billable: %(words)s")
            said = str(reason) % {"minutes": format_minutes(split.billable), "words": words}
        refer_to_consulting(locked, by=by, at=at, reason=said, estimate_minutes=split.billable)
    return True


def _record(case: Case, consent: Consent, *, by: User, at: datetime) -> Case:
    return record_consulting_consent(case, by=by, at=at, agreed=True, body=consent.words, channel=consent.channel)


def _held(case: Case) -> Meter:
    """Return the meter of the instance of a locked case, with the instance's row held until the transaction ends.

    The case first, then its instance: every verb holds its case before anything else, and nothing holds an instance and
    then waits for a case, so that no two can wait for each other. Two entries on two cases of one instance meet here:
    the second one reads what the first has left. The weaker lock, for cases that are opened refer to the row meanwhile.
    """
    if case.instance_id is None:
        raise NoInstance
    Instance.objects.select_for_update(no_key=True).values_list("pk").get(pk=case.instance_id)
    return allowance.meter(case.instance_id)


def _consent(change: Change, split: Split, *, asked: bool) -> ConsultingReferral:
    """Return the customer's consent: one that stands, or the question that is answered once the entry is written."""
    found = time_entries.consent_for(change.case) or (time_entries.open_referral(change.case) if asked else None)
    if found is None:
        words = ConsentNeeded.of_some if split.free else ConsentNeeded.words
        raise ConsentNeeded(words, free=format_minutes(split.free), billable=format_minutes(split.billable))
    return found


def _correctable(change: Change, entry: TimeEntry) -> TimeEntry:
    """Return the entry as it is now that its instance is held; refuse what was corrected, and who did not write it."""
    found = TimeEntry.objects.select_related("kind", "by").get(pk=entry.pk, case=change.case)
    assert change.by is not None
    if found.takes_back or found.corrections.exists():
        raise CorrectedAlready
    if not allowance.may_correct(found, change.by):
        raise NotYourEntry(who=found.by)
    return found


def _write(
    change: Change,
    kind: AssistanceKind,
    split: Split,
    words: str,
    on: date,
    *,
    corrects: TimeEntry | None = None,
    asked: bool = False,
) -> TimeEntry:
    assert change.by is not None
    assert change.case.instance_id is not None
    referral = corrects.referral if corrects and split.minutes < 0 else None
    return TimeEntry.objects.create(
        case=change.case,
        instance_id=corrects.instance_id if corrects else change.case.instance_id,
        kind=kind,
        minutes=split.minutes,
        free_minutes=split.free,
        billable_minutes=split.billable,
        worked_on=on,
        at=change.at,
        by=change.by,
        words=words,
        referral=_consent(change, split, asked=asked) if split.billable > 0 else referral,
        corrects=corrects,
    )


def _named(kind: AssistanceKind) -> dict[str, str]:
    return {"code": kind.pk, "en": kind.name_en, "fr": kind.name_fr}


def _said(split: Split) -> dict[str, int]:
    return {"free": split.free, "billable": split.billable}


def _left(before: Meter, split: Split) -> dict[str, object]:
    """Return what the event says of the instance afterwards; `used_up`: by this very change."""
    after = Meter(before.allowance, before.used + split.free, before.billable)
    return {
        "help_left": {"left": after.left, "allowance": after.allowance},
        "used_up": after.is_used_up and not before.is_used_up,
    }


def _tell(change: Change, *, billed: bool) -> None:
    """Tell the customer where something is billable, or no more is free; the Customer Success manager of the former."""
    if billed or change.data["used_up"]:
        change.notify(TOLD_CUSTOMER, change.case.customer_id)
    manager = change.case.account.customer_success_manager_id if billed else None
    if manager is not None:
        change.notify(TOLD_SUCCESS_MANAGER, manager)
