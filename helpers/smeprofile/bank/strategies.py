"""The two yardsticks: what the bank does today, and what the course's own answer does."""

import numpy as np
import pandas as pd

from smeprofile.bank.assumptions import MONTHS, PRICE_BAND
from smeprofile.bank.course import terms
from smeprofile.bank.strategy import Policy, Sources, Strategy, historical_cutoffs
from smeprofile.errors import UserError
from smeprofile.rules.lpr import lpr_1y
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.setting import month_number

BASELINE_SHARE = 0.2  # of the customers are contacted in a year, the largest flows first
TURNS = 3  # the reference contacts a third of the customers a month
_MIX = (("H1", 0.45), ("H2", 0.35), ("H3", 0.08), ("H4", 0.07), ("H5", 0.05))


def list_rate(product: str, as_of: pd.Timestamp) -> float:
    """Return the bank's list price of a product: the one-year LPR of the day and its spread.

    >>> list_rate("F1", pd.Timestamp("2025-12-31"))
    0.061
    """
    own = terms()
    lpr = float(lpr_1y(np.array([month_number(as_of)]), own.lpr)[0])
    return round(lpr + dict(own.products)[product].spread, 4)


def baseline() -> Strategy:
    """Return what the bank does today: it calls on the largest firms, mostly in person.

    Its policy is the historical one, with the cut-offs of ``cohort.yml``. Flows would show it the
    large ones better, but most customers haven't let it use them for marketing.
    """
    return Strategy(_largest_firms, Policy(), Sources(), name="基准策略")


def _largest_firms(profiles: pd.DataFrame) -> pd.DataFrame:
    free = _reachable(profiles)
    size = free["working_capital_need_cny"]
    chosen = free[size.notna()].sort_values("working_capital_need_cny", ascending=False)
    chosen = chosen.head(int(BASELINE_SHARE * len(profiles)))
    place = np.arange(len(chosen))
    edges = np.cumsum([share for _, share in _MIX])
    channel = np.array([name for name, _ in _MIX])[np.searchsorted(edges, (place * 0.618) % 1)]
    large = (chosen["working_capital_need_cny"] > 1_000_000).to_numpy()
    secured = chosen["owns_premises"].fillna(False).to_numpy(dtype=bool)
    product = np.where(large & secured, "F3", np.where(large, "F4", "F1"))
    return offers_of(chosen, product, channel, place % MONTHS + 1)


def _reachable(profiles: pd.DataFrame) -> pd.DataFrame:
    """Return who may be contacted, is registered, and has no loan here."""
    may = ~profiles["do_not_contact"] & (profiles["registration_status"] == "存续")
    may &= profiles["loan_balance_cny"].fillna(0) == 0
    names = ["customer_id", "as_of", "working_capital_need_cny", "owns_premises"]
    return profiles.loc[may.to_numpy(dtype=bool), names]


def reference() -> Strategy:
    """Return the course's own answer: what the tags tell, put to use. It sees no truth.

    A cheap channel, in turns that don't wear people out, for all who may be contacted (whom a
    contact moves can't be told from the tags); a loan that is paid back in instalments; mortgages,
    dear to make out, for the safest only; prices at the upper end of what a branch may ask; a
    person's second look where the score is close to the line; who pays may renew, but for the worst.
    """
    policy = Policy(
        cutoffs={name: cut + by for (name, cut), by in zip(
            historical_cutoffs().items(), (40.0, 0.0, -2.0), strict=True
        )},
        manual_below=10.0, manual_above=10.0, line_share=1.0, rate_addon=PRICE_BAND,
        repayment={"F1": "等额本息"}, renewal_margin=40.0,
    )  # fmt: skip
    return Strategy(_in_turns, policy, Sources(), name="参考策略")


def _in_turns(profiles: pd.DataFrame) -> pd.DataFrame:
    free = _reachable(profiles)
    turn = np.arange(len(free)) % TURNS + 1
    rounds = [
        offers_of(free, "F1", "H4", turn + TURNS * k, addon=PRICE_BAND)
        for k in range(MONTHS // TURNS)
    ]
    return pd.concat(rounds, ignore_index=True).assign(repayment_method="等额本息")


def offers_of(
    chosen: pd.DataFrame,
    product: str | np.ndarray,
    channel: str | np.ndarray,
    month: int | np.ndarray,
    *,
    addon: float = 0.0,
) -> pd.DataFrame:
    """Return one offer per row of ``chosen`` (rows of the profiles), with what an offer must have.

    The line is the product's largest (a line is never more than what is asked for), the method its
    first, ``annual_rate`` its list price and ``addon``. ``product``, ``channel`` and ``month`` are
    one for all, or one each.

    >>> who = pd.DataFrame({"customer_id": ["C1"], "as_of": pd.to_datetime(["2025-12-31"])})
    >>> offers_of(who, "F1", "H4", 2).loc[0, ["product_id", "repayment_method"]].tolist()
    ['F1', '随借随还']
    """
    as_of = chosen["as_of"].iloc[0] if len(chosen) else pd.Timestamp("2025-12-31")
    own = terms()
    n, keys = len(chosen), [key for key, _ in own.products]
    wanted = np.broadcast_to(np.asarray(product, dtype=object), n)
    at = pd.Index(keys).get_indexer(pd.Index(wanted))
    if (at < 0).any():
        raise UserError(f"没有产品 {wanted[int((at < 0).argmax())]}。可以用 {'、'.join(keys)}。")
    lines = own.product("max_line_cny").astype(float)
    rates = np.array([list_rate(key, as_of) for key in keys])
    methods = np.array([p.methods[0] for p in a.PRODUCTS.values()], dtype=object)
    return pd.DataFrame({
        "customer_id": chosen["customer_id"].to_numpy(), "product_id": wanted,
        "channel_id": np.broadcast_to(np.asarray(channel, dtype=object), n),
        "credit_line_cny": lines[at], "annual_rate": rates[at] + addon,
        "repayment_method": methods[at], "month": np.broadcast_to(month, n),
    })  # fmt: skip
