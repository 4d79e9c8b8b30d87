"""tag and untag, and what becomes of a tag: one spelling, merged, retired, never deleted."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from cases.events import sentence
from cases.events.timeline import build
from cases.lifecycle import merge_tags, tag, untag
from cases.lifecycle.tags import BadTag, TagRetired
from cases.models import Case, CaseTag, Tag
from cases.models.tag import normal
from cases.permissions import NotAllowed
from cases.statuses import IllegalMove

pytestmark = pytest.mark.django_db


def borne(case):
    return set(case.tagged.filter(removed_at__isnull=True).values_list("tag__name", flat=True))


class TestNormal:
    @pytest.mark.parametrize(
        ("written", "kept"), [("  Single  Sign-On ", "single sign-on"), ("SSO,", "sso"), ("É", "é"), (" , ", "")]
    )
    def test_is_small_and_single_spaced(self, written, kept):
        assert normal(written) == kept

    @given(st.text(max_size=60))
    def test_is_settled_after_once(self, written):
        assert normal(normal(written)) == normal(written)


class TestTag:
    def test_coins_what_is_new_and_uses_what_is_there(self, case, alice, carl, nora, open_case, later):
        tag(case, by=carl, at=later(minutes=1), names=["SSO", "Time  sheets", "sso"])
        tag(open_case(alice), by=nora, at=later(minutes=1), names=["Sso"])
        assert borne(case) == {"sso", "time sheets"}
        assert Tag.objects.get(name="sso").coined_by == carl
        assert sentence(case.events.last()) == "Carl Care tagged the case: sso, time sheets"

    def test_is_not_for_customers(self, case, alice, carl, later):
        with pytest.raises(NotAllowed):
            tag(case, by=alice, at=later(minutes=1), names=["sso"])
        tag(case, by=carl, at=later(minutes=1), names=["canary"])
        assert not any("canary" in entry.words for entry in build(case, alice))

    @pytest.mark.parametrize("names", [[], [" "], ["x" * 41], [f"tag {n}" for n in range(21)]])
    def test_refuses_none_too_long_and_too_many(self, case, carl, later, names):
        with pytest.raises(BadTag):
            tag(case, by=carl, at=later(minutes=1), names=names)
        assert not CaseTag.objects.exists()

    def test_refuses_what_it_bears_already_and_what_was_retired(self, case, carl, later):
        tag(case, by=carl, at=later(minutes=1), names=["sso"])
        with pytest.raises(IllegalMove):
            tag(case, by=carl, at=later(minutes=2), names=["SSO"])
        Tag.objects.create(name="old", coined_at=later(), retired_at=later())
        with pytest.raises(TagRetired, match="old"):
            tag(case, by=carl, at=later(minutes=2), names=["old"])


class TestUntag:
    def test_takes_it_away_and_keeps_the_record(self, case, carl, later):
        tag(case, by=carl, at=later(minutes=1), names=["sso"])
        untag(case, by=carl, at=later(minutes=2), tag=Tag.objects.get())
        assert (borne(case), CaseTag.objects.get().removed_by) == (set(), carl)
        with pytest.raises(IllegalMove):
            untag(case, by=carl, at=later(minutes=3), tag=Tag.objects.get())


class TestMergeTags:
    def test_lets_one_stand_for_both(self, case, alice, carl, mona, open_case, later):
        other = open_case(alice)
        tag(case, by=carl, at=later(minutes=1), names=["sso", "single sign-on"])
        tag(other, by=carl, at=later(minutes=1), names=["sso"])
        old, new = Tag.objects.get(name="sso"), Tag.objects.get(name="single sign-on")
        assert merge_tags(old, into=new, by=mona, at=later(minutes=2)) == 1
        assert borne(case) == borne(other) == {"single sign-on"}
        assert list(Case.objects.tagged(["single sign-on"]).order_by("pk")) == [case, other]
        third = open_case(alice)
        tag(third, by=carl, at=later(minutes=3), names=["SSO"])
        assert borne(third) == {"single sign-on"}

    def test_follows_through_to_the_last(self, carl, mona, later):
        one, two, three = (Tag.objects.create(name=name, coined_at=later()) for name in ("a", "b", "c"))
        merge_tags(one, into=two, by=mona, at=later())
        merge_tags(two, into=three, by=mona, at=later())
        one.refresh_from_db()
        assert one.merged_into == three

    def test_is_refused_into_itself_and_into_a_retired_one(self, mona, later):
        one, two = (Tag.objects.create(name=name, coined_at=later()) for name in ("a", "b"))
        merge_tags(one, into=two, by=mona, at=later())
        for into in (one, two):
            with pytest.raises(BadTag):
                merge_tags(two, into=into, by=mona, at=later())


class TestTheDatabase:
    def test_holds_one_spelling_and_deletes_nothing(self, case, carl, later):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.create(name="SSO", coined_at=later())
        tag(case, by=carl, at=later(minutes=1), names=["sso"])
        for model in (CaseTag, Tag):
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.all().delete()
