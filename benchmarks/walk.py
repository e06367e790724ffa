"""How long a user waits: reading returns, the whole walk from the command line, and ``--help``.

Run ``python -m benchmarks.walk [RETURNS]``; RETURNS is a folder of SSDA903 returns, the synthetic council's own when
left out. Every time is wall clock; the walk and ``--help`` are whole processes, start-up included.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter


def command(*words: str) -> float:
    """Return the seconds that a command of the command line takes."""
    began = perf_counter()
    subprocess.run([sys.executable, "-m", "sufficiency.cli", *words], check=True, capture_output=True)
    return perf_counter() - began


def read_clean_and_count(returns: Path) -> tuple[float, int]:
    """Return the seconds to read and clean returns and count every day's stock, and how many children there are."""
    from sufficiency.demand.spells import daily_stock, stays
    from sufficiency.ingest.ssda903 import read_returns

    began = perf_counter()
    records = read_returns(returns)
    daily_stock(stays(records.episodes))
    return perf_counter() - began, len(records.children)


def main(returns: str | None = None) -> None:
    """Print the times."""
    with tempfile.TemporaryDirectory() as work:
        council = str(Path(work) / "council")
        print(f"sufficiency demo               {command('demo', council):6.2f} s")
        times = [command("run", council) for _ in range(3)]
        print(f"sufficiency run, 60 months     {min(times):6.2f} s best of three (first {times[0]:.2f} s)")
        times = [command("--help") for _ in range(5)]
        print(f"sufficiency --help             {min(times):6.2f} s best of five")
        folder = Path(returns) if returns else Path(council) / "data" / "ssda903"
        repeats = [read_clean_and_count(folder) for _ in range(5)]
        best, children = min(repeats)
        print(f"read, clean, daily stock       {best:6.2f} s best of five ({children} children, after imports)")


if __name__ == "__main__":
    main(*sys.argv[1:])
