"""Applications, decisions and the facilities that come of them."""

from typing import TYPE_CHECKING

import numpy as np

from smeprofile.dictionary import REFUSAL_REASONS, REPAYMENT_METHODS, SECURITIES
from smeprofile.rules.lpr import lpr_1y
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.elsewhere import debts_shown
from smeprofile.simulate.setting import month_of
from smeprofile.simulate.terms import Terms
from smeprofile.simulate.traits import Traits

if TYPE_CHECKING:
    from smeprofile.simulate.lending import Lending

NONE = -1
# What a cohort can't change: a product's place, security, tenors and methods.
PRODUCTS = tuple(a.PRODUCTS.values())


def fitting_product(w: "Lending") -> np.ndarray:
    """Return the product each customer would choose (position)."""
    need = np.maximum(w.life.need[:, w.k], 30_000)
    u = w.u("product")
    big = need > 450_000
    makes = np.isin(w.t.trade, (0, 1, 2, 3, 4, 7))
    small = np.where(w.t.shares_tax & (u < 0.55), 1, 0)
    large = np.where(w.t.collateral, np.where(makes & (u < 0.25), 4, 2), np.where(u < 0.43, 3, 1))
    secured = w.t.collateral & (u > 0.45)
    return np.where(big, large, np.where(secured, 2, np.where(u > 0.86, 3, small)))


def apply(w: "Lending", who: np.ndarray, contact: dict) -> np.ndarray:
    """Play the applications of ``who``; return each customer's application, or NONE."""
    t, number = w.t, np.full(len(w.t.who), NONE)
    if not len(who):
        return number
    treated = contact["treated"][who]
    product = np.where(treated, contact["product"][who], fitting_product(w)[who])
    product = can_have(t, who, product)
    # Who was drawn not to be contacted is looked at from the same day on.
    since = np.where(contact["contacted"], contact["day"], 0)[who]
    channel, applied = arrival(w, who, product, treated, contact["channel"][who], since)
    tenor, method = usual_terms(w, who, product)
    asked = amounts(w, who, product)
    app = note_application(w, who, applied, product, channel, 0, asked, tenor, method)
    number[who] = app
    _decide(w, who, app, applied, product, asked, tenor, method)
    return number


def can_have(t: Traits, who: np.ndarray, product: np.ndarray) -> np.ndarray:
    """Return ``product``, or what who has no property to mortgage, or no tax data, gets instead."""
    product = np.where((SECURED[product] == 0) & ~t.collateral[who], 3, product)
    return np.where((product == 1) & ~t.shares_tax[who], 0, product)


def arrival(w: "Lending", who, product, treated, contact_channel, since) -> tuple:
    """Return by which channel and at which second (since 1970) the applications of ``who`` come.

    None comes before the day ``since``.
    """
    t = w.t
    own_channel = np.where(w.u("own_channel", who) < np.where(product == 0, 0.75, 0.25), 6, 5)
    channel = np.where(treated, contact_channel, own_channel)
    day = w.firsts[w.k] + w.d.integers("apply_day", 0, 27, t.who[who], w.month)
    day = np.maximum(day, since)
    applied = day * 86400 + w.d.integers("apply_second", 8 * 3600, 21 * 3600, t.who[who], w.month)
    # Branches and managers take applications on working days and in working hours.
    by_hand = ~np.isin(channel, (2, 3, 6))
    desk = day * 86400 + w.d.integers("desk_second", 9 * 3600, 17 * 3600, t.who[who], w.month)
    return channel, np.where(by_hand, weekday(desk), applied)


SECURED = np.array([SECURITIES.index(p.security) for p in PRODUCTS])


