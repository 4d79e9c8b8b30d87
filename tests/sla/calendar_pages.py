"""What a browser sends of a calendar's page, and how a change is sent, looked at and saved."""

from typing import Any

from django.test import Client
from django.urls import reverse

from sla.models import Calendar, CalendarVersion

NINE_TO_SIX = ("09:00–18:00",) * 5 + ("", "")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def week(hours: tuple[str, ...], number: int = 0, **more: str) -> dict[str, str]:
    return {
        f"versions-{number}-{name}": value for name, value in {**dict(zip(DAYS, hours, strict=True)), **more}.items()
    }


def calendar_form(calendar: Calendar, hours: tuple[str, ...] = NINE_TO_SIX, **more: str) -> dict[str, str]:
    """What the browser sends of the calendar's page."""
    version = CalendarVersion.objects.filter(calendar_id=calendar.pk).first()
    known = {"versions-0-id": str(version.pk), "versions-0-calendar": str(calendar.pk)} if version else {}
    return {
        "name_en": calendar.name_en,
        "name_fr": calendar.name_fr,
        "zone": calendar.zone,
        "assumed": "on" if calendar.assumed else "",
        "versions-TOTAL_FORMS": "1",
        "versions-INITIAL_FORMS": "1" if version else "0",
        "closed_dates-TOTAL_FORMS": "0",
        "closed_dates-INITIAL_FORMS": "0",
        "overrides-TOTAL_FORMS": "0",
        "overrides-INITIAL_FORMS": "0",
        **known,
        **week(hours),
        **more,
    }


def closing(*dates: str, name: str = "") -> dict[str, str]:
    """What the page sends besides for dates that are closed from now on."""
    rows = {f"closed_dates-{number}-date": day for number, day in enumerate(dates)}
    names = {f"closed_dates-{number}-name": name for number in range(len(dates))}
    return {**rows, **names, "closed_dates-TOTAL_FORMS": str(len(dates))}


def address(calendar: Calendar) -> str:
    return reverse("admin:sla_calendar_change", args=[calendar.pk])


def send(client: Client, calendar: Calendar, data: dict[str, str]) -> Any:
    """Send the form and, where the change is shown before it is saved, save just what that page holds."""
    response = client.post(address(calendar), data)
    if response.context and "sent" in response.context:
        return confirm(client, calendar, response)
    return response


def confirm(client: Client, calendar: Calendar, preview: Any) -> Any:
    """Press "Save" on the page that shows the change."""
    sent: dict[str, list[str]] = {}
    for name, value in preview.context["sent"]:
        sent.setdefault(name, []).append(value)
    return client.post(preview.context["here"], sent | {"_confirmed": str(preview.context["original"].revision)})
