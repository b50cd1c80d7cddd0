"""How fast and how large a profile run is, beside the same tags in vectorised pandas and on Spark.

    python tests/bench/tags.py --banks DIR [--spark PYTHON] [--quick]

Makes synthetic banks in DIR if they aren't there: 10^4, 10^5, 10^6 customers × 24 months by month,
10^5 by transaction. Every run is a process of its own; printed are seconds, peak memory, ratios,
and the largest difference between the two answers. ``--quick``: a hundredth of the size.
"""

import argparse
import importlib
import json
import resource
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

END = "2025-12-31"
LAST = 2025 * 12 + 11
MONTHLY = ("customers", "flows_monthly", "balances", "invoices_monthly", "tax")
TXN = ("customers", "flows", "balances", "invoices", "tax")


def ours(folder: Path, names: tuple[str, ...], out: Path) -> float:
    """Read, check, profile and write, as the command does (all tables when ``names`` is empty).

    Returns the seconds that the checks took, which the plain alternative doesn't do.
    """
    from smeprofile.intake import open_tables
    from smeprofile.tags.clock import Clock
    from smeprofile.tags.engine import DuckDB
    from smeprofile.tags.pipeline import READ
    from smeprofile.tags.profile import plan_of

    source = {n: folder / f"{n}.parquet" for n in names} or folder
    start = time.perf_counter()
    with open_tables(source, only=READ) as intake:
        checked = time.perf_counter() - start
        engine = DuckDB(intake, None)
        engine.to_parquet(plan_of(intake, engine, Clock(date.fromisoformat(END)), "授信审批"), out)
    return checked


def on_spark(folder: Path, names: tuple[str, ...], out: Path) -> None:
    """The same on a local Spark session with two cores."""
    from smeprofile.tags import profile

    profile({n: folder / f"{n}.parquet" for n in names}, END, backend="spark").to_parquet(out)


def in_pandas(folder: Path, names: tuple[str, ...], out: Path) -> None:
    """The same tags with pandas: columns picked on reading, ids as categories, no Python loops."""
    t = {name: _read(folder, name) for name in names if name != "customers"}
    customers = _of_customers(pd.read_parquet(folder / "customers.parquet"))
    flows = t["flows_monthly"] if "flows_monthly" in t else _flow_months(t["flows"])
    invoices = t["invoices_monthly"] if "invoices_monthly" in t else _invoice_months(t["invoices"])
    parts = [_of_flows(flows, customers["industry_section"]), _of_balances(t["balances"])]
    parts += [_of_invoices(invoices), _of_tax(t["tax"])]
    if "flows" in t:
        parts += [_of_payers(t["flows"]), _of_partners(t["invoices"])]
    told = customers.join(parts)
    told["settlement_ratio"] = _ratio(told["effective_inflow_cny"], told["invoiced_12m_cny"])
    told["flow_invoice_ratio"] = _ratio(told["effective_inflow_cny"], told.pop("gross"))
    _across(told)
    told = told.drop(columns=["recent_inflow", "recent_invoices", "inflow_before_cny"])
    told.reset_index().sort_values("customer_id").to_parquet(out, compression="zstd")


def _of_customers(c: pd.DataFrame) -> pd.DataFrame:
    from smeprofile.rules.size import SIZE_CLASSES, size_bounds

    end = pd.Timestamp(END)
    c = c[c["opened_date"].fillna(c["established_date"]) <= END].set_index("customer_id")
    of = {"n_staff": "n_staff", "revenue_cny": "annual_revenue_cny", "total_assets_cny": "total_assets_cny"}  # fmt: skip
    place = pd.Series(np.nan, index=c.index)
    for prefixes, bounds in size_bounds():
        rows = c[c["industry_code"].str.startswith(prefixes)]
        grades = [sum((rows[of[name]] >= b).astype(float) for b in lower).where(rows[of[name]].notna())
                  for name, lower in bounds.items()]  # fmt: skip
        place[rows.index] = np.min(np.column_stack(grades), axis=1)
    known = c["updated_at"] <= END
    told = c[["name", "branch_id", "industry", "region"]].copy()
    told["age_years"] = (end - c["established_date"]).dt.days / 365.25
    since = c["opened_date"].dt
    told["length_months"] = (
        (end.year - since.year) * 12 + end.month - since.month - (since.day > end.day)
    )
    told["size_class"] = pd.Series(np.array([*SIZE_CLASSES, None], dtype=object)[
        place.fillna(len(SIZE_CLASSES)).astype(int)], index=c.index).where(known)  # fmt: skip
    told["industry_section"] = c["industry_code"].str[0]
    told["paid_in_ratio"] = _ratio(c["paid_in_capital_cny"], c["subscribed_capital_cny"]).where(
        known
    )
    for name in ("n_insured", "is_tech", "owns_premises"):
        told[name] = c[name].where(known)
    told["registration_status"] = np.where(c["deregistered_date"] <= END, "注销", "存续")
    group = c.groupby("controller_id")
    told["controller_years"] = (end - group["established_date"].transform("min")).dt.days / 365.25
    told["n_group_firms"] = group["name"].transform("size")
    told["do_not_contact"] = c["do_not_contact"]
    return told