def usual_terms(
    w: "Lending", who: np.ndarray, product: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the tenors in months and the repayment methods that customers ask for."""
    tenors = np.array([[p.tenors[min(k, len(p.tenors) - 1)] for k in range(3)] for p in PRODUCTS])
    methods = np.array(
        [
            [REPAYMENT_METHODS.index(p.methods[min(k, len(p.methods) - 1)]) for k in range(3)]
            for p in PRODUCTS
        ]
    )
    tenor = tenors[product, w.d.choice("tenor", (0.62, 0.20, 0.18), w.t.who[who], w.month)]
    method = methods[product, w.d.choice("method", (0.58, 0.30, 0.12), w.t.who[who], w.month)]
    # One payment at the end only for up to a year.
    return np.where(method == 4, np.minimum(tenor, 12), tenor), method


def amounts(w: "Lending", who: np.ndarray, product: np.ndarray) -> np.ndarray:
    """Return the amounts asked for, in whole ten thousands."""
    need = np.maximum(w.life.need[who, w.k], 40_000)
    bold = 1.15 + 1.3 * w.u("bold", who) * (1.25 - 0.25 * w.t.honesty[who])
    asked = np.clip(need * bold, *limits(w, product))
    return np.ceil(asked / 10_000) * 10_000


def limits(w: "Lending", product: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the largest line of each product."""
    terms = w.s.terms
    return terms.product("min_line_cny")[product], terms.product("max_line_cny")[product]


def note_application(w, who, applied, product, channel, kind, asked, tenor, method) -> np.ndarray:
    """Write down applications and return their numbers within the chunk."""
    app = w.n_applications + np.arange(len(who))
    w.n_applications += len(who)
    purpose = w.d.choice("purpose", (0.52, 0.14, 0.08, 0.10, 0.16), w.t.who[who], w.month)
    horizon = 1 - (1 - np.minimum(w.book.hazard[who, w.k] * 1.2, 0.9)) ** 10
    w.book.add(
        "applications", app=app, who=who, applied=applied, product=product, channel=channel,
        kind=np.full(len(who), kind), asked=asked, tenor=tenor, method=method,
        purpose=np.where(product == 4, 1, purpose), pd_12m=horizon,
        month=np.full(len(who), w.k),
    )  # fmt: skip
    return app


def score(w: "Lending", who: np.ndarray) -> np.ndarray:
    """Return the historical policy's score: what it saw, and its prejudices ([P]).

    It knows flows, age, collateral, recent bureau inquiries; it undervalues services, young
    firms and the two counties. Quality it sees only dimly.
    """
    t = w.t
    return (
        600
        + 14 * (np.log(w.flow_seen[who] + 1) - 11.0)
        + 22 * t.collateral[who] + 4 * np.minimum(w.age[who], 8)
        + 16 * (t.quality[who] + 0.9 * w.d.normal("seen_quality", t.who[who], w.month))
        - 26 * SERVICE[t.trade[who]] - 16 * (w.age[who] < 2) - 14 * w.s.terms.is_county[t.region[who]]
        - 22 * (w.operating[who] > 0) - 8 * w.asked[who]
    )  # fmt: skip


SERVICE = a.SERVICES.astype(float)
REFUSED = 0.36  # of the new applications, before the lot: what the class's bank comes to


def _decide(w, who, app, applied, product, asked, tenor, method) -> None:
    t = w.t
    points = score(w, who)
    _, dpd = debts_shown(w.s, t, w.life, w.others, who, month_of(applied // 86400))
    late_elsewhere = (dpd > 0).any(1)
    cut = np.array(w.s.terms.cutoffs)[SECURED[product]]
    passes = (points >= cut) & ~late_elsewhere
    overridden = w.u("override", who) < w.s.terms.override_share
    passes = np.where(overridden & ~late_elsewhere, ~passes, passes)
    random = ~passes & (w.u("random_approval", who) < w.s.terms.random_approval_share / REFUSED)
    auto = w.u("auto", who) < w.s.terms.product("auto_share")[product]
    decided = applied + hours(w, who, product, auto)
    decided = np.where(auto, decided, in_office(decided, w.u("desk", who)))
    there = decided // 86400 < w.life.exit_day[who]
    random &= there
    approved = (passes & there) | random
    because = (("当前有逾期", late_elsewhere), ("征信查询过多", w.asked[who] >= 2),
               ("经营年限不足", w.age[who] < 1), ("流水不足", w.flow_seen[who] < 15_000))  # fmt: skip
    reason = np.select(
        [applies for _, applies in because], [REFUSAL_REASONS.index(name) for name, _ in because],
        REFUSAL_REASONS.index("综合评分不足"),
    )  # fmt: skip
    line = lines(w, who, product, asked, 0.72 + 0.28 * w.u("line", who), 6)
    rate = rates(w, who, product, month_of(decided // 86400))
    wait_hours = (decided - applied) / 3600
    accepted = approved & (w.u("take", who) < take_up(w, who, rate, wait_hours))
    w.book.add(
        "decisions", app=app, decided=decided, approved=approved, auto=auto, random=random,
        score=points, reason=np.where(approved, NONE, reason), line=line, rate=rate,
        tenor=tenor, accepted=accepted,
    )  # fmt: skip
    go = np.flatnonzero(accepted)
    w.blocked_until[who[~accepted]] = (
        w.k + 1 + w.d.integers("again", 2, 8, t.who[who[~accepted]], w.month)
    )
    day = decided[go] // 86400 + 1 + w.d.integers("start_day", 0, 5, t.who[who[go]], w.month)
    # Who leaves the register in between signs nothing.
    there = day < w.life.exit_day[who[go]]
    go, day = go[there], day[there]
    w.new_facility(
        who[go], app[go], product[go], line[go], rate[go], tenor[go], method[go], day,
        np.full(len(go), NONE),
    )  # fmt: skip


def lines(w: "Lending", who, product, asked, share, months) -> np.ndarray:
    """Return the credit lines: a share of what is asked for, at most so many months' sales."""
    least, most = limits(w, product)
    line = np.minimum(asked * share, most)
    line = np.minimum(line, np.maximum(w.sales_month[who] * months, least))
    return np.maximum(np.floor(line / 10_000) * 10_000, least)


def hours(w: "Lending", who, product, auto) -> np.ndarray:
    """Return seconds from application to decision."""
    z = w.d.normal("hours", w.t.who[who], w.month)
    by_hand = w.s.terms.product("hours")[product] * np.exp(0.7 * z)
    return np.where(auto, 60 + 600 * np.exp(0.8 * z), by_hand * 3600).astype(np.int64)


def in_office(second: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return times outside nine to six moved to the next working morning.

    >>> in_office(np.array([20 * 3600]), np.array([0.5])) // 3600  # Thursday evening, 1970-01-01
    array([34])
    """
    hour = second % 86400 // 3600
    day = second // 86400 + (hour >= 18)
    out = (hour < 9) | (hour >= 18)
    return weekday(
        np.where(out, day * 86400 + 9 * 3600 + np.floor(u * 7200).astype(np.int64), second)
    )


def rates(w: "Lending", who, product, month) -> np.ndarray:
    """Return yearly rates: LPR of the day, product spread, risk and size, in steps of 5 bp."""
    risk = np.clip(0.006 - 0.00012 * (score(w, who) - 590), -0.006, 0.012)
    size = -0.0012 * np.clip(np.log(w.sales_month[who] / 2e5), -2, 3)
    noise = 0.0015 * w.d.normal("rate", w.t.who[who], w.month)
    rate = lpr_1y(month, w.s.terms.lpr) + w.s.terms.product("spread")[product] + risk + size + noise
    return np.clip(np.round(rate / 0.0005) * 0.0005, 0.030, 0.12).round(4)


def take_up(w: "Lending", who, rate, wait_hours) -> np.ndarray:
    """Return the chance to accept: price by the churn curve of CUMCM 2020 C (grade B), and speed.

    The curve's 4 % stands for the year's lowest price; here it is the market's own price.
    """
    market = market_rate(np.full(len(who), w.month), w.s.terms)
    patient = patience(wait_hours, w.t.speed_sensitivity[who])
    return stays(rate, market, w.t.price_sensitivity[who]) * patient


CHURN, CHURN_POWER = 0.214, 0.94  # grade B
PRICE_SCALE = 0.55  # [P]: our customers mind a point less than those of the curve


def market_rate(month: np.ndarray, terms: Terms) -> np.ndarray:
    """Return what competitors ask, by month number ([P]: 1.2 points over the LPR)."""
    return lpr_1y(month, terms.lpr) + 0.012


def stays(rate: np.ndarray, market: np.ndarray, price_sensitivity: np.ndarray) -> np.ndarray:
    """Return the chance not to go elsewhere for the price.

    >>> stays(np.array([0.04, 0.0705]), np.array([0.04, 0.04]), np.array([1.0, 1.0])).round(2)
    array([1.  , 0.71])
    """
    over = np.maximum((rate - market) * 100 * price_sensitivity * PRICE_SCALE, 0)
    return np.exp(-CHURN * over**CHURN_POWER)


def patience(wait_hours: np.ndarray, speed_sensitivity: np.ndarray) -> np.ndarray:
    """Return the chance still to want the loan after so many hours ([P])."""
    return np.exp(-0.0011 * wait_hours * speed_sensitivity)


def renew(w: "Lending", who: np.ndarray, old: np.ndarray, day: int) -> np.ndarray:
    """Apply for and grant new facilities in place of ``old`` from ``day`` on; return them."""
    fac = w.fac
    product, line, method = fac["product"][old], fac["line"][old], fac["method"][old]
    tenor = fac["tenor"][old]
    applied = (day - 16 + w.d.integers("renew_day", 0, 8, w.t.who[who], w.month)) * 86400
    applied = weekday(
        applied + w.d.integers("renew_second", 9 * 3600, 17 * 3600, w.t.who[who], w.month)
    )
    by_hand = np.zeros(len(who), bool)
    decided = in_office(applied + hours(w, who, product, by_hand), w.u("renew_desk", who))
    eve = day - 1
    eve -= max((eve + 3) % 7 - 4, 0)  # the last working day before
    decided = np.minimum(decided, eve * 86400 + 15 * 3600)
    rate = rates(w, who, product, np.full(len(who), w.month))
    channel = np.where(product == 0, 6, 5)
    app = note_application(w, who, applied, product, channel, 1, line, tenor, method)
    yes = np.ones(len(who), bool)
    w.book.add(
        "decisions", app=app, decided=decided, approved=yes, auto=by_hand, random=by_hand,
        score=score(w, who), reason=np.full(len(who), NONE), line=line, rate=rate, tenor=tenor,
        accepted=yes,
    )  # fmt: skip
    return w.new_facility(who, app, product, line, rate, tenor, method, np.full(len(who), day), old)


def weekday(second: np.ndarray) -> np.ndarray:
    """Return times of weekends moved to Monday (public holidays are not looked at)."""
    past = (second // 86400 + 3) % 7  # 0 is Monday
    return second + np.where(past >= 5, 7 - past, 0) * 86400
