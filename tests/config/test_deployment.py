"""Settings in production: the example says what is missing and serves when filled in; carelessness is refused."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from config import deployment
from config.environment import Environment, read_file

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
# The names that are empty in the example, each with the comment above it.
EMPTY = re.findall(r"^# (.+)\n([A-Z_]+)=$", EXAMPLE, re.MULTILINE)
GOOD = {
    "SECRET_KEY": "kq3Vt0mZr8_Yc1uXw5-Lb7Nd2Hs9Fj4Gp6Ae_RoQiTyUzCvBx-3MnWk",
    "SITE_URL": "https://care.example.com",
    "ALLOWED_HOSTS": ["care.example.com"],
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "DEFAULT_FROM_EMAIL": "Customer Care <care@example.com>",
    "SECRET_KEY_FALLBACKS": [],
    "DEMO": False,
}
BOOT = """\
import django; django.setup()
from django.conf import settings
from django.core.management import call_command
from django.test import Client
call_command("check", deploy=True, fail_level="WARNING")
host = settings.ALLOWED_HOSTS[0]
print(Client(SERVER_NAME=host).get("/healthz", secure=True).status_code, settings.SITE_URL, settings.SERVER_EMAIL)
"""


def run(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the settings of a file alone: nothing of the tests' environment."""
    (folder / "env").write_text(text, encoding="utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, "ENV_FILE": str(folder / "env"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)


def filled_in(**given: str) -> str:
    """Return the example with each empty name filled in as the comment above it says, or with `given`."""
    text = EXAMPLE
    for comment, name in EMPTY:
        text = text.replace(f"\n{name}=\n", f"\n{name}={given.get(name) or refused_in(comment)}\n")
    return text


def refused_in(comment: str) -> str:
    example = re.fullmatch(r"For example: (.+)", comment)
    if example:
        return example[1]
    [command] = re.findall(r'^Make one: python -c "(.+)"$', comment)
    return subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.strip()


class TestTheExample:
    def test_fills_in_nothing_that_production_must_choose(self) -> None:
        assert {name for _comment, name in EMPTY} == {*deployment.NEEDED, "DATABASE_URL", "REDIS_URL"}

    def test_as_shipped_says_what_is_missing(self, tmp_path: Path) -> None:
        done = run(tmp_path, EXAMPLE, "manage.py", "check")
        assert done.returncode != 0
        assert (
            done.stderr.strip().splitlines()[-1].endswith("SECRET_KEY is empty. Set it in the environment or in .env.")
        )

    def test_filled_in_as_it_says_production_starts(self, tmp_path: Path) -> None:
        engines = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
        done = run(tmp_path, filled_in(**engines), "-c", BOOT)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == "200 https://care.example.com Customer Care <care@example.com>"

    @pytest.mark.parametrize("name", deployment.NEEDED[1:])
    def test_with_one_name_left_empty_is_refused_before_deployment(
        self, name: str, monkeypatch: pytest.MonkeyPatch, settings: object
    ) -> None:
        good(settings, monkeypatch)
        monkeypatch.setenv(name, "  ")
        assert [found.msg for found in deployment.check_settings(None)] == [f"{name} is not set."]


def good(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        setattr(settings, name, value)
    for name in deployment.NEEDED:
        monkeypatch.setenv(name, "set")


@pytest.fixture
def refused(settings: object, monkeypatch: pytest.MonkeyPatch) -> object:
    """`refused(SITE_URL="http://…")`: the ids of what `check --deploy` refuses with this set and all else well."""
    good(settings, monkeypatch)

    def ids(**changed: object) -> set[str]:
        for name, value in changed.items():
            setattr(settings, name, value)
        found = run_checks(include_deployment_checks=True, tags=["security"])
        return {str(each.id) for each in found if str(each.id).startswith("care.")}

    return ids


class TestCheckDeploy:
    def test_has_nothing_against_good_settings(self, refused: object) -> None:
        assert refused() == set()

    @pytest.mark.parametrize(
        ("key", "id"),
        [
            ('# python -c "import secrets; print(secrets.token_urlsafe(64))"', "care.E002"),
            ("correct horse battery staple correct horse battery staple 123", "care.E002"),
            ("a\tb" * 30, "care.E002"),
            ("a\u00a0b" * 30, "care.E002"),
            ("demo-only-not-a-secret-" * 3, "care.E003"),
            ("known-to-everybody-for-tests-only-and-long-enough-to-be-one", "care.E003"),
            ("django-insecure-kq3Vt0mZr8_Yc1uXw5-Lb7Nd2Hs9Fj4Gp6Ae_RoQiTyUz", "care.E003"),
            ("change-me-kq3Vt0mZr8_Yc1uXw5-Lb7Nd2Hs9Fj4Gp6Ae_RoQiTyUzCvBx", "care.E003"),
            ("kq3Vt0mZr8_Yc1uXw5", "care.E004"),
            ("build", "care.E004"),
            ("abc" * 40, "care.E004"),
        ],
    )
    @pytest.mark.parametrize("old", [False, True])
    def test_refuses_a_key_that_can_be_known(self, refused: object, key: str, id: str, old: bool) -> None:
        assert refused(**({"SECRET_KEY_FALLBACKS": [key]} if old else {"SECRET_KEY": key})) == {id}

    @pytest.mark.parametrize(
        ("site", "ids"),
        [
            ("http://care.example.com", {"care.E005"}),
            ("https://care.example.com/portal", {"care.E006"}),
            ("https://user@care.example.com", {"care.E006"}),
            ("https://", {"care.E006"}),
            ("https://[", {"care.E005", "care.E006"}),
            ("https://care.example.com:port", {"care.E005", "care.E006"}),
            ("care.example.com", {"care.E005", "care.E006"}),
            ("https://other.example.com", {"care.E010"}),
            ("https://care.example.com:8443/", set()),
        ],
    )
    def test_refuses_an_address_that_mails_cannot_lead_to(self, refused: object, site: str, ids: set[str]) -> None:
        assert refused(SITE_URL=site) == ids

    @pytest.mark.parametrize(
        ("changed", "id"),
        [
            ({"ALLOWED_HOSTS": ["*"]}, "care.E011"),
            ({"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "care.E007"),
            ({"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}, "care.E007"),
            ({"DEFAULT_FROM_EMAIL": "Customer Care"}, "care.E008"),
            ({"DEMO": True}, "care.E009"),
        ],
    )
    def test_refuses_what_serves_nobody(self, refused: object, changed: dict[str, object], id: str) -> None:
        assert refused(**changed) == {id}


class TestTheEnvironment:
    @pytest.fixture
    def env(self, monkeypatch: pytest.MonkeyPatch) -> Environment:
        for name, value in {"WORDS": "maybe", "BLANK": " ", "OFF": "no", "ON": "Yes", "NUMBER": "many"}.items():
            monkeypatch.setenv(name, value)
        return Environment()

    def test_takes_an_empty_value_for_none(self, env: Environment) -> None:
        assert env.str("BLANK", default="else") == "else"
        with pytest.raises(ImproperlyConfigured, match="BLANK is empty"):
            env.str("BLANK")

    def test_takes_no_word_for_another(self, env: Environment) -> None:
        assert (env.bool("ON"), env.bool("OFF")) == (True, False)
        with pytest.raises(ImproperlyConfigured, match="WORDS is 'maybe'"):
            env.bool("WORDS", default=True)
        with pytest.raises(ImproperlyConfigured, match="NUMBER cannot be read"):
            env.int("NUMBER", default=1)

    @pytest.mark.parametrize(
        "line",
        ["LINE=value # why", "LINE=    # why", "LINE=#why", 'LINE="value" # why', "LINE: value", " LINE=value", "LINE"],
    )
    def test_refuses_a_line_that_may_be_meant_otherwise(self, tmp_path: Path, line: str) -> None:
        (tmp_path / "env").write_text(f"# a comment\n\n{line}\n", encoding="utf-8")
        with pytest.raises(ImproperlyConfigured, match="env, line 3"):
            read_file(tmp_path / "env")

    def test_keeps_a_sign_that_only_looks_like_a_comment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Environment, "ENVIRON", read := {})
        (tmp_path / "env").write_text("ONE=pass#word\nTWO='pass #word'\nexport THREE=3\n", encoding="utf-8")
        read_file(tmp_path / "env")
        assert read == {"ONE": "pass#word", "TWO": "pass #word", "THREE": "3"}
