"""mutmut, with each change tried in a copy of a process that has collected the tests already; see `scripts/mutate`.

mutmut starts pytest anew for every change, which takes ten times as long as the tests that notice most of them. Here pytest
starts once, before the changes: a copy of the process switches one change on and runs the same tests, in the same order,
up to the first that fails.

A change times out by the CPU it uses alone. By the clock on the wall, a busy machine would count as noticed what was only
slow; so pytest-timeout is off as well.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
import pytest_timeout
from _pytest.config import _prepareconfig  # pyright: ignore[reportPrivateUsage] - there is no public way to collect and wait
from _pytest.main import Session
from _pytest.runner import runtestprotocol
from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.runners.harness import PytestRunner
from mutmut.utils.file_utils import change_cwd
from mutmut.workers import isolation

_KILLED, _SURVIVED = 1, 0


class CollectedOnce(PytestRunner):
    """Runs the tests of a change from what was collected before the first of them."""

    def __init__(self) -> None:
        """Start without tests: nothing may be collected before the changes are written."""
        super().__init__()
        self._items: dict[str, pytest.Item] = {}

    def run_forced_fail(self) -> int:
        """Do as mutmut does, and then collect: this is its last step before the first change."""
        said = super().run_forced_fail()
        self._collect()
        return said

    def _collect(self) -> None:
        arguments = ["--rootdir=.", "--tb=native", "-q", "-s", "-p", "no:randomly", "-p", "no:random-order"]
        with change_cwd("mutants"):
            settings = _prepareconfig([*arguments, *config().pytest_add_cli_args_test_selection, *config().pytest_add_cli_args])
            session = Session.from_config(settings)
            settings._do_configure()  # pyright: ignore[reportPrivateUsage]
            settings.hook.pytest_sessionstart(session=session)
            settings.hook.pytest_collection(session=session)
        self._items = {item.nodeid: item for item in session.items}

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """Run the tests of one change, in a process of its own, up to the first that fails."""
        if mutant_name is None:
            return super().run_tests(mutant_name=mutant_name, tests=tests)
        os.chdir("mutants")
        for test in tests:
            reports = runtestprotocol(self._items[test], log=False, nextitem=None)
            if any(report.failed for report in reports):
                return _KILLED
        return _SURVIVED


def _copy_the_rest() -> None:
    """Copy what the tests need beside the changed sources, which stay as they are until their originals change."""
    sources = {path.resolve() for path in config().source_paths}

    def but_for_sources(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if (Path(folder) / name).resolve() in sources}

    for path in config().also_copy:
        if path.is_dir():
            shutil.copytree(path, Path("mutants") / path, dirs_exist_ok=True, ignore=but_for_sources)
        elif path.exists():
            shutil.copy2(path, Path("mutants") / path)


def _without_timer(item: pytest.Item, settings: object) -> bool:
    return True


def main() -> None:
    """Be mutmut."""
    pytest_timeout.pytest_timeout_set_timer = _without_timer
    isolation.register_timeout = lambda *_, **__: None
    isolation.PytestRunner = CollectedOnce
    mutmut.copy_also_copy_files = _copy_the_rest
    mutmut.cli()


if __name__ == "__main__":
    main()
