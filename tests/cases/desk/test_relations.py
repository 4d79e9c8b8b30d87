"""Links, followers and tags at the desk: dialogs, the panels beside the case, and the filters of the queue."""

import pytest
from django.db import connection
from django.urls import reverse

from cases.lifecycle import follow, link, tag
from cases.models import Case, CaseLink, CaseTag, Follower, Tag
from contacts.models import User
from tests.cases.desk.conftest import last, read, to

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(alice, open_case):
    return open_case(alice, subject="Another one")


def borne(case):
    return set(case.tagged.filter(removed_at__isnull=True).values_list("tag__name", flat=True))


class TestLink:
    def test_stands_beside_both(self, here, case, other):
        here.post(to("link", case), {"other": other.number, "kind": "caused_by"})
        assert f'is caused by</span> <a href="{to("case", other)}' in read(here.get(to("case", case)))
        assert f'is the cause of</span> <a href="{to("case", case)}' in read(here.get(to("case", other)))

    def test_to_another_account_is_marked(self, here, case, eve, open_case):
        foreign = open_case(eve)
        here.post(to("link", case), {"other": foreign.number, "kind": "related"})
        assert "another account" in read(here.get(to("case", case)))

    def test_is_refused_twice_and_to_a_case_that_is_not_there(self, here, case, other):
        assert here.post(to("link", case), {"other": "CC-999999", "kind": "related"}).status_code == 422
        here.post(to("link", case), {"other": other.number, "kind": "related"})
        page = here.post(to("link", other), {"other": case.number, "kind": "related"})
        assert "are linked already" in read(page)
        assert CaseLink.objects.count() == 1

    def test_is_taken_back(self, here, case, other, carl, clock):
        link(case, by=carl, at=clock.later(minutes=1), other=other)
        here.post(to("unlink", other), {"other": case.number})
        panel = read(here.get(to("case", case))).partition('id="related"')[2].partition('id="followers"')[0]
        assert "Another one" not in panel


class TestFollow:
    def test_is_one_press_and_so_is_the_end(self, here, case, carl):
        here.post(to("follow", case))
        assert Follower.objects.get().user == carl
        assert "No longer follow" in read(here.get(to("case", case)))
        assert last(case).kind == "followed"
        here.post(to("unfollow", case))
        assert last(case).kind == "unfollowed"

    def test_of_a_colleague_is_a_dialog_that_offers_who_may_see_it(self, here, case, bob, eve, nora):
        page = read(here.get(to("follow", case)))
        assert "Bob Brown (Customer)" in page
        assert "Nora Night" in page
        assert "Eve" not in page
        assert "Alice Adams (Customer)" not in page  # gets the mails anyway
        here.post(to("follow", case), {"person": bob.pk})
        assert "Bob Brown" in read(here.get(to("case", case))).partition('id="followers"')[2]

    def test_the_link_of_a_mail_changes_nothing(self, here, case, carl, clock):
        follow(case, by=carl, at=clock.later(minutes=1))
        assert "No longer follow the case" in read(here.get(to("unfollow", case)))
        assert Follower.objects.filter(ended_at__isnull=True).exists()

    def test_gives_the_queue_a_view(self, here, case, other, carl, clock):
        follow(case, by=carl, at=clock.later(minutes=1))
        page = here.get(reverse("desk:queue"), {"view": "followed"})
        assert [row.case for row in page.context["page"].rows] == [case]


class TestTag:
    def test_stands_in_the_head_and_leads_to_its_cases(self, here, case):
        here.post(to("tag", case), {"names": "SSO, time sheets"})
        assert borne(case) == {"sso", "time sheets"}
        page = read(here.get(to("case", case)))
        assert 'href="/desk/?view=all&amp;tag=time%20sheets"' in page

    def test_offers_those_that_are_there_and_in_use(self, here, case, clock):
        Tag.objects.create(name="used", coined_at=clock())
        Tag.objects.create(name="gone", coined_at=clock(), retired_at=clock())
        page = read(here.get(to("tag", case)))
        assert '<option value="used">' in page
        assert '<option value="gone">' not in page

    def test_says_what_is_wrong_with_one(self, here, case):
        page = here.post(to("tag", case), {"names": "x" * 41})
        assert page.status_code == 422
        assert "is too long" in read(page)

    def test_is_taken_away_from_its_place(self, here, case, carl, clock):
        tag(case, by=carl, at=clock.later(minutes=1), names=["sso"])
        here.post(to("untag", case), {"tag": CaseTag.objects.get().tag_id})
        assert borne(case) == set()

    def test_narrows_the_queue_at_the_same_cost(self, here, case, other, alice, carl, open_case, clock):
        tag(case, by=carl, at=clock.later(minutes=1), names=["sso"])
        page = here.get(reverse("desk:queue"), {"view": "all", "tag": "SSO"})
        assert [row.case for row in page.context["page"].rows] == [case]

    def test_takes_the_same_few_queries_for_many_cases(
        self, here, alice, carl, open_case, clock, django_assert_max_num_queries
    ):
        for turn in range(12):
            tag(open_case(alice, subject=f"Case {turn}"), by=carl, at=clock.later(minutes=1), names=["sso", f"t{turn}"])
        with django_assert_max_num_queries(14):
            page = here.get(reverse("desk:queue"), {"view": "all", "tag": "sso"})
        assert len(page.context["page"].rows) == 12

    def test_is_found_by_an_index(self, case, carl):
        tags = Tag.objects.bulk_create(Tag(name=f"t{number}", coined_at=case.opened_at) for number in range(1000))
        CaseTag.objects.bulk_create(CaseTag(case=case, tag=tag, at=case.opened_at, by=carl) for tag in tags)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_casetag")
            cursor.execute("ANALYZE cases_tag")
            cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Case.objects.tagged(["t7"]).not_closed().explain()
        assert "cases_of_tag" in plan
        people = User.objects.bulk_create(
            User(email=f"f{number}@example.com", name=f"F{number}") for number in range(500)
        )
        Follower.objects.bulk_create(Follower(case=case, user=one, at=case.opened_at, by=carl) for one in people)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_follower")
        plan = Follower.objects.filter(user=people[7], ended_at__isnull=True).explain()
        assert "cases_followed" in plan
