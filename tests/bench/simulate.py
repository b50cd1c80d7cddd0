"""Seconds and memory to simulate a bank, beside a plain Python loop and ``sdv``, in the same run.

    python tests/bench/simulate.py [--quick] [--sdv PYTHON]

Every figure comes from a fresh process that writes to a folder deleted afterwards. ``sdv`` (PyPI)
has a business-source licence and is heavy: no dependency of ours, so --sdv names the interpreter
of an environment that has it (2.0; there: pip install torch==2.13.0, then sdv). --quick takes a
tenth of the sizes; the limits stay as they are and are shown, never asserted.
"""

import argparse
import json
import os
import random
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import psutil
import pyarrow.parquet as pq

from smeprofile.simulate import Setting, whole_tables, write
from smeprofile.simulate.world import CHUNK

MONTHS, END, SEED = 24, date(2025, 12, 31), 20251231
SIZES = {"txn": (1_000, 10_000, 100_000), "month": (10_000, 100_000, 1_000_000)}
LIMIT_S, LIMIT_GB = 300, 6.0
REPEATS = 3  # of the smaller runs; the quickest counts
TABLE = "flows_monthly"
LOOP_CUSTOMERS = 300
SDV_FIT_ROWS, SDV_ROWS = 3_000, 20_000
INS = ("sales", "refund", "own", "loan", "current")
OUTS = ("purchase", "wage", "tax", "rent", "utility", "repay", "own", "current")
SDV_CODE = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import pandas as pd, sdv
from sdv.metadata import Metadata
from sdv.single_table import GaussianCopulaSynthesizer
data = {"rows": pd.read_csv(sys.argv[1], parse_dates=["month"])}
model = GaussianCopulaSynthesizer(Metadata.detect_from_dataframes(data))
start = time.perf_counter()
model.fit(data)
fitted = time.perf_counter()
made = model.sample(int(sys.argv[2]))
done = time.perf_counter()
rows = len(made["rows"] if isinstance(made, dict) else made)
print(json.dumps([sdv.__version__, rows, fitted - start, done - fitted]))
"""


@dataclass(frozen=True)
class Run:
    """One run. ``wall_s`` counts the start of the interpreter and its imports; ``work_s`` not."""

    customers: int
    wall_s: float
    work_s: float
    cpu_s: float
    peak_gb: float
    mb: float
    rows: int
    entries: float

    @property
    def cells(self) -> int:
        """Customer-months."""
        return self.customers * MONTHS


def setting(grain: str, customers: int) -> Setting:
    """Return the bank measured here."""
    return Setting(customers, MONTHS, END, SEED, grain)


def ours(folder: str, customers: int, grain: str, only: set[str] | None = None,
         workers: int | None = None, chunk: int = CHUNK):  # fmt: skip
    """Write our tables to ``folder``."""
    write(setting(grain, customers), Path(folder), only=only, workers=workers, chunk=chunk)


def plain_loop(folder: str, customers: int, entries: float) -> None:
    """Write ``flows_monthly`` to ``folder`` as one would at first: a loop per customer.

    ``entries`` per month on average, as in ours. No loans, shops or seasons stand behind them.
    """
    rng = random.Random(SEED)
    rows = []
    for customer in range(customers):
        level = rng.lognormvariate(9, 1)
        for month in pd.date_range(end=END, periods=MONTHS, freq="MS"):
            rows.append(plain_month(rng, customer, month, level, entries))
    pd.DataFrame(rows).to_parquet(Path(folder) / f"{TABLE}.parquet", compression="zstd")


def plain_month(rng: random.Random, customer: int, month, level: float, entries: float) -> dict:
    """Return one customer's row of one month, added up entry by entry."""
    row = {"customer_id": f"C{customer:08d}", "month": month, "n_in": 0, "n_out": 0, "n_night": 0}
    row |= {"in_cny": 0.0, "out_cny": 0.0}
    row |= {f"{kind}_in_cny": 0.0 for kind in INS} | {f"{kind}_out_cny": 0.0 for kind in OUTS}
    for _ in range(round(rng.uniform(0.5, 1.5) * entries)):
        side, kinds = ("in", INS) if rng.random() < 0.5 else ("out", OUTS)
        amount = round(level * rng.lognormvariate(0, 0.8), 2)
        row[f"n_{side}"] += 1
        row[f"{side}_cny"] += amount
        row[f"{rng.choice(kinds)}_{side}_cny"] += amount
        row["n_night"] += rng.randrange(24) < 6
    return row


