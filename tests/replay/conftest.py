"""A short stream for quick tests."""

import csv
from pathlib import Path

import pytest

DEMAND = Path(__file__).resolve().parents[2] / "benchmarks" / "demand"
SHORT = 1200
"""Lines of the stream that the quick tests play."""


@pytest.fixture(scope="module")
def small_sessions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Give a short stream and the sessions with so few seats that lines form and move."""
    folder = tmp_path_factory.mktemp("short")
    lines = (DEMAND / "events.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    late = [line for line in lines[1:] if line.split(",")[2] in {"COGS 1", "COGS 10", "CSE 8A", "CSE 11", "CSE 12"}]
    (folder / "events.csv").write_text("".join([lines[0], *late[:SHORT]]), encoding="utf-8")
    with (DEMAND / "sessions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "sessions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(row | {"capacity": str(int(row["capacity"]) // 6)} for row in rows)
    return folder / "sessions.csv", folder / "events.csv"
