"""Shares of the values that a run tries: of several seeds together all; everything where somebody names it."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import samples

VALUES = [f"value {number}" for number in range(20)]


@pytest.fixture(params=[2, 3, 7])
def parts(request: pytest.FixtureRequest) -> int:
    return int(request.param)


class TestShare:
    def test_is_a_part_and_the_same_for_the_same_seed(self, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SEED", "5")
        drawn = samples.share(VALUES, parts, of="this")
        assert len(VALUES) // parts <= len(drawn) <= len(VALUES) // parts + 1
        assert samples.share(VALUES, parts, of="this") == drawn

    def test_over_some_seeds_is_everything(self, parts: int, monkeypatch: pytest.MonkeyPatch) -> None:
        tried: set[str] = set()
        for seed in range(60):
            monkeypatch.setenv("SEED", str(seed))
            tried |= set(samples.share(VALUES, parts, of="this"))
        assert tried == set(VALUES)

    def test_of_pairs_takes_of_every_field_and_of_every_value(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SEED", "5")
        pairs = samples.share([(field, value) for field in range(9) for value in range(11)], 3, of="this")
        assert {field for field, _value in pairs} == set(range(9))
        assert {value for _field, value in pairs} == set(range(11))


class Item:
    """As much of a test as is asked of it."""

    def __init__(self, root: Path, marker: pytest.Mark | None) -> None:
        self.path = root / "tests" / "test_this.py"
        self.marker = marker

    def get_closest_marker(self, _name: str) -> pytest.Mark | None:
        return self.marker


class TestRotating:
    @pytest.mark.parametrize(
        ("named", "words", "full", "left"),
        [(False, "", False, 3), (False, "", True, 9), (True, "", False, 9), (False, "race", False, 9)],
    )
    def test_leaves_tests_out_of_the_whole_suite_alone(
        self, named: bool, words: str, full: bool, left: int, pytestconfig: pytest.Config
    ) -> None:
        root, sources = pytestconfig.rootpath, pytest.Config.ArgsSource
        config: Any = SimpleNamespace(
            rootpath=root,
            args_source=sources.ARGS if named else sources.TESTPATHS,
            option=SimpleNamespace(keyword=words),
            getoption=lambda _name: full,
            hook=SimpleNamespace(pytest_deselected=lambda items: None),
        )
        always = [Item(root, None) for _ in range(4)]
        items: Any = [*(Item(root, pytest.mark.rotating(3).mark) for _ in range(9)), *always]
        samples.leave_out(config, items)
        assert set(always) <= set(items)
        assert len(items) == left + len(always)
