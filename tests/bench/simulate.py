"""Seconds, memory and megabytes of the synthetic bank, beside a plain loop and ``sdv``.

    python tests/bench/simulate.py [--quick] [--sdv PYTHON]

All figures of one run are of the same machine. ``--quick`` takes a tenth of the customers.
``sdv`` is heavy and under a business-source licence, so this project does not depend on it:
``--sdv`` names the interpreter of a virtual environment of its own that has version 2 (there:
torch without CUDA first, then sdv and pyarrow). The limits are shown, never asserted: a busy
machine is no defect.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import psutil

from smeprofile.simulate.world import CHUNK

END, MONTHS, SEED = date(2025, 12, 31), 24, 20251231
LIMIT_S, LIMIT_GB = 300, 6.0
LOOP_CUSTOMERS = 300
MONTHLY = ("flows_monthly", "balances")  # what the plain loop makes too
_WRITE = """
import json, sys
from datetime import date
from pathlib import Path
from smeprofile.simulate import Setting, write
if __name__ == "__main__":
    n, months, grain, out, only, chunk = json.loads(sys.argv[1])
    write(Setting(n, months, date(2025, 12, 31), 20251231, grain), Path(out), chunk=chunk,
          only=set(only) if only else None)
"""
_SDV = """
import sys, time, warnings
import pandas as pd
warnings.simplefilter("ignore")
from sdv.metadata import Metadata
from sdv.single_table import GaussianCopulaSynthesizer
data, n = {"t": pd.read_parquet(sys.argv[1])}, int(sys.argv[2])
learner = GaussianCopulaSynthesizer(Metadata.detect_from_dataframes(data))
start = time.perf_counter()
learner.fit(data)
fitted = time.perf_counter()
made = learner.sample(n)
made = made["t"] if isinstance(made, dict) else made
made.to_parquet(sys.argv[3])
print(fitted - start, time.perf_counter() - fitted, len(made))
"""


def tree_gb(process: psutil.Process) -> float:
    """Return the memory held by a process and its children, GB (shared pages count twice)."""
    total = 0
    try:
        for one in (process, *process.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.Error:  # gone between the two calls
        pass
    return total / 1e9


def measure(
    n: int, grain: str, folder: Path, *, only: tuple[str, ...] = (), chunk: int = CHUNK
) -> dict[str, float]:
    """Write one bank in a process of its own; return seconds, peak GB and MB on disk."""
    script, out = folder / "write.py", folder / f"{grain}{n}"
    script.write_text(_WRITE)
    start, peak = time.perf_counter(), 0.0
    child = psutil.Popen(
        [sys.executable, script, json.dumps([n, MONTHS, grain, str(out), list(only), chunk])]
    )
    while child.poll() is None:
        peak = max(peak, tree_gb(child))
        time.sleep(0.1)
    if child.returncode:
        raise SystemExit(f"writing {n} customers failed")
    seconds = time.perf_counter() - start
    mb = sum(path.stat().st_size for path in out.iterdir()) / 1e6
    return {"customers": n, "seconds": seconds, "gb": peak, "mb": mb, "out": out}


def line(label: str, *values: str) -> None:
    """Print one row of a table."""
    print(f"{label:<34}" + "".join(f"{value:>14}" for value in values), flush=True)


def size(scale: float, folder: Path) -> dict[str, dict[str, float]]:
    """Print the two big banks beside their limits; return what was measured."""
    line("whole bank", "seconds", "limit s", "peak GB", "limit GB", "cust-months/s", "MB", "MB/s")
    found = {}
    for grain, n in (("txn", int(100_000 * scale)), ("month", int(1_000_000 * scale))):
        found[grain] = m = measure(n, grain, folder)
        line(f"  {n:,} × {MONTHS} months, {grain}", f"{m['seconds']:.1f}", str(LIMIT_S),
             f"{m['gb']:.2f}", f"{LIMIT_GB:.0f}", f"{n * MONTHS / m['seconds']:,.0f}",
             f"{m['mb']:,.0f}", f"{m['mb'] / m['seconds']:.1f}")  # fmt: skip
        for path in m["out"].iterdir():
            path.unlink()
    return found


def marginal(folder: Path, known: dict[str, dict[str, float]]) -> None:
    """Print what one more customer-month costs, from size to size, over two decades.

    The smallest bank has two chunks, so that every size keeps two processes busy.
    """
    line("marginal cost", "from", "to", "µs a month", "ratio")
    for grain in ("txn", "month"):
        big = known[grain]
        sizes = [big["customers"] // k for k in (100, 10, 1)]
        chunk = min(CHUNK, sizes[0] // 2)
        steps = [measure(n, grain, folder, chunk=chunk) for n in sizes[:2]]
        steps.append(big if chunk == CHUNK else measure(sizes[2], grain, folder, chunk=chunk))
        before = None
        for one, two in pairwise(steps):
            more = (two["customers"] - one["customers"]) * MONTHS
            cost = (two["seconds"] - one["seconds"]) / more * 1e6
            line(f"  {grain}", f"{one['customers']:,}", f"{two['customers']:,}", f"{cost:.2f}",
                 "" if before is None else f"{cost / before:.2f}")  # fmt: skip
            before = cost


def plain_loop(n: int, out: Path) -> float:
    """Make the monthly account table as one would by hand; return seconds.

    ``random`` alone, customer by customer, month by month, entry by entry: money in and out by
    kind, day-end balances, their average and the lowest. No lending, no life, no truth.
    """
    start, rows, luck = time.perf_counter(), [], random.Random(SEED)
    kinds_in = ("sales", "refund", "own_in", "loan_in", "current_in")
    kinds_out = ("purchase", "wage", "tax", "rent", "utility", "repay", "own_out", "current_out")
    months = [(END.replace(day=1) - timedelta(days=30 * k)).replace(day=1) for k in range(MONTHS)]
    for number in range(n):
        usual, balance = luck.lognormvariate(11.5, 1.0), luck.randrange(10_000_000)
        for month in reversed(months):
            sums = dict.fromkeys((*kinds_in, *kinds_out), 0)
            net, n_in, n_out, n_night = [0] * 31, 0, 0, 0
            entries = [("sales", luck.randint(1, 20)), ("purchase", luck.randint(1, 12))]
            entries += [(k, 1) for k in (*kinds_in[1:], *kinds_out[1:]) if luck.random() < 0.5]
            for kind, count in entries:
                for _ in range(count):
                    amount = int(usual * 100 * luck.expovariate(1) / count)
                    sign = 1 if kind in kinds_in else -1
                    sums[kind] += amount
                    net[luck.randrange(31)] += sign * amount
                    n_in, n_out = n_in + (sign > 0), n_out + (sign < 0)
                    n_night += luck.random() < 0.04
            opening, ends = balance, []
            for day in range(31):
                balance += net[day]
                ends.append(balance)
            rows.append(
                {
                    "customer_id": f"C{number:08d}",
                    "month": month,
                    "n_in": n_in,
                    "n_out": n_out,
                    "n_night": n_night,
                    **{k: v / 100 for k, v in sums.items()},
                    "opening": opening / 100,
                    "closing": balance / 100,
                    "avg": sum(ends) / 3100,
                    "min": min(ends) / 100,
                }
            )
    pd.DataFrame(rows).to_parquet(out)
    return time.perf_counter() - start


def beside_a_loop(scale: float, folder: Path) -> None:
    """Print the cost of one customer-month of the monthly account tables, ours and by hand."""
    big, small = int(100_000 * scale), int(10_000 * scale)
    ours = [measure(n, "month", folder, only=MONTHLY) for n in (small, big)]
    cost = (ours[1]["seconds"] - ours[0]["seconds"]) / ((big - small) * MONTHS)
    whole = ours[1]["seconds"] / (big * MONTHS)
    loop = plain_loop(LOOP_CUSTOMERS, folder / "loop.parquet") / (LOOP_CUSTOMERS * MONTHS)
    line("monthly accounts only", "µs a month", "loop ÷ ours")
    line(f"  plain loop, {LOOP_CUSTOMERS:,} customers", f"{loop * 1e6:.1f}", "")
    line(f"  ours, {big:,}, start-up included", f"{whole * 1e6:.1f}", f"{loop / whole:.1f}")
    line("  ours, marginal", f"{cost * 1e6:.1f}", f"{loop / cost:.1f}")


def beside_sdv(python: str | None, scale: float, folder: Path) -> None:
    """Print rows of the monthly flows a second: ``sdv`` sampling and ours."""
    if python is None:
        print("sdv: left out (name an interpreter that has it with --sdv)")
        return
    n = int(100_000 * scale)
    ours = measure(n, "month", folder, only=("flows_monthly",))
    rows = pd.read_parquet(ours["out"] / "flows_monthly.parquet")
    sample = folder / "sample.parquet"
    rows.head(5000).drop(columns="customer_id").to_parquet(sample)
    script = folder / "sdv_sample.py"
    script.write_text(_SDV)
    wanted = str(min(len(rows), 200_000))
    done = subprocess.run(
        [python, script, sample, wanted, folder / "sdv.parquet"], capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"sdv failed: {done.stderr.strip().splitlines()[-1]}")
    fit, sampling, made = map(float, done.stdout.split()[-3:])
    speed, theirs = len(rows) / ours["seconds"], made / sampling
    line("rows of the monthly flows", "rows", "seconds", "rows/s", "ours ÷ sdv")
    line("  sdv GaussianCopula, sampling", f"{made:,.0f}", f"{sampling:.1f}", f"{theirs:,.0f}")
    line("  (fitted on 5,000 rows)", "", f"{fit:.1f}")
    line("  ours, start-up included", f"{len(rows):,}", f"{ours['seconds']:.1f}", f"{speed:,.0f}",
         f"{speed / theirs:.1f}")  # fmt: skip


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the customers")
    parser.add_argument("--sdv", metavar="PYTHON", help="an interpreter that has sdv")
    options = parser.parse_args()
    scale = 0.1 if options.quick else 1.0
    print(f"{psutil.cpu_count()} CPUs, Python {sys.version.split()[0]}, {MONTHS} months")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        known = size(scale, folder)
        marginal(folder, known)
        beside_a_loop(scale, folder)
        beside_sdv(options.sdv, scale, folder)


if __name__ == "__main__":
    main()