def _across(told: pd.DataFrame) -> None:
    """Add in place what needs the others: status, outlook, alerts, and peers' percentiles."""
    from smeprofile.rules.warning import PASS_THROUGH

    told["invoice_gap_months"] = told["invoice_gap_months"].where(
        told["registration_status"] != "注销"
    )
    signs = told[["recent_inflow", "recent_invoices"]]
    told["operating_status"] = np.select(
        [(signs > 0).any(axis=1), signs.notna().any(axis=1)], ["正常", "停滞"], None
    )
    both = told[told["inflow_before_cny"].notna()].groupby("industry_section")
    sums = both[["effective_inflow_cny", "inflow_before_cny"]].sum()[both.size() >= 30]
    growth = (sums["effective_inflow_cny"] / sums["inflow_before_cny"]).round(9)
    told["industry_outlook_rank"] = told["industry_section"].map(
        growth.sort_values(ascending=False, kind="stable").rank(ascending=False, method="first"))  # fmt: skip
    hits = {"经营停滞": told["operating_status"] == "停滞", "断票": told["invoice_gap_months"] >= 2,
            "流入骤降": told["inflow_growth_q1"] < -0.3}  # fmt: skip
    if "pass_through_rate" in told:
        hits["快进快出"] = told["pass_through_rate"] > PASS_THROUGH
    told["n_alerts"] = sum(hit.astype(int) for hit in hits.values())
    texts = sum(
        (np.where(hit, f"{name}、", "") for name, hit in hits.items()), np.array("", dtype=object)
    )
    told["alerts"] = pd.Series(texts, index=told.index).str[:-1].where(told["n_alerts"] > 0)
    group = told.groupby(["industry_section", "size_class"])
    for name in PEERS:
        n = group[name].transform("count")
        told[f"{name}_peer_rank"] = ((group[name].rank(method="min") - 1) / (n - 1)).where(n >= 30)


PEERS = (
    "n_insured",
    "effective_inflow_cny",
    "avg_daily_balance_cny",
    "inflow_growth",
    "invoiced_12m_cny",
)
_COLUMNS = {
    "flows_monthly": ["month", "sales_in_cny", "current_in_cny", "n_in", "n_out", "n_night"],
    "flows": ["date", "hour", "direction", "amount_cny", "counterparty", "summary"],
    "balances": ["month", "avg_daily_cny", "n_days"],
    "invoices_monthly": ["month", "sales_cny", "red_cny", "n_sales", "n_void", "vat_cny"],
    "invoices": ["date", "direction", "amount_cny", "vat_rate", "counterparty", "is_red", "is_void"],
    "tax": ["month", "status", "invoiced_cny", "red_cny", "taxable_sales_cny", "vat_due_cny",
            "tax_grade", "arrived_date"],
}  # fmt: skip
_TEXT = ["customer_id", "direction", "counterparty", "summary", "status", "tax_grade"]


def _read(folder: Path, name: str) -> pd.DataFrame:
    import pyarrow.parquet as pq

    columns = ["customer_id", *_COLUMNS[name]]
    table = pq.read_table(
        folder / f"{name}.parquet",
        columns=columns,
        read_dictionary=[c for c in _TEXT if c in columns],
    )
    frame = table.to_pandas()
    day = frame["month" if "month" in columns else "date"]
    frame["back"] = LAST - (day.dt.year * 12 + day.dt.month - 1)
    return frame


