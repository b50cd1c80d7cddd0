"""The alert desk (预警台): which alerts ring, who comes first, and what a year of work orders saves.

The branch has so many hours a month for alerts. Orders are worth what ``monitor.orders`` says; the
customers are those of a bank nobody has seen, the chances those that are true there.
"""

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd

from smeprofile.errors import UserError
from smeprofile.monitor import alerts, orders

HOURS = 24  # a month ([P])
BY_COUNT, BY_BALANCE, BY_LOSS, BY_NUMBER = "预警条数多的", "余额大的", "预期损失大的", "客户号小的"
FIRST, _AWAY = "排在最前", "转催收，不占这里的小时"
# row → (what is asked, label → plain value)
FIELDS: dict[str, tuple[str, dict[str, object]]] = {
    "d1": ("近一季流入同比降多少才报", {"两成": 0.2, "三成": 0.3, "五成": 0.5}),
    "d2": ("离一次还本多少天内才报", {"30 天": 30, "60 天": 60}),
    "d3": ("人手不够时，先派", {name: name for name in (BY_NUMBER, BY_COUNT, BY_BALANCE, BY_LOSS)}),
    "d4": ("已经逾期的", {FIRST: True, _AWAY: False}),
    "d5": ("派什么", {"一律电话": orders.CALL, "先上门，零头电话": orders.VISIT}),
}  # fmt: skip
TITLES = {row: title for row, (title, _) in FIELDS.items()}
OPTIONS = {row: list(options) for row, (_, options) in FIELDS.items()}
OLD = {"d1": "两成", "d2": "60 天", "d3": BY_COUNT, "d4": FIRST, "d5": "一律电话"}
# The course's own answer.
REFERENCE = {"d1": "三成", "d2": "60 天", "d3": BY_LOSS, "d4": _AWAY, "d5": "先上门，零头电话"}


def plain_values(choices: Mapping[str, str]) -> dict[str, object]:
    """Return the plain value of every choice; ``UserError`` names the row that is missing or can't be.

    >>> plain_values(REFERENCE)["d1"]
    0.3
    """
    for row, (title, options) in FIELDS.items():
        if choices.get(row) not in options:
            raise UserError(f"{row}（{title}）应为 {'、'.join(options)} 之一。")
    return {row: options[choices[row]] for row, (_, options) in FIELDS.items()}


def played(
    choices: Mapping[str, str], rows: pd.DataFrame, rates: pd.Series, *, hours: int = HOURS
) -> pd.DataFrame:
    """Return the orders of all month ends in ``rows``: its rows, with ``action``, in order of dispatch.

    ``rows``: what ``watch_rows`` returns; ``rates``: what ``bad_rates`` returns, of an earlier time.
    """
    plain = plain_values(choices)
    ranked = rows.assign(
        **_rung(rows, plain), loss_seen_cny=orders.loss_ahead(rows, alerts.chance_of(rows, rates))
    )

    def sent(here: pd.DataFrame) -> pd.DataFrame:
        able = here[(here["n_rung"] > 0) & (plain["d4"] | (here["dpd"] == 0))]
        return _sent(_ordered(able, plain), plain, hours)

    return pd.concat(orders.in_turn(ranked, sent))


def _rung(rows: pd.DataFrame, plain: Mapping) -> dict[str, pd.Series]:
    """How many rules ring under the chosen thresholds; the others are as in ``monitor.alerts``."""
    rules = dict(alerts.RULES) | {"流入骤降": lambda t: t["inflow_change"] < -plain["d1"]}
    rules["临近还本"] = lambda t: t["days_to_due"].between(0, plain["d2"])
    del rules["流入断崖"]
    return {"n_rung": alerts.raised(rows, rules).sum(axis=1)}


def _ordered(able: pd.DataFrame, plain: Mapping) -> pd.DataFrame:
    by = {BY_COUNT: "n_rung", BY_BALANCE: "balance_cny", BY_LOSS: "loss_seen_cny"}.get(plain["d3"])
    able = able.sort_values("customer_id")
    able = able.sort_values(by, ascending=False, kind="stable") if by else able
    late = (able["dpd"] > 0) if plain["d4"] else pd.Series(False, able.index)
    return pd.concat([able[late], able[~late]])


