"""Public holidays of countries and their parts, as dates on which a calendar may be closed. No query: a library."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import holidays
from babel import Locale

from sla.models import ClosedDate
from sla.working_time import WorkingTime

Choices = list[tuple[str, str]]
LONGEST = ClosedDate._meta.get_field("name").max_length


@dataclass(frozen=True, slots=True)
class Proposal:
    """A holiday to come. `entered`: the calendar is closed then already; `has_hours`: else it would be open then."""

    date: date
    occasion: str
    entered: bool
    has_hours: bool

    @property
    def value(self) -> str:
        return self.date.isoformat()


def countries(language: str) -> Choices:
    """Return the code and the name in `language` of each country whose holidays are known, by name."""
    names = Locale.parse(language, sep="-").territories
    known = ((code, str(names.get(code, code))) for code in holidays.list_supported_countries(include_aliases=False))
    return sorted(known, key=lambda choice: _plain(choice[1]))


def subdivisions(country: str) -> Choices:
    """Return the code and the name of the parts of a country that have holidays of their own, by name."""
    if country not in holidays.list_supported_countries(include_aliases=False):
        return []
    of_country = type(holidays.country_holidays(country))
    names = {code: name for name, code in getattr(of_country, "subdivisions_aliases", {}).items()}
    found = ((code, names.get(code, code)) for code in of_country.subdivisions)
    return sorted(found, key=lambda choice: _plain(choice[1]))


def dates(country: str, subdivision: str, years: Iterable[int], *, language: str) -> dict[date, str]:
    """Return the holidays of a country (or of one of its parts) in these years, in order, each with its occasion.

    Occasions are in `language` where the library speaks it, else in English, else as they are called there.
    """
    spoken = type(holidays.country_holidays(country)).supported_languages
    chosen = next((one for one in spoken if one.split("_")[0] == language.split("-")[0]), None)
    chosen = chosen or next((one for one in spoken if one.startswith("en")), None)
    found = holidays.country_holidays(country, subdiv=subdivision or None, years=list(years), language=chosen)
    return {day: name[:LONGEST] for day, name in sorted(found.items())}


def proposals(
    found: Mapping[date, str], *, closed: Iterable[str], hours: WorkingTime, today: date
) -> tuple[Proposal, ...]:
    """Return the holidays that are not past, with what the calendar says of each; `closed` are its dates as ISO."""
    entered = set(closed)
    return tuple(
        Proposal(day, name, day.isoformat() in entered, hours.opening_and_closing(day) is not None)
        for day, name in found.items()
        if day >= today
    )


def _plain(name: str) -> str:
    """Return a name as it is sorted: "Égypte" stands with E."""
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().casefold()
