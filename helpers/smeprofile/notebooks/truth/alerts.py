"""Module 13: whose alerts are on the work list, what each was truly heading for, and the yardsticks."""

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pandas as pd

from smeprofile.bank import grading_seeds
from smeprofile.cases import early_warning
from smeprofile.monitor import alerts, orders, watch
from smeprofile.notebooks.truth import chances
from smeprofile.params import Cohort
from smeprofile.simulate import whole_tables
from smeprofile.simulate.chunk import Chunk
from smeprofile.simulate.exported import setting
from smeprofile.simulate.setting import Setting
from smeprofile.verdicts import share_of_profit

HOURS, POOL = 22, 5_000  # of the work list's client manager; customers it is drawn from
UNSEEN, UNSEEN_MONTHS = 4_000, 36  # the bank that marks the desk: customers, months of history
_FRESH = 6  # banks on which the orderings are tested for the lesson
_PAST, _LOTS = 36, 400  # months of which the list's bank is watched; draws of orders by lot
POINTS, DESK_POINTS = 13, 9
_LATE_FIRST = early_warning.REFERENCE | {"d4": early_warning.FIRST}
_BY_NUMBER = early_warning.REFERENCE | {"d3": early_warning.BY_NUMBER}
# What people put alerts in order by, and what their visits then show.
_TYPICAL = {"number": "", "count": "条数", "balance": "余额"}
_DRAWS, _FEW = 60, 40  # lists to choose from; draws by lot while choosing
_TELLS = 0.6  # the share of the points a mistake may earn
_SHOWN = ["customer_id", "balance_cny", "security", "dpd", "inflow_change", "deposit_change",
          "utilization", "days_to_due", "n_late_12m", "debt_to_inflow"]  # fmt: skip


def watched(s: Setting) -> pd.DataFrame:
    """Return all borrowers of the bank over the last ``_PAST`` month ends: ``watch_rows``."""
    tables = whole_tables(replace(s, grain="month"), only=set(watch.TABLES))
    frames = {name: table.to_pandas() for name, table in tables.items()}
    months = watch.months_of(frames, s.end.isoformat())
    ends = pd.date_range(end=s.end, periods=min(_PAST, s.months), freq="ME")
    return watch.watch_rows(frames, months, ends)


def work_list(rows: pd.DataFrame, end: pd.Timestamp, draw: int = 0) -> pd.DataFrame:
    """Return the alerts to be worked on the last day: overdue ones, cliffs, others, of all sizes.

    By what the bank sees, not by the truth: evenly over the order of what is owed. Later draws take
    the others from where they mislead: most alerts at once, and most owed against a mortgage.
    """
    now = rows[rows["as_of"] == end]
    rings = alerts.raised(now)
    count, is_light = rings.sum(axis=1), (now["dpd"] == 0) & ~rings["流入断崖"]
    cliff = (now["dpd"] == 0) & rings["流入断崖"]
    kinds = [(now["dpd"] > 0, 3), (cliff, 5), (is_light & (count > 0), 8)]
    if draw:
        secured = is_light & (count > 0) & (now["security"] == "抵押")
        large = secured & (now["balance_cny"] >= now.loc[secured, "balance_cny"].quantile(0.75))
        kinds[2:] = [(is_light & (count >= 3) & ~large, 4), (large, 4)]
    rng, parts = np.random.default_rng([13, draw]), []
    for here, wanted in kinds:
        some = now[here].sort_values(["balance_cny", "customer_id"])
        at = np.linspace(0, len(some) - 1, wanted + 2)[1:-1]
        if draw:
            at = np.sort(rng.permutation(len(some))[:wanted])
        parts.append(some.iloc[np.unique(at.round().astype(int))] if len(some) else some)
    return pd.concat(parts).sort_values("customer_id", ignore_index=True)


def unseen_rows(s: Setting) -> pd.DataFrame:
    """Return a year of month ends of an unseen bank: ``watch_rows``, and each row's true ``chance``."""
    rows = with_chance(watched(s), s, chances.past_only(s, 0, s.customers))
    days = rows["as_of"].drop_duplicates().nlargest(12)
    return rows[rows["as_of"].isin(days)].reset_index(drop=True)


def with_chance(rows: pd.DataFrame, s: Setting, past: np.ndarray) -> pd.DataFrame:
    """Return ``rows`` of ripe months with the true ``chance`` to start defaulting within six months."""
    ends = pd.date_range(end=s.end, periods=s.months, freq="ME")
    rows = rows[rows["as_of"].isin(ends[: -chances.AHEAD])].reset_index(drop=True)
    within = np.stack([chances.within(past, k) for k in range(s.months)], axis=1)
    at = ends.get_indexer(rows["as_of"])
    return rows.assign(chance=within[_number(rows["customer_id"]) - 1, at])


