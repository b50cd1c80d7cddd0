"""Twelve months of one strategy in one market: contacts, applications, decisions, loans."""

from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from smeprofile.bank import assumptions as b
from smeprofile.bank.deciding import Adjust, Desk
from smeprofile.bank.future import Truth
from smeprofile.bank.ledger import Ledger
from smeprofile.bank.loans import Loans
from smeprofile.bank.loss import lifetime_loss
from smeprofile.bank.offers import Offers
from smeprofile.bank.renewing import RENEWED, cost_share, renew
from smeprofile.bank.strategy import Policy, Rollout, Sources
from smeprofile.bank.view import View
from smeprofile.simulate import approach
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.draws import Draws

CHANNEL_COST = np.array([c.unit_cost_cny for c in a.CHANNELS.values()])
_MONTHLY = np.array(
    [np.inf if c.monthly_capacity is None else c.monthly_capacity for c in a.CHANNELS.values()]
)
_TERMS = ("product", "line", "rate", "tenor", "method")
Rows = dict[str, np.ndarray]


@dataclass
class Played:
    """What happened: the ledger, the lines and notes, all applications, counts of contacts."""

    ledger: Ledger
    loans: Loans
    applications: Rows
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def value_cny(self) -> float:
        """V: profit after risk and capital, less the lifetime expected loss of what is outstanding."""
        return float(self.ledger.value_fen().sum()) / 100


def luck(seed: int, evaluation: int) -> Draws:
    """Return the random numbers of one evaluation of a market: the same for every strategy.

    Each depends on both seeds, the customer, the month and what it is for; never on who else was
    contacted.
    """
    text = f"{seed}:{evaluation}".encode()
    return Draws(int.from_bytes(blake2b(text, digest_size=16).digest(), "big"))


def monthly_capacity(n: int) -> np.ndarray:
    """Return how many contacts each channel can make in a month, for a bank of ``n`` customers."""
    return np.floor(_MONTHLY * n / b.CHANNEL_CUSTOMERS)


def play(
    truth: Truth,
    offers: Offers,
    policy: Policy | Rollout,
    sources: Sources,
    draws: Draws,
    own_score: np.ndarray | None = None,
    adjust: Adjust | None = None,
) -> Played:
    """Play the twelve months and return what happened; ``adjust`` moves new applications' points.

    The order of a month is the generator's: loans are paid, those due renewed or not, customers
    contacted, applications decided, lines drawn on.
    """
    ledger, n = Ledger(truth.n), truth.n
    loans = Loans(truth, ledger)
    bureau = "征信报告" in sources.credit
    desk = Desk(truth, policy, own_score, bureau, adjust=adjust)
    year = _Year(truth, offers)
    apps: list[Rows] = []
    for k in range(b.MONTHS):
        v = View(truth, draws, k, sees_bureau=bureau)
        loans.pay(v)
        year.renew(v, renew(v, desk), loans)
        able = truth.able[:, k] & ~year.has & (year.blocked_until <= k)
        asked, row = year.contact(v, able, ledger)
        who = np.flatnonzero(asked)
        if len(who):
            x = desk.decide(v, who, _terms_of(offers, row[who]))
            year.note(v, x)
            _book(truth, ledger, k, x)
            granted = np.flatnonzero(x["granted"])
            loans.grant(**{name: x[name][granted] for name in
                           ("who", *_TERMS, "start", "k")})  # fmt: skip
            apps.append(x)
        loans.draw(v)
        loans.note_balance()
    _close_the_year(truth, loans, ledger)
    rows = {name: np.concatenate([x[name] for x in apps]) for name in apps[0]} if apps else {}
    return Played(ledger, loans, rows, year.counts | {"customers": n})


def _close_the_year(truth: Truth, loans: Loans, ledger: Ledger) -> None:
    """Post what the year's end asks for: expected losses, and costs that belong to months to come."""
    if loans.notes:
        n, last = loans.notes, b.MONTHS - 1
        n["expected_fen"], n["later_fen"] = lifetime_loss(truth, loans)
        who = loans.fac["who"][n["fac"]]
        ledger.post(last, "存续期预期损失", "存续期损失准备", who, n["expected_fen"])
        ledger.post(last, "存续期损失准备", "由以后期限承担", who, n["later_fen"])
    if loans.fac:
        f = loans.fac
        # Making out a loan is paid at once and spread over its life (effective interest, CAS 22).
        left = np.where(f["closed"], 0, np.clip(1 - (b.MONTHS - 1 - f["start"]) / f["tenor"], 0, 1))
        cost = loan_cost(truth)[f["product"]] * cost_share(f["kind"])
        later = np.round(cost * 100 * left).astype(np.int64)
        ledger.post(b.MONTHS - 1, "待摊办理费", "办理费", f["who"], later)


