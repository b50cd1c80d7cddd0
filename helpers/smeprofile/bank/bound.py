"""What nobody can beat: a linear program that sees the truth and the year's luck.

For every customer it takes the best there is on the same random numbers: applying in whichever
month a contact (or none) would make it apply, drawing at the best moment, at the highest price it
would accept, never defaulting. What is left of the choice is who gets which channel's and whose
working time, and that is the program. It is a relaxation: capacities hold for the year, not the
month, and every simplification below errs to the strategy's side, so that V can't be higher.
"""

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

from smeprofile.bank import assumptions as b
from smeprofile.bank.costs import (
    CAPITAL_RATE,
    FREE_LINE_CNY,
    FREE_MULTIPLE,
    FUNDS_RATE,
    SMALL_LINE_CNY,
    VAT_SHARE,
)
from smeprofile.bank.deciding import REVIEW_HOURS, person_only
from smeprofile.bank.future import Truth
from smeprofile.bank.loans import DEPOSIT_RATE
from smeprofile.bank.loss import chance_lost, exposure_at_default
from smeprofile.bank.play import CHANNEL_COST, loan_cost, monthly_capacity
from smeprofile.bank.view import View
from smeprofile.dictionary import REPAYMENT_METHODS
from smeprofile.rules.lpr import lpr_1y
from smeprofile.simulate import approach, granting, lending
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.book import principal_paid
from smeprofile.simulate.draws import Draws
from smeprofile.simulate.plans import lgd

Rows = dict[str, np.ndarray]
_CHANNELS = len(a.CHANNELS)
UNASKED = _CHANNELS  # the "channel" of who comes by itself
_YEAR_HOURS = 262 * b.WORK_HOURS_PER_DAY  # working days of a year, at most


def bound_cny(truth: Truth, draws: Draws) -> float:
    """Return an upper bound, yuan, on V of any strategy with this luck."""
    worth = best_by_choice(truth, draws)
    who, choice = np.nonzero(worth > 0)
    if not len(who):
        return 0.0
    channel, by_hand = choice // 2, choice % 2 == 1
    hours = REVIEW_HOURS[person_only(truth.setting.terms)]
    least_hours = hours.min() if len(hours) else 0.0
    capacity = np.append(monthly_capacity(truth.n) * b.MONTHS, np.inf)
    limited = np.flatnonzero(np.isfinite(capacity))
    places = np.arange(len(who))
    rows, cols, weights = [who], [places], [np.ones(len(who))]
    limits = [np.ones(truth.n)]
    for k, of in enumerate(limited):
        at = places[channel == of]
        rows.append(np.full(len(at), truth.n + k))
        cols.append(at)
        weights.append(np.ones(len(at)))
    limits.append(capacity[limited])
    at = places[by_hand]
    rows.append(np.full(len(at), truth.n + len(limited)))
    cols.append(at)
    weights.append(np.full(len(at), least_hours))
    limits.append([max(1, round(b.REVIEWERS_PER_CUSTOMER * truth.n)) * _YEAR_HOURS])
    matrix = coo_array(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(cols))),
        shape=(truth.n + len(limited) + 1, len(who)),
    ).tocsr()
    found = linprog(-worth[who, choice], A_ub=matrix, b_ub=np.concatenate(limits), bounds=(0, None))
    if found.status != 0:  # no solution in time: without capacities it is a bound, too
        return float(worth.max(1).sum())
    return float(-found.fun) + 1.0  # the solver's tolerance


def best_by_choice(truth: Truth, draws: Draws) -> np.ndarray:
    """Return customers × (channel, by person or not): the most each can bring, yuan; 0 for nothing."""
    worth = np.zeros((truth.n, 2 * (_CHANNELS + 1)))
    x = candidates(truth, draws)
    x = {name: np.concatenate([column, due]) for (name, column), due in zip(
        x.items(), renewals(truth, x.keys()).values(), strict=True
    )}  # fmt: skip
    value = worth_of(truth, draws, x)
    by_hand = _by_a_person(truth, x).astype(int)
    for channel in (*approach.CONTACT_CHANNELS, UNASKED):
        at = np.flatnonzero(x[f"by_{channel}"])
        cost = 0.0 if channel == UNASKED else CHANNEL_COST[channel]
        np.maximum.at(worth, (x["who"][at], 2 * channel + by_hand[at]), value[at] - cost)
    return worth


