"""``report.html``: a whole portfolio on one page — who they are, segments, coverage, data quality."""

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from smeprofile.card.customer import templates
from smeprofile.card.words import shown
from smeprofile.errors import UserError
from smeprofile.segments import STAGES, centres, cluster, lrfmc, rank_transform, stage
from smeprofile.tags import TAGS
from smeprofile.tags.consent import COLUMN

_COUNTED = ("size_class", "industry_section", "region", "operating_status", "risk_class",
            "tax_grade")  # fmt: skip
_MEASURED = ("age_years", "n_insured", "effective_inflow_cny", "inflow_growth", "inflow_cv",
             "avg_daily_balance_cny", "invoiced_12m_cny", "flow_invoice_ratio", "loan_balance_cny",
             "utilization", "n_inquiries_3m", "working_capital_gap_cny", "debt_ratio",
             "dscr", "score")  # fmt: skip
_FOR_STAGE = ("age_years", "inflow_growth", "inflow_growth_q1", "inflow_growth_q2", "inflow_cv",
              "invoice_gap_months", "new_buyer_share", "noncurrent_asset_growth")  # fmt: skip
_FOR_SEGMENTS = ("customer_id", "length_months", "recency_days", "active_months",
                 "avg_monthly_inflow_cny", "utilization")  # fmt: skip
_SAMPLE = 20_000
_K = 3


def report(
    profiles: Path, coverage: pd.DataFrame, *, as_of: date, use: str, notes: list[str]
) -> str:
    """Return the page of the profiles in a parquet file; ``coverage`` has ``filled_share`` too.

    Only the columns it shows are read. One file, in Chinese, nothing from the network. ``run``
    writes it; by hand:

    >>> from tempfile import TemporaryDirectory
    >>> from smeprofile.tags import coverage
    >>> with TemporaryDirectory() as place:
    ...     path = Path(place, "profiles.parquet")
    ...     pd.DataFrame({"customer_id": ["A"], "size_class": ["微型"]}).to_parquet(path)
    ...     flows = pd.DataFrame({"customer_id": ["A"], "date": ["2025-11-03"], "direction": ["in"],
    ...         "amount_cny": [800.0], "summary": ["货款"]})
    ...     told = coverage({"flows": flows}).assign(filled_share=1.0)
    ...     page = report(path, told, as_of=date(2025, 12, 31), use="授信审批", notes=[])
    >>> "微型" in page
    True
    """
    wanted = {*_COUNTED, *_MEASURED, *_FOR_STAGE, *_FOR_SEGMENTS, *COLUMN.values(), "n_alerts"}
    there = [name for name in pq.read_schema(profiles).names if name in wanted]
    frame = pd.read_parquet(profiles, columns=there)
    body = templates().get_template("report.html.j2").render(
        n=len(frame),
        as_of=as_of.isoformat(),
        use=use,
        notes=notes,
        counts=[_counts(frame, name) for name in _COUNTED if name in frame.columns],
        quantiles=[_quantiles(frame, name) for name in _MEASURED if name in frame.columns],
        stages=_stages(frame),
        segments=_segments(frame),
        consents=[_counts(frame, c, item) for item, c in COLUMN.items() if c in frame.columns],
        coverage=coverage.to_dict("records"),
        n_computed=int((coverage["status"] == "已计算").sum()),
    )  # fmt: skip
    page = templates().get_template("page.html.j2")
    return page.render(title=f"客户画像报告 {as_of}", body=body)


def _counts(frame: pd.DataFrame, name: str, title: str = "") -> dict:
    counts = frame[name].fillna("未知").value_counts()
    if name in TAGS:
        counts.index = [shown(TAGS[name], value) for value in counts.index]
    return _bars(title or TAGS[name].title, counts, len(frame))


def _bars(title: str, counts: pd.Series, n: int) -> dict:
    rows = [
        (key, f"{count:,}", f"{count / n:.1%}", round(100 * count / n))
        for key, count in counts.items()
    ]
    return {"title": title, "rows": rows}


def _quantiles(frame: pd.DataFrame, name: str) -> dict:
    tag, values = TAGS[name], pd.to_numeric(frame[name]).astype("float64")
    known = values.dropna()
    cuts = (
        [shown(tag, v) for v in known.quantile([0.1, 0.25, 0.5, 0.75, 0.9])] if len(known) else []
    )
    return {"title": tag.title, "known": f"{len(known):,}", "cuts": cuts or ["—"] * 5}


def _stages(frame: pd.DataFrame) -> dict | None:
    try:
        named = stage(frame)
    except UserError:
        return None
    counts = named.fillna("判断不了").value_counts().reindex([*STAGES, "判断不了"]).dropna()
    return _bars("生命周期阶段", counts.astype(int), len(frame))


def _segments(frame: pd.DataFrame) -> dict | None:
    """K-means on LRFMC ranks, of a sample when there are very many customers."""
    try:
        values = lrfmc(frame).dropna()
        some = values.sample(min(len(values), _SAMPLE), random_state=1) if len(values) else values
        if len(some) < 10 * _K:
            return None
        told = centres(some, cluster(rank_transform(some), k=_K, seed=1))
    except UserError:  # tags are lacking, or customers are all alike
        return None
    titles = {"length_months": "关系月数", "recency_days": "末次流入距今（天）", "frequency": "活跃月数",
              "monetary_cny": "月均有效流入（元）", "credit": "额度使用率"}  # fmt: skip
    rows = [
        [
            f"{k}",
            f"{row['n']:,.0f}",
            f"{row['share']:.1%}",
            *(f"{row[c]:,.2f}" if c == "credit" else f"{row[c]:,.0f}" for c in titles),
        ]
        for k, row in told.iterrows()
    ]
    return {"titles": list(titles.values()), "rows": rows, "n": f"{len(some):,}"}
