"""Seconds to read and clean returns, imports apart: ``python benchmarks/read_returns.py PATH [TIMES]``."""

import sys
from pathlib import Path
from time import perf_counter

from sufficiency.ingest.ssda903 import read_returns


def main(path: str, times: int = 5) -> None:
    """Print the first and the best time of several reads, and how much was read."""
    seconds = []
    for _ in range(times):
        begin = perf_counter()
        records = read_returns([Path(path)])
        seconds.append(perf_counter() - begin)
    print(f"first {seconds[0]:.3f} s, best {min(seconds):.3f} s of {times}")
    print(f"{len(records.children)} children, {len(records.episodes)} episodes, {len(records.findings)} findings")


if __name__ == "__main__":
    main(sys.argv[1], *(int(text) for text in sys.argv[2:3]))