def candidates(truth: Truth, draws: Draws) -> Rows:
    """Return every application that some contact, or none, would bring: who, month, product, price.

    ``by_…``: which channels bring it; ``rate``: the highest that the customer would accept, if
    decided as fast as can be, and that the bank may ask.
    """
    parts, who = [], np.arange(truth.n)
    for k in range(b.MONTHS):
        v = View(truth, draws, k)
        able, u = truth.able[:, k], v.u("apply")
        p0 = approach.chance_unasked(v) * able
        lately = truth.contacts_lately * 0.8**k  # nobody is less tired than who is left alone
        fitting = granting.can_have(v.t, who, granting.fitting_product(v))
        mine = np.flatnonzero(able & (u < p0))
        parts.append(_priced(v, mine, fitting[mine], {UNASKED: np.ones(len(mine), bool)}))
        for product in range(len(a.PRODUCTS)):
            # The same thing is offered by every channel that would make the customer apply.
            reached = {
                c: able & (u < approach.asked_chance(
                    p0, truth.life.need[:, k], lately, v.t.uplift, v.stage,
                    np.full(truth.n, product), np.full(truth.n, c),
                ))
                for c in approach.CONTACT_CHANNELS
            }  # fmt: skip
            some = np.flatnonzero(np.logical_or.reduce([*reached.values()]))
            got = granting.can_have(v.t, some, np.full(len(some), product))
            brought = {c: hit[some] for c, hit in reached.items()}
            parts.append(_priced(v, some, got, brought, offered=product))
    rows = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    kept = np.isfinite(rows["rate"])
    return {name: column[kept] for name, column in rows.items()}


def renewals(truth: Truth, names) -> Rows:
    """Return the old loans that could be renewed as further candidates that come by themselves."""
    who = np.flatnonzero(truth.due_month >= 0)
    s, none = truth.setting, np.zeros(len(who), bool)
    lpr = lpr_1y(s.months_all, s.terms.lpr).max()
    rows = {
        "who": who, "k": truth.due_month[who], "product": truth.due_product[who],
        # Dearer than any risk price can be (``granting.rates``).
        "rate": lpr + s.terms.product("spread")[truth.due_product[who]] + 0.03,
        "line": truth.due_line[who], "full": truth.due_cny[who] / truth.due_line[who],
        f"by_{UNASKED}": ~none,
    }  # fmt: skip
    return {name: rows.get(name, none) for name in names}


def _priced(v: View, who, product, brought: dict, offered: int | None = None) -> Rows:
    seconds = granting.hours(v, who, product, ~person_only(v.s.terms)[product])
    patience = granting.patience(seconds / 3600, v.t.speed_sensitivity[who])
    left = np.log(patience / v.u("take", who)) / granting.CHURN
    over = np.maximum(left, 0) ** (1 / granting.CHURN_POWER)
    market = granting.market_rate(np.full(len(who), v.month), v.s.terms)
    dearest = market + over / (100 * v.t.price_sensitivity[who] * granting.PRICE_SCALE)
    if offered is None:
        seen = View(v.truth, v.d, v.k, sees_bureau=False)  # whichever price the sources lead to
        month = np.full(len(who), v.month)
        most = np.maximum(
            *(granting.rates(w, who, product, m)
              for w, m in ((v, month), (seen, month)))
        ) + b.PRICE_BAND  # fmt: skip
        lpr = lpr_1y(v.s.months_all, v.s.terms.lpr)
        most += max(lpr.max() - lpr[v.k], 0)  # decided in a later month
    else:
        listed = lpr_1y(np.array([v.s.months_all[0] - 1]), v.s.terms.lpr)[0]
        most = np.full(len(who), listed + v.s.terms.product("spread")[offered] + b.PRICE_BAND)
    rate = np.where(left < 0, np.nan, np.minimum(dearest, most) + 1e-9)
    none = np.zeros(len(who), bool)
    channels = {f"by_{c}": brought.get(c, none) for c in (*approach.CONTACT_CHANNELS, UNASKED)}
    return {"who": who, "k": np.full(len(who), v.k), "product": product, "rate": rate,
            "line": granting.amounts(v, who, product), "full": np.zeros(len(who)), **channels}  # fmt: skip


