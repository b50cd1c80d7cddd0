"""New terms taken over by branches one wave after the other, and the panel that comes of it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from smeprofile.bank import Market, Rollout, Sources
from smeprofile.bank.assumptions import MONTHS
from smeprofile.bank.deciding import SECTOR
from smeprofile.bank.ledger import ACCOUNTS
from smeprofile.bank.offers import no_offers
from smeprofile.bank.play import Played, luck, play
from smeprofile.cases.industry import INDUSTRIES, UNIFORM, policy_of
from smeprofile.errors import UserError
from smeprofile.simulate.firm_tables import branch_ids

WAVES = (5, 9)  # first months of the new terms; the last third of the branches keeps the old ones
_LOANS, _CASH = ACCOUNTS.index("贷款"), ACCOUNTS.index("现金")


def lots(market: Market, seed: int) -> pd.Series:
    """Return each branch's first month under the new terms, drawn by lot: thirds, one of them never.

    Missing: not within the year. With fewer than six branches there is one wave, half of them.

    >>> from smeprofile.bank import market
    >>> lots(market(customers=60, seed=1), 11).value_counts(dropna=False).tolist()
    [4, 4, 4]
    """
    ids = branch_ids(market.setting)
    waves = WAVES if len(ids) >= 6 else WAVES[:1]
    size = len(ids) // (len(waves) + 1)
    start = np.full(len(ids), np.nan)
    order = np.random.default_rng(seed).permutation(len(ids))
    for k, month in enumerate(waves):
        start[order[k * size : (k + 1) * size]] = month
    return pd.Series(start, index=pd.Index(ids, name="branch_id"), name="start")


def rolled_out(
    terms: Mapping[str, str], market: Market, starts: pd.Series, seed: int
) -> pd.DataFrame:
    """Return the year's panel: one row per branch, month (1–12) and industry.

    Until its ``start`` a branch has the uniform terms, then ``terms``. ``n_customers``: the
    branch's of that industry on the first day; ``n_new``: new lines; ``lent_cny``: newly lent;
    ``balance_cny``: of it at the month's end; ``n_bad``: lines that came to be 90+ days late.
    Old loans that are renewed are left out. The same seed brings the same luck whatever the terms.
    """
    if list(starts.index) != list(branch_ids(market.setting)):
        raise UserError("starts 应为每家支行一行，和 lots 给的一样。")
    truth = market._truth
    start = (starts.fillna(MONTHS + 1).to_numpy() - 1)[truth.t.branch]
    turns = Rollout(policy_of(UNIFORM), policy_of(terms), start)
    return _panel(
        play(truth, no_offers(), turns, Sources(), luck(market.seed, seed)), market, starts
    )


def by_branch(panel: pd.DataFrame) -> pd.DataFrame:
    """Return one row per branch and month, industries added up, with 元 a customer beside.

    ``lent_each``, ``balance_each``: newly lent in the month, and balance at its end, over the
    branch's customers, so that a large branch doesn't outweigh the others.
    """
    keys = ["branch_id", "month"]
    sums = panel.drop(columns=["industry", "start"]).groupby(keys, as_index=False).sum()
    whole = sums.merge(panel[["branch_id", "start"]].drop_duplicates(), on="branch_id")
    size = whole["n_customers"].clip(lower=1)
    return whole.assign(
        lent_each=whole["lent_cny"] / size, balance_each=whole["balance_cny"] / size
    )


def true_effect(panel: pd.DataFrame, without: pd.DataFrame, outcome: str) -> float:
    """Return what the new terms really did a branch-month: the same year with them less without.

    Nobody but the simulation has ``without``: the same luck, the start put off for ever.
    """
    on = (panel["month"] >= panel["start"]).to_numpy()
    return float((panel[outcome] - without[outcome]).to_numpy()[on].mean())


def _panel(played: Played, market: Market, starts: pd.Series) -> pd.DataFrame:
    truth, f = market._truth, played.loans.fac
    t, n = truth.t, truth.n
    sector = SECTOR[t.trade]
    lent, balance = _lent_and_balance(played, n)
    counts = {"n_new": np.zeros((n, MONTHS)), "n_bad": np.zeros((n, MONTHS))}
    if f:  # a small market may lend nothing
        new = f["kind"] == 0
        old = f["who"][~new]
        lent[old], balance[old] = 0, 0
        np.add.at(counts["n_new"], (f["who"][new], f["start"][new]), 1)
        bad = new & (f["ever_bad"] >= 0)
        np.add.at(counts["n_bad"], (f["who"][bad], f["ever_bad"][bad]), 1)
    told = {**counts, "lent_cny": lent / 100, "balance_cny": balance / 100}
    parts = []
    for k, name in enumerate(INDUSTRIES):
        ours = sector == k
        size = np.bincount(t.branch[ours], minlength=len(starts))
        sums = {what: _summed(values, t.branch, ours, len(starts)) for what, values in told.items()}
        parts.append(pd.DataFrame({
            "branch_id": np.repeat(starts.index, MONTHS),
            "month": np.tile(np.arange(1, MONTHS + 1), len(starts)), "industry": name,
            "start": np.repeat(starts.to_numpy(), MONTHS), "n_customers": np.repeat(size, MONTHS),
            **{what: values.ravel() for what, values in sums.items()},
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _summed(values: np.ndarray, branch: np.ndarray, ours: np.ndarray, n: int) -> np.ndarray:
    """Return customers × months summed to branches × months."""
    total = np.zeros((n, values.shape[1]))
    np.add.at(total, branch[ours], values[ours])
    return total


def _lent_and_balance(played: Played, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return what each customer was lent each month, and owed at its end, fen, by the ledger."""
    lent, moved = np.zeros((n, MONTHS)), np.zeros((n, MONTHS))
    for month, debit, credit, who, fen in played.ledger.postings:
        if debit == _LOANS and credit == _CASH:
            np.add.at(lent[:, month], who, fen)
        if debit == _LOANS:
            np.add.at(moved[:, month], who, fen)
        if credit == _LOANS:
            np.subtract.at(moved[:, month], who, fen)
    return lent, moved.cumsum(axis=1)
