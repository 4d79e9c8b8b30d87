"""The time zones a person can choose."""

import zoneinfo

Choices = list[tuple[str, list[tuple[str, str]]]]


def zone_choices(current: str = "UTC") -> Choices:
    """Return the IANA zones in use, by part of the world; `current` is among them whatever it is."""
    parts: dict[str, list[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for name in sorted(zoneinfo.available_timezones() | {current}):
        part, _slash, place = name.partition("/")
        if (place and part not in {"Etc", "SystemV"}) or (name == current and name != "UTC"):
            parts.setdefault(part, []).append((name, (place or name).replace("_", " ")))
    return list(parts.items())