def worth_of(truth: Truth, draws: Draws, x: Rows) -> np.ndarray:
    """Return the most each candidate can bring, its channel's cost left out; yuan."""
    t, who = truth.t, x["who"]
    months = truth.setting.months_all
    luck = {name: draws.uniform(name, t.who[:, None], months)[who]
            for name in ("draw", "draw_share", "early")}  # fmt: skip
    security = lending.SECURITY[x["product"]]
    x = x | {
        "loss": lgd(truth.setting, t, {"customer": who, "security": security})
        * chance_lost(np.ones(len(who), int), security),
        "share": 0.10 + 0.60 * luck["draw_share"], "draw": luck["draw"], "early": luck["early"],
    }  # fmt: skip
    best = np.zeros(len(who))
    for method in range(len(REPAYMENT_METHODS)):
        for tenor in (12, 24, 36):
            sold = _SOLD[x["product"], method] & _TENORS[x["product"], tenor // 12 - 1]
            at = np.flatnonzero(sold) if method != 4 or tenor == 12 else []
            if len(at):
                rows = {name: column[at] for name, column in x.items()}
                best[at] = np.maximum(best[at], _of_line(truth, rows, method, tenor))
    later = np.cumsum((truth.deposits * truth.life.on_books)[:, ::-1], axis=1)[:, ::-1]
    later = np.append(later, np.zeros((truth.n, 1)), axis=1)
    person = _by_a_person(truth, x) * REVIEW_HOURS[x["product"]] * b.REVIEW_HOUR_COST_CNY
    return best + later[who, x["k"] + 1] * DEPOSIT_RATE - b.CASE_COST_CNY - person


def _by_a_person(truth: Truth, x: Rows) -> np.ndarray:
    return person_only(truth.setting.terms)[x["product"]] & (x["full"] == 0)


def _of_line(truth: Truth, x: Rows, method: int, tenor: int) -> np.ndarray:
    """Return what lines can bring: the best first drawing, and all later ones that pay."""
    lpr = lpr_1y(truth.setting.months_all, truth.setting.terms.lpr).max()
    rate, line = x["rate"], x["line"]
    capped = np.minimum(rate, FREE_MULTIPLE * lpr)
    # No VAT on a small line, or at a low price, or VAT.
    options = ((np.minimum(line, FREE_LINE_CNY), rate), (line, rate * (1 - VAT_SHARE)),
               (line * (line <= SMALL_LINE_CNY), capped))  # fmt: skip
    first, later = np.zeros((3, len(rate))), np.zeros((3, len(rate)))
    revolving = bool(lending.BULLET[method])
    for m in range(b.MONTHS):
        on = np.flatnonzero(x["k"] <= m)
        if not len(on):
            continue
        z = {name: column[on] for name, column in x.items()}
        relief = _relief(truth, z, method, tenor, m)
        share, spread = (
            np.ones(len(on)),
            loan_cost(truth)[z["product"]] * (b.MONTHS - 1 - m) / tenor,
        )
        if revolving:
            share = np.where(z["draw"][:, m] < lending.DRAWS_FIRST, z["share"][:, m], 0)
        renewed = z["full"] > 0
        share = np.where(renewed, z["full"] * (z["k"] == m), share)
        spread = np.where(renewed, b.RENEWAL_COST_SHARE * spread, spread)
        again = (
            revolving & (z["draw"][:, m] < lending.DRAWS_AGAIN) & (z["k"] < m + renewed)
            & (truth.life.need[z["who"], m] > 0)
        ) * (0.3 + 0.6 * z["share"][:, m])  # fmt: skip
        for j, (size, kept) in enumerate(options):
            unit = np.maximum(_unit(truth, z, kept[on], relief, method, tenor, m), 0)
            first[j, on] = np.maximum(first[j, on], size[on] * share * unit - spread)
            later[j, on] += size[on] * again * unit
    return (first + later).max(0)


def _unit(truth: Truth, x: Rows, kept, relief, method: int, tenor: int, m: int) -> np.ndarray:
    """Return what a yuan drawn in month ``m`` brings by the year's end at most, defaults left out."""
    left = b.MONTHS - 1 - m
    if not left:
        return np.zeros(len(kept))
    terms, one = np.arange(left), np.ones(left)
    # The dearer, the slower an annuity is paid back.
    paid = principal_paid(one, b.RATE_MOST * one, tenor * one, np.full(left, method), terms)
    owed = np.cumsum(one - (0 if lending.BULLET[method] else paid))
    dear = kept - FUNDS_RATE - a.BANK_TERMS["operating_cost_rate"] - CAPITAL_RATE
    gain = owed[None, :] * dear[:, None] / 12
    gone = x["early"][:, m + 1 :] < float(lending.chance_early(np.array(method)))
    gone |= truth.life.exit_at[x["who"]][:, None] <= np.arange(m + 1, b.MONTHS)[None, :]
    settled = np.where(gone, gain, -np.inf).max(1)
    return np.maximum(gain[:, -1] + relief, settled)


def _relief(truth: Truth, x: Rows, method: int, tenor: int, m: int) -> np.ndarray:
    """Return the most that months to come take over, less what is expected at the end.

    Both rise with price and debt, almost in step: the most is at an end of either, and a
    hundredth of the first is added for what is not quite in step.
    """
    n, left = len(x["rate"]), b.MONTHS - 1 - m
    first, last = np.full(n, m), np.full(n, b.MONTHS - 1)
    most = np.full(n, -np.inf)
    for rate in (np.full(n, 1e-6), x["rate"]):
        for debt in (0.0, x["line"]):
            notes = {"fen": np.ones(n), "rate": rate, "tenor": np.full(n, tenor),
                     "method": np.full(n, method)}  # fmt: skip
            at_first = exposure_at_default(truth, x["who"], first, notes, 0 * first, debt, 0.0)
            end = exposure_at_default(truth, x["who"], last, notes, last - first, debt, 0.0)
            most = np.maximum(most, at_first * (1 - left / tenor) * 1.01 - end)
    return x["loss"] * most


_SOLD = np.array([[m in p.methods for m in REPAYMENT_METHODS] for p in a.PRODUCTS.values()])
_TENORS = np.array([[t in p.tenors for t in (12, 24, 36)] for p in a.PRODUCTS.values()])
