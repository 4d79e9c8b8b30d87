"""A type with objectives of its own: none by default; once named and in force, its cases are promised those."""

from datetime import date

import pytest
from django.db.models import ProtectedError

from cases.commitments import terms
from cases.commitments.consistency import differences
from cases.commitments.promised_times import preview_times
from cases.lifecycle import classify, include, reply
from cases.models import Case, CaseType, CaseTypeMatrix
from products.models import Product
from sla import editing
from sla.matrices import Severity
from sla.models import Matrix, MatrixRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def general(reference) -> Matrix:
    return Matrix.objects.get(code="2021")


@pytest.fixture
def own(general) -> Matrix:
    """Objectives of Cloud Operations, in force since May: Major is answered after 200 minutes at the latest."""
    matrix = editing.publish(general, code="cloud-2027", document="Cloud", effective_from=date(2027, 5, 1))
    MatrixRow.objects.filter(matrix=matrix, kind="own", severity=2, metric="response").update(minutes=200)
    CaseTypeMatrix.objects.create(type=CaseType.objects.get(pk="cloud_operations"), matrix=matrix)
    return matrix


def response(case: Case):
    return case.commitments.get(metric="response")


class TestByDefault:
    def test_nothing_is_promised(self, open_case, alice):
        case = open_case(alice, type="cloud_operations")
        assert (case.exclusion_id, case.matrix.code, case.commitments.count()) == ("cloud_operations", "2021", 0)


class TestOpening:
    def test_promises_the_types_own_instead_of_nothing(self, own, open_case, alice, later):
        case = open_case(alice, type="cloud_operations")
        assert (case.exclusion_id, case.matrix) == (None, own)
        assert response(case).due_at == later(minutes=200)
        assert Matrix.objects.get(pk=own.pk).sealed_at is not None

    def test_of_every_other_type_goes_by_the_one_for_all(self, own, general, open_case, alice, later):
        case = open_case(alice)
        assert case.matrix == general
        assert response(case).due_at == later(minutes=60)
        assert open_case(alice, type="functional").exclusion_id == "functional"

    def test_before_its_date_promises_nothing(self, general, open_case, alice):
        coming = editing.publish(general, code="cloud-2028", document="Cloud", effective_from=date(2028, 1, 1))
        CaseTypeMatrix.objects.create(type=CaseType.objects.get(pk="cloud_operations"), matrix=coming)
        case = open_case(alice, type="cloud_operations")
        assert (case.exclusion_id, case.matrix) == ("cloud_operations", general)

    def test_takes_the_types_latest_version(self, own, general, open_case, alice):
        newer = editing.publish(own, code="cloud-2027-6", document="Cloud", effective_from=date(2027, 6, 1))
        CaseTypeMatrix.objects.create(type=CaseType.objects.get(pk="cloud_operations"), matrix=newer)
        assert open_case(alice, type="cloud_operations").matrix == newer
        assert open_case(alice).matrix == general

    def test_on_a_version_out_of_support_still_promises_nothing(self, own, outdated):
        assert outdated.exclusion_id == "unsupported_version"

    def test_is_told_before_sending_as_it_will_be_kept(self, own, acme, at, later):
        shown = preview_times(
            acme,
            Product.objects.get(code="changepoint"),
            CaseType.objects.get(pk="cloud_operations"),
            Severity.MAJOR,
            at=at,
        )
        assert shown.exclusion is None
        assert later(minutes=200) in [line.due_at for line in shown.lines]


class TestClassify:
    def test_into_the_type_begins_its_promises_now(self, own, open_case, alice, nora, later):
        case = open_case(alice, type="functional")
        changed = classify(case, by=nora, at=later(minutes=30), type=CaseType.objects.get(pk="cloud_operations"))
        assert (changed.exclusion_id, changed.matrix) == (None, own)
        row = response(changed)
        assert (row.started_at, row.due_at) == (later(minutes=30), later(minutes=230))

    def test_out_of_it_takes_the_one_for_all_and_keeps_the_past(self, own, general, open_case, alice, carl, later):
        case = open_case(alice, type="cloud_operations")
        reply(case, by=carl, at=later(minutes=100), body="We look.")  # in time by 200 minutes, not by 60
        changed = classify(case, by=carl, at=later(minutes=120), type=CaseType.objects.get(pk="defect"))
        assert changed.matrix == general
        assert (response(changed).state, response(changed).minutes) == ("met", 200)
        again = Case.objects.for_verbs().get(pk=case.pk)
        assert differences(again, at=later(minutes=120)) == []

    def test_back_and_forth_is_replayed_as_it_was(self, own, open_case, alice, carl, later):
        case = open_case(alice)
        for minute, name in ((10, "cloud_operations"), (20, "issue"), (30, "cloud_operations")):
            classify(case, by=carl, at=later(minutes=minute), type=CaseType.objects.get(pk=name))
        again = Case.objects.for_verbs().get(pk=case.pk)
        assert again.matrix == own
        assert differences(again, at=later(minutes=30)) == []
        first = terms.timeline(again, again.events.order_by("id"))[0]
        assert first.terms.tag.matrix == Matrix.objects.get(code="2021").pk

    def test_between_other_types_changes_no_matrix(self, own, general, case, carl, later):
        changed = classify(case, by=carl, at=later(minutes=5), type=CaseType.objects.get(pk="issue"))
        assert changed.matrix == general
        assert "matrix" not in changed.events.get(kind="classified").data

    def test_leaves_cases_from_before_as_they_were_promised(self, general, open_case, alice, carl, nora, later):
        case = open_case(alice, type="cloud_operations")
        coming = editing.publish(general, code="cloud", document="Cloud", effective_from=date(2027, 6, 9))
        CaseTypeMatrix.objects.create(type=CaseType.objects.get(pk="cloud_operations"), matrix=coming)
        next_day = later(days=1)
        classify(case, by=carl, at=next_day, type=CaseType.objects.get(pk="cloud_operations"), kind="own")
        assert Case.objects.get(pk=case.pk).exclusion_id == "cloud_operations"
        assert include(case, by=nora, at=next_day, because="So.").matrix == general

    def test_by_a_breach_names_the_matrix_that_was_broken(self, own, open_case, alice, carl, later):
        case = open_case(alice, type="cloud_operations")
        classify(case, by=carl, at=later(hours=4), type=CaseType.objects.get(pk="defect"))
        assert case.breaches.get(metric="response").matrix == own


class TestCaseTypeMatrix:
    def test_is_never_deleted_with_its_matrix(self, own):
        with pytest.raises(ProtectedError):
            Matrix.objects.get(pk=own.pk).delete()