def true_rates(rows: pd.DataFrame) -> pd.Series:
    """Return, by rule, the mean true chance of its rings; 没有预警 for rows without one.

    What a long and large history would show: a small edition's own defaults are too few to count.
    """
    fine = rows[rows["dpd"] == 0]
    rings = alerts.raised(fine).drop(columns=alerts.TOO_LATE)
    rates = {name: fine["chance"][rings[name]].mean() for name in rings}
    rates[alerts.NONE] = fine["chance"][~rings.any(axis=1)].mean()
    return pd.Series(rates).fillna(fine["chance"].mean()).round(3)


def _number(who: pd.Series) -> np.ndarray:
    return who.str[1:].astype(int).to_numpy()


def scored(listed: pd.DataFrame, losses: pd.Series, actions: dict) -> float:
    """Return what the actions on the list are worth, yuan, by its true ``losses``."""
    late = listed["dpd"] > 0
    return sum(orders.worth(losses[k], actions[k], is_overdue=bool(late[k])) for k in listed.index)


def listed_of(s: Setting) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return the bank's work list, the true loss ahead of each of its rows, and the rules' rates.

    Members of a ring are left out: they default at once, by plan, and nothing seen tells of it.
    The list is the first on which no typical mistake happens to be nearly right: it is there to
    teach, and the claim that expected loss comes first is tested elsewhere (``_claim``).
    """
    rows = watched(s)
    past, ahead = chances.past_and_ahead(s, 0, s.customers)
    rates = true_rates(with_chance(rows, s, past))
    in_ring = Chunk(s, 0, s.customers).t.ring >= 0
    rows = rows[~in_ring[_number(rows["customer_id"]) - 1]]
    best: tuple = (np.inf,)
    for draw in range(_DRAWS):
        listed = work_list(rows, pd.Timestamp(s.end), draw)
        listed.index = [f"w{k + 1}" for k in range(len(listed))]
        chance = pd.Series(ahead[_number(listed["customer_id"]) - 1], listed.index)
        losses = orders.loss_ahead(listed, chance).round(0)
        nearly = _nearly_right(listed, losses, rates)
        best = min(best, (nearly, listed, losses), key=lambda one: one[0])
        if nearly <= _TELLS:
            break
    return *best[1:], rates


def _nearly_right(listed: pd.DataFrame, losses: pd.Series, rates: pd.Series) -> float:
    """Return the largest share of the points that a typical mistake earns on the list.

    Above 1 where a mistake would be told as another, and where the right order is no better than
    one drawn by lot: there is nothing to win on it.
    """
    idle = by_lot(listed, losses, _FEW)
    right = scored(listed, losses, ordered_by(listed, rates, "best"))
    if not right > idle:
        return 3.0
    most = 0.0
    for by, habit in _TYPICAL.items():
        actions = ordered_by(listed, rates, by)
        share = share_of_profit(scored(listed, losses, actions) - idle, right - idle, 0.0)
        most = max(most, share + (orders.habit(listed, actions) != habit))
    return most


def by_lot(listed: pd.DataFrame, losses: pd.Series, lots: int = _LOTS) -> float:
    """Return what orders drawn by lot are worth on average, yuan: what needs no thought."""
    rng = np.random.default_rng(13)
    drawn = (pd.Series(rng.permutation(len(listed)), listed.index) for _ in range(lots))
    sent = (orders.dispatched(listed, lot, HOURS) for lot in drawn)
    return float(np.mean([scored(listed, losses, actions) for actions in sent]))


@lru_cache(maxsize=2)
def _listed(cohort: Cohort) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Return the work list, the true loss ahead of each of its rows, and the rules' rates of before."""
    s = setting(cohort)
    s = replace(s, customers=min(POOL, s.customers), txn_customers=None, txn_months=None)
    return listed_of(s)


