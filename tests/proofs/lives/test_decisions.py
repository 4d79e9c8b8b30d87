"""Random lives of stored cases: no default is derived again over what a person decided.

The rules are stated apart from the house, of what was done and by whom. The suite draws a twentieth of three hundred
lives; a proof takes all of its seed.
"""

from datetime import date, timedelta
from random import Random

import pytest

from cases import lifecycle
from cases.commitments.decisions import Decisions
from cases.lifecycle import classification, incident_links
from cases.models import Case, CaseType, Exclusion
from cases.statuses import Refusal
from contacts.models import Instance
from products.models import Product, Release
from sla.matrices import Severity

pytestmark = pytest.mark.django_db
LIVES = 300
STEPS = 12
TYPES = ("defect", "issue", "functional", "enhancement", "cloud_operations")
WORDS = {"because": "So."}
BEGINNINGS = ((), ("include",), ("include", "classify"), ("link_case", "judge_reach", "classify", "unlink_case"))


@pytest.fixture
def world(alice, carl, nora, mona, open_case, later):
    """Who decides, and how a case of Alice's is opened on a version that is still supported or is not any more."""
    product = Product.objects.get(code="changepoint")
    Release.objects.create(product=product, version="2027.4", released_on=date(2027, 4, 30))
    old = Release.objects.create(product=product, version="2026.1", released_on=date(2026, 1, 30))
    kinds = {"title_en": "Slow", "title_fr": "Lent", "severity": Severity.MAJOR, "started_at": later(minutes=-9)}
    incidents = [
        lifecycle.open_incident(by=nora, at=later(minutes=-8), effects={product: "disturbed"}, **kinds) for _ in "ab"
    ]

    def begin(random):
        release = random.choice((old, None))
        Instance.objects.filter(account__name="Acme", product=product).update(release=release)
        return open_case(alice, type=random.choice(TYPES))

    return begin, {"carl": carl, "nora": nora, "mona": mona, "incidents": incidents}


class RandomCase:
    """One case, what is done to it at random, and what people decided about it."""

    def __init__(self, random, case, people, at) -> None:
        self.random, self.case, self.people, self.at = random, case, people, at
        self.by_hand: str | None = None  # the cause that a person excluded it for
        self.in_spite_of: set[str] = set()  # the causes known to who promised times again
        self.reach: bool | None = None  # as somebody judged it last
        self.kind: str | None = None  # as somebody said it last, or took it back

    def do(self, verb) -> None:
        """Do it, where it is let, and hold the rules."""
        self.at += timedelta(minutes=self.random.randrange(3))
        before = Case.objects.select_related("type").get(pk=self.case.pk)
        try:
            self.case = Case.objects.get(pk=getattr(self, f"_{verb}")().pk)
        except Refusal:
            return
        getattr(self, f"_after_{verb}", lambda before: None)(before)
        self._hold(verb, before)

    def _classify(self):
        type = self.random.choice([self.case.type_id, self.case.type_id, *TYPES])
        by, kind = (
            self.random.choice((self.people["carl"], self.people["nora"])),
            self.random.choice(("", "own", "other")),
        )
        return lifecycle.classify(self.case, by=by, at=self.at, type=CaseType.objects.get(pk=type), kind=kind)

    def _after_classify(self, before) -> None:
        if self.case.kind or before.kind:
            self.kind = self.case.kind

    def _exclude(self):
        code = self.random.choice(("oem", "functional", "unsupported_version"))
        cause = Exclusion.objects.get(pk=code)
        return lifecycle.exclude(self.case, by=self.people["nora"], at=self.at, exclusion=cause, **WORDS)

    def _after_exclude(self, before) -> None:
        self.by_hand = self.case.exclusion_id

    def _include(self):
        return lifecycle.include(self.case, by=self.people["nora"], at=self.at, **WORDS)

    def _after_include(self, before) -> None:
        self.by_hand = None
        self.in_spite_of |= {before.exclusion_id, before.type.excluded_by_default_id}
        if not before.version_covered:
            self.in_spite_of.add("unsupported_version")

    def _judge_reach(self):
        wide = not self.case.is_system_wide
        return lifecycle.judge_reach(self.case, by=self.people["nora"], at=self.at, is_system_wide=wide, **WORDS)

    def _after_judge_reach(self, before) -> None:
        self.reach = self.case.is_system_wide

    def _link_case(self):
        incident = self.random.choice(self.people["incidents"])
        return lifecycle.link_case(self.case, by=self.people["carl"], at=self.at, incident=incident)

    def _unlink_case(self):
        return lifecycle.unlink_case(self.case, by=self.people["carl"], at=self.at, **WORDS)

    def _change_severity(self):
        given = {"severity": self.random.choice((1, 2, 3, 4)), **WORDS}
        return lifecycle.change_severity(self.case, by=self.people["mona"], at=self.at, **given)

    def _hold(self, verb, before) -> None:
        if self.by_hand is not None:
            assert self.case.exclusion_id == self.by_hand, verb
        elif self.case.exclusion_id is not None:
            assert self.case.exclusion_id not in self.in_spite_of, verb
        if self.reach is False:
            assert not self.case.is_system_wide, verb
        elif self.reach and verb != "judge_reach":
            assert self.case.is_system_wide, verb
        if self.kind is not None:
            assert self.case.kind == self.kind, verb
        assert before.severity_is_provisional or not self.case.severity_is_provisional, verb


VERBS = ("classify", "classify", "exclude", "include", "judge_reach", "link_case", "unlink_case", "change_severity")


class TestDecisions:
    def test_are_never_undone_by_what_is_derived(self, world, later, share, luck):
        first = luck(0) * LIVES
        for seed in share(range(first, first + LIVES), 20):
            self._live(seed, world, later)

    @pytest.mark.parametrize("where", [classification, incident_links])
    def test_would_show_a_verb_that_does_not_ask_for_them(self, world, later, monkeypatch, where):
        """The rules, tried on a house that derives anew whatever was decided."""
        monkeypatch.setattr(where, "decisions", lambda case: Decisions())
        with pytest.raises(AssertionError):
            self._live_some(world, later)

    def _live_some(self, world, later) -> None:
        for seed in range(60):
            self._live(seed, world, later)

    def _live(self, seed, world, later) -> None:
        random, (begin, people) = Random(seed), world
        life = RandomCase(random, begin(random), people, later(minutes=1))
        for verb in (*random.choice(BEGINNINGS), *random.choices(VERBS, k=STEPS)):
            life.do(verb)