class _Year:
    """Whom the bank may still contact, and who applies."""

    def __init__(self, truth: Truth, offers: Offers) -> None:
        self.truth, self.offers = truth, offers
        self.has = np.zeros(truth.n, bool)
        self.blocked_until = np.zeros(truth.n, np.int64)
        self.quiet, self.lately = truth.quiet.copy(), truth.contacts_lately.copy()
        self.of_month = [np.flatnonzero(offers.month == k) for k in range(b.MONTHS)]
        self.capacity = monthly_capacity(truth.n)
        self.counts = dict.fromkeys(
            ("offers", "contacts", "over_capacity", "opted_out_before", "opt_outs", "complaints",
             "due", "not_offered", "went_elsewhere", "unpaid", "renewed"), 0
        )  # fmt: skip

    def renew(self, v: View, x: Rows, loans: Loans) -> None:
        """Book a month's renewals, and what old loans are left unpaid."""
        kept = np.flatnonzero(x["kind"])
        who, renewed = x["who"], x["kind"] == RENEWED
        told = {"due": np.ones(len(who), bool), "renewed": renewed, "unpaid": x["unpaid"],
                "not_offered": ~x["offered"] & ~x["unpaid"],
                "went_elsewhere": x["offered"] & ~x["taken"] & ~x["unpaid"]}  # fmt: skip
        for name, which in told.items():
            self.counts[name] += int(which.sum())
        if not len(kept):
            return
        self.has[who[kept]] = True
        terms = {name: x[name][kept] for name in ("who", *_TERMS, "kind")}
        loans.take_over(v.k, x["unpaid"][kept], x["cny"][kept], **terms)
        cost = loan_cost(self.truth)[x["product"]] * cost_share(x["kind"]) * renewed
        fen = np.round((cost + b.CASE_COST_CNY) * 100).astype(np.int64)
        loans.ledger.post(v.k, "办理费", "现金", who[renewed], fen[renewed])

    def contact(self, v: View, able: np.ndarray, ledger: Ledger) -> tuple[np.ndarray, np.ndarray]:
        """Make a month's contacts; return who applies, and the offer each was made (-1: none).

        A channel takes offers in the order given, up to its capacity; the others aren't made. Nor
        are those to customers who have asked for peace in the meantime.
        """
        rows, truth = self.of_month[v.k], self.truth
        self.counts["offers"] += len(rows)
        free = rows[~self.quiet[self.offers.who[rows]]]
        made = free[self._within_capacity(self.offers.channel[free])]
        self.counts["opted_out_before"] += len(rows) - len(free)
        self.counts["over_capacity"] += len(free) - len(made)
        who, channel = self.offers.who[made], self.offers.channel[made]
        row = np.full(truth.n, -1)
        row[who] = made
        p = p0 = approach.chance_unasked(v) * able
        if len(who):
            p = p0.copy()
            p[who] = approach.asked_chance(
                p0[who], truth.life.need[who, v.k], self.lately[who], v.t.uplift[who],
                v.stage[who], self.offers.product[made], channel,
            )  # fmt: skip
        applies = (v.u("apply") < p) & able
        self._annoy(v, who, channel, ledger)
        return applies, row

    def _within_capacity(self, channel: np.ndarray) -> np.ndarray:
        ok = np.ones(len(channel), bool)
        for k in np.flatnonzero(np.isfinite(self.capacity)):
            at = np.flatnonzero(channel == k)
            ok[at[int(self.capacity[k]) :]] = False
        return ok

    def _annoy(self, v: View, who: np.ndarray, channel: np.ndarray, ledger: Ledger) -> None:
        """Pay for the contacts; some opt out, some complain."""
        self.counts["contacts"] += len(who)
        cost = np.round(CHANNEL_COST[channel] * 100).astype(np.int64)
        ledger.post(v.k, "营销费", "现金", who, cost)
        tired = b.COMPLAINT_OF_CONTACT + b.COMPLAINT_OF_WEARINESS * self.lately[who]
        complains = who[v.u("complains", who) < tired]
        self.counts["complaints"] += len(complains)
        ledger.post(v.k, "投诉费", "现金", complains, _fen(b.COMPLAINT_COST_CNY, len(complains)))
        self.lately *= 0.8
        self.lately[who] += 1
        out = who[v.u("opt_out", who) < approach.chance_opting_out(v.t.uplift[who])]
        self.quiet[out] = True
        self.counts["opt_outs"] += len(out)

    def note(self, v: View, x: Rows) -> None:
        """Keep who has a line now, and until when the others won't ask again."""
        who = x["who"]
        self.has[who[x["granted"]]] = True
        others = who[~x["granted"]]
        self.blocked_until[others] = v.k + 1 + v.d.integers("again", 2, 8, v.t.who[others], v.month)
        slow = x["hours"] > b.LONG_WAIT_HOURS
        x["complains"] = slow & (v.u("complains_late", who) < b.COMPLAINT_OF_WAITING)
        self.counts["complaints"] += int(x["complains"].sum())


def loan_cost(truth: Truth) -> np.ndarray:
    """Return what it costs to make out a loan, yuan, by product."""
    return truth.setting.terms.product("unit_cost_cny")


def _book(truth: Truth, ledger: Ledger, k: int, x: Rows) -> None:
    """Post what applications cost: each one, a person's time, and making out the loan."""
    who = x["who"]
    cost = b.CASE_COST_CNY + b.REVIEW_HOUR_COST_CNY * x["work_hours"]
    ledger.post(k, "进件与审批费", "现金", who, np.round(cost * 100).astype(np.int64))
    got, late = who[x["granted"]], who[x["complains"]]
    made = np.round(loan_cost(truth)[x["product"][x["granted"]]] * 100).astype(np.int64)
    ledger.post(k, "办理费", "现金", got, made)
    ledger.post(k, "投诉费", "现金", late, _fen(b.COMPLAINT_COST_CNY, len(late)))


def _fen(yuan: float, n: int) -> np.ndarray:
    return np.full(n, round(yuan * 100), np.int64)


def _terms_of(offers: Offers, row: np.ndarray) -> Rows:
    """Return the offered terms of each applicant; ``row`` is -1 where there was no offer."""
    treated = row >= 0
    if not len(offers.who):
        zero = np.zeros(len(row), np.int64)
        return {"treated": treated, "product": zero, "channel": zero, "line": zero.astype(float),
                "rate": zero.astype(float), "method": zero}  # fmt: skip
    return {"treated": treated} | {
        name: getattr(offers, name)[row]
        for name in ("product", "channel", "line", "rate", "method")
    }