def ordered_by(listed: pd.DataFrame, rates: pd.Series, by: str) -> dict[str, str]:
    """Return the orders that come of putting the list in order ``by`` something."""
    seen = orders.loss_ahead(listed, alerts.chance_of(listed, rates))
    late = listed["dpd"] > 0
    if by == "best":
        return orders.best_orders(seen, late, HOURS).actions
    if by == "late first":
        made = dict.fromkeys(listed.index, orders.WAIT)
        first = [*listed.index[late], *listed.index[~late]][: HOURS // orders.HOURS[orders.VISIT]]
        return made | dict.fromkeys(first, orders.VISIT)
    order = {
        "number": pd.Series(-np.arange(len(listed)), listed.index),
        "count": alerts.raised(listed).sum(axis=1),
        "balance": listed["balance_cny"],
    }[by]
    return orders.dispatched(listed, order, HOURS)


def _orders(cohort: Cohort, by: str) -> dict[str, str]:
    listed, _, rates = _listed(cohort)
    return ordered_by(listed, rates, by)


def _earned(by: str) -> Callable[[Cohort], float]:
    """Return what gives the points of orders ``by`` something, as the check reckons them."""

    def points(cohort: Cohort) -> float:
        listed, losses, _ = _listed(cohort)
        mark, worth = _yardsticks(cohort), scored(listed, losses, _orders(cohort, by))
        idle = mark["idle"]
        return round(POINTS * share_of_profit(worth - idle, mark["reference"] - idle, 0.0), 2)

    return points


def _yardsticks(cohort: Cohort) -> dict[str, float]:
    listed, losses, _ = _listed(cohort)
    return {
        "idle": round(by_lot(listed, losses), 2),
        "reference": round(scored(listed, losses, _orders(cohort, "best")), 2),
        "bound": orders.best_orders(losses, listed["dpd"] > 0, HOURS).value_cny,
    }


def _shown(cohort: Cohort) -> list[dict[str, object]]:
    """Return the list as the trainee sees it: rows of plain values, missing as None."""
    listed = _listed(cohort)[0][_SHOWN].round(3)
    rows = listed.astype(object).where(listed.notna(), None).to_dict("index")
    return [{"row": row} | values for row, values in rows.items()]


@lru_cache(maxsize=2)
def _desk(cohort: Cohort) -> dict[str, int]:
    """Return code of the desk's choices → what its orders of a year are worth there, yuan."""
    rows, rates = _unseen(cohort, "bank", 1)[0], _listed(cohort)[2]
    return {
        early_warning.code_of(one): round(
            early_warning.value(early_warning.played(one, rows, rates), rows["chance"])
        )
        for one in early_warning.all_choices()
    }


def _desk_earned(choice: dict[str, str]) -> Callable[[Cohort], float]:
    """Return what gives the points of a desk's rules, as the check reckons them."""

    def points(cohort: Cohort) -> float:
        mine, top, old = (
            _desk(cohort)[early_warning.code_of(one)]
            for one in (choice, early_warning.REFERENCE, early_warning.OLD)
        )
        return round(DESK_POINTS * share_of_profit(mine - old, top - old, 0.0), 2)

    return points


def _unseen(cohort: Cohort, what: str, n: int) -> list[pd.DataFrame]:
    """Return ``unseen_rows`` of ``n`` banks like the cohort's own, of other seeds."""
    like = replace(setting(cohort), customers=UNSEEN, months=UNSEEN_MONTHS, grain="month",
                   txn_customers=None, txn_months=None)  # fmt: skip
    seeds = grading_seeds(f"13:{what}", n, cohort=cohort)
    return [unseen_rows(replace(like, seed=seed)) for seed in seeds]


def _claim(cohort: Cohort) -> list[dict[str, float]]:
    """Return one row per fresh bank: what a year's orders are worth there by what comes first, yuan."""
    rates, told = _listed(cohort)[2], []
    for number, rows in enumerate(_unseen(cohort, "claim", _FRESH), start=1):
        worth = {
            by: early_warning.played(early_warning.REFERENCE | {"d3": by}, rows, rates)
            for by in early_warning.OPTIONS["d3"]
        }
        told.append({"bank": number} | {
            by: round(early_warning.value(sent, rows["chance"])) for by, sent in worth.items()
        })  # fmt: skip
    return told


VALUES: dict[str, Callable[[Cohort], object]] = {
    "alert_list": _shown,
    "alert_rates": lambda cohort: _listed(cohort)[2].to_dict(),
    "alert_losses": lambda cohort: _listed(cohort)[1].to_dict(),
    "alert_yardsticks": _yardsticks,
    "alert_orders": lambda cohort: _orders(cohort, "best"),
    "alert_orders_by_number": lambda cohort: _orders(cohort, "number"),
    "alert_orders_by_count": lambda cohort: _orders(cohort, "count"),
    "alert_orders_by_balance": lambda cohort: _orders(cohort, "balance"),
    **{f"alert_orders_by_{by}_earns": _earned(by) for by in _TYPICAL},
    "alert_orders_late_first_earns": _earned("late first"),
    "alert_orders_late_first": lambda cohort: _orders(cohort, "late first"),
    "alert_orders_dunned": lambda cohort: dict.fromkeys(_listed(cohort)[0].index, orders.COLLECT),
    "alert_claim": _claim,
    "alert_desk_values": _desk,
    "alert_desk_reference": lambda _: dict(early_warning.REFERENCE),
    "alert_desk_old": lambda _: dict(early_warning.OLD),
    "alert_desk_late_first": lambda _: _LATE_FIRST,
    "alert_desk_late_first_earns": _desk_earned(_LATE_FIRST),
    "alert_desk_by_number": lambda _: _BY_NUMBER,
    "alert_desk_by_number_earns": _desk_earned(_BY_NUMBER),
}