def _sent(able: pd.DataFrame, plain: Mapping, hours: int) -> pd.DataFrame:
    n_visits = hours // orders.HOURS[orders.VISIT] if plain["d5"] == orders.VISIT else 0
    visits = able.head(n_visits)
    left = hours - orders.HOURS[orders.VISIT] * len(visits)
    calls = able.iloc[len(visits) : len(visits) + left // orders.HOURS[orders.CALL]]
    return pd.concat([visits.assign(action=orders.VISIT), calls.assign(action=orders.CALL)])


def value(sent: pd.DataFrame, chance: pd.Series) -> float:
    """Return what the orders ``sent`` are worth, yuan; ``chance`` of default by row of ``sent``."""
    losses = orders.loss_ahead(sent, chance.reindex(sent.index))
    late = sent["dpd"] > 0
    return float(sum(
        orders.worth(loss, action, is_overdue=bool(x))
        for loss, action, x in zip(losses, sent["action"], late, strict=True)
    ))  # fmt: skip


def figures_of(sent: pd.DataFrame, came: pd.DataFrame) -> dict[str, float]:
    """Return what became of the orders: how many, how many too late, true, how early, what saved.

    ``came``: the same rows as ``played`` was given, those not overdue, with ``hit``, ``goes_bad`` and
    ``m1_date`` (``came_true``), found by ``customer_id`` and ``as_of``. ``value_cny`` takes what really
    went to 90 days for certain and the others for none: hindsight, not a forecast.
    """
    keys = ["customer_id", "as_of"]
    both = sent.merge(came[[*keys, "hit", "goes_bad", "m1_date"]], on=keys, how="left")
    warned = both[both["dpd"] == 0]
    hit = warned["hit"].fillna(False).astype(bool)
    bad = came.loc[came["goes_bad"].fillna(False).astype(bool), "customer_id"].nunique()
    caught = warned.loc[warned["goes_bad"].fillna(False).astype(bool), "customer_id"].nunique()
    chance = both["goes_bad"].fillna(False).astype(float)
    return {
        "n_orders": len(both),
        "n_overdue": int((both["dpd"] > 0).sum()),
        "false_share": float(1 - hit.mean()) if len(warned) else float("nan"),
        "caught_share": caught / bad if bad else float("nan"),
        "lead_days": float((warned["m1_date"] - warned["as_of"]).dt.days[hit].median()),
        "value_cny": value(both, chance),
    }


def code_of(choices: Mapping[str, str]) -> str:
    """Return the choices as digits, their places among the options.

    >>> code_of(OLD), code_of(REFERENCE)
    ('01100', '11311')
    """
    plain_values(choices)
    return "".join(str(OPTIONS[row].index(choices[row])) for row in FIELDS)


@lru_cache(maxsize=1)
def all_choices() -> tuple[dict[str, str], ...]:
    """Return every desk there is.

    >>> len(all_choices())
    96
    """
    made: list[dict[str, str]] = [{}]
    for row, options in OPTIONS.items():
        made = [one | {row: option} for one in made for option in options]
    return tuple(made)


def advice(choices: Mapping[str, str]) -> list[str]:
    """Return what likely costs the points, one sentence a rule."""
    told = {
        f"按“{BY_COUNT}”排：条数多不等于损失大，几条轻的加起来还是轻的，最该去的大户排在后面。": choices["d3"] == BY_COUNT,
        f"按“{BY_NUMBER}”排：等于抽签，名额大半给了不会出事的。": choices["d3"] == BY_NUMBER,
        f"按“{BY_BALANCE}”排：余额大、有押品、预警又轻的，先去了也省不下多少。": choices["d3"] == BY_BALANCE,
        "已经逾期的排在最前：预警在逾期之后才响，工单救不回来，小时却花掉了。那是催收的活。": choices["d4"] == FIRST,
        "一律电话：电话只挽回一小块，最重的几户该上门。": choices["d5"] == "一律电话",
    }  # fmt: skip
    return [line for line, hit in told.items() if hit]