def _ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part / whole.where(whole > 0)


def _sum(frame: pd.DataFrame, by: list[str], what: str) -> pd.Series:
    return frame.groupby(by, observed=True, sort=False)[what].sum()


def _flow_months(flows: pd.DataFrame) -> pd.DataFrame:
    """Sums by month, with the money that goes out again within two days marked."""
    f = flows.assign(fen=(flows["amount_cny"] * 100).round().astype("int64"))
    into = f["direction"].eq("in")
    goods = f["summary"].isin(["货款", "往来款"]) & (f["fen"] >= 100_000)
    out = f[~into & f["summary"].isin(["货款", "往来款", "同名划转"]) & (f["fen"] >= 100_000)]
    out = out[["customer_id", "fen", "date"]]
    days = pd.concat([out.assign(date=out["date"] - pd.Timedelta(days=k)) for k in range(3)])
    came = f.loc[into & goods, ["customer_id", "fen", "date"]]
    met = came.merge(days.drop_duplicates().assign(met=True), how="left")["met"].notna()
    passed = pd.Series(False, index=f.index)
    passed.loc[came.index] = met.to_numpy()
    sales = into & f["summary"].eq("货款")
    f = f.assign(
        sales_in_cny=f["amount_cny"].where(sales & ~passed, 0.0), n=1,
        n_night=(f["hour"] >= 22) | (f["hour"] < 6), n_round=f["fen"] % 1_000_000 == 0,
        passed=f["amount_cny"].where(passed, 0.0),
        could=f["amount_cny"].where(into & f["summary"].isin(["货款", "往来款"]), 0.0),
        last=f["date"].where(sales),
    )  # fmt: skip
    by = f.groupby(["customer_id", "back"], observed=True, sort=False)
    sums = by[["sales_in_cny", "n", "n_night", "n_round", "passed", "could"]].sum()
    return sums.assign(last=by["last"].max()).reset_index()


def _of_flows(f: pd.DataFrame, sections: pd.Series) -> pd.DataFrame:
    f = f[f["back"] >= 0]
    x = f.pivot_table(index="customer_id", columns="back", values="sales_in_cny", aggfunc="sum",
                      observed=True).reindex(columns=range(24)).fillna(0.0)  # fmt: skip
    by = f.groupby("customer_id", observed=True)
    oldest = by["back"].max()
    year = f[f["back"] < 12]
    year = year.assign(n=year["n"] if "n" in year else year["n_in"] + year["n_out"])
    told = pd.DataFrame(index=x.index)
    told["effective_inflow_cny"] = x.iloc[:, :12].sum(axis=1)
    told["avg_monthly_inflow_cny"] = told["effective_inflow_cny"] / (oldest + 1).clip(upper=12)
    for name, first, last, need in (("inflow_growth", 0, 11, 23), ("inflow_growth_q1", 0, 2, 14),
                                    ("inflow_growth_q2", 3, 5, 17)):  # fmt: skip
        now = x.iloc[:, first : last + 1].sum(axis=1)
        before = x.iloc[:, first + 12 : last + 13].sum(axis=1)
        told[name] = (_ratio(now, before) - 1).where(oldest >= need)
        if name == "inflow_growth":
            told["inflow_before_cny"] = before.where(oldest >= need)
    told["recent_inflow"] = x.iloc[:, :3].sum(axis=1)
    told["active_months"] = (x.iloc[:, :12] > 0).sum(axis=1)
    told["night_share"] = _ratio(
        _sum(year, ["customer_id"], "n_night"), _sum(year, ["customer_id"], "n")
    )
    if "last" in f:
        when = by["last"].max()
    else:
        when = f[f["sales_in_cny"] > 0].groupby("customer_id", observed=True)["month"].max()
        when = when + pd.offsets.MonthEnd(0)
    told["recency_days"] = (pd.Timestamp(END) - when.reindex(x.index)).dt.days
    if "n_round" in f:
        sums = year.groupby("customer_id", observed=True)[["n_round", "n", "passed", "could"]].sum()
        told["round_share"] = _ratio(sums["n_round"], sums["n"])
        told["pass_through_rate"] = _ratio(sums["passed"], sums["could"])
    section = sections.reindex(x.index)
    y = _merged(x.iloc[:, :12])
    whole = oldest >= 11
    sums = y[whole].groupby(section[whole]).sum()
    enough = section[whole].value_counts().reindex(sums.index) >= 30
    factor = sums.div(sums.mean(axis=1), axis=0).where(enough, 1.0)
    y = y / factor.reindex(section).fillna(1.0).to_numpy()
    told["inflow_cv"] = _ratio(y.std(axis=1, ddof=0), y.mean(axis=1)).where(whole)
    halves = _ratio(y.iloc[:, :6].sum(axis=1), y.iloc[:, 6:].sum(axis=1))
    told["inflow_trend"] = (halves - 1).where(whole)
    return told


