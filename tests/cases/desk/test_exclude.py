"""Promising no times for a case."""

import pytest

from cases.models import Exclusion
from tests.cases.desk.conftest import fresh, last, read, to


@pytest.fixture
def there(signed_in, nora):
    """Nora's browser: a consultant of level II, who may judge."""
    return signed_in(nora)


@pytest.fixture
def cause(reference):
    return Exclusion.objects.order_by("position").first()


class TestExclude:
    def test_ends_the_clocks_and_keeps_the_reason_as_a_note(self, there, case, cause):
        words = {"exclusion": cause.pk, "because": "canary: it is their proxy"}
        response = there.post(to("exclude", case), words, follow=True)
        assert "No times are promised for the case any more." in read(response)
        assert (fresh(case).exclusion, last(case).kind) == (cause, "excluded")
        assert set(case.commitments.values_list("state", flat=True)) == {"cancelled"}
        assert last(case).note.body == "canary: it is their proxy"

    def test_keeps_the_reason_from_the_customer(self, there, signed_in, alice, case, cause):
        there.post(to("exclude", case), {"exclusion": cause.pk, "because": "canary"})
        page = signed_in(alice).get(f"/cases/{case.number}/").content.decode()
        assert "canary" not in page
        assert cause.explanation in page

    def test_explains_each_cause(self, there, case, cause):
        page = read(there.get(to("exclude", case)))
        assert cause.explanation.split(".")[0].replace("’", "’") in page.replace("&#x27;", "'")

    def test_does_not_offer_the_cause_that_holds(self, there, case, cause):
        there.post(to("exclude", case), {"exclusion": cause.pk, "because": "So."})
        assert f'value="{cause.pk}"' not in read(there.get(to("exclude", case)))
        assert there.post(to("exclude", case), {"exclusion": cause.pk, "because": "So."}).status_code == 422

    def test_is_not_for_a_consultant_of_the_first_level(self, here, case, cause):
        assert to("exclude", case) not in read(here.get(to("case", case)))
        response = here.post(to("exclude", case), {"exclusion": cause.pk, "because": "So."})
        assert "You may not do this to this case." in read(response)
        assert fresh(case).exclusion is None
