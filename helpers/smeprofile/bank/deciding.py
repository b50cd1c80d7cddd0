"""Applications: scored, decided by machine or by a person, priced, and taken up or not."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from smeprofile.bank import assumptions as b
from smeprofile.bank.future import Truth
from smeprofile.bank.queue import office_hours, second_of, waits
from smeprofile.bank.strategy import SECTORS, Policy, Rollout, sector_of
from smeprofile.bank.view import View
from smeprofile.dictionary import REFUSAL_REASONS, REPAYMENT_METHODS, SECURITIES
from smeprofile.simulate import assumptions as a
from smeprofile.simulate import granting
from smeprofile.simulate.elsewhere import debts_shown, had_before
from smeprofile.simulate.setting import first_day, month_of
from smeprofile.simulate.terms import Terms

Rows = dict[str, np.ndarray]
# View, customers, the bank's own points → the points that new applications are decided by.
Adjust = Callable[[View, np.ndarray, np.ndarray], np.ndarray]
REVIEW_HOURS = np.array(b.REVIEW_HOURS)
SECTOR = pd.Index(SECTORS).get_indexer(sector_of(pd.Series(a.CODES).str[0]))


@dataclass
class Desk:
    """The bank's side of applications over a year: its rules, and when its people are free."""

    truth: Truth
    policy: Policy | Rollout
    own_score: np.ndarray | None  # of all customers; NaN: a person decides
    sees_bureau: bool
    free_from: float = 0.0  # office hours
    adjust: Adjust | None = None  # of new applications only; renewals go by the bank's own points

    def __post_init__(self) -> None:
        self.start, terms = None, (self.policy,)
        if isinstance(self.policy, Rollout):
            self.start, terms = self.policy.start, (self.policy.before, self.policy.after)
            self.policy = self.policy.before
        self.cutoffs = np.array([self.policy.cutoffs[s] for s in SECURITIES], dtype=float)
        self.addons = np.array([[p.addons[s] for s in SECTORS] for p in terms], dtype=float)
        self.methods = np.array([[_places(p.methods[s]) for s in SECTORS] for p in terms])
        self.reviewers = max(1, round(b.REVIEWERS_PER_CUSTOMER * self.truth.n))

    def decide(self, v: View, who: np.ndarray, offer: Rows) -> Rows:
        """Return the applications of a month with all that came of them, one element each.

        ``offer`` has ``treated`` and the offered terms of each of ``who``.
        """
        x = self._arrive(v, who, offer)
        x |= self._judge(v, who, x)
        x |= self._time(v, who, x)
        x |= self._price(v, who, x, offer)
        patience = granting.patience(x["hours"], v.t.speed_sensitivity[who])
        market = granting.market_rate(np.full(len(who), v.month), v.s.terms)
        stays = granting.stays(x["rate"], market, v.t.price_sensitivity[who])
        x["pleased"] = np.where(x["approved"], patience * stays, patience * b.SATISFIED_IF_REFUSED)
        x["accepted"] = x["approved"] & (v.u("take", who) < patience * stays)
        day = x["decided"] // 86400 + 1 + v.d.integers("start_day", 0, 5, v.t.who[who], v.month)
        x["start"] = month_of(day) - int(v.s.months_all[0])
        x["in_year"] = x["decided"] < first_day(v.s.months_all[-1:] + 1)[0] * 86400
        # Who leaves the register in between signs nothing; the year ends what isn't signed.
        x["granted"] = x["accepted"] & (day < v.life.exit_day[who]) & (x["start"] < b.MONTHS)
        x["is_first"] = ~self.truth.had_credit[who] & ~had_before(v.others, v.month)[who]
        return x

    def _arrive(self, v: View, who: np.ndarray, offer: Rows) -> Rows:
        treated = offer["treated"]
        product = np.where(treated, offer["product"], granting.fitting_product(v)[who])
        product = granting.can_have(v.t, who, product)
        day = v.firsts[v.k] + v.d.integers("contact_day", 0, 20, v.t.who[who], v.month)
        since = np.where(treated, day, 0)
        channel, applied = granting.arrival(v, who, product, treated, offer["channel"], since)
        tenor, method = granting.usual_terms(v, who, product)
        asked_for = self.methods[self._turn(v, who), SECTOR[v.t.trade[who]], product]
        method = np.where(asked_for >= 0, asked_for, method)
        method = np.where(treated & _sells(offer["method"], product), offer["method"], method)
        tenor = np.where(method == 4, np.minimum(tenor, 12), tenor)
        return {
            "who": who, "k": np.full(len(who), v.k), "product": product, "channel": channel,
            "applied": applied, "tenor": tenor, "method": method, "treated": treated,
            "asked": granting.amounts(v, who, product),
        }  # fmt: skip

    def _judge(self, v: View, who: np.ndarray, x: Rows) -> Rows:
        """Say who passes: by machine outside the band, by a person's second look within it."""
        late = np.zeros(len(who), bool)
        if self.sees_bureau and len(who):
            _, dpd = debts_shown(v.s, v.t, v.life, v.others, who, np.full(len(who), v.month))
            late = (dpd > 0).any(1)
        points = self.points(v, who)
        points = self.adjust(v, who, points) if self.adjust else points
        cut = self.cutoffs[granting.SECURED[x["product"]]]
        known = ~np.isnan(points)
        points = np.where(known, points, cut)
        refused = late | (points < cut - self.policy.manual_below)
        by_hand = ~refused & (
            person_only(v.s.terms)[x["product"]]
            | ~known
            | (points < cut + self.policy.manual_above)
        )
        seen = v.t.quality[who] + b.REVIEW_NOISE * v.d.normal("review", v.t.who[who], v.month)
        second = points + b.REVIEW_POINTS * seen
        approved = ~refused & np.where(by_hand, second >= cut, points >= cut)
        because = (("当前有逾期", late), ("征信查询过多", v.asked[who] >= 2),
                   ("经营年限不足", v.age[who] < 1), ("流水不足", v.flow_seen[who] < 15_000))  # fmt: skip
        reason = np.select([hit for _, hit in because],
                           [REFUSAL_REASONS.index(name) for name, _ in because],
                           REFUSAL_REASONS.index("综合评分不足"))  # fmt: skip
        return {"by_hand": by_hand, "approved": approved, "points": points,
                "reason": np.where(approved, -1, reason)}  # fmt: skip

    def _time(self, v: View, who: np.ndarray, x: Rows) -> Rows:
        """Return when each is decided: at once by machine, else after papers, queue and review."""
        applied, by_hand = x["applied"], x["by_hand"]
        seconds = granting.hours(v, who, x["product"], ~by_hand)
        decided = applied + seconds
        hand = np.flatnonzero(by_hand)
        work = REVIEW_HOURS[x["product"]]
        if len(hand):
            arrived = office_hours(applied[hand])
            order = np.argsort(arrived, kind="stable")
            wait = np.zeros(len(hand))
            wait[order], self.free_from = waits(
                arrived[order], work[hand][order] / self.reviewers, self.free_from
            )
            papers = granting.in_office(decided[hand], v.u("desk", who[hand]))
            decided[hand] = np.where(wait > 0, second_of(office_hours(papers) + wait), papers)
        return {"decided": decided, "hours": (decided - applied) / 3600,
                "work_hours": np.where(by_hand, work, 0.0)}  # fmt: skip

    def _price(self, v: View, who: np.ndarray, x: Rows, offer: Rows) -> Rows:
        least, most = granting.limits(v, x["product"])
        own = granting.lines(
            v, who, x["product"], x["asked"], self.policy.line_share, self.policy.line_months
        )
        offered = np.floor(np.minimum(offer["line"], x["asked"]) / 10_000) * 10_000
        line = np.where(x["treated"], np.clip(offered, least, most), own)
        own = self.own_rate(v, who, x["product"], month_of(x["decided"] // 86400))
        return {"line": line, "rate": np.where(x["treated"], offer["rate"], own)}

    def points(self, v: View, who: np.ndarray) -> np.ndarray:
        """Return the score of each, by the bank's rule or the strategy's own; NaN: a person decides."""
        return granting.score(v, who) if self.own_score is None else self.own_score[who]

    def own_rate(self, v: View, who: np.ndarray, product, month: np.ndarray) -> np.ndarray:
        """Return the bank's own risk price of each with the policy's add-on."""
        addon = self.addons[self._turn(v, who), SECTOR[v.t.trade[who]]]
        return np.clip(granting.rates(v, who, product, month) + addon, 0, b.RATE_MOST)

    def _turn(self, v: View, who: np.ndarray) -> np.ndarray:
        """Return 1 for customers whose branch has the new terms this month, else 0."""
        if self.start is None:
            return np.zeros(len(who), np.int64)
        return (v.k >= self.start[who]).astype(np.int64)


def _places(methods: dict[str, str]) -> list[int]:
    """Return each product's method as its place in ``REPAYMENT_METHODS``; -1: as the customer asks."""
    return [REPAYMENT_METHODS.index(methods[k]) if k in methods else -1 for k in a.PRODUCTS]


def person_only(terms: Terms) -> np.ndarray:
    """Say of each product whether a machine alone never grants it (no automatic share at all)."""
    return terms.product("auto_share") == 0


def _sells(method: np.ndarray, product: np.ndarray) -> np.ndarray:
    """Say whether the product may be repaid so."""
    return SOLD_WITH[product, np.maximum(method, 0)] & (method >= 0)


SOLD_WITH = np.array(
    [[m in p.methods for m in REPAYMENT_METHODS] for p in a.PRODUCTS.values()]
)  # product × method