def _merged(x: pd.DataFrame) -> pd.DataFrame:
    """January and February at their mean."""
    pair = [k for k in x.columns if (LAST - k) % 12 in (0, 1)]
    y = x.copy()
    y[pair] = np.repeat(x[pair].mean(axis=1).to_numpy()[:, None], len(pair), axis=1)
    return y


def _of_balances(b: pd.DataFrame) -> pd.DataFrame:
    b = b[(b["back"] >= 0) & (b["back"] < 12)]
    b = b.assign(total=b["avg_daily_cny"] * b["n_days"])
    sums = b.groupby("customer_id", observed=True)[["total", "n_days"]].sum()
    return _ratio(sums["total"], sums["n_days"]).rename("avg_daily_balance_cny").to_frame()


def _invoice_months(i: pd.DataFrame) -> pd.DataFrame:
    sold, void, red = i["direction"].eq("销项"), i["is_void"], i["is_red"]
    i = i.assign(
        sales_cny=i["amount_cny"].where(sold & ~void & ~red, 0.0),
        red_cny=-i["amount_cny"].where(sold & ~void & red, 0.0),
        vat_cny=(i["amount_cny"] * i["vat_rate"]).where(sold & ~void, 0.0),
        n_sales=sold & ~void & ~red, n_void=sold & void,
    )  # fmt: skip
    columns = ["sales_cny", "red_cny", "vat_cny", "n_sales", "n_void"]
    return (
        i.groupby(["customer_id", "back"], observed=True, sort=False)[columns].sum().reset_index()
    )


def _of_invoices(i: pd.DataFrame) -> pd.DataFrame:
    i = i[i["back"] >= 0].assign(net=lambda t: t["sales_cny"] - t["red_cny"])
    wide = i.pivot_table(index="customer_id", columns="back", values=["net", "n_sales"],
                         aggfunc="sum", observed=True)  # fmt: skip
    net = wide["net"].reindex(columns=range(24)).fillna(0.0)
    n = wide["n_sales"].reindex(columns=range(12)).fillna(0)
    oldest = i.groupby("customer_id", observed=True)["back"].max()
    year = i[i["back"] < 12].groupby("customer_id", observed=True)[
        ["sales_cny", "red_cny", "vat_cny"]
    ]
    sums = year.sum().reindex(net.index)
    told = pd.DataFrame(index=net.index)
    told["invoiced_12m_cny"] = net.iloc[:, :12].sum(axis=1)
    told["gross"] = told["invoiced_12m_cny"] + sums["vat_cny"]
    sold = i[i["n_sales"] > 0].groupby("customer_id", observed=True)["back"].max()
    sold = sold.reindex(net.index)
    seen = sold.to_numpy()[:, None] >= np.arange(12)[None, :]
    told["invoice_gap_months"] = ((n == 0) & seen).sum(axis=1).where(sold.notna())
    y = _merged(net.iloc[:, :12])
    told["invoice_stability"] = (1 - _ratio(y.std(axis=1, ddof=0), y.mean(axis=1))).where(
        oldest >= 11
    )
    growth = _ratio(told["invoiced_12m_cny"], net.iloc[:, 12:].sum(axis=1)) - 1
    told["invoice_growth"] = growth.where(oldest >= 23)
    told["red_rate"] = _ratio(sums["red_cny"], sums["sales_cny"])
    told["recent_invoices"] = n.iloc[:, :3].sum(axis=1)
    old = i[(i["back"] < 12) & (i["back"] > LAST - (2024 * 12 + 11))]
    old = old.groupby("customer_id", observed=True)[["n_sales", "n_void"]].sum()
    void_rate = _ratio(old["n_void"], old["n_sales"] + old["n_void"]).rename("void_rate")
    return told.join(void_rate)


