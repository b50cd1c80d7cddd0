"""Information value of our monotone bins beside ``optbinning``'s, on the class data.

    python tests/bench/binning.py [--optbinning PYTHON]

Sixteen features known when a line was applied for, of the lines watched for 12 months since. Both
get the same rows, at most the same number of bins, each with at least the same share of the rows,
both directions, and one formula for the value. ``optbinning`` (PyPI) brings OR-Tools and cvxpy,
0.4 GB: no dependency of ours, so --optbinning names the interpreter of an environment that has it
(1.0). The limit is shown, never asserted.
"""

import argparse
import json
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

import smeprofile as sp
from smeprofile.credit import bad_within, bin_edges, loan_months

MAX_BINS, MIN_SHARE, THROUGH = 6, 0.05, "2025-12-31"
LIMIT = 0.98  # of optbinning's total: below, it would be worth its weight
OPTBINNING_CODE = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import optbinning, pandas as pd
rows, max_bins, min_share = pd.read_csv(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
y, edges, start = rows.pop("is_bad"), {}, time.perf_counter()
for name in rows:
    known, found = rows[name].notna(), []
    least = min_share / known.mean()  # of all rows, as ours: it is told of the known ones only
    for trend in ("ascending", "descending"):
        model = optbinning.OptimalBinning(
            monotonic_trend=trend, max_n_bins=max_bins, min_bin_size=least, min_prebin_size=least
        )
        model.fit(rows.loc[known, name].to_numpy(), y[known].to_numpy())
        found.append((model.binning_table.build().loc["Totals", "IV"], model.splits.tolist()))
    edges[name] = max(found)[1]
print(json.dumps([optbinning.__version__, time.perf_counter() - start, edges]))
"""


def labelled() -> pd.DataFrame:
    """Return one row per first loan note of a new line, its application and ``is_bad``."""
    tables = [sp.load(name) for name in ("drawdowns", "schedules", "repayments")]
    labels = bad_within(loan_months(*tables, through=THROUGH))
    # Only who was watched all the time: of the others, the bad alone are known.
    old = pd.Timestamp(THROUGH) - pd.DateOffset(months=12)
    labels = labels[labels["start_month"] <= old].dropna(subset="is_bad")
    first = tables[0].sort_values("disbursed_date").drop_duplicates("facility_id")
    rows = first[["loan_id", "facility_id", "annual_rate"]].merge(
        labels[["chain_id", "is_bad"]], left_on="loan_id", right_on="chain_id"
    )
    lines = sp.load("facilities")[["facility_id", "application_id", "credit_line_cny"]]
    apps = sp.load("applications")[["application_id", "customer_id", "applied_at", "amount_cny"]]
    rows = rows.merge(lines, on="facility_id").merge(apps, on="application_id")
    return rows.sort_values("application_id", ignore_index=True)


def features(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what could be known at the time of application, missing where it was not."""
    at, firms = rows["applied_at"], rows[["customer_id"]].merge(sp.load("customers"), how="left")
    years = (at - firms["established_date"]).dt.days / 365.25
    paid_in = firms["paid_in_capital_cny"] / firms["subscribed_capital_cny"]
    columns = {
        "age_years": years,
        "relation_months": (at - firms["opened_date"]).dt.days / 30.4,
        "paid_in_share": paid_in.where(np.isfinite(paid_in)),
        "paid_in_capital_cny": firms["paid_in_capital_cny"],
        "amount_cny": rows["amount_cny"],
        "credit_line_cny": rows["credit_line_cny"],
        "annual_rate": rows["annual_rate"],
        "n_inquiries_6m": inquiries(rows, days=183),
        "n_inquiries_12m": inquiries(rows, days=365),
    }
    return pd.DataFrame(columns).join(flows(rows)).join(accounts(rows))


def inquiries(rows: pd.DataFrame, *, days: int) -> pd.Series:
    """Return the number of inquiries for loans in the last ``days``; never any is not known."""
    seen = sp.load("inquiries").query("reason == '贷款审批'")[["customer_id", "inquired_at"]]
    both = rows[["application_id", "customer_id", "applied_at"]].merge(seen, on="customer_id")
    ago = (both["applied_at"] - both["inquired_at"]).dt.days
    before = both[both["inquired_at"] < both["applied_at"]].assign(hit=ago <= days)
    return rows["application_id"].map(before.groupby("application_id")["hit"].sum())


def window(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the 12 whole months before each application from a monthly table."""
    months = sp.load(name)
    months = months[months["customer_id"].isin(rows["customer_id"])]
    both = rows[["application_id", "customer_id", "applied_at"]].merge(months, on="customer_id")
    this = both["applied_at"].dt.to_period("M").dt.to_timestamp()
    return both[(both["month"] < this) & (both["month"] >= this - pd.DateOffset(months=12))]


def flows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the account's entries of the year before tell."""
    by = window(rows, "flows_monthly").groupby("application_id")
    sums, sales = by[["in_cny", "out_cny", "n_in", "n_out", "n_night"]].sum(), by["sales_in_cny"]
    told = pd.DataFrame({
        "sales_in_mean_cny": sales.mean(),
        "sales_in_cv": sales.std() / sales.mean(),
        "in_out_ratio": sums["in_cny"] / sums["out_cny"],
        "night_share": sums["n_night"] / (sums["n_in"] + sums["n_out"]),
    })  # fmt: skip
    told = told.where(np.isfinite(told))
    return told.reindex(rows["application_id"]).reset_index(drop=True)


def accounts(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what the account's balances of the year before tell."""
    by = window(rows, "balances").groupby("application_id")
    told = pd.DataFrame({
        "balance_mean_cny": by["avg_daily_cny"].mean(),
        "balance_min_cny": by["min_daily_cny"].min(),
        "n_months_on_file": by.size(),
    })  # fmt: skip
    return told.reindex(rows["application_id"]).reset_index(drop=True)


def value(values: pd.Series, bad: pd.Series, edges: list[float]) -> float:
    """Return the information value of bins ≤ each edge, missing apart; half a case per cell."""
    x = values.to_numpy(float)
    bins = np.where(np.isnan(x), len(edges) + 1, np.searchsorted(edges, x, side="left"))
    cells = pd.crosstab(bins, bad.to_numpy(bool)) + 0.5
    good, worse = cells[False] / cells[False].sum(), cells[True] / cells[True].sum()
    return float(((good - worse) * np.log(good / worse)).sum())


def theirs(python: str, frame: pd.DataFrame) -> tuple[str, float, dict[str, list[float]]]:
    """Return optbinning's version, seconds and edges by feature."""
    with TemporaryDirectory(prefix="bench-binning-") as folder:
        path = Path(folder) / "rows.csv"  # the only format every environment reads
        frame.to_csv(path, index=False)
        command = [python, "-c", OPTBINNING_CODE, str(path), str(MAX_BINS), str(MIN_SHARE)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        raise SystemExit(f"optbinning failed:\n{done.stderr}")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


def print_values(frame: pd.DataFrame, bad: pd.Series, ours: dict, others: dict) -> None:
    """Print one line per feature, and the total; the ratio says how much of theirs is ours."""
    print(
        f"{'feature':<22}{'missing':>8}{'bins':>6}{'IV ours':>9}{'bins':>6}{'theirs':>9}{'ratio':>8}"
    )
    totals = np.zeros(2)
    for name, cuts in ours.items():
        mine = value(frame[name], bad, cuts)
        print(f"{name:<22}{frame[name].isna().mean():>8.1%}{len(cuts) + 1:>6}{mine:>9.4f}", end="")
        totals += mine, print_other(frame[name], bad, others.get(name), mine)
    print(f"{'total':<36}{totals[0]:>9.4f}", end="")
    print(f"{totals[1]:>15.4f}{totals[0] / totals[1]:>8.3f}" if others else "")


def print_other(values: pd.Series, bad: pd.Series, cuts: list[float] | None, mine: float) -> float:
    """Print the rest of a line and return their value, nothing where they were left out."""
    if cuts is None:
        print()
        return 0.0
    other = value(values, bad, cuts)
    print(f"{len(cuts) + 1:>6}{other:>9.4f}{mine / other:>8.3f}")
    return other


def main() -> None:
    """Print values and seconds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--optbinning", metavar="PYTHON", help="an interpreter that has optbinning")
    python = parser.parse_args().optbinning
    rows = labelled()
    frame, bad = features(rows).astype(float), rows["is_bad"].astype(int)
    start = time.perf_counter()
    limits = {"max_bins": MAX_BINS, "min_share": MIN_SHARE}
    ours = {name: bin_edges(frame[name], bad, **limits) for name in frame}
    seconds = time.perf_counter() - start
    print(f"{len(rows):,} lines, {bad.sum():,} bad; at most {MAX_BINS} bins of {MIN_SHARE:.0%}")
    version, their_seconds, others = "", 0.0, {}
    if python:
        version, their_seconds, others = theirs(python, frame.assign(is_bad=bad))
    print_values(frame, bad, ours, others)
    print(f"seconds {seconds:.2f}", end="")
    print(
        f", optbinning {version} {their_seconds:.2f}; limit {LIMIT} in total"
        if python
        else "; left out: give --optbinning PYTHON, an interpreter that has optbinning"
    )


if __name__ == "__main__":
    main()
