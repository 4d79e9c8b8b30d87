"""Says what a year of `year.World` should have been told, and finds where that is not what was told.

From what was done and when, the hours and the targets; of due times the pure engine is asked, and nothing is read of
what is stored of the clocks.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from cases.models import Event, OutboxMail
from sla.clocks import Edit, Moment, State, run
from tests.proofs.year.auto_close import PATIENCE, Done, first_look, steps
from tests.proofs.year.year import AFTER, BEFORE, DAYS, EDITED_AT, Lived, World
from tests.sla.cast import ALL_HOURS

Told = tuple[int, str, str, int, int, datetime]  # case, kind, metric, cycle, period, when


class Checker:
    """Says what should have been told when, from what was done; and finds where that is not what was told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.end = world.sweeps[-1]

    def problems(self) -> list[str]:
        """Return what is wrong, in words; empty where every warning and breach was told at the first look after it."""
        wanted = Counter(told for lived in self.world.lives for told in self.expected(lived))
        found = Counter(_notified(event) for event in self._events())
        return [
            *(f"not told, or not then: {told}" for told in (wanted - found).elements()),
            *(f"told for nothing, early, late or twice: {told}" for told in (found - wanted).elements()),
            *self._wrong_mails(),
            *self._wrong_steps(),
            *self._wrong_calls_to_managers(),
        ]

    def _wrong_steps(self) -> Iterator[str]:
        """Find reminders and closings that were early, late, missing or not due."""
        spells = [spell for lived in self.world.lives for spell in lived.spells]
        wanted = Counter(done for spell in spells for done in steps(spell, DAYS, self.world.sweeps))
        kinds = ("contact_attempted", "closed_in_silence", "closing_held")
        found: Counter[Done] = Counter(
            (event.case_id, event.kind, event.data.get("number", 0), event.at)
            for event in Event.objects.filter(kind__in=kinds)
        )
        yield from (f"not done, or not then: {done}" for done in (wanted - found).elements())
        yield from (f"done for nothing, early, late or twice: {done}" for done in (found - wanted).elements())

    def _wrong_calls_to_managers(self) -> Iterator[str]:
        """Find requests of which managers were not told again at the first sweep after their patience, or in vain."""
        wanted: Counter[tuple[int, datetime]] = Counter()
        for lived in self.world.lives:
            for asked_at, decided_at in lived.asked:
                look = first_look(self.world.sweeps, asked_at + PATIENCE)
                if look is not None and (decided_at is None or look < decided_at):
                    wanted[lived.case.pk, look] += 1
        found = Counter(OutboxMail.objects.filter(notice="severity_reminder").values_list("case", "due_at"))
        yield from (f"managers not told again, or not then: {one}" for one in (wanted - found).elements())
        yield from (f"managers told again for nothing: {one}" for one in (found - wanted).elements())

    def expected(self, lived: Lived) -> Iterator[Told]:
        """Yield what should have been told of a case."""
        moments = self._moments(lived)
        looks = sorted([*lived.done, *self._sweeps_since(lived.done[0])])
        armed: dict[Any, bool] = {}
        for number, moment in enumerate(moments):
            until = moments[number + 1].at if number + 1 < len(moments) else self.end + timedelta(seconds=1)
            seen = looks[bisect_left(looks, moment.at) : bisect_left(looks, until)]
            if seen:
                yield from self._risks(lived, moments[: number + 1], seen, armed)
        for state in run((), ALL_HOURS, moments, at=self.end):
            if state.breached_at is not None and state.breached_at < self.end:
                look = looks[bisect_right(looks, state.breached_at)]
                yield (lived.case.pk, "breached", state.metric.value, state.cycle, state.period_no, look)

    def _risks(
        self, lived: Lived, moments: list[Moment], seen: list[datetime], armed: dict[Any, bool]
    ) -> Iterator[Told]:
        """Yield the warnings of a stretch in which nothing was done, `seen` being when somebody looked."""
        for state in run((), ALL_HOURS, moments, at=seen[-1]):
            warn, breach = state.warn_at, state.breach_at
            if warn is None or breach is None or state.state not in (State.RUNNING, State.MISSED):
                continue
            if state.stopped_at is not None and state.stopped_at <= moments[-1].at:
                continue
            if warn > seen[0]:
                armed[state.key] = True
            look = next((at for at in seen if at >= max(warn, state.started_at)), None)
            if look is not None and look <= breach and armed.get(state.key, True):
                armed[state.key] = False
                yield (lived.case.pk, "at_risk", state.metric.value, state.cycle, state.period_no, look)

    def _moments(self, lived: Lived) -> list[Moment]:
        moments = list(lived.moments)
        if lived.product == "changepoint" and moments[0].at < EDITED_AT < self.end:
            place = next((n for n, moment in enumerate(moments) if moment.at > EDITED_AT), len(moments))
            moments.insert(place, Moment(EDITED_AT, moments[place - 1].category, edit=Edit(BEFORE, AFTER)))
        return moments

    def _sweeps_since(self, at: datetime) -> list[datetime]:
        return self.world.sweeps[bisect_left(self.world.sweeps, at) :]

    def _events(self) -> list[Event]:
        return list(Event.objects.filter(kind__in=("at_risk", "breached")).order_by("pk"))

    def _wrong_mails(self) -> list[str]:
        """Find events of which owner, team and managers did not get one mail each, at once where it is Critical."""
        mails: dict[int, list[int]] = {}
        for event, recipient in OutboxMail.objects.filter(notice__in=("at_risk", "breached")).values_list(
            "event", "recipient"
        ):
            mails.setdefault(event, []).append(recipient)
        lives = {lived.case.pk: lived for lived in self.world.lives}
        wrong = []
        for event in self._events():
            people = {self.world.carl.pk, self.world.mona.pk}
            people |= {owner.pk for since, owner in lives[event.case_id].owned if since <= event.at}
            if sorted(mails.pop(event.pk, [])) != sorted(people):
                wrong.append(f"mails of {_notified(event)}")
        return wrong + [f"mails of no event: {event}" for event in mails]


def _notified(event: Event) -> Told:
    data = event.data
    return event.case_id, event.kind, data["metric"], data["cycle"], data["period_no"], event.at
