"""``smeprofile simulate``: a bank on disk, told while it is made and summed up after."""

from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

from smeprofile.errors import UserError
from smeprofile.schemas import SCHEMAS, table_schema
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.spoil import SPOILERS
from smeprofile.simulate.world import table_names
from smeprofile.simulate.writer import write


class _Pace(ProgressColumn):
    """Customers per second since the start, and the time left at that pace.

    rich's own looks at the last steps only; chunks that end together make it leap.
    """

    def render(self, task: Task) -> Text:
        """Return the column's text."""
        if not task.completed or not task.elapsed:
            return Text("— 户/秒")
        pace = task.completed / task.elapsed
        return Text(f"{pace:,.0f} 户/秒　还需 {round((task.total - task.completed) / pace):,} 秒")


def listed() -> str:
    """Return the kinds of dirt there are, a line each."""
    known = "".join(f"\n  {name}　{s.text}" for name, s in SPOILERS.items())
    return f"可选的数据缺陷（或 all）：{known}"


def simulate(
    customers: int,
    months: int,
    end: date,
    seed: int,
    grain: str,
    *,
    out: Path,
    truth: Path | None = None,
    workers: int | None = None,
    defects: Collection[str] = (),
) -> list[str]:
    """Write a bank to ``out`` (and what is hidden to ``truth``); return a line per table in Chinese.

    ``defects``: names of ``SPOILERS``, or ``all``. Raises ``UserError`` for a value out of range, and when a folder can't be written.
    """
    if workers is not None and workers < 1:
        raise UserError(f"workers 须 ≥ 1，现为 {workers}。")
    if unknown := set(defects) - {"all", *SPOILERS}:
        raise UserError(f"没有这种数据缺陷：{'、'.join(sorted(unknown))}。{listed()}")
    chosen = frozenset(SPOILERS if "all" in defects else defects)
    setting = Setting(customers, months, end, seed, grain, defects=chosen)
    console = Console(stderr=True)
    _refuse_mixing(setting, out)
    columns = (TextColumn("生成客户"), BarColumn(), MofNCompleteColumn(), _Pace())
    hidden = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        task = bar.add_task("", total=customers)
        sums = write(
            setting, out, truth=truth, workers=workers,
            progress=lambda done, _: bar.update(task, completed=done),
        )  # fmt: skip
    lines = list(_lines(sums, out, truth))
    return [*lines, *(f"缺陷 {name}：{SPOILERS[name].text}" for name in SPOILERS if name in chosen)]


def _refuse_mixing(setting: Setting, out: Path) -> None:
    """Tables of two banks in one folder would be read as one bank's."""
    others = [
        n for n in SCHEMAS if n not in table_names(setting) and (out / f"{n}.parquet").exists()
    ]
    if others:
        raise UserError(
            f"{out} 里已有别次生成的 {others[0]}.parquet，会与这次的混在一起。请换一个目录。"
        )


def _lines(sums: dict[str, str], out: Path, truth: Path | None) -> Iterator[str]:
    for name, sha in sums.items():
        folder = truth if truth and name.startswith("truth_") else out
        path = folder / f"{name}.parquet"
        rows, size = pq.read_metadata(path).num_rows, path.stat().st_size / 1e6
        yield f"{name}（{table_schema(name).title}）　{rows:,} 行　{size:,.2f} MB　SHA-256 {sha[:12]}"
    yield f"共 {len(sums)} 张表，位于 {out}" + (f"；真值位于 {truth}。" if truth else "。")
