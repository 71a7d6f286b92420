"""Changes the engine in one place after the other, and tells which changes no test notices; see docs/mutation.md.

mutmut writes the changes and keeps what became of them. What it would do next is to start pytest anew for each change and
run every test that meets the changed function. Here the tests are collected once and run once, to learn which test executes
which line; then copies of that process switch one change on after the other and run, up to the first that fails, the tests
that execute a changed line, the quickest first, and last the random walk. No other test could notice the change, so the
outcome is the same.

A change counts as noticed when a test fails with it and, right after, passes without it. It times out by the CPU it uses
alone: by the clock on the wall, a busy machine would count as noticed what was only slow.
"""

import ast
import inspect
import json
import os
import resource
import shutil
import sys
import textwrap
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from fnmatch import fnmatch
from pathlib import Path

import coverage
import pytest
import pytest_timeout
from _pytest.config import _prepareconfig
from _pytest.main import Session
from _pytest.outcomes import Failed
from _pytest.runner import runtestprotocol
from mutmut import __main__ as mutmut
from mutmut.configuration import config
from mutmut.mutation.data import MutantLineSpans, SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.utils.file_utils import change_cwd, setup_source_paths, walk_mutatable_files

NOTICED, NOT_NOTICED, NO_TEST, TIMED_OUT = 1, 0, 33, 36
WORDS = {NOTICED: "noticed", NOT_NOTICED: "not noticed", NO_TEST: "met by no test", TIMED_OUT: "timed out", None: "not tried"}
SECONDS = 30
"""Of CPU, for one change; the tests of most take less than one."""
IN_ONE_COPY = 40
WALK = "test_machine"
_NOT_NEEDED = {"request", "event_loop_policy"}
"""Fixtures that every test has, and that only asynchronous ones need."""
PYTEST = ["--rootdir=.", "--tb=native", "-q", "-s", "--assert=plain", "-p", "no:randomly", "-p", "no:random-order"]


@dataclass(slots=True, kw_only=True)
class Change:
    """One change, and the tests that can notice it."""

    name: str
    of: SourceFileMutationData
    tests: list[str] = field(default_factory=list)
    walks: list[str] = field(default_factory=list)


class Tests:
    """The tests, collected once, and which of them execute which line of the changed files."""

    def __init__(self) -> None:
        """Collect them and run them all once; each has to pass."""
        with change_cwd("mutants"):
            settings = _prepareconfig([*PYTEST, *config().pytest_add_cli_args_test_selection, *config().pytest_add_cli_args])
            session = Session.from_config(settings)
            settings._do_configure()
            settings.hook.pytest_sessionstart(session=session)
            settings.hook.pytest_collection(session=session)
            self._items = {item.nodeid: item for item in session.items if isinstance(item, pytest.Function)}
            self.seconds: dict[str, float] = {}
            self._measure()
        if not self._one_fails("fail"):
            raise SystemExit("The tests do not see the changes at all.")

    def _measure(self) -> None:
        measuring = coverage.Coverage(data_file=None, config_file=False, include=[f"{Path.cwd()}/waitlist_app/engine/*"])
        measuring.start()
        for name in self._items:
            measuring.switch_context(name)
            start = time.process_time()
            if not self.passes(name):
                raise SystemExit(f"{name} fails without any change.")
            self.seconds[name] = time.process_time() - start
        measuring.stop()
        self._data = measuring.get_data()

    def passes(self, name: str) -> bool:
        """Run one test: a plain call where it needs no fixtures, since all that pytest does around one takes longer."""
        item = self._items[name]
        values = item.callspec.params if hasattr(item, "callspec") else {}
        if set(item.fixturenames) - set(values) - _NOT_NEEDED or inspect.iscoroutinefunction(item.obj):
            return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=None))
        try:
            item.obj(**values)
        except (Exception, Failed):
            return False
        return True

    def _one_fails(self, change: str) -> bool:
        set_mutant_under_test(change)
        with change_cwd("mutants"):
            one_fails = any(not self.passes(name) for name in self._items)
        set_mutant_under_test("")
        return one_fails

    def by_line(self, path: Path) -> dict[int, set[str]]:
        """Give the tests that execute each line of a changed file."""
        found = self._data.contexts_by_lineno(str((Path("mutants") / path).resolve()))
        return {line: {name for name in names if name} for line, names in found.items()}


