"""The database that tests begin with: another one when a file that it is made of changes, the same after each test."""

from pathlib import Path

import pytest
from django.db import connection

from contacts.models import Team
from products.models import Product
from tests import restore, template_database

FILES = {
    "app/__init__.py": "",
    "app/migrations/__init__.py": "",
    "app/migrations/0001_first.py": "from app.guards import (\n    GUARD,\n)\n",
    "app/guards.py": "from app import words\nGUARD = words.GUARD\n",
    "app/words.py": "GUARD = 1\n",
    "app/views.py": "from app import words\n",
    "app/reference/rows.toml": "[row]\n",
    "uv.lock": "django 5.2",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def digest(project: Path) -> str:
    return template_database.digest.__wrapped__(project)


class TestDigest:
    @pytest.mark.parametrize(
        ("name", "is_another"),
        [
            ("app/migrations/0001_first.py", True),
            ("app/guards.py", True),
            ("app/words.py", True),
            ("app/reference/rows.toml", True),
            ("uv.lock", True),
            ("app/views.py", False),
        ],
    )
    def test_changes_with_what_the_database_is_made_of(self, project: Path, name: str, is_another: bool) -> None:
        before = digest(project)
        (project / name).write_text(FILES[name] + "\n# changed\n")
        assert (digest(project) != before) is is_another

    def test_follows_ours_to_migrations_reference_data_and_guards(self) -> None:
        found = {str(path.relative_to(template_database.PROJECT)) for path in template_database.sources(
            template_database.PROJECT
        )}  # fmt: skip
        assert {"sla/guards.py", "sla/text_guard.py", "sla/dated_guards.py", "uv.lock"} <= found
        assert sum("/migrations/0" in name for name in found) >= 5
        assert sum("/reference/" in name for name in found) > 5
        assert not [name for name in found if "/views/" in name or "/templates/" in name]


@pytest.mark.django_db(transaction=True)
class TestRestore:
    def test_brings_back_what_was_changed_deleted_and_added(self) -> None:
        before = restore.fingerprints()
        Product.objects.filter(code="daptiv").update(name="Another")
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM contacts_team_members")
        Team.objects.create(code="new", name_en="New")
        assert restore.fingerprints() != before
        restore.restore()
        assert restore.fingerprints() == before
        assert Product.objects.get(code="daptiv").name != "Another"

    def test_leaves_every_guard_switched_on(self) -> None:
        Team.objects.create(code="new", name_en="New")
        restore.restore()
        with connection.cursor() as cursor:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'")
            assert cursor.fetchall() == []

    def test_finds_the_reference_data_of_the_beginning(self) -> None:
        assert restore.fingerprints() == restore._fingerprints
        assert Product.objects.exists()
