"""Words that are written to cost: fifty thousand signs of each kind cost a bounded time everywhere, and few pages.

Processor time is measured, not the clock: the machine may be busy with something else.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from time import process_time
from typing import Any

import pytest
from django.urls import reverse

from cases import lifecycle
from cases.export import pdf_layout, pdf_text, taking
from cases.export.pdf_text import fitted
from cases.forms.base import MOST_SIGNS
from cases.models import Case, OutboxMail
from cases.notifications import compose as notifications
from contacts.models import User
from sla.combining_signs import MOST_ON_PAPER, MOST_TAKEN, cap_runs
from sla.plain_text import clean_text
from tests.conftest import OpenCase

BAR = 10.0  # seconds of processor, what the house promises
USUAL = 4.0  # what each costs at the most on a busy machine; it is an eighth of that on an idle one


def of(signs: str) -> str:
    return (signs * MOST_SIGNS)[:MOST_SIGNS]


KINDS = {
    "combining": "a" + of("\u0301")[1:],
    "emoji": of("🙂"),
    "cjk": of("中"),
    "newlines": "x" + of("\n")[2:] + "x",
    "zero-width": "a" + of("\u200b")[2:] + "b",
    "one long word": of("x"),
    # Beside those named: what else makes lines long, runs long, or normalising slow.
    "combining of many classes": "a" + of("\u0301\u0316\u0323\u0300")[1:],
    "combining that joiners part": "a" + of("\u0301\u200d")[1:],
    "enclosing": "a" + of("\u0489\u20dd")[1:],
    "letters with combining": of("a\u0301\u0302\u0303"),
    "spaces": "x" + of(" ")[2:] + "x",
    "soft hyphens": of("a\u00ad"),
    "no-break spaces": "x" + of("\u00a0")[2:] + "x",
    "right to left": of("א\u05b0\u200f"),
    "flags and families": of("👨\u200d👩\u200d👧🇫🇷"),
    "line by line": of("a\n"),
    "addresses": of("https://a.example/?q=(&lt;) www.b.example!;: a@b.example "),
    "brackets": of("(<[{&\"'"),
    "beyond the first plane": of("\U0001d573\U000e0041"),
    "all at once": of("e\u0301\u0316" * 40 + "🙂中\n\u200b" + "x" * 200),
}


def cost(doing: Callable[[], Any]) -> float:
    began = process_time()
    doing()
    return process_time() - began


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


NAMED = list(KINDS)[:6]


@pytest.fixture(params=KINDS)
def text(request: pytest.FixtureRequest, times: Callable[..., int]) -> str:
    """Fifty thousand signs of a kind; of those beside the six named a fifth, and all in a proof."""
    name: str = request.param
    return KINDS[name] if name in NAMED else KINDS[name][: times(MOST_SIGNS // 5, full=MOST_SIGNS)]


@pytest.mark.django_db
@pytest.mark.rotating(3)
class TestFiftyThousandSigns:
    def test_cost_little_wherever_they_are_shown(
        self, text: str, alice: User, carl: User, open_case: OpenCase, signed_in: Any, later: Any
    ) -> None:
        """Opened and answered by the portal's forms' verbs, shown on both pages, mailed, and taken both ways."""
        costs: dict[str, float] = {}
        costs["opening"] = cost(lambda: open_case(alice, body=text))
        case = Case.objects.get()
        costs["reply"] = cost(lambda: lifecycle.reply(case, by=carl, at=later(minutes=5), body=text))
        mail = OutboxMail.objects.filter(case=case, notice="reply").latest("pk")
        costs["mail"] = cost(lambda: notifications.compose(mail).message().as_bytes())
        for person, side in ((alice, "portal"), (carl, "desk")):
            client, address = signed_in(person), reverse(f"{side}:case", args=[case.number])
            costs[side] = cost(lambda client=client, address=address: client.get(address))
        taken: list[bytes] = []
        costs["pdf"] = cost(lambda: taken.append(taking.take_pdf(case, by=alice, at=later(hours=2))))
        costs["json"] = cost(lambda: taken.append(taking.take_json(case, by=alice, at=later(hours=2))))
        assert max(costs.values()) < USUAL < BAR, costs
        assert pages(taken[0]) < 60
        assert [one["body"] for one in json.loads(taken[1])["messages"]] == [clean_text(text)] * 2

    def test_are_answered_by_the_forms(self, text: str, alice: User, case: Case, signed_in: Any, settings: Any) -> None:
        """A form that refuses shows what was typed: that costs as little."""
        client, address = signed_in(alice), reverse("portal:reply", args=[case.number])
        answers: list[Any] = []
        assert cost(lambda: answers.append(client.post(address, {"body": text + "!!"}))) < USUAL
        assert cost(lambda: answers.append(client.post(address, {"body": text}))) < USUAL
        assert [answer.status_code for answer in answers] == [
            422 if len(clean_text(text + "!!")) > MOST_SIGNS else 302,
            302,
        ]


class TestCapRuns:
    @pytest.mark.parametrize(
        "text",
        [
            "plain", "", "naïve café", "e\u0301\u0323\u0308", "กี่น้ำ", "नमस्ते दुनिया", "בְּרֵאשִׁית", "السَّلامُ",
            "👨\u200d👩\u200d👧\u200d👦 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f ❤️\u200d🔥",
            "བསྒྲུབས་", "a" + "\u0301" * MOST_TAKEN,
        ],
    )  # fmt: skip
    def test_leaves_what_people_write(self, text: str) -> None:
        assert cap_runs(text) == (text, 0)

    @pytest.mark.parametrize("sign", ["\u0301", "\u0489", "\u0903", "\ufe0f", "\u0e31", "\U000e0100"])
    def test_cuts_each_run_and_counts_what_it_leaves_out(self, sign: str) -> None:
        text = f"a{sign * 50} b{sign * 31}\n{sign * 30}"
        assert cap_runs(text) == (f"a{sign * 30} b{sign * 30}\n{sign * 30}", 21)

    def test_is_not_got_round_by_signs_of_no_width(self) -> None:
        capped, left_out = cap_runs("a" + "\u0301\u200d" * 100)
        assert (capped.count("\u0301"), left_out) == (MOST_TAKEN, 70)

    def test_is_the_same_done_twice(self) -> None:
        for text in KINDS.values():
            once, _left_out = cap_runs(text)
            assert cap_runs(once) == (once, 0)

    def test_makes_normalising_cheap(self) -> None:
        for text in KINDS.values():
            assert cost(lambda text=text: unicodedata.normalize("NFKC", cap_runs(text)[0])) < 0.5


class TestFitted:
    def test_is_bounded_and_accounts_for_every_sign(self, text: str) -> None:
        shown = fitted(text)
        assert len(shown.text) <= pdf_text.MOST_SIGNS
        assert shown.text.count("\n") < pdf_text.MOST_LINES
        whole = fitted(text, most_signs=10**9, most_lines=10**9)
        capped, cut = cap_runs(text, MOST_ON_PAPER)
        assert shown.text == whole.text[: len(shown.text)]
        assert shown.left_out == cut if shown.text == whole.text else cut < shown.left_out <= cut + len(capped)

    def test_says_how_many_are_left_out(self) -> None:
        assert fitted("中" * 10_000).left_out == 10_000 - pdf_text.MOST_SIGNS // len("[U+4E2D]")
        assert fitted("a" + "\u0301" * 1_000).left_out == 1_000 - MOST_ON_PAPER
        assert fitted("x" * pdf_text.MOST_SIGNS).left_out == 0
        assert fitted("x" + "\n" * 2_000).left_out == 2_000 - pdf_text.MOST_LINES + 1

    def test_is_told_on_the_page(self, monkeypatch: pytest.MonkeyPatch, at: Any) -> None:
        written: list[str] = []
        paper = pdf_layout.Document(title="", foot="", page_words="{page}", language="en", at=at)
        original = paper.multi_cell

        def noted(width: float, height: float, text: str, **more: Any) -> Any:
            written.append(text)
            return original(width, height, text, **more)

        monkeypatch.setattr(paper, "multi_cell", noted)
        paper.paragraph("a" + "\u0301" * 1_000)
        assert written[1] == "[992 signs are left out here; the record as JSON has them.]"

    def test_what_the_library_costs_without_it_is_noticed(self, monkeypatch: pytest.MonkeyPatch, at: Any) -> None:
        """The wrong way: the same text uncapped takes time that grows with its square."""

        def costs(signs: int) -> float:
            paper = pdf_layout.Document(title="", foot="", page_words="{page}", language="en", at=at)
            return cost(lambda: paper.paragraph("a" + "\u0301" * signs))

        capped = costs(4_000)
        monkeypatch.setattr(pdf_text, "cap_runs", lambda text, most, also: (text, 0))
        monkeypatch.setattr(pdf_text, "clean_text", lambda text: text)
        assert costs(4_000) > 10 * capped


class TestAWholeDocument:
    @pytest.mark.django_db
    def test_ends_where_it_is_full_and_says_so(
        self, case: Case, carl: User, later: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pdf_layout, "MOST_PAGES", 4)
        for number in range(6):
            lifecycle.note(case, by=carl, at=later(minutes=number), body="x\n" * 200)
        words: list[str] = []
        monkeypatch.setattr(pdf_layout, "fitted", lambda text: words.append(text) or fitted(text))
        pdf = taking.take_pdf(case, by=carl, at=later(hours=1))
        assert 4 <= pages(pdf) < 12
        assert "The document ends this part here: 5 more entries are in the record as JSON." in words

    @pytest.mark.django_db
    def test_that_takes_too_long_is_refused_in_words(
        self, case: Case, alice: User, signed_in: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pdf_layout, "MOST_SECONDS", -1.0)
        answer = signed_in(alice).post(reverse("portal:export_pdf", args=[case.number]))
        assert answer.status_code == 429
        assert "Take it as JSON" in answer.content.decode()
