"""Every scenario that the product must satisfy is told by a test."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.scenarios.index import TITLES

ROOT = Path(__file__).resolve().parent.parent.parent
NUMBERED = re.compile(r"test_scenario_(\d{3})_\w+")


def _tests(path: Path) -> Iterator[str]:
    """Give the names of the tests of a file, as pytest writes them."""
    name = path.relative_to(ROOT).as_posix()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        of_class = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        for function in inside:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name.startswith("test_"):
                yield f"{name}::{of_class}{function.name}"


ALL = frozenset(test for path in (ROOT / "tests").rglob("test_*.py") for test in _tests(path))
TOLD = frozenset(int(found.group(1)) for test in ALL if (found := NUMBERED.search(test)))


class TestTheScenarios:
    def test_are_a_hundred(self):
        """They are numbered without a gap."""
        assert list(TITLES) == list(range(1, 101))

    def test_are_told_by_tests_that_carry_their_numbers(self):
        """No scenario is without a test, and no test carries a number of none."""
        assert TITLES.keys() == TOLD


class TestTheRacesInTheDocument:
    def test_are_proved_by_tests_that_exist(self):
        """Whoever reads what prevents a race can run the test that proves it."""
        said = (ROOT / "docs/engine.md").read_text(encoding="utf-8")

        assert set(re.findall(r"`(test_\w+)`", said)) <= {test.rpartition("::")[2] for test in ALL}
