"""What a day's update costs beside a full rebuild, in memory (``monitor.Live``) and on disk (``sp.update``).

Run: python tests/bench/daily.py [--days 7]
Both are held against ``sp.profile`` on all rows, to the last column they share.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

import smeprofile as sp
from smeprofile.monitor import Live

USE = "贷后管理"


def timed(action: Callable[[], object]) -> tuple[float, object]:
    """Return the seconds an action takes, and what it returns."""
    start = time.perf_counter()
    made = action()
    return time.perf_counter() - start, made


def in_memory(flows: pd.DataFrame, days: pd.DatetimeIndex) -> None:
    """Print the seconds of a day's update and of a rebuild of the same state and tags."""

    def rebuilt() -> pd.DataFrame:
        live = Live()
        live.add(flows)
        return live.tags(days[-1])

    live = Live()
    live.add(flows[flows["date"] < days[0]])
    seconds = []
    for day in days:
        rows = flows[flows["date"] == day]
        took, told = timed(lambda rows=rows, day=day: (live.add(rows), live.tags(day))[1])
        seconds.append(took)
    whole, other = timed(rebuilt)
    pd.testing.assert_frame_equal(told, other)
    each = sum(seconds) / len(seconds)
    print(f"内存：一天 {each:.2f} 秒，从头算 {whole:.2f} 秒，{whole / each:.1f} 倍；结果相同")


def on_disk(flows: pd.DataFrame, customers: pd.DataFrame, days: pd.DatetimeIndex) -> None:
    """Print the seconds of ``sp.update`` and of ``sp.profile``; the profiles are equal."""
    with TemporaryDirectory() as place:
        state = Path(place) / "state"
        before = days[0] - pd.Timedelta(days=1)
        sp.update(state, {"customers": customers, "flows": flows[flows["date"] < days[0]]}, before)
        seconds = []
        for day in days:
            rows = flows[flows["date"] == day]
            took, told = timed(lambda rows=rows, day=day: sp.update(state, {"flows": rows}, day))
            seconds.append(took)
    tables = {"customers": customers, "flows": flows}
    whole, other = timed(lambda: sp.profile(tables, days[-1], use=USE))
    pd.testing.assert_frame_equal(told, other)
    each = sum(seconds) / len(seconds)
    print(
        f"状态在盘上：一天 {each:.2f} 秒，从头算 {whole:.2f} 秒，{whole / each:.1f} 倍；{told.shape[1]} 列全部相同"
    )


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--days", type=int, default=7)
    flows, customers = sp.load("flows"), sp.load("customers")
    customers = customers[customers["customer_id"].isin(flows["customer_id"])]
    days = pd.date_range(end=flows["date"].max(), periods=asked.parse_args().days)
    print(f"{flows['customer_id'].nunique():,} 户，{len(flows):,} 笔流水")
    in_memory(flows, days)
    on_disk(flows, customers, days)
