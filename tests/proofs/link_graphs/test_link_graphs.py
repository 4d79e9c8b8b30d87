"""Whatever links and mergings there are, nobody gets by them from what they may see to what they may not."""

from random import Random

import pgtrigger
import pytest
from django.db import transaction

from cases.case_page import related
from cases.events import timeline
from cases.models import Case, CaseLink
from cases.models.case import id_of
from cases.models.case_link import LinkKind
from tests.conftest import company, member, person

pytestmark = pytest.mark.django_db
SEED = 20270608


@pytest.fixture
def cases(alice, eve, open_case, reference):
    """Three cases each of three accounts; of the third account two people who see only their own."""
    third = company("Initech", "elite", "emea")
    ivan, iris = (
        member(person(name), third, designated=True, sees_company_cases=False) for name in ("Ivan I.", "Iris I.")
    )
    openers = [alice] * 3 + [eve] * 3 + [ivan, ivan, iris]
    made = [open_case(by, subject=f"Case {place}") for place, by in enumerate(openers)]
    return made, [alice, eve, ivan, iris]


def draw(random: Random, cases: list[Case], by) -> None:
    """Link any two, merge within an account: what the database allows, past the verbs."""
    pairs = [(one, two) for one in cases for two in cases if one.pk < two.pk]
    for one, two in random.sample(pairs, random.randrange(3, 14)):
        pair = (one, two) if random.random() < 0.5 else (two, one)
        kind = random.choice(LinkKind.values)
        CaseLink.objects.create(case=pair[0], other=pair[1], kind=kind, at=one.opened_at, by=by)
    for account in {case.account_id for case in cases}:
        target, *sources = random.sample([case for case in cases if case.account_id == account], 3)
        for source in sources[: random.randrange(3)]:
            closed = {"status": "closed", "closed_at": source.opened_at, "next_due_at": None}
            with pgtrigger.ignore("cases.Case:status_is_recorded"):
                Case.objects.filter(pk=source.pk).update(merged_into=target, **closed)


def next_to(case: Case, viewer) -> set[int]:
    """What the page of `case` shows `viewer` of other cases: links, mergings, and whose words are in its timeline."""
    shown = related.related(case, viewer)
    named = {one.pk for one in (shown.into, *shown.absorbed, *(link.case for link in shown.links)) if one}
    told = {entry.origin for entry in timeline.build(case, viewer)} - {""}
    return named | {id_of(number) or 0 for number in told}


def reachable(viewer, own: set[int]) -> set[int]:
    """Follow everything that is shown, from all that is one's own, as a page loads it."""
    seen, ahead = set(own), sorted(own)
    while ahead:
        case = Case.objects.for_portal().get(pk=ahead.pop())
        new = next_to(case, viewer) - seen
        seen |= new
        ahead += sorted(new)
    return seen


class TestRandomGraphs:
    def test_lead_nobody_to_a_case_they_may_not_see(self, cases, carl, times, luck):
        made, people = cases
        random = Random(luck(SEED))
        crossed, graphs = 0, times(20)
        for turn in range(graphs):
            with transaction.atomic():
                draw(random, made, carl)
                crossed += any(link.case.account_id != link.other.account_id for link in CaseLink.objects.all())
                for viewer in people:
                    own = set(Case.objects.visible_to(viewer).values_list("pk", flat=True))
                    assert reachable(viewer, own) == own, (turn, viewer.name)
                transaction.set_rollback(True)
        assert crossed > graphs // 2, "graphs within one account prove nothing"

    def test_would_be_seen_to_lead_there(self, cases, carl, monkeypatch):
        """The wrong variant: other cases are looked up without asking who may see them."""
        made, people = cases
        monkeypatch.setattr(type(Case.objects.all()), "visible_to", lambda self, _user: self)
        draw(Random(SEED), made, carl)
        own = {case.pk for case in made if case.account_id == made[0].account_id}
        assert reachable(people[0], own) > own