def write_changes() -> None:
    """Write the changes; what is known of a function that is the same as before is kept."""
    set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    shutil.rmtree("mutants/tests", ignore_errors=True)
    mutmut.copy_src_dir()
    _copy_the_rest()
    setup_source_paths()
    mutmut.create_mutants(1)
    set_mutant_under_test("")


def _copy_the_rest() -> None:
    """Copy what the tests need beside the changed sources, which are written anew only where their originals changed."""
    sources = {path.resolve() for path in config().source_paths}

    def but_for_sources(folder: str, names: list[str]) -> set[str]:
        return {name for name in names if (Path(folder) / name).resolve() in sources}

    for path in config().also_copy:
        if path.is_dir():
            shutil.copytree(path, Path("mutants") / path, dirs_exist_ok=True, ignore=but_for_sources)
        elif path.exists():
            shutil.copy2(path, Path("mutants") / path)


# ── which tests can notice a change ──────────────────────────────────────────────────────────────


def changes_of(data: SourceFileMutationData, names: Iterable[str], tests: Tests) -> Iterator[Change]:
    """Give the named changes of one file, each with the tests that execute a line of what it changes."""
    spans = MutantLineSpans.load(data.path)
    assert spans is not None
    by_line = tests.by_line(Path(data.path))
    for name in names:
        mutant = name.rpartition(".")[2]
        function = mutant.partition("__mutmut_")[0]
        original = f"{function}__mutmut_orig"
        before, after = spans.read_function_sources([original, mutant])
        start = spans.span_by_function_name[original].start
        lines = _changed_lines(before.replace(original, function), after.replace(mutant, function))
        met = set[str]().union(*(by_line.get(start + line, set()) for line in lines))
        if not met:  # such as a value by default: whoever calls the function can notice it
            span = spans.span_by_function_name[original]
            met = set[str]().union(*(by_line.get(line, set()) for line in range(span.start, span.end + 1)))
        quick = sorted((t for t in met if WALK not in t), key=tests.seconds.__getitem__)
        yield Change(name=name, of=data, tests=quick, walks=sorted(t for t in met if WALK in t))


def _changed_lines(before: str, after: str) -> set[int]:
    """Give the lines that differ, counted from 0, with the whole of the statements that they are in; all for a header."""
    old, new = before.splitlines(), after.splitlines()
    lines = set[int]()
    for kind, i1, i2, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            lines.update(range(i1, i2) or (max(i1 - 1, 0), i1))
    tree = ast.parse(textwrap.dedent(before)).body[0]
    assert isinstance(tree, ast.FunctionDef)
    if any(line < tree.body[0].lineno - 1 for line in lines):
        return set(range(len(old)))
    for statement in ast.walk(tree):
        if isinstance(statement, ast.stmt) and not hasattr(statement, "body") and not isinstance(statement, ast.Match):
            own = range(statement.lineno - 1, (statement.end_lineno or statement.lineno))
            if lines & set(own):
                lines.update(own)
    return lines


# ── trying ───────────────────────────────────────────────────────────────────────────────────────


def try_all(changes: list[Change], tests: Tests) -> None:
    """Try each change, first with the tests of a few lines each, and then what is left with the walk."""
    os.nice(19)
    began, left = time.time(), list[Change]()
    for some in _in_order(changes):
        left += _try_some(some, tests)
        _say(changes, began)
    for change in left:
        _keep(change, _walk(change, tests) if change.walks else NOT_NOTICED if change.tests else NO_TEST)
        _say(changes, began)


def _in_order(changes: list[Change]) -> Iterator[list[Change]]:
    for first in range(0, len(changes), IN_ONE_COPY):
        yield changes[first : first + IN_ONE_COPY]


def _try_some(changes: list[Change], tests: Tests) -> list[Change]:
    """Try some changes in copies of this process; give those that no test but perhaps the walk notices."""
    waiting, left = [*changes], list[Change]()
    while waiting:
        told, running = _in_a_copy(waiting, tests)
        for change in [*waiting]:
            if change.name in told:
                waiting.remove(change)
                if told[change.name] == NOTICED:
                    _keep(change, NOTICED)
                else:
                    left.append(change)
        if running and running in {change.name for change in waiting}:
            stuck = next(change for change in waiting if change.name == running)
            waiting.remove(stuck)
            _keep(stuck, TIMED_OUT)
    return left