def _of_tax(tax: pd.DataFrame) -> pd.DataFrame:
    t = tax[(tax["arrived_date"] <= END) & (tax["back"] >= 0)]
    grade = (
        t.sort_values("back", kind="stable").drop_duplicates("customer_id").set_index("customer_id")
    )
    t = t[t["back"] < 12]
    filed = t[t["status"] != "未申报"].assign(net=lambda x: x["invoiced_cny"] - x["red_cny"])
    columns = ["vat_due_cny", "taxable_sales_cny", "net"]
    sums = filed.groupby("customer_id", observed=True)[columns].sum()
    return pd.DataFrame(
        {"vat_burden_rate": _ratio(sums["vat_due_cny"], sums["taxable_sales_cny"]),
         "tax_invoice_gap_ratio": _ratio(sums["net"] - sums["taxable_sales_cny"], sums["net"]),
         "n_unfiled_12m": t["status"].eq("未申报").groupby(t["customer_id"], observed=True).sum()}
    ).join(grade["tax_grade"], how="outer")  # fmt: skip


def _shares(sums: pd.Series) -> pd.Series:
    sums = sums[sums > 0]
    return sums / sums.groupby("customer_id", observed=True).transform("sum")


def _of_payers(f: pd.DataFrame) -> pd.DataFrame:
    f = f[f["direction"].eq("in") & f["summary"].eq("货款") & f["back"].between(0, 11)]
    share = _shares(_sum(f, ["customer_id", "counterparty"], "amount_cny"))
    top = share.sort_values(ascending=False).groupby("customer_id", observed=True).head(5)
    by = share.groupby("customer_id", observed=True)
    return pd.DataFrame({"payer_top5_share": top.groupby("customer_id", observed=True).sum(),
                         "n_counterparties_12m": by.size()})  # fmt: skip


def _of_partners(i: pd.DataFrame) -> pd.DataFrame:
    i = i[~i["is_void"] & i["back"].between(0, 23)]
    told = {}
    for direction, name in (("销项", "buyer_hhi"), ("进项", "supplier_hhi")):
        rows = i[i["direction"].eq(direction)]
        sums = _sum(rows[rows["back"] < 12], ["customer_id", "counterparty"], "amount_cny")
        told[name] = (_shares(sums) ** 2).groupby("customer_id", observed=True).sum()
        if direction == "销项":
            before = _sum(rows[rows["back"] >= 12], ["customer_id", "counterparty"], "amount_cny")
            now = sums[sums > 0]
            fresh = now[~now.index.isin(before.index[before > 0])]
            share = _ratio(fresh.groupby("customer_id", observed=True).sum(),
                           now.groupby("customer_id", observed=True).sum())  # fmt: skip
            share = share.fillna(0.0).where(now.groupby("customer_id", observed=True).sum() > 0)
            oldest = rows.groupby("customer_id", observed=True)["back"].max()
            told["new_buyer_share"] = share.where(oldest.reindex(share.index) >= 17)
    return pd.DataFrame(told)


WAYS = {"ours": ours, "pandas": in_pandas, "spark": on_spark}


def measured(way: str, folder: Path, names: tuple[str, ...], out: Path, python: str) -> dict:
    """Run one way in a process of its own; return seconds and peak memory in GB."""
    command = [python, __file__, "--way", way, "--folder", str(folder), "--names", ",".join(names),
               "--out", str(out)]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def difference(one: Path, other: Path) -> tuple[int, float]:
    """Return the number of tags both have, and the largest relative difference; ids must agree."""
    a, b = (pd.read_parquet(p).set_index("customer_id").sort_index() for p in (one, other))
    both = [c for c in a.columns if c in b.columns and pd.api.types.is_numeric_dtype(b[c])]
    worst = 0.0
    for name in both:
        x, y = a[name].astype(float), b[name].astype(float)
        if (x.isna() != y.isna()).any():
            print(f"  {name}: {int((x.isna() != y.isna()).sum())} known here, missing there")
        gap = ((x - y).abs() / y.abs().clip(lower=1.0)).max()
        worst = max(worst, 0.0 if np.isnan(gap) else gap)
    return len(both), worst


