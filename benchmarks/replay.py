"""How many recorded events a second the real use cases carry out on the embedded database, one transaction an event.

Run it on a quiet machine:

    python benchmarks/replay.py            # three whole replays; the median counts
    python benchmarks/replay.py --runs 1

Figure to reach: 1,000 events a second, median of three. Each run plays `benchmarks/demand` with the command's own
defaults and reads `events_per_second` from the `summary.json` that it writes.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from waitlist_app.__main__ import main

DEMAND = Path(__file__).parent / "demand"


def replay_once() -> float:
    """Play the whole stream, and give its events a second."""
    files = [part for name in ("sessions", "meetings", "events") for part in (f"--{name}", str(DEMAND / f"{name}.csv"))]
    with tempfile.TemporaryDirectory() as out:
        assert main(["replay", *files, "--out", out]) == 0
        return float(json.loads((Path(out) / "summary.json").read_text(encoding="utf-8"))["events_per_second"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    rates = [replay_once() for _ in range(parser.parse_args().runs)]
    said = ", ".join(f"{rate:,.0f}" for rate in rates)
    print(f"events/s: {said}; median {statistics.median(rates):,.0f}, at least 1,000 wanted")
