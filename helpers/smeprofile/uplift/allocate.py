"""Who gets which channel when contacts are scarce: a linear program, and what its limits are worth."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array

from smeprofile.errors import UserError

BUDGET = "预算"
_NOTHING = 0.005  # yuan: a shadow price below it is none


@dataclass(frozen=True)
class Allocation:
    """``plan``: rows × choices, the share (0–1) of each that gets it; ``value_cny``: the sum.

    ``shadow_cny``: by limit, by how much the sum grows when one more contact (or yuan of budget)
    is allowed; 0 where some is left. ``used``: how much of each of the ``limits`` is used.
    """

    plan: pd.DataFrame
    value_cny: float
    shadow_cny: pd.Series
    used: pd.Series
    limits: pd.Series


def allocate(
    value_cny: pd.DataFrame,
    cost_cny: Mapping[str, float],
    capacity: Mapping[str, float],
    *,
    channel_of: Mapping[str, str] | None = None,
    budget_cny: float | None = None,
    blocked: pd.Series | None = None,
) -> Allocation:
    """Return the allocation of at most one choice to each row that is worth the most.

    Maximises Σ x·(value − cost) with Σ x ≤ 1 in each row, Σ x ≤ ``capacity`` in each channel,
    Σ x·cost ≤ ``budget_cny`` (facts §4), by SciPy's HiGHS. ``value_cny``: one row per customer, one
    column per choice, yuan gained by contacting (uplift × what an application is worth), missing
    where that can't be offered; ``cost_cny`` and ``channel_of`` by choice (a choice is its own
    channel by default). Channels that ``capacity`` leaves out have no limit. ``blocked``: whether a
    row must not be contacted, by the index of ``value_cny``. ``UserError`` for a choice without a
    cost, a limit that is missing, or a row of which ``blocked`` says nothing.

    >>> told = allocate(pd.DataFrame({"走访": [300.0, 200.0], "电话": [100.0, 90.0]}, index=["甲", "乙"]),
    ...     {"走访": 120, "电话": 12}, {"走访": 1, "电话": 5})
    >>> told.plan.to_dict("list"), told.value_cny, float(told.shadow_cny["走访"])
    ({'走访': [1.0, 0.0], '电话': [0.0, 1.0]}, 258.0, 2.0)
    """
    choices = list(value_cny.columns)
    if lacking := [name for name in choices if pd.isna(cost_cny.get(name))]:
        raise UserError(f"没有 {lacking[0]} 的单次成本：cost_cny 要每种选择都有。")
    channels = channel_of or {name: name for name in choices}
    cost = np.array([float(cost_cny[name]) for name in choices])
    worth = value_cny.to_numpy(dtype=float) - cost
    if blocked is not None:
        quiet = pd.Series(blocked).reindex(value_cny.index)
        if quiet.isna().any():
            raise UserError(
                f"blocked 有 {int(quiet.isna().sum())} 行没有说能不能联系：它的索引要和 value_cny 的"
                "一样，每一行都是 True 或 False。"
            )
        worth[quiet.to_numpy(dtype=bool)] = np.nan
    if unknown := [name for name, most in capacity.items() if pd.isna(most)]:
        raise UserError(f"{unknown[0]}的名额缺失：不限名额的渠道不要写进 capacity。")
    if budget_cny is not None and pd.isna(budget_cny):
        raise UserError("预算缺失：没有预算限制就不要写 budget_cny。")
    limits = {name: float(most) for name, most in capacity.items() if np.isfinite(most)}
    if budget_cny is not None:
        limits[BUDGET] = float(budget_cny)
    uses = _uses(limits, [channels[name] for name in choices], cost)
    most = np.array([*limits.values()])
    x, value = _solved(worth, uses, most)
    # The solver's own marginals are those of one less where several are the same: so one more is tried.
    more = [_solved(worth, uses, most + one)[1] - value for one in np.eye(len(most))]
    names = list(limits)
    return Allocation(
        pd.DataFrame(x, index=value_cny.index, columns=choices),
        value,
        pd.Series(np.clip(np.round(more, 6), 0, None), index=names, dtype=float),
        pd.Series((uses @ x.sum(axis=0)).round(6), index=names, dtype=float),
        pd.Series(most, index=names, dtype=float),
    )


def shadow_words(told: Allocation) -> list[str]:
    """Return one sentence per limit: what one more of it is worth, or that some is left.

    >>> told = allocate(pd.DataFrame({"走访": [300.0, 200.0]}), {"走访": 120}, {"走访": 1})
    >>> shadow_words(told)
    ['走访：名额用完了，再多 1 个值 80 元。']
    """
    lines = []
    for name, price in told.shadow_cny.items():
        if price > _NOTHING:
            more = "多 1 元能多赚" if name == BUDGET else "再多 1 个值"
            shown = f"{price:,.2f}" if name == BUDGET else f"{price:,.0f}"
            lines.append(f"{name}：{'' if name == BUDGET else '名额'}用完了，{more} {shown} 元。")
        elif told.used[name] < told.limits[name] - 1e-6:
            lines.append(f"{name}：没有用完，再多也不值钱。")
        else:
            lines.append(f"{name}：正好用完，再多一点也不值钱。")
    return lines


def _uses(limits: Mapping[str, float], channels: list[str], cost: np.ndarray) -> np.ndarray:
    """Return limits × choices: how much of each limit one contact uses."""
    return np.array(
        [cost if name == BUDGET else [float(c == name) for c in channels] for name in limits]
    ).reshape(len(limits), len(channels))


def _solved(worth: np.ndarray, uses: np.ndarray, most: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the best x, rows × choices, and what it is worth; ``worth`` is missing where barred."""
    row, choice = np.nonzero(np.isfinite(worth) & (worth > 0))  # the others are never worth it
    x, n = np.zeros(worth.shape), len(worth)
    if (most < 0).any():
        raise UserError("容量和预算不能是负数。")
    if not len(row):
        return x, 0.0
    limit, column = np.nonzero(uses[:, choice])
    weights = np.append(np.ones(len(row)), uses[:, choice][limit, column])
    places = np.append(row, n + limit), np.append(np.arange(len(row)), column)
    matrix = coo_array((weights, places), shape=(n + len(most), len(row))).tocsr()
    found = linprog(
        -worth[row, choice],
        A_ub=matrix,
        b_ub=np.append(np.ones(n), most),
        bounds=(0, None),
        method="highs",
    )
    if found.status != 0:
        raise UserError(f"分配没有解：{found.message}")
    x[row, choice] = np.where(found.x < 1e-9, 0.0, np.clip(found.x, 0, 1))
    return x, float(-found.fun)