def bank(folder: Path, customers: int, grain: str) -> Path:
    """Make a bank once."""
    path = folder / f"{grain}_{customers}"
    if not (path / "tax.parquet").exists():
        command = [sys.executable, "-m", "smeprofile", "simulate", "--customers", str(customers),
                   "--months", "24", "--end", END, "--seed", "3", "--grain", grain,
                   "--out", str(path)]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--banks", type=Path)
    parser.add_argument("--spark", help="Python of an environment with smeprofile[spark]")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--way")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--names", default="")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    if asked.way:
        importlib.import_module("smeprofile.tags")  # as pandas is by now
        start = time.perf_counter()
        names = tuple(filter(None, asked.names.split(",")))
        checked = WAYS[asked.way](asked.folder, names, asked.out) or 0.0
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(json.dumps({"s": time.perf_counter() - start, "cpu_s": used.ru_utime + used.ru_stime,
                          "gb": used.ru_maxrss / 2**20, "checks": checked}))  # fmt: skip
        return
    scale = 100 if asked.quick else 1
    for grain, n, names in (("month", 1_000_000 // scale, MONTHLY), ("txn", 100_000 // scale, TXN)):
        compare(bank(asked.banks, n, grain), names, asked)
    flat(asked.banks, scale)


def compare(folder: Path, names: tuple[str, ...], asked: argparse.Namespace) -> None:
    """Print one bank's line: all tables, then the common tags both ways, then Spark."""
    print(folder.name)
    out = asked.banks / "out"
    out.mkdir(exist_ok=True)
    whole = measured("ours", folder, (), out / "whole.parquet", sys.executable)
    print(f"  all tables, all tags: {whole['s']:.1f} s ({whole['checks']:.1f} s of them checks), "
          f"{whole['gb']:.2f} GB")  # fmt: skip
    own = measured("ours", folder, names, out / "ours.parquet", sys.executable)
    plain = measured("pandas", folder, names, out / "pandas.parquet", sys.executable)
    n, gap = difference(out / "ours.parquet", out / "pandas.parquet")
    print(f"  {n} tags of {', '.join(names)}: ours {own['s']:.1f} s, {own['gb']:.2f} GB; "
          f"pandas {plain['s']:.1f} s, {plain['gb']:.2f} GB; ratio {plain['s'] / own['s']:.2f}, "
          f"without our checks ({own['checks']:.1f} s) {plain['s'] / (own['s'] - own['checks']):.2f}; "
          f"largest difference {gap:.1e}")  # fmt: skip
    if asked.spark:
        spark = measured("spark", folder, names, out / "spark.parquet", asked.spark)
        n, gap = difference(out / "ours.parquet", out / "spark.parquet")
        print(f"  Spark local[2]: {spark['s']:.1f} s; ratio {spark['s'] / own['s']:.2f}; "
              f"{n} tags, largest difference {gap:.1e}")  # fmt: skip


def flat(banks: Path, scale: int) -> None:
    """Print what a further customer costs, over two decades of size, best of three.

    In seconds of the cores as well: a table of up to 122,880 rows is one core's work in DuckDB.
    """
    sizes = [10_000 // scale, 100_000 // scale, 1_000_000 // scale]
    out = banks / "out" / "flat.parquet"
    runs = [[measured("ours", bank(banks, n, "month"), (), out, sys.executable) for _ in range(3)]
            for n in sizes]  # fmt: skip
    for unit in ("s", "cpu_s"):
        took = [min(run[unit] for run in of) for of in runs]
        steps = [
            1e6 * (b - a) / (m - n)
            for a, b, n, m in zip(took, took[1:], sizes, sizes[1:], strict=False)
        ]
        print(f"{unit} at {sizes}: {[round(s, 1) for s in took]}; µs per further customer: "
              f"{[round(s, 1) for s in steps]}, ratio {steps[1] / steps[0]:.2f}")  # fmt: skip


if __name__ == "__main__":
    main()