def work(make: Callable[..., None], folder: str, *args) -> tuple[float, float]:
    """Return seconds and processor seconds (children's too, off Windows) of one task."""
    start = time.perf_counter()
    make(folder, *args)
    return time.perf_counter() - start, sum(os.times()[:4])


def measured(make: Callable[..., None], customers: int, *args) -> Run:
    """Return what ``make(folder, customers, *args)`` takes in a fresh process."""
    with TemporaryDirectory(prefix="bench-simulate-") as folder:
        start = time.perf_counter()
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            future = pool.submit(work, make, folder, customers, *args)
            peak = 0
            while not future.done():
                peak = max(peak, tree_bytes())
                time.sleep(0.05)
            wall = time.perf_counter() - start
            work_s, cpu_s = future.result()
        files = list(Path(folder).glob("*.parquet"))
        size = sum(path.stat().st_size for path in files)
        rows, entries = told(Path(folder) / f"{TABLE}.parquet") if len(files) == 1 else (0, 0)
    return Run(customers, wall, work_s, cpu_s, peak / 1e9, size / 1e6, rows, entries)


def tree_bytes() -> int:
    """Return the resident memory of this process's descendants; shared pages count repeatedly."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # ended meanwhile
            total += process.memory_info().rss
    return total


def told(path: Path) -> tuple[int, float]:
    """Return the rows of a ``flows_monthly`` file and their mean number of entries."""
    rows = pq.read_table(path, columns=["n_in", "n_out"]).to_pandas()
    return len(rows), float(rows.sum(axis=1).mean())


def bank_runs(grain: str, sizes: tuple[int, ...]) -> list[Run]:
    """Return one run per size, all tables; of the smaller sizes the quickest.

    All in chunks of one size, small enough to keep two processes busy in the smallest bank too:
    otherwise it is the processes that are compared.
    """
    runs = []
    for size in sizes:
        repeats = 1 if size == max(sizes) else REPEATS
        tries = [measured(ours, size, grain, None, None, even(sizes)) for _ in range(repeats)]
        runs.append(min(tries, key=lambda run: run.wall_s))
    return runs


def even(sizes: tuple[int, ...]) -> int:
    """Return the size of chunks with which banks of ``sizes`` are compared."""
    return min(CHUNK, min(sizes) // 2)


def largest(grain: str, sizes: tuple[int, ...], runs: list[Run]) -> Run:
    """Return a run of the largest size as users get it: in chunks of the usual size."""
    return runs[-1] if even(sizes) == CHUNK else measured(ours, max(sizes), grain)


def print_whole(runs: dict[str, Run]) -> None:
    """Print part 1."""
    print("\n1  all observed tables on disk, start of the interpreter included")
    print(f"{'grain':<7}{'customers':>10}{'s':>8}{'limit':>7}{'peak GB':>9}{'limit':>7}", end="")
    print(f"{'cust-months/s':>15}{'MB':>9}{'MB/s':>7}")
    for grain, run in runs.items():
        print(f"{grain:<7}{run.customers:>10,}{run.wall_s:>8.1f}{LIMIT_S:>7}", end="")
        print(f"{run.peak_gb:>9.2f}{LIMIT_GB:>7.1f}{run.cells / run.wall_s:>15,.0f}", end="")
        print(f"{run.mb:>9,.1f}{run.mb / run.wall_s:>7.2f}", flush=True)


def print_marginal(runs: dict[str, list[Run]]) -> None:
    """Print part 2. Processor time is steadier where other work runs on the machine."""
    print("\n2  µs per further customer-month, in chunks of one size")
    print(f"{'grain':<7}{'clock':<11}{'from, via, to customers':<30}", end="")
    print(f"{'1st decade':>10}{'2nd':>8}{'2nd/1st':>9}")
    for grain, (a, b, c) in runs.items():
        for clock, name in (("wall", "wall_s"), ("processor", "cpu_s")):
            first, second = (
                (getattr(high, name) - getattr(low, name)) / (high.cells - low.cells) * 1e6
                for low, high in ((a, b), (b, c))
            )
            sizes = f"{a.customers:,}, {b.customers:,}, {c.customers:,}"
            print(f"{grain:<7}{clock:<11}{sizes:<30}", end="")
            print(f"{first:>10.1f}{second:>8.1f}{second / first:>9.2f}", flush=True)


def best(make: Callable[..., None], customers: int, *args) -> Run:
    """Return the quickest of a few runs, by seconds of work."""
    tries = (measured(make, customers, *args) for _ in range(REPEATS))
    return min(tries, key=lambda run: run.work_s)


def print_loop() -> Run:
    """Print part 3 and return our run of one whole chunk."""
    few, chunk = (best(ours, n, "month", {TABLE}, 1) for n in (LOOP_CUSTOMERS, CHUNK))
    plain = best(plain_loop, LOOP_CUSTOMERS, chunk.entries)
    print(f"\n3  {TABLE} alone, one process, imports not counted")
    print(f"{'made by':<15}{'customers':>10}{'entries/row':>13}", end="")
    print(f"{'µs/cust-month':>15}{'loop/this':>11}")
    each = plain.work_s / plain.cells
    for name, run in (("plain loop", plain), ("ours", few), ("ours", chunk)):
        print(f"{name:<15}{run.customers:>10,}{run.entries:>13.1f}", end="")
        print(f"{run.work_s / run.cells * 1e6:>15.1f}{each * run.cells / run.work_s:>11.2f}")
    return chunk


def print_sdv(python: str | None, chunk: Run) -> None:
    """Print part 4."""
    print(f"\n4  {TABLE}: sdv's Gaussian copula sampled in memory, ours on disk (part 3)")
    if python is None:
        print("left out: give --sdv PYTHON, an interpreter that has sdv")
        return
    version, rows, fit_s, sample_s = sdv_run(python)
    theirs, mine = rows / sample_s, chunk.rows / chunk.work_s
    print(f"{'made by':<15}{'rows':>10}{'fit s':>8}{'s':>8}{'rows/s':>11}{'this/sdv':>10}")
    print(f"{'sdv ' + version:<15}{rows:>10,}{fit_s:>8.2f}{sample_s:>8.2f}", end="")
    print(f"{theirs:>11,.0f}{1:>10.2f}")
    print(f"{'ours':<15}{chunk.rows:>10,}{'':>8}{chunk.work_s:>8.2f}", end="")
    print(f"{mine:>11,.0f}{mine / theirs:>10.2f}")


def sdv_run(python: str) -> tuple[str, int, float, float]:
    """Return sdv's version, the rows sampled, and the seconds to fit and to sample."""
    table = whole_tables(setting("month", SDV_FIT_ROWS // 12), only={TABLE})[TABLE].to_pandas()
    with TemporaryDirectory(prefix="bench-simulate-") as folder:
        path = Path(folder) / "rows.csv"  # sdv brings no parquet reader
        table.head(SDV_FIT_ROWS).to_csv(path, index=False)
        command = [python, "-c", SDV_CODE, str(path), str(SDV_ROWS)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise SystemExit(f"sdv failed:\n{done.stderr}")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def load() -> str:
    """Return the mean number of running processes of the last minute."""
    return f"{psutil.getloadavg()[0]:.1f}"


def main() -> None:
    """Print the four parts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    parser.add_argument("--sdv", metavar="PYTHON", help="an interpreter that has sdv")
    args = parser.parse_args()
    less = 10 if args.quick else 1
    print(f"{MONTHS} months, {os.cpu_count()} cores, load before {load()}", end="")
    print(", a tenth of the sizes" if args.quick else "", flush=True)
    sizes = {grain: tuple(size // less for size in all_) for grain, all_ in SIZES.items()}
    runs = {grain: bank_runs(grain, some) for grain, some in sizes.items()}
    print_whole({grain: largest(grain, sizes[grain], run) for grain, run in runs.items()})
    print_marginal(runs)
    print_sdv(args.sdv, print_loop())
    print(f"\nload after {load()}")


if __name__ == "__main__":
    main()