def _in_a_copy(changes: list[Change], tests: Tests) -> tuple[dict[str, int], str]:
    """Try changes one after the other in one copy; give what became of each, and which it was busy with when it ended."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        with os.fdopen(writing, "w", buffering=1) as out:
            os.chdir("mutants")
            for number, change in enumerate(changes):
                out.write(json.dumps([change.name, None]) + "\n")
                outcome, is_clean = _try(change, tests)
                if not is_clean and number:  # what went before may have left something behind: once more, in a fresh copy
                    out.write(json.dumps(["", None]) + "\n")
                    break
                out.write(json.dumps([change.name, outcome]) + "\n")
                if not is_clean:
                    break
        os._exit(0)
    os.close(writing)
    told, running = dict[str, int](), ""
    with os.fdopen(reading) as lines:
        for line in lines:
            running, outcome = json.loads(line)
            if outcome is not None:
                told[running], running = outcome, ""
    os.waitpid(pid, 0)
    return told, running


def _try(change: Change, tests: Tests) -> tuple[int, bool]:
    """Run the tests of a change up to the first that fails, and that one again without the change."""
    _allow_seconds()
    set_mutant_under_test(change.name)
    failing = next((name for name in change.tests if not tests.passes(name)), None)
    set_mutant_under_test("")
    if failing is None:
        return NOT_NOTICED, True
    return NOTICED, tests.passes(failing)


def _walk(change: Change, tests: Tests) -> int:
    """Try one change with the walk, in a copy of its own."""
    pid = os.fork()
    if pid == 0:
        os.chdir("mutants")
        _allow_seconds()
        set_mutant_under_test(change.name)
        os._exit(NOT_NOTICED if all(map(tests.passes, change.walks)) else NOTICED)
    ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return ended if ended >= 0 else TIMED_OUT


def _allow_seconds() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + SECONDS, resource.RLIM_INFINITY))


def _keep(change: Change, outcome: int) -> None:
    change.of.exit_code_by_key[change.name] = outcome
    change.of.save()


# ── telling ──────────────────────────────────────────────────────────────────────────────────────

_said_at = 0.0


def _say(changes: list[Change], began: float) -> None:
    global _said_at
    if time.time() - _said_at > 15:
        _said_at = time.time()
        so_far = Counter(WORDS.get(change.of.exit_code_by_key[change.name], "?") for change in changes)
        print(f"{time.time() - began:.0f} s: {dict(so_far)}", flush=True)


def known() -> list[SourceFileMutationData]:
    """Give what is known of every changed file."""
    files = [SourceFileMutationData(path=path) for path in sorted(walk_mutatable_files())]
    for data in files:
        data.load()
    return files


def tell() -> None:
    """Print, by module, how many changes were noticed; then name those that were not."""
    sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for data in known():
        for code in data.exit_code_by_key.values():
            for place in (str(data.path), "all"):
                sums[place][WORDS.get(code, f"exit {code}")] += 1
    for place, counted in sums.items():
        print(f"{place:48} {counted.total():5} {dict(counted)}")
    for data in known():
        for name, code in data.exit_code_by_key.items():
            if code not in {NOTICED, None}:
                print(f"{WORDS.get(code, code)}: {name}")


def show(pattern: str) -> None:
    """Print what the changes are that no test noticed."""
    for data in known():
        for name, code in data.exit_code_by_key.items():
            if fnmatch(name, pattern) and (code not in {NOTICED, None} or name == pattern):
                print(get_diff_for_mutant(name, path=data.path))


def run(patterns: list[str], *, again: bool = False) -> None:
    """Try what was not tried yet; with patterns, what they match, tried or not; `again`, what was not noticed of it."""
    write_changes()
    tests = Tests()
    changes = list[Change]()
    for data in known():
        names = [
            name
            for name, code in data.exit_code_by_key.items()
            if (code != NOTICED if again else code is None or patterns)
            and (not patterns or any(fnmatch(name, one) for one in patterns))
        ]
        changes += changes_of(data, names, tests) if names else ()
    try_all(changes, tests)
    tell()


def main() -> None:
    """Do what the command line says."""
    pytest_timeout.pytest_timeout_set_timer = lambda item, settings: True
    match sys.argv[1:]:
        case ["show", pattern]:
            show(pattern)
        case ["results"]:
            tell()
        case ["again", *patterns]:
            run(patterns, again=True)
        case patterns:
            run(patterns)


if __name__ == "__main__":
    main()
