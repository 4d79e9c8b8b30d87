"""Letting a missed commitment count no more."""

import pytest
from django.urls import reverse

from cases import lifecycle
from cases.jobs import commitments
from cases.models import Breach
from tests.cases.desk.conftest import fresh, last, read, to


@pytest.fixture
def breach(case, clock):
    """The first answer of Alice's case, missed."""
    commitments.sweep(clock.later(hours=1, minutes=5))
    return Breach.objects.get(case=case, metric="response")


@pytest.fixture
def there(signed_in, mona):
    return signed_in(mona)


def of(breach, verb="void_breach"):
    return reverse(f"desk:{verb}", args=[breach.case.number, breach.pk])


class TestVoidBreach:
    def test_counts_no_more_and_stays_on_record(self, there, case, breach):
        page = read(there.get(to("case", case)))
        assert "Missed commitments" in page
        assert of(breach) in page
        response = there.post(of(breach), {"because": "The line was down."}, follow=True)
        assert "The missed commitment counts no more." in read(response)
        breach.refresh_from_db()
        assert breach.voided_at is not None
        assert last(case).kind == "breach_voided"
        assert "Counts no more: The line was down." in read(response)
        assert fresh(case).sla_state != "missed"
        assert of(breach, "reinstate_breach") in read(response)
        assert of(breach) not in read(response)

    def test_says_which_it_is(self, there, breach):
        page = read(there.get(of(breach)))
        assert "First answer, due" in page
        assert "It stays on record with your reason" in page

    def test_is_for_managers_alone(self, here, case, breach):
        page = read(here.get(to("case", case)))
        assert "Missed commitments" in page
        assert of(breach) not in page
        assert "You may not do this to this case." in read(here.post(of(breach), {"because": "So."}))
        breach.refresh_from_db()
        assert breach.voided_at is None

    def test_knows_no_commitment_of_another_case(self, there, open_case, alice, breach):
        other = open_case(alice, subject="Another")
        for verb in ("void_breach", "reinstate_breach"):
            for pk in (breach.pk, 0, 2**70):
                address = reverse(f"desk:{verb}", args=[other.number, pk])
                assert there.get(address).status_code == 404
                assert there.post(address, {"because": "So."}).status_code == 404

    def test_wants_a_reason_and_happens_once(self, there, breach):
        assert there.post(of(breach), {"because": ""}).status_code == 422
        there.post(of(breach), {"because": "So."})
        assert "already counts no more" in read(there.post(of(breach), {"because": "So."}))

    def test_is_done_to_a_closed_case_too(self, there, case, breach, carl, clock):
        lifecycle.close(case, by=carl, at=clock.later(minutes=1), reason="withdrawn")
        there.post(of(breach), {"because": "The line was down."})
        breach.refresh_from_db()
        assert breach.voided_at is not None
