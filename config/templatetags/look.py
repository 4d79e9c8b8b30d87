"""Template tags of the look: `{% load look %}`. What each takes and gives is told in `docs/look.md`."""

from datetime import date, datetime
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import phonenumbers
from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.look import marks as look
from sla import time_words
from sla.clocks import Metric
from sla.figures import format_number
from sla.matrices import METRIC_LABELS

register = template.Library()
for function in (
    time_words.format_clock,
    time_words.format_date,
    time_words.format_elapsed,
    time_words.format_long_day,
    time_words.format_long_instant,
    time_words.format_utc,
):
    register.filter(function)


@register.simple_tag(takes_context=True)
def block_again(context: Context, name: str) -> str:
    """Return what the block `name` holds, a second time: the words of the tab are those of the heading."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.render(context) if block else ""


@register.inclusion_tag("components/patterns.html")
def patterns() -> dict[str, Any]:
    """Put once on a page what scripts and bars need: the hatching, and the words a counting clock speaks."""
    return {"words": time_words.script_patterns(), "icons": look.CLOCK_ICONS, "states": look.state_labels()}


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """Return the icon `name` of the sprite; with `label` it is an image of that name, else decoration."""
    css = f"icon icon-{size}" if size else "icon"
    href = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html('<svg class="{}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href)
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, href)


@register.filter
def instant(at: datetime | None) -> str:
    """Return an aware datetime as scripts read it, in UTC; "" for `None`."""
    return time_words.format_iso(at) if at else ""


@register.simple_tag
def elided_pages(page: Page) -> list[int | str]:
    """Return the page numbers to show: first, last, and those around the current one."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.inclusion_tag("components/severity_mark.html")
def severity_mark(severity: Any, words: bool = True) -> dict[str, Any]:
    """Show a severity by shape, letters and word; `words=False` keeps the word for screen readers and the hover."""
    level = look.severity_of(severity)
    return {"face": look.SEVERITIES[level], "label": level.label, "words": words}


@register.inclusion_tag("components/status_badge.html")
def status_badge(status: Any, label: str = "") -> dict[str, Any]:
    """Show a status row by its `.badge`; `label` replaces `.label`, for the customer's words."""
    badge = str(status.badge) if str(status.badge) in look.STATUS_ICONS else "active"
    return {"badge": badge, "icon": look.STATUS_ICONS[badge], "label": label or status.label}


@register.simple_tag
def moment(at: datetime | date | None, form: str = "full") -> SafeString | str:
    """Show an instant in the viewer's zone, the zone named and UTC on hover; a plain date as a date; `None` as "—".

    `form` is "full" (day, time, zone), "short" (day and time), "time" (time and zone) or "day".
    """
    if not at:
        return "—"
    if not isinstance(at, datetime):
        text = near_day(at) if form == "day" else time_words.format_date(at)
        return format_html('<time datetime="{}">{}</time>', at.isoformat(), text)
    day, clock = near_day(at), time_words.format_clock(at, to_minute=True)
    zone = time_words.zone_name(at)
    texts = {"full": f"{day}, {clock} {zone}", "short": f"{day}, {clock}", "time": f"{clock} {zone}", "day": day}
    return format_html(
        '<time class="tabular" datetime="{}" title="{}">{}</time>',
        time_words.format_iso(at),
        time_words.format_utc(at),
        texts[form],
    )


@register.filter
def near_day(day: date) -> str:
    """Return a short day, with the year only where it is not this one."""
    local = timezone.localtime(day) if isinstance(day, datetime) else day
    return time_words.format_day(local, with_year=local.year != timezone.localdate().year)


@register.simple_tag(takes_context=True)
def relative(context: Context, at: datetime | None) -> SafeString | str:
    """Show how long ago `at` was, kept current by moments.js, the exact time in the viewer's zone on hover."""
    if not at:
        return "—"
    now = context.get("at") or timezone.now()
    return format_html(
        '<time class="tabular" datetime="{}" title="{}" data-relative>{}</time>',
        time_words.format_iso(at),
        f"{time_words.format_instant(at)} ({time_words.format_utc(at)})",
        time_words.format_ago(at, now),
    )


def _clock(context: Context, commitment: Any, at: datetime | None) -> dict[str, Any]:
    now = at or context.get("at") or timezone.now()
    face = look.clock_face(commitment, now)
    return {
        "face": face,
        "label": commitment.label,
        "due_at": getattr(commitment, "due_at", None),
        "warn_at": getattr(commitment, "warn_at", None),
        "breach_at": getattr(commitment, "breach_at", None),
        "stopped_at": getattr(commitment, "stopped_at", None),
        "counts": face.counts,
    }


