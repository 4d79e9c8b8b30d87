"""What is taken of files, under which name and type, and what is given back."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.attachments import REFUSED, FileRefused, accept, clean_name
from cases.lifecycle import reply
from cases.models import Attachment


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("log.txt", "log.txt"),
        ("C:\\Users\\alice\\log.txt", "log.txt"),
        ("../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        (".htaccess", "htaccess"),
        ("a\u202egnp.txt", "agnp.txt"),
        ("a\u200b\x00\r\nb.txt", "ab.txt"),
        ("...", "file"),
        ("", "file"),
        ("server.properties", "server.properties"),
        ("x" * 130 + ".configuration", "x" * 130 + ".configuration"),
        ("x" * 300 + ".txt", "x" * 146 + ".txt"),
        ("x" * 300 + ".properties", "x" * 139 + ".properties"),
        ("x" * 140 + " . . ." + "y" * 20 + ".txt", "x" * 140 + ".txt"),
        ("1." + "x" * 300, "1." + "x" * 148),
        ("x" * 300, "x" * 150),
    ],
)
def test_a_name_is_shown_without_path_and_hidden_signs(sent, shown):
    assert clean_name(sent) == shown


KINDS = (
    "xll msc chm url scf library-ms appref-ms application one ps1xml sh lnk iso img vhd hta jnlp exe docm".split()  # noqa: SIM905
)


class TestAccept:
    @pytest.mark.parametrize("kind", KINDS)
    def test_refuses_what_a_double_click_runs_or_opens(self, kind):
        with pytest.raises(FileRefused, match="not taken"):
            accept([SimpleUploadedFile(f"Report.{kind.title()}", b"x")])

    @pytest.mark.parametrize("name", ["application", "one", "sh", "my.one.txt"])
    def test_takes_a_name_that_has_no_such_ending(self, name):
        assert accept([SimpleUploadedFile(name, b"x")])[0].name == name

    @pytest.mark.parametrize("name", ["a.exe", "A.EXE", "a.exe.", "a.exe. .", "a.exe ", "a.txt.js", "a.ex\u200be"])
    def test_refuses_what_runs_however_it_is_written(self, name):
        with pytest.raises(FileRefused):
            accept([SimpleUploadedFile("good.txt", b"x"), SimpleUploadedFile(name, b"x")])

    def test_refuses_what_is_empty(self):
        with pytest.raises(FileRefused, match="is empty"):
            accept([SimpleUploadedFile("a.txt", b"")])

    def test_refuses_too_many(self, settings):
        settings.MAX_UPLOAD_FILES = 2
        with pytest.raises(FileRefused, match="At most 2"):
            accept([SimpleUploadedFile(f"{number}.txt", b"x") for number in range(3)])

    def test_refuses_too_much_in_total(self, settings):
        settings.MAX_UPLOAD_BYTES = 10
        with pytest.raises(FileRefused, match="in total"):
            accept([SimpleUploadedFile(f"{number}.txt", b"x" * 6) for number in range(2)])

    def test_takes_the_type_that_the_content_shows(self):
        page = SimpleUploadedFile("a.png", b"<script>alert(1)</script>", content_type="image/png")
        picture = SimpleUploadedFile("a.txt", b"\x89PNG\r\n\x1a\n rest", content_type="text/html")
        assert [one.content_type for one in accept([page, picture])] == ["application/octet-stream", "image/png"]


@pytest.mark.django_db
class TestDownload:
    @pytest.fixture
    def kept(self, case, alice, later, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        files = accept([SimpleUploadedFile("page.html", b"<script>alert(1)</script>")])
        reply(case, by=alice, at=later(minutes=1), body="See the file.", files=files)
        return Attachment.objects.get()

    def test_of_a_page_is_never_inline(self, kept, alice, signed_in):
        response = signed_in(alice).get(f"/files/{kept.pk}/?inline")
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Type"] == "application/octet-stream"

    def test_of_a_file_that_the_disk_lost_is_not_found(self, kept, alice, signed_in):
        kept.file.storage.delete(kept.file.name)
        assert signed_in(alice).get(f"/files/{kept.pk}/").status_code == 404

    def test_the_page_says_what_is_taken_in_total(self, case, alice, signed_in, settings):
        settings.MAX_UPLOAD_FILES, settings.MAX_UPLOAD_BYTES = 7, 3 * 1024 * 1024
        page = signed_in(alice).get(f"/cases/{case.number}/").content.decode()
        assert 'data-max-files="7" data-max-bytes="3145728"' in page
        assert "Up to 7 files, 3.0 MB in total." in page

    def test_the_page_knows_the_kinds_that_are_refused(self, case, alice, signed_in):
        page = signed_in(alice).get(f"/cases/{case.number}/").content.decode()
        [kinds] = re.findall(r'data-refused-kinds="([^"]*)"', page)
        assert set(kinds.split()) == REFUSED >= set(KINDS)

    def test_a_picture_is_shown_in_the_page(self, case, alice, later, signed_in, settings, tmp_path):
        settings.MEDIA_ROOT = tmp_path
        files = accept([SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n rest"), SimpleUploadedFile("b.txt", b"x")])
        reply(case, by=alice, at=later(minutes=1), body="See the picture.", files=files)
        picture = Attachment.objects.get(name="a.png")
        page = signed_in(alice).get(f"/cases/{case.number}/").content.decode()
        assert re.findall(r'<img src="(/files[^"]*)" alt="([^"]*)"', page) == [
            (f"/files/{picture.pk}/?inline", "a.png")
        ]
