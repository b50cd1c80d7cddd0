"""Work orders (工单) under a limit of staff hours: whom to call, whom to visit, what it saves.

All [P]: what a call or a visit takes and saves. A warning is worth something only while the customer
isn't overdue yet; who is goes to the collectors, whose hours are not these.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from smeprofile.bank.assumptions import COMPLAINT_COST_CNY, REVIEW_HOUR_COST_CNY
from smeprofile.errors import UserError
from smeprofile.monitor import alerts
from smeprofile.simulate.assumptions import LGD

WAIT, CALL, VISIT, COLLECT = "先不派", "电话核实", "上门走访", "转催收"
REST_MONTHS = 3  # [P] in which nobody gets a second order
HOURS = {WAIT: 0, CALL: 1, VISIT: 4, COLLECT: 0}  # [P] of a client manager, travel included
SAVED = {WAIT: 0.0, CALL: 0.05, VISIT: 0.30, COLLECT: 0.0}  # [P] of the loss that is ahead
HOUR_CNY = REVIEW_HOUR_COST_CNY
# Nobody overdue, and dunned all the same: what the complaint costs.
WRONGLY_DUNNED_CNY = COMPLAINT_COST_CNY


def loss_ahead(rows: pd.DataFrame, chance: pd.Series | np.ndarray | float) -> pd.Series:
    """Return the expected loss of each row, yuan: ``chance`` of default × ``balance_cny`` × LGD.

    LGD is the bank's mean by ``security`` (``assumptions.LGD``, [P]).

    >>> rows = pd.DataFrame({"balance_cny": [1e6, 1e6], "security": ["抵押", "信用"]})
    >>> loss_ahead(rows, [0.01, 0.01]).tolist()
    [2800.0, 7200.0]
    """
    lgd = rows["security"].map(LGD).astype(float)
    return (rows["balance_cny"] * lgd * np.asarray(chance)).rename("loss_ahead_cny")


def worth(loss_ahead_cny: float, action: str, *, is_overdue: bool) -> float:
    """Return what an order earns, yuan: the loss it saves less the hours it takes.

    For one overdue already a call or visit saves nothing; collecting from one who isn't costs a
    complaint.

    >>> worth(10_000, VISIT, is_overdue=False), worth(10_000, VISIT, is_overdue=True)
    (2760.0, -240.0)
    """
    if action not in HOURS:
        raise UserError(f"没有名为 {action} 的处置。可选：{'、'.join(HOURS)}。")
    if action == COLLECT:
        return 0.0 if is_overdue else -WRONGLY_DUNNED_CNY
    saved = 0.0 if is_overdue else SAVED[action] * loss_ahead_cny
    return saved - HOURS[action] * HOUR_CNY


def hours_of(actions: Mapping[str, str]) -> int:
    """Return how many hours the orders take.

    >>> hours_of({"甲": VISIT, "乙": CALL, "丙": WAIT})
    5
    """
    return sum(HOURS[action] for action in actions.values())


def dispatched(rows: pd.DataFrame, order_by: pd.Series, hours: int) -> dict[object, str]:
    """Return index → action: visits from the top of ``order_by`` down until the hours are used up.

    Those overdue go to the collectors. Where four hours aren't left, calls fill the rest.

    >>> rows = pd.DataFrame({"dpd": [0, 0, 9]}, index=["甲", "乙", "丙"])
    >>> dispatched(rows, pd.Series([1, 2, 3], rows.index), 5)
    {'甲': '电话核实', '乙': '上门走访', '丙': '转催收'}
    """
    made, left = dict.fromkeys(rows.index, WAIT), hours
    for who in order_by.sort_values(ascending=False, kind="stable").index:
        if rows.at[who, "dpd"] > 0:
            made[who] = COLLECT
            continue
        action = VISIT if left >= HOURS[VISIT] else CALL if left >= HOURS[CALL] else WAIT
        made[who], left = action, left - HOURS[action]
    return made


def habit(rows: pd.DataFrame, actions: Mapping[object, str]) -> str:
    """Return what the visits seem to go by: ``条数`` of alerts, ``余额``, or neither (empty).

    >>> rows = pd.DataFrame({"balance_cny": [9e6, 1e5, 1e5], "security": "信用", "dpd": 0,
    ...     "inflow_change": -0.5, "deposit_change": None, "days_to_due": None, "debt_to_inflow": 0.1,
    ...     "n_late_12m": 0, "utilization": 0.5}, ["甲", "乙", "丙"])
    >>> habit(rows, {"甲": VISIT, "乙": WAIT, "丙": WAIT})
    '余额'
    """
    rings = alerts.raised(rows).sum(axis=1)
    visited = [row for row in actions if actions[row] == VISIT]
    if not visited:
        return ""
    if rings[visited].mean() > rings.mean() + 0.5:
        return "条数"
    owed = rows["balance_cny"]
    return "余额" if owed[visited].min() > owed.median() else ""


def in_turn(
    rows: pd.DataFrame, chosen: Callable[[pd.DataFrame], pd.DataFrame]
) -> list[pd.DataFrame]:
    """Return what ``chosen`` takes of each month end's rows, month by month (``as_of``).

    It is shown only those who had no order in the ``REST_MONTHS`` before: else a fixed order would
    call on the same few every month.

    >>> rows = pd.DataFrame({"customer_id": ["A", "B", "A"],
    ...     "as_of": pd.to_datetime(["2025-01-31", "2025-01-31", "2025-02-28"])})
    >>> [len(sent) for sent in in_turn(rows, lambda here: here.head(1))]
    [1, 0]
    """
    parts: list[pd.DataFrame] = []
    until: dict[str, int] = {}
    for day, here in rows.groupby("as_of"):
        number = day.year * 12 + day.month
        parts.append(chosen(here[here["customer_id"].map(until).fillna(0) <= number]))
        until |= dict.fromkeys(parts[-1]["customer_id"], number + REST_MONTHS)
    return parts


def sheet(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``rows`` (``watch_rows``) as people read a list of alerts: texts, one row per borrower.

    >>> rows = pd.DataFrame({"customer_id": ["A"], "balance_cny": [2e5], "security": ["信用"], "dpd": [0],
    ...     "inflow_change": [-0.8], "deposit_change": [None], "days_to_due": [None],
    ...     "debt_to_inflow": [0.1], "n_late_12m": [0], "utilization": [0.5]})
    >>> sheet(rows).iloc[0].tolist()
    ['A', '20.0', '信用', '0', '−80%', '流入断崖']
    """
    rings = alerts.raised(rows)
    names = ["、".join(rings.columns[hit]) or "没有" for hit in rings.to_numpy()]
    change = [
        f"{x:+.0%}".replace("-", "−") if pd.notna(x) else "未知" for x in rows["inflow_change"]
    ]
    return pd.DataFrame({
        "客户": rows["customer_id"], "余额（万元）": (rows["balance_cny"] / 1e4).map("{:,.1f}".format),
        "担保": rows["security"], "逾期天数": rows["dpd"].astype(int).astype(str),
        "近一季流入同比": change, "响着的预警": names,
    }, rows.index)  # fmt: skip


@dataclass(frozen=True)
class Best:
    """The orders that earn most within the hours, and what that is, yuan."""

    actions: dict[object, str]
    value_cny: float


def best_orders(losses: pd.Series, overdue: pd.Series, hours: int) -> Best:
    """Return the best orders for expected ``losses`` (yuan), by dynamic programming over hours.

    >>> best_orders(pd.Series([9e4, 1e3], ["甲", "乙"]), pd.Series(False, ["甲", "乙"]), 5).actions
    {'甲': '上门走访', '乙': '先不派'}
    """
    best, chosen = np.zeros(hours + 1), [{} for _ in range(hours + 1)]
    for who, loss in losses.items():
        late = bool(overdue[who])
        options = {
            a: worth(loss, a, is_overdue=late) for a in HOURS if a != (WAIT if late else COLLECT)
        }
        new, made = best.copy(), list(chosen)
        for left in range(hours + 1):
            able = {a: best[left - HOURS[a]] + v for a, v in options.items() if HOURS[a] <= left}
            action = max(able, key=able.get)
            new[left], made[left] = able[action], chosen[left - HOURS[action]] | {who: action}
        best, chosen = new, made
    return Best(chosen[hours], float(best[hours]))
