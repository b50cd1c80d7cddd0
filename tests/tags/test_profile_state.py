"""Daily updates of the state give what a full rebuild gives, to the last bit."""

from datetime import date

import pandas as pd
import pytest

from profiles import END, tables
from smeprofile.card.outputs import run
from smeprofile.errors import UserError
from smeprofile.intake import open_tables
from smeprofile.tags import profile, state
from smeprofile.tags.clock import Clock
from smeprofile.tags.engine import DuckDB
from smeprofile.tags.profile import plan_of

DATED = {"flows": "date", "invoices": "date"}
WEEK = pd.date_range("2025-12-25", END)


def entries():
    monthly = ("flows_monthly", "invoices_monthly", "balances")
    return {name: rows for name, rows in tables().items() if name not in monthly}


def part(first, last):
    """The rows of the days after ``first`` up to ``last``; undated tables whole."""
    rows = entries()
    for name, column in DATED.items():
        days = rows[name][column]
        rows[name] = rows[name][(days > first) & (days <= last)]
    return rows


def contents(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def add(folder, rows):
    with open_tables(rows) as intake, state.added(folder, intake, END):
        pass


def of_state(folder):
    with (
        open_tables({"lpr": tables()["lpr"]}) as intake,
        state.added(folder, intake, END) as made,
    ):
        engine = DuckDB(intake, None)
        table = engine.to_arrow(plan_of(intake, engine, Clock(END), "授信审批", made))
    return table.to_pandas()


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A state brought up to END day by day through the week that ends there."""
    folder = tmp_path_factory.mktemp("bank") / "state"
    add(folder, part(pd.Timestamp.min, WEEK[0] - pd.Timedelta(days=1)))
    for day in WEEK:
        new = part(day - pd.Timedelta(days=1), day)
        add(folder, {name: new[name] for name in DATED})
    return folder


@pytest.mark.full
def test_daily_updates_equal_a_full_rebuild(kept, tmp_path):
    add(tmp_path / "whole", entries())
    updated, rebuilt = of_state(kept), of_state(tmp_path / "whole")
    pd.testing.assert_frame_equal(updated, rebuilt, check_exact=True)
    direct = profile(entries(), END)
    assert updated["effective_inflow_cny"].equals(direct["effective_inflow_cny"])
    assert updated["pass_through_rate"].equals(direct["pass_through_rate"])


def test_late_rows_are_refused_and_change_nothing(kept):
    before = contents(kept)
    with pytest.raises(UserError, match=r"flows 有 2025-12-\d\d 的行，而状态已并入到"):
        add(kept, {"flows": part(WEEK[-3], WEEK[-1])["flows"]})
    with pytest.raises(UserError, match="缺少列 hour"):
        later = entries()["flows"].tail(5).assign(date=pd.Timestamp("2026-01-02"))
        add(kept, {"flows": later.drop(columns="hour")})
    assert contents(kept) == before
    assert [p.name for p in kept.parent.iterdir()] == ["state"]


def test_a_swap_cut_short_is_mended(kept):
    files = contents(kept)
    kept.rename(kept.with_name(".state.old"))
    with pytest.raises(UserError, match="而状态已并入到"):
        add(kept, {"flows": part(WEEK[-3], WEEK[-1])["flows"]})
    assert contents(kept) == files


def test_a_profile_that_fails_leaves_the_state_to_be_tried_again(kept, tmp_path):
    later = {"flows": entries()["flows"].tail(5).assign(date=pd.Timestamp("2026-01-02"))}
    files = contents(kept)
    with pytest.raises(UserError, match="状态到 2026-01-02，不能看 2025-12-31 的画像"):
        add(kept, later)
    with (
        pytest.raises(OSError, match="disk full"),
        open_tables(later) as intake,
        state.added(kept, intake, date(2026, 1, 31)),
    ):
        raise OSError("disk full")
    assert contents(kept) == files
    assert [p.name for p in kept.parent.iterdir()] == ["state"]


def test_a_state_is_not_for_spark(tmp_path):
    entries()["flows"].to_parquet(tmp_path / "flows.parquet")
    with pytest.raises(UserError, match="--state 不能与 --backend spark 同用"):
        run(tmp_path, END, tmp_path / "out", backend="spark", kept=tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "信.txt").write_text("别动", encoding="utf-8")
    with pytest.raises(UserError, match="不是画像状态"):
        add(tmp_path, {"flows": entries()["flows"]})
    assert [p.name for p in tmp_path.iterdir()] == ["信.txt"]
