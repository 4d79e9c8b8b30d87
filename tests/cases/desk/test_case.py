"""The page of one case."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases import lifecycle
from cases.attachments import accept
from cases.jobs import commitments
from cases.models import Exclusion, OutboxMail
from products.models import Release
from sla.clocks import Metric
from sla.models import MatrixRow
from tests.cases.desk.conftest import read, to


def part(page: str, name: str) -> str:
    """The panel of the page whose heading has this id."""
    return page.split(f'aria-labelledby="{name}"')[1].split("</section>")[0]


class TestCase:
    def test_shows_what_was_said_and_done_in_order(self, here, case, alice, carl, nora, clock):
        lifecycle.take(case, by=carl, at=clock.later(minutes=1))
        lifecycle.note(case, by=nora, at=clock.later(minutes=1), body="Seen this at another account.")
        lifecycle.reply(case, by=carl, at=clock.later(minutes=1), body="I am looking at it.")
        lifecycle.reply(case, by=alice, at=clock.later(days=1), body="Any news?")
        page = read(here.get(to("case", case)))
        timeline = page.split('id="timeline"')[1].split("</ol>")[0]
        words = ["Saving ends in an error", "Carl Care took the case", "Seen this at", "I am looking", "Any news?"]
        places = [timeline.index(word) for word in words]
        assert places == sorted(places)
        assert timeline.count("cc-day") == 2
        assert "Internal note" in timeline

    def test_says_how_the_mail_about_an_entry_fares(self, here, case, carl, clock):
        lifecycle.reply(case, by=carl, at=clock.later(minutes=1), body="Hello")
        lifecycle.ask_customer(case, by=carl, at=clock.later(minutes=1), body="Which?")
        first, second, third = OutboxMail.objects.filter(case=case).order_by("pk")
        OutboxMail.objects.filter(pk=first.pk).update(state="sent", sent_at=clock.moment)
        OutboxMail.objects.filter(pk=second.pk).update(state="failed", error="550 <no> such mailbox")
        page = read(here.get(to("case", case)))
        assert f"Mailed to {first.recipient.email}" in page
        assert f"The mail to {second.recipient.email} failed: 550 &lt;no&gt; such mailbox" in page
        assert f"A mail to {third.recipient.email} is on its way" in page

    def test_stands_on_the_latest_word(self, here, case, carl, clock):
        lifecycle.reply(case, by=carl, at=clock.later(minutes=1), body="Latest word")
        lifecycle.take(case, by=carl, at=clock.later(minutes=1))
        page = here.get(to("case", case)).content.decode()
        assert page.index('id="latest"') < page.index("Latest word")
        assert page.index("Saving ends") < page.index('id="latest"')

    def test_shows_the_texts_of_customers_as_words(self, here, open_case, alice, carl, clock):
        case = open_case(alice, subject="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>")
        file = SimpleUploadedFile("<b>a.txt", b"text")
        lifecycle.reply(
            case, by=alice, at=clock.later(minutes=1), body="</textarea><svg onload=x>", files=accept([file])
        )
        page = here.get(to("case", case)).content.decode()
        for raw in ("<script>alert", "<img src=x", "<svg onload", "<b>a.txt"):
            assert raw not in page
        assert "&lt;img src=x onerror" in page

    def test_says_who_asks_and_what_time_it_is_there(self, here, case, alice):
        alice.phone, alice.time_zone = "+33489737302", "Asia/Tokyo"
        alice.save(update_fields=["phone", "time_zone"])
        people = part(read(here.get(to("case", case))), "people-title")
        for words in ("Acme", "Standard", "Alice Adams", "alice@example.com", "tel:+33489737302"):
            assert words in people
        assert ">00:00 JST</time> there (Asia/Tokyo)" in people

    def test_says_whether_the_desk_is_open(self, here, case, clock):
        assert "Open now" in read(here.get(to("case", case)))
        clock.later(hours=10)
        people = part(read(here.get(to("case", case))), "people-title")
        assert "Closed" in people
        assert "opens" in people
        assert "Wed 9 Jun, 02:00 CDT" in people

    def test_says_what_runs_and_whether_it_is_supported(self, here, case, at):
        assert "supported" in part(read(here.get(to("case", case))), "runs-title")
        for number in (1, 2):
            Release.objects.create(
                product=case.product, version=f"2027.6.{number}", released_on=at.date() - timedelta(days=3 - number)
            )
        runs = part(read(here.get(to("case", case))), "runs-title")
        assert "no longer supported" in runs
        assert "2027.6.2, 2027.6.1" in runs

    def test_lists_the_other_open_cases_of_the_account(self, here, case, open_case, alice, eve, carl, clock):
        for number in range(6):
            open_case(alice, subject=f"Other {number}", severity="moderate")
        open_case(eve, subject="Of another account")
        solved = open_case(alice, subject="Solved already")
        lifecycle.provide_solution(solved, by=carl, at=clock.later(minutes=1), body="So.")
        others = part(read(here.get(to("case", case))), "others-title")
        assert others.count("Other ") == 5
        assert "Of another account" not in others
        assert "Solved already" not in others
        assert "All of them" in others

    def test_marks_its_place_in_the_folded_queue(self, here, case, open_case, alice):
        other = open_case(alice, severity="minor", subject="Minor thing")
        folded = read(here.get(to("case", case))).split('id="case-list"')[1].split("</nav>")[0]
        assert "Minor thing" in folded
        assert folded.count('aria-current="page"') == 1
        assert to("case", other) in folded

    def test_takes_few_queries_however_much_was_said(
        self, here, open_case, eve, carl, nora, clock, django_assert_max_num_queries
    ):
        case = open_case(eve, severity="critical")
        for number in range(20):
            file = accept([SimpleUploadedFile(f"{number}.txt", b"text")])
            lifecycle.reply(case, by=(carl, eve)[number % 2], at=clock.later(minutes=1), body=f"{number}", files=file)
            lifecycle.note(case, by=nora, at=clock.later(minutes=1), body=f"Note {number}")
            open_case(eve, at=clock.later(seconds=1))
        here.get(to("case", case))
        with django_assert_max_num_queries(21):
            here.get(to("case", case) + "?view=ours&severity=critical&product=changepoint")


class TestClocks:
    def test_count_as_of_now(self, here, case, clock):
        clock.later(minutes=20)
        clocks = part(read(here.get(to("case", case))), "clocks-title")
        assert "First answer" in clocks
        assert "20 min of 1 h" in clocks
        assert "40 min left" in clocks

    def test_are_met_paused_and_late(self, here, case, carl, clock):
        lifecycle.reply(case, by=carl, at=clock.later(minutes=30), body="Hello")
        lifecycle.ask_customer(case, by=carl, at=clock.later(minutes=30), body="Which?")
        clock.later(minutes=90)
        clocks = part(read(here.get(to("case", case))), "clocks-title")
        assert "cc-bar-met" in clocks
        assert "1 h 30 min paused" in clocks
        assert "cc-bar-breached" in clocks
        assert "30 min late" in clocks
        assert "url(#cc-hatch)" in clocks

    def test_say_their_conditions_and_what_is_promised_in_words_only(self, here, case):
        clocks = part(read(here.get(to("case", case))), "clocks-title").lower()
        row = MatrixRow.objects.get(matrix=case.matrix, kind="own", severity=2, metric=Metric.STATUS_UPDATE.value)
        assert row.minutes is None
        assert row.note in clocks
        assert "if no change of code is needed" in clocks

    def test_of_an_excluded_case_say_why_there_are_none(self, here, open_case, alice):
        case = open_case(alice, type="functional")
        assert case.exclusion == Exclusion.objects.get(code="functional")
        clocks = part(read(here.get(to("case", case))), "clocks-title")
        assert case.exclusion.name in clocks
        assert "No times are promised" in clocks
        assert "cc-bar-track" not in clocks

    def test_tell_periods_that_were_missed_before(self, here, open_case, eve, clock):
        case = open_case(eve, severity="critical")
        clock.later(hours=25)
        clocks = part(read(here.get(to("case", case))), "clocks-title")
        assert "missed 4 times before" in clocks
        assert "Counted round the clock" in clocks
        assert len(re.findall("Status update", clocks)) == 1


class TestTheSendCheck:
    """Words for the customer are held back once where others wrote since their writer began."""

    @pytest.fixture
    def seen(self, here, case):
        page = here.get(to("case", case)).content.decode()
        return int(re.search(r'name="seen" value="(\d+)"', page).group(1))

    @pytest.mark.parametrize("verb", ["reply", "ask_customer", "restore_service", "provide_solution"])
    def test_holds_each_of_them_back_and_keeps_the_draft(self, verb, here, case, alice, seen, clock):
        lifecycle.reply(case, by=alice, at=clock.later(minutes=1), body="It works again!")
        lifecycle.reply(case, by=alice, at=clock.later(minutes=1), body="No, it does not.")
        response = here.post(to(verb, case), {"body": "My long draft", "seen": seen})
        page = read(response)
        assert response.status_code == 422
        assert "2 new entries since you began" in page
        assert "My long draft</textarea>" in page
        assert page.count("cc-entry-unread") == 2
        assert f'formaction="{to(verb, case)}"' in page
        assert not case.messages.filter(body="My long draft").exists()

    def test_lets_them_go_the_second_time(self, here, case, alice, seen, clock):
        lifecycle.reply(case, by=alice, at=clock.later(minutes=1), body="More")
        held = here.post(to("reply", case), {"body": "Draft", "seen": seen}).content.decode()
        now_seen = re.search(r'name="seen" value="(\d+)"', held).group(1)
        assert here.post(to("reply", case), {"body": "Draft", "seen": now_seen}).status_code == 302
        assert case.messages.filter(body="Draft").count() == 1

    def test_answers_htmx_with_the_reason_alone(self, here, case, alice, seen, clock):
        lifecycle.reply(case, by=alice, at=clock.later(minutes=1), body="More")
        response = here.post(to("reply", case), {"body": "Draft", "seen": seen}, headers={"HX-Request": "true"})
        assert response.status_code == 200
        assert response["HX-Retarget"] == "#reply-refused"
        page = read(response)
        assert "1 new entry since you began" in page
        assert "<textarea" not in page
        assert f'name="seen" value="{seen}"' not in page

    def test_does_not_mind_notes_nor_ones_own_words(self, here, case, carl, nora, seen, clock):
        lifecycle.note(case, by=nora, at=clock.later(minutes=1), body="Psst")
        lifecycle.reply(case, by=carl, at=clock.later(minutes=1), body="From another window")
        assert here.post(to("reply", case), {"body": "Draft", "seen": seen}).status_code == 302

    def test_marks_what_is_new_on_request(self, here, case, alice, seen, clock):
        lifecycle.reply(case, by=alice, at=clock.later(minutes=1), body="More")
        page = read(here.get(to("case", case), {"seen": seen}))
        assert page.count("cc-entry-unread") == 1
        assert 'id="news"' in page
        assert here.get(to("case", case), {"seen": "x"}).status_code == 200
        assert here.get(to("case", case), {"seen": "9" * 30}).status_code == 200


class TestWhatWasMissed:
    def test_is_told_in_the_timeline_without_a_line_for_each_of_us_who_heard(self, here, case, mona, clock):
        commitments.sweep(clock.later(minutes=65))
        page = read(here.get(to("case", case)))
        assert "Missed: First answer" in page
        assert "mona@example.com" not in page

    def test_is_listed_with_its_due_time_and_how_late(self, here, case, carl, clock):
        commitments.sweep(clock.later(minutes=65))
        listed = read(here.get(to("case", case))).split("Missed commitments")[1]
        assert "5 min late so far" in listed
        assert "Due <time" in listed
        lifecycle.reply(case, by=carl, at=clock.later(minutes=5), body="Late.")
        assert "10 min late<" in read(here.get(to("case", case))).split("Missed commitments")[1]

    def test_links_each_clock_to_its_reckoning(self, here, case):
        page = read(here.get(to("case", case)))
        assert reverse("desk:why", args=[case.number, "response", 1, 1]) in page
