"""How module 13's two scored exercises come out on fresh banks: reference, typical-wrong, blank.

Run: python tests/bench/alerts.py --seeds 20
The work lists are the ones trainees get: chosen so that no typical mistake is nearly right.
"""

import argparse
import secrets
from dataclasses import replace

import numpy as np
import pandas as pd

from smeprofile.bank.course import course_setting
from smeprofile.cases import early_warning as case
from smeprofile.monitor import orders
from smeprofile.notebooks.truth import alerts as truth
from smeprofile.verdicts import share_of_profit

LISTS = {"参考": "best", "典型错误：数预警条数": "count", "典型错误：只看余额": "balance",
         "典型错误：按客户号顺着派": "number", "典型错误：逾期的先跑": "late first"}  # fmt: skip
DESKS = {
    "参考": case.REFERENCE,
    "空白（现行做法）": case.OLD,
    "典型错误：按条数": case.REFERENCE | {"d3": case.BY_COUNT},
    "典型错误：按余额": case.REFERENCE | {"d3": case.BY_BALANCE},
    "典型错误：按客户号": case.REFERENCE | {"d3": case.BY_NUMBER},
    "典型错误：逾期排最前": case.REFERENCE | {"d4": "排在最前"},
    "典型错误：一律电话": case.REFERENCE | {"d5": "一律电话"},
    "流入降两成就报": case.REFERENCE | {"d1": "两成"},
    "流入降五成才报": case.REFERENCE | {"d1": "五成"},
}


def of_list(seed: int) -> dict[str, tuple[float, float]]:
    """Return plan → (worth in yuan, share of the points) on one bank's work list."""
    s = replace(
        course_setting(), customers=truth.POOL, seed=seed, txn_customers=None, txn_months=None
    )
    listed, losses, rates = truth.listed_of(s)
    worth = {
        name: truth.scored(listed, losses, truth.ordered_by(listed, rates, by))
        for name, by in LISTS.items()
    }
    worth["空白（一张不派）"] = truth.scored(
        listed, losses, dict.fromkeys(listed.index, orders.WAIT)
    )
    return _shared(worth, truth.by_lot(listed, losses), rates)


def of_desk(seed: int, rates: pd.Series) -> dict[str, tuple[float, float]]:
    """Return plan → (worth of a year's orders in yuan, share of the points) on one unseen bank."""
    s = replace(course_setting(), customers=truth.UNSEEN, months=truth.UNSEEN_MONTHS, seed=seed,
                grain="month", txn_customers=None, txn_months=None)  # fmt: skip
    rows = truth.unseen_rows(s)
    worth = {
        name: case.value(case.played(one, rows, rates), rows["chance"])
        for name, one in DESKS.items()
    }
    return _shared(worth, worth["空白（现行做法）"], None)


def _shared(worth: dict[str, float], idle: float, rates: pd.Series | None) -> dict:
    top = worth["参考"]
    told = {
        name: (v, share_of_profit(v - idle, top - idle, 0.0) if top > idle else np.nan)
        for name, v in worth.items()
    }
    return told | {"_ahead": top > idle, "_rates": rates, "_idle": idle}


def tell(title: str, runs: list[dict]) -> None:
    """Print worth and share of the points by plan, mean ± 1.96 s.e."""
    print(f"{title}：{len(runs)} 家新银行；参考高于基线 {sum(run['_ahead'] for run in runs)}/{len(runs)}；"
          f"基线 {np.mean([run['_idle'] for run in runs]):,.0f} 元")  # fmt: skip
    half = 1.96 / np.sqrt(len(runs))
    for name in [name for name in runs[0] if not name.startswith("_")]:
        worth, share = np.array([run[name] for run in runs]).T
        print(f"{name}｜{worth.mean():,.0f} ± {worth.std() * half:,.0f} 元｜分数占比 {np.nanmean(share):.2f} ± {np.nanstd(share) * half:.2f}"
              f"（中位数 {np.nanmedian(share):.2f}）｜参考不比它差 {sum(run['参考'][0] >= run[name][0] for run in runs)}/{len(runs)}")  # fmt: skip


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seeds", type=int, default=20)
    given = asked.parse_args()
    lists, desks = [], []
    for k in range(given.seeds):
        lists.append(of_list(secrets.randbits(64)))
        desks.append(of_desk(secrets.randbits(64), lists[-1]["_rates"]))
        print(k, round(lists[-1]["参考"][0]), round(desks[-1]["参考"][0]), flush=True)
    tell("派工单", lists)
    tell("预警台", desks)
