"""Life-cycle stage from flows: what the business does, not how old it is.

The thresholds are the course's own (仿真参数); the idea that cash flow tells the stage is
Dickinson's (2011), whose signs of operating, investing and financing flows need full accounts.
"""

import numpy as np
import pandas as pd

from smeprofile.segments.columns import need, numbers

STAGES = ("初创", "成长", "成熟", "衰退", "转型")
YOUNG_YEARS, GROWING, SHRINKING, STEADY_CV = 3.0, 0.15, -0.05, 0.3
NEW_BUYERS, NEW_ASSETS = 0.5, 0.3
_NEEDED = ("age_years", "inflow_growth", "inflow_growth_q1", "inflow_growth_q2", "inflow_cv")
_ALSO = ("invoice_gap_months", "new_buyer_share", "noncurrent_asset_growth")


def stage(profile: pd.DataFrame) -> pd.Series:
    """Return each customer's stage, one of ``STAGES``, or missing where there is too little to tell.

    The first rule that holds decides: 转型, more than half of sales to new buyers and fixed assets
    up by 30 %; 衰退, two quarters running below −5 % on the year before, or two months without
    invoices unless the last quarter's inflow is known to have grown; 初创, three years or younger;
    成长, inflow up by more than 15 %; 成熟, growth above −5 % and steady (``inflow_cv`` up to 0.3);
    衰退, the year's inflow down by 5 % or more. In between but not steady is none of them. An old
    firm that grows again is 成长: age isn't stage. Without ``inflow_growth`` only 转型, 衰退 and
    初创 can be told; 转型 can't without ``new_buyer_share`` and ``noncurrent_asset_growth``.
    ``UserError`` names a tag the profile lacks.

    >>> firms = pd.DataFrame({"age_years": [1.5, 12.0, 12.0, 12.0],
    ...     "inflow_growth": [None, 0.4, 0.02, -0.2], "inflow_growth_q1": [None, 0.3, 0.0, -0.2],
    ...     "inflow_growth_q2": [None, 0.3, 0.1, -0.3], "inflow_cv": [None, 0.2, 0.1, 0.3]})
    >>> stage(firms).tolist()
    ['初创', '成长', '成熟', '衰退']
    """
    rules = _rules(profile)
    names = np.select([held for _, held, _ in rules], [name for name, _, _ in rules], default="")
    return pd.Series(names, index=profile.index, name="stage").replace("", None)


def stage_reasons(profile: pd.DataFrame) -> pd.Series:
    """Return the figures that decided, in Chinese: what a customer card shows beside the stage.

    >>> young = pd.DataFrame({"age_years": [1.5], "inflow_growth": [None], "inflow_cv": [None],
    ...     "inflow_growth_q1": [None], "inflow_growth_q2": [None]})
    >>> stage_reasons(young)[0]
    '成立 1.5 年，不超过 3 年'
    """
    rules = _rules(profile)
    place = np.select([held for _, held, _ in rules], range(len(rules)), default=-1)
    texts = [
        "记录太少，判断不了" if k < 0 else rules[k][2].format(**_shown(row))
        for k, (_, row) in zip(place, _figures(profile).iterrows(), strict=True)
    ]
    return pd.Series(texts, index=profile.index, name="stage_reason")


def _figures(profile: pd.DataFrame) -> pd.DataFrame:
    frame = numbers(need(profile, _NEEDED, "生命周期"))
    extra = {n: profile[n] if n in profile.columns else np.nan for n in _ALSO}
    return frame.assign(**extra).astype("float64")


def _rules(profile: pd.DataFrame) -> list[tuple[str, pd.Series, str]]:
    f = _figures(profile)
    falling = (f["inflow_growth_q1"] < SHRINKING) & (f["inflow_growth_q2"] < SHRINKING)
    silent = f["invoice_gap_months"] >= 2
    growth = f["inflow_growth"]
    between = "近 12 个月有效流入变化 {inflow_growth}，在 −5% 与 15% 之间"
    return [
        ("转型", (f["new_buyer_share"] > NEW_BUYERS) & (f["noncurrent_asset_growth"] > NEW_ASSETS),
         "新客户占比 {new_buyer_share}，非流动资产增长 {noncurrent_asset_growth}"),
        ("衰退", falling, "最近两个季度同比 {inflow_growth_q2}、{inflow_growth_q1}，都低于 −5%"),
        ("衰退", silent & (f["inflow_growth_q1"] <= 0), "断票 {invoice_gap_months} 个月，近一季流入没有增长"),
        ("衰退", silent & f["inflow_growth_q1"].isna(), "断票 {invoice_gap_months} 个月，近一季有没有增长看不出"),
        ("初创", f["age_years"] <= YOUNG_YEARS, "成立 {age_years} 年，不超过 3 年"),
        ("成长", growth > GROWING, "近 12 个月有效流入增长 {inflow_growth}"),
        ("成熟", (growth > SHRINKING) & (f["inflow_cv"] <= STEADY_CV), between + "，波动 {inflow_cv}"),
        ("", growth > SHRINKING, between + "，但波动偏高或不详（{inflow_cv}），判断不了"),
        ("衰退", growth <= SHRINKING, "近 12 个月有效流入变化 {inflow_growth}"),
    ]  # fmt: skip


def _shown(row: pd.Series) -> dict[str, str]:
    plain = {"age_years": "{:.1f}", "invoice_gap_months": "{:.0f}", "inflow_cv": "{:.2f}",
             "new_buyer_share": "{:.0%}"}  # fmt: skip
    return {
        str(n): "缺" if pd.isna(v) else plain.get(str(n), "{:+.0%}").format(v).replace("-", "−")
        for n, v in row.items()
    }