@register.inclusion_tag("components/countdown.html", takes_context=True)
def countdown(context: Context, commitment: Any, at: datetime | None = None, label: bool = True) -> dict[str, Any]:
    """Show a commitment as a chip that counts by the second; `label=False` leaves its name to the hover."""
    return _clock(context, commitment, at) | {"show_label": label}


@register.inclusion_tag("components/countdown.html", takes_context=True)
def next_countdown(context: Context, case: Any, label: bool = False) -> dict[str, Any]:
    """Show the next commitment of a case by what its own row keeps, so that a list reads no commitments."""
    due_at, metric = case.next_due_at, str(case.next_metric)
    if due_at is None or not metric:
        return {"face": None}
    times = {"due_at": due_at, "warn_at": case.next_warn_at, "breach_at": case.next_breach_at}
    named = SimpleNamespace(label=METRIC_LABELS[Metric(metric)], **times)
    return _clock(context, named, None) | {"show_label": label}


@register.inclusion_tag("components/clock_bar.html", takes_context=True)
def clock_bar(context: Context, commitment: Any, at: datetime | None = None, why_url: str = "") -> dict[str, Any]:
    """Show a commitment as a bar: consumed, paused, remaining; `why_url` links to the sweep."""
    shown = _clock(context, commitment, at)
    segments = look.bar_segments(commitment, shown["face"].state)
    return shown | {
        "segments": segments,
        "why_url": why_url,
        "consumed": getattr(commitment, "consumed", None),
        "budget": getattr(commitment, "budget", None),
    }


@register.inclusion_tag("components/person.html")
def person(who: Any, detail: str = "", size: str = "") -> dict[str, Any]:
    """Show a person by initials and name; `who` is a user, a text, or `None` for the portal itself."""
    name = "" if who is None else (who if isinstance(who, str) else who.get_full_name() or str(who))
    letters = [part[0] for part in name.replace("@", " ").split() if part[0].isalnum()]
    initials = "".join(letters[:1] + letters[1:][-1:]).upper()
    return {"name": name or _("Customer Care"), "initials": initials, "detail": detail, "size": size}


@register.inclusion_tag("components/phone.html")
def phone(number: str, country: str = "") -> dict[str, Any]:
    """Show a telephone number as printed, as a link that dials it when it can be read as one."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return {"text": number, "href": "", "country": country}
    international = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    text = phonenumbers.format_number(parsed, international) if number.lstrip("+").isdigit() else number
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return {"text": text, "href": f"tel:{e164}", "country": country}


@register.simple_tag
def mail_link(address: str) -> SafeString:
    """Return a mail address as a link that breaks after its "@" where there is little room."""
    name, _at, domain = address.rpartition("@")
    return format_html('<a href="mailto:{}">{}@<wbr>{}</a>', address, name, domain)


@register.simple_tag
def span(minutes: float) -> str:
    """Show a span of the wall clock in at most two units: "2 d 4 h", "12 min"."""
    return time_words.format_span(minutes)


@register.simple_tag
def duration(minutes: float | None) -> str:
    """Say minutes as "2 h 05 min"; `None` as "—"."""
    return "—" if minutes is None else time_words.format_duration(minutes)


@register.filter
def as_written(words: str) -> SafeString:
    """Show words in a mail with the lines, indents and columns that they have: mail programs keep no white space.

    Every second blank of a run does not break, so that long lines still do.
    """
    kept = words.expandtabs(4).replace("  ", " \u00a0")
    lines = (f"\u00a0{line[1:]}" if line.startswith(" ") else line for line in kept.split("\n"))
    return format_html_join("", "{}<br>\n", ((line,) for line in lines))


@register.simple_tag
def file_size(count: int) -> str:
    """Say a number of bytes as "3.4 MB", in the decimal sign of the language."""
    if count < 1024:
        return ngettext("%(count)d byte", "%(count)d bytes", count) % {"count": count}
    if count < 1024**2:
        return _("%(count)s kB") % {"count": format_number(Fraction(count, 1024))}
    megabytes = Fraction(count, 1024**2)
    return _("%(count)s MB") % {"count": format_number(megabytes, 1 if megabytes < 10 else 0)}


_FILE_ICONS = (
    ("image/", "photo"),
    ("application/pdf", "file-type-pdf"),
    ("text/", "file-text"),
    ("application/zip", "file-zip"),
)


@register.simple_tag
def file_icon(content_type: str) -> SafeString:
    """Return the icon for a kind of file."""
    name = next((name for start, name in _FILE_ICONS if content_type.startswith(start)), "file")
    return icon(name, size="sm")


@register.simple_tag
def choice_help(form: Any, field_name: str, value: Any) -> str:
    """Return the words under one choice of a field, from the form's `choice_help`; "" where it has none."""
    helps = getattr(form, "choice_help", {}).get(field_name, {})
    return str(helps.get(value, helps.get(str(value), "")))
