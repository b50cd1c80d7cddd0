"""Module 03: customers whose statements are read, and whether their sales are real."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from string import ascii_uppercase

import numpy as np
import pandas as pd

from smeprofile.params import Cohort
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.exported import setting
from smeprofile.simulate.setting import Setting
from smeprofile.simulate.world import arrow_schema, chunk_tables, chunks
from smeprofile.statements import evidence

REAL, DOUBTFUL, UNPROVED = "真实", "存疑", "证据不足，须核实"
_WANTED = {REAL: 3, DOUBTFUL: 2, UNPROVED: 3}
_TRIES = 60  # customers looked at for each verdict, so that a small bank isn't searched for ever
_TABLES = {"flows", "invoices_monthly", "truth_customers", "truth_months"}


@lru_cache(maxsize=4)
def _cases(cohort: Cohort) -> dict[str, str]:
    """Return customer_id → verdict, in an order that tells nothing."""
    s = setting(cohort)
    traits = [Chunk(s, *span).t for span in chunks(s)]

    def of(name: str) -> np.ndarray:
        return np.concatenate([getattr(t, name) for t in traits])[who - 1]

    who = np.arange(1, s.customers + 1)
    spoilt = np.bincount(of("branch")).argmax()  # the branch whose records module 02 spoils
    who = s.txn_who
    who = who[(of("branch") != spoilt) & of("shares_tax") & (of("opened") < s.end_day - 400)]
    who = who[np.argsort(s.draws.uniform("flow_cases", who), kind="stable")]
    ring, seen = of("ring") >= 0, of("settlement") / of("invoiced")
    pools = {
        REAL: ~ring & (of("settlement") > 0.6) & (seen > 0.8) & (seen < 1.3),
        DOUBTFUL: ring,
        UNPROVED: ~ring & (of("settlement") < 0.3) & (seen < 0.42),
    }
    found = {
        customer: verdict
        for verdict, pool in pools.items()
        for customer in _first(s, who[pool][:_TRIES], verdict)
    }
    return dict(sorted(found.items()))


def _first(s: Setting, who: np.ndarray, verdict: str) -> Iterator[str]:
    """Yield the first customers whose records show what is true of them."""
    left = _WANTED[verdict]
    for number in who:
        tables = chunk_tables(s, int(number) - 1, int(number), truth=True, only=_TABLES)
        made = {name: table.cast(arrow_schema(name)).to_pandas() for name, table in tables}
        if left and {"flows", "invoices_monthly"} <= set(made) and _shows(made, s, verdict):
            left -= 1
            yield made["truth_customers"]["customer_id"].iloc[0]
        if not left:
            return


def _shows(made: dict[str, pd.DataFrame], s: Setting, verdict: str) -> bool:
    """Return whether the customer traded all year, and what the trainee sees fits the verdict."""
    since = pd.Timestamp(s.end) - pd.DateOffset(months=12)
    flows, months = made["flows"], made["truth_months"]
    sales = flows[(flows["direction"] == "in") & (flows["summary"] == "货款")]
    sales = sales[sales["date"] > since]
    if sales["date"].dt.to_period("M").nunique() < 12:
        return False
    if not (months.loc[months["month"] > since, "operating"] == "正常经营").all():
        return False
    seen = evidence(flows, made["invoices_monthly"], as_of=s.end.isoformat()).iloc[0]
    if verdict == DOUBTFUL:
        return seen["pass_through_rate"] > 0.2
    low, high = (0.75, 1.4) if verdict == REAL else (0, 0.45)
    return seen["pass_through_rate"] < 0.03 and low < seen["flow_invoice_ratio"] < high


VALUES: dict[str, Callable[[Cohort], object]] = {
    "flow_customers": lambda cohort: list(_cases(cohort)),
    "flow_verdicts": lambda cohort: _lettered(_cases(cohort).values()),
    "flow_all_real": lambda cohort: _lettered([REAL] * len(_cases(cohort))),
    "flow_all_unproved": lambda cohort: _lettered([UNPROVED] * len(_cases(cohort))),
}


def _lettered(verdicts: Iterable[str]) -> dict[str, str]:
    return dict(zip(ascii_uppercase, verdicts, strict=False))
