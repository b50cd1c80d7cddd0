"""Lending month by month: who asks, who gets, who draws, who pays, who doesn't."""

import numpy as np
from scipy.special import expit

from smeprofile.dictionary import SECURITIES
from smeprofile.simulate import approach, granting
from smeprofile.simulate import assumptions as a
from smeprofile.simulate.book import Book, joined, principal_paid
from smeprofile.simulate.elsewhere import Elsewhere, debt, had_before, tries
from smeprofile.simulate.life import Life
from smeprofile.simulate.setting import Setting, first_day, month_of
from smeprofile.simulate.traits import Traits

BULLET = np.array([True, True, False, False, True])  # principal at maturity
SECURITY = np.array([SECURITIES.index(p.security) for p in a.PRODUCTS.values()])
WRITE_OFF = np.array([a.WRITE_OFF_AFTER[s] for s in SECURITIES])
NONE = -1
# A month's chances [P]: who is late for want of care pays; who leaves the register leaves debts
# behind; what is ripe for it is written off.
CURE_LATE, LEAVES_DEBTS, WRITE_OFF_CHANCE = 0.86, 0.06, 0.12

WAITS, DRAWS_FIRST, DRAWS_AGAIN = 0.35, 0.6, 0.10  # of open lines, a month


def drawn(line, used, is_first, revolving, u: np.ndarray) -> np.ndarray:
    """Return what is drawn on lines of which ``used`` is drawn, in whole ten thousands ([P])."""
    share = np.where(revolving, 0.10 + 0.60 * u, 1.0)
    amount = np.where(is_first, line * share, (line - used) * (0.3 + 0.6 * share))
    return np.floor(amount / 10_000) * 10_000


def debt_pressure(debt: np.ndarray, sales_month: np.ndarray) -> np.ndarray:
    """Return what all debts (yuan), beside a year's sales, add to the logit of default ([P])."""
    return 1.1 * np.clip(debt / (sales_month * 12 + 1) - 0.15, 0, 1.2)


def chance_bad(logit: np.ndarray, rate: np.ndarray, is_fraud: np.ndarray) -> np.ndarray:
    """Return the chance to start defaulting this month at ``rate``; ``is_fraud``: in a ring, first due."""
    return np.where(is_fraud, 0.35, expit(logit + 12 * (rate - 0.05)))


def chance_at_maturity(quality, frailty, stage, operating, squeeze) -> np.ndarray:
    """Return the chance to fail when a principal of ``squeeze`` months' inflow falls due at once."""
    return expit(-5.35 - 0.6 * quality + frailty + 1.2 * (stage == 3)
                 + 1.8 * (operating > 0) + 0.25 * np.clip(squeeze, 0, 6))  # fmt: skip


def chance_late(frailty: np.ndarray, stage: np.ndarray) -> np.ndarray:
    """Return the chance to be late this month for want of care."""
    return 0.008 * np.exp(0.5 * frailty) * (1 + (stage == 3))


def chance_cured(bad_months: np.ndarray) -> np.ndarray:
    """Return the chance that who has been in default for so many months pays up."""
    return np.where(bad_months <= 2, 0.10, 0.025)


def chance_early(method: np.ndarray) -> np.ndarray:
    """Return the chance that a loan is settled early this month, by repayment method."""
    return np.where(method == 0, 0.035, 0.010)


class Lending:
    """The state of one chunk's lending; ``run`` plays all months.

    Customers are positions in the chunk, months positions in ``setting.months_all``. A customer
    has one facility at a time; its loans share its maturity. ``distress``: 0 pays, 1 pays late
    for want of care, 2 has defaulted.
    """

    def __init__(self, setting: Setting, t: Traits, life: Life, others: Elsewhere) -> None:
        self.s, self.t, self.life, self.others = setting, t, life, others
        self.elsewhere, self.tries = debt(setting, t, others), tries(setting, t, life)
        self.concentration = 0.5 - setting.draws.uniform("partners", t.who)  # few partners: high
        self.d, self.months = setting.draws, setting.months_all
        self.firsts = first_day(np.append(self.months, self.months[-1] + 1))
        n = len(t.who)
        self.book = Book(hazard=np.zeros(life.sales.shape), p0=np.zeros(n), asks=np.zeros(n, bool))
        self.facility = np.full(n, NONE)
        self.distress, self.bad_months = np.zeros(n, np.int8), np.zeros(n, np.int64)
        self.blocked_until = np.zeros(n, np.int64)
        self.had_credit = np.zeros(n, bool)
        self.contacts_lately = np.zeros(n)
        self.quiet = t.do_not_contact.copy()  # asked for peace
        self.barred = np.zeros(n, bool)  # written off: never again
        self.fac: dict[str, np.ndarray] = {}
        self.loans: dict[str, np.ndarray] = {}
        self.n_loans, self.n_applications, self.fresh = 0, 0, []
        self.due: dict[str, np.ndarray] = {}

    def run(self) -> Book:
        """Play all months and return the records."""
        for k in range(len(self.months)):
            self.step(k)
        return self.book

    def step(self, k: int, *, approaches: bool = True, renewals: bool = True) -> None:
        """Play month ``k``; without ``approaches`` nobody is contacted and nobody applies.

        Without ``renewals`` nobody decides on them here: what could be renewed leaves the book, and
        ``due`` says whose it was (``who, cny, facility, rate``).
        """
        self.k, self.month, self.renews, self.due = k, int(self.months[k]), renewals, {}
        self._look()
        self._hazards()
        self.freed = np.zeros(len(self.t.who))
        if self.loans:
            self._pay()
            self._join()
        if self.fac:
            self._close()
        if approaches:
            approach.play(self)
        if self.fac:
            self._draw()
            self._join()

    # --- helpers -----------------------------------------------------------------------------
    def u(self, name: str, who: np.ndarray | slice = slice(None), slot=0) -> np.ndarray:
        return self.d.uniform(name, self.t.who[who], self.month, slot)

    def _look(self) -> None:
        """What the bank and the customer see this month."""
        k, life = self.k, self.life
        year = life.sales[:, max(0, k - 11) : k + 1]
        self.sales_month = year.mean(1)
        self.flow_seen = self.sales_month * self.t.settlement
        self.on_books = life.on_books[:, k]
        self.stage, self.operating = life.stage[:, k], life.operating[:, k]
        self.age = life.age_years[:, k]
        self.asked = self.tries[:, max(0, k - 6) : k].sum(1)  # in vain elsewhere, in half a year
        self.debt = np.zeros(len(self.t.who))
        if self.loans:
            np.add.at(self.debt, self.loans["customer"], self._outstanding())

    def _hazards(self) -> None:
        """The true chance to start defaulting this month (facts §9, all coefficients [P])."""
        t = self.t
        hump = ((self.age >= 2) & (self.age < 7)).astype(float)
        macro = 0.12 * np.sin((self.month - 24288) / 9)
        self.logit = (
            -7.12 - 0.55 * t.quality + t.frailty * 0.9
            + 0.9 * (self.stage == 3) + 0.25 * (self.stage == 0) + 0.2 * hump
            + np.array([0.0, 2.2, 3.0])[self.operating]
            + debt_pressure(self.debt + self.elsewhere[:, self.k], self.sales_month)
            + 0.5 * (t.margin < 0.02) + 0.5 * (1 - t.honesty) + macro
            + 0.45 * (self.asked - 0.15) + 0.5 * self.concentration * (1 + 4 * macro)
        )  # fmt: skip
        self.book.hazard[:, self.k] = expit(self.logit)

    def _outstanding(self) -> np.ndarray:
        """Return the principal outstanding of each open loan."""
        loans = self.loans
        return loans["amount"] - principal_paid(
            loans["amount"], loans["rate"], loans["tenor"], loans["method"], loans["paid"]
        )

    # --- paying ------------------------------------------------------------------------------
    def _pay(self) -> None:
        loans, k = self.loans, self.k
        since = k - loans["start"]
        once = loans["method"] == 4
        due = np.where(
            once, (since >= loans["tenor"]).astype(int), np.minimum(since, loans["tenor"])
        )
        due = np.maximum(due, 0)
        matures = since == loans["tenor"]
        open_customers = np.zeros(len(self.t.who), bool)
        open_customers[loans["customer"][since >= 1]] = True
        could, renewed = self._renewals(loans, matures)
        if not self.renews:
            self.due, renewed = self._of_customers(loans, could), np.zeros(len(could), bool)
            open_customers[loans["customer"][could]] = False
        self._turn_bad(open_customers, loans, matures & ~renewed)
        pays = (self.distress == 0)[loans["customer"]]
        paying = pays & (due > loans["paid"])
        late = due - loans["paid"] > 1
        late_days = np.where(late, self._loan_integers("late_days", 0, 8), self._slips())
        self.book.add(
            "payments", loan=loans["id"][paying], month=np.full(paying.sum(), k),
            upto=due[paying], late_days=late_days[paying], renewed=renewed[paying],
        )  # fmt: skip
        loans["paid"] = np.where(paying, due, loans["paid"])
        whole = np.where(once, 1, loans["tenor"])
        done = (loans["paid"] >= whole) & (since >= 1)
        early = self._early(pays & ~done & (since >= 1))
        lost = self._lost(loans)
        self._renew(loans, renewed & done)
        closed = done | early | lost
        self.book.add(
            "ends", loan=loans["id"][closed], month=np.full(closed.sum(), k),
            how=np.select([renewed, done, early], ["renewed", "paid", "early"], "lost")[closed],
        )  # fmt: skip
        # What was settled late in the month could not be drawn again early in it.
        np.add.at(self.freed, loans["customer"][early], loans["amount"][early])
        self.loans = {name: column[~closed] for name, column in loans.items()}

    def _loan_integers(self, name: str, low: int, high: int) -> np.ndarray:
        loans = self.loans
        return self.d.integers(name, low, high, self.t.who[loans["customer"]], self.month)

    def _slips(self) -> np.ndarray:
        """Return the days late, mostly none, of those who pay in their month (operational)."""
        who = self.loans["customer"]
        slips = self.u("slip", who) < 0.025
        return np.where(slips, self.d.integers("slip_days", 1, 7, self.t.who[who], self.month), 0)

    def _renewals(self, loans: dict, matures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return which loans could be renewed without repaying principal (无还本续贷), and which are."""
        who = loans["customer"]
        fit = (self.distress == 0) & (self.operating == 0) & self.on_books
        strong = expit(2.1 + 0.5 * self.t.quality - 1.3 * (self.stage == 3))
        could = matures & BULLET[loans["method"]] & fit[who] & (loans["paid"] >= 0)
        return could, could & (self.u("renewal") < 0.86 * strong)[who]

    def _of_customers(self, loans: dict, which: np.ndarray) -> dict[str, np.ndarray]:
        """Return, by customer, what some loans come to: all notes of a customer are on one facility."""
        who, first, at = np.unique(loans["customer"][which], return_index=True, return_inverse=True)
        cny = np.bincount(at, weights=loans["amount"][which], minlength=len(who))
        rate = loans["rate"][which][first]
        return {"who": who, "cny": cny, "facility": self.facility[who], "rate": rate}

    def _turn_bad(self, open_: np.ndarray, loans: dict, falls_due: np.ndarray) -> None:
        """Move customers between paying, late and defaulted."""
        t = self.t
        principal = np.zeros(len(t.who))
        big = falls_due & BULLET[loans["method"]]
        np.add.at(principal, loans["customer"][big], loans["amount"][big])
        squeeze = principal / (self.sales_month * t.settlement + 1)
        rate = np.zeros(len(t.who))
        np.maximum.at(rate, loans["customer"], loans["rate"])
        started = np.zeros(len(t.who), bool)
        started[loans["customer"][self.k - loans["start"] == 1]] = True
        p_bad = chance_bad(self.logit, rate, started & (t.ring >= 0))
        cliff = chance_at_maturity(t.quality, t.frailty, self.stage, self.operating, squeeze)
        p_bad = np.where(principal > 0, np.maximum(p_bad, cliff), p_bad)
        p_late = chance_late(t.frailty, self.stage)
        u = self.u("bad")
        fine = open_ & (self.distress == 0)
        now = self.distress
        cure_late = (now == 1) & (self.u("cure_late") < CURE_LATE)
        cure_bad = (now == 2) & (self.u("cure_bad") < chance_cured(self.bad_months))
        gone = self.life.exit_at <= self.k
        cure_bad &= ~gone
        new = np.where(fine & (u < p_bad), 2, np.where(fine & (u < p_bad + p_late), 1, now))
        new = np.where(cure_late | cure_bad, 0, new)
        # Who leaves the register settles first; a few leave their debts behind.
        leaves = self.life.exit_at == self.k
        new = np.where(open_ & leaves & (new == 0) & (self.u("gone") < LEAVES_DEBTS), 2, new)
        self.bad_months = np.where(new == 2, self.bad_months + 1, 0)
        self.distress = np.where(open_, new, 0).astype(np.int8)

    def _early(self, may: np.ndarray) -> np.ndarray:
        loans = self.loans
        chance = chance_early(loans["method"])
        gone = (self.life.exit_at <= self.k)[loans["customer"]]
        return may & (gone | (self.u("early", loans["customer"]) < chance))

    def _lost(self, loans: dict) -> np.ndarray:
        """Return which loans are written off (or sold) this month."""
        after = WRITE_OFF[loans["security"]]
        who = loans["customer"]
        lost = (self.distress[who] == 2) & (self.bad_months[who] >= after) & (
            self.u("write_off", who) < WRITE_OFF_CHANCE
        )  # fmt: skip
        self.barred[who[lost]] = True
        return lost

    def _renew(self, loans: dict, which: np.ndarray) -> None:
        """Start a new facility and a new loan for each renewed one."""
        if not which.any():
            return
        who = np.unique(loans["customer"][which])
        old, day = self.facility[who], self.firsts[self.k] + a.DUE_DAY - 1
        new = granting.renew(self, who, old, day)
        of = np.searchsorted(who, loans["customer"][which])
        self.new_loans(
            loans["customer"][which], new[of], loans["amount"][which],
            np.full(which.sum(), day), loans["id"][which], loans["chain"][which],
        )  # fmt: skip

    # --- facilities and loans -----------------------------------------------------------------
    def new_facility(self, who, app, product, line, rate, tenor, method, day, renewal_of):
        first = len(self.fac["who"]) if self.fac else 0
        ids = first + np.arange(len(who))
        start = month_of(day) - self.months[0]
        new = {
            "who": who, "app": app, "product": product, "line": line, "rate": rate,
            "tenor": tenor, "method": method, "day": day, "start": start,
            "renewal_of": renewal_of,
            "is_first": ~self.had_credit[who] & ~had_before(self.others, self.month)[who],
            "security": SECURITY[product], "drawn": renewal_of != NONE,
        }  # fmt: skip
        self.fac = joined(self.fac, new)
        self.facility[who] = ids
        self.had_credit[who] = True
        return ids

    def new_loans(self, who, facility, amount, day, renewal_of, chain) -> None:
        """Disburse one loan note for each of ``who``; they count from the next step on."""
        ids = self.n_loans + np.arange(len(who))
        self.n_loans += len(who)
        start = month_of(day) - self.months[0]
        ends = self.fac["start"][facility] + self.fac["tenor"][facility]
        new = {
            "id": ids, "customer": who, "facility": facility, "amount": amount,
            "rate": self.fac["rate"][facility], "method": self.fac["method"][facility],
            "security": self.fac["security"][facility], "start": start, "tenor": ends - start,
            "paid": np.zeros(len(who), np.int64), "renewal_of": renewal_of,
            "chain": np.where(chain == NONE, ids, chain),
        }  # fmt: skip
        self.book.add("loans", day=day, **new)
        self.fresh.append(new)

    def _join(self) -> None:
        """Let the loans made in this step count."""
        for new in self.fresh:
            self.loans = joined(self.loans, new)
        self.fresh = []

    def _close(self) -> None:
        """End facilities that have matured or whose last loan is gone."""
        has_loan = np.zeros(len(self.t.who), bool)
        if self.loans:
            has_loan[self.loans["customer"]] = True
        live = np.flatnonzero(self.facility != NONE)
        fac = self.facility[live]
        over = self.fac["start"][fac] + self.fac["tenor"][fac] <= self.k
        drawn = self.fac["drawn"][fac]
        # Amortising lines end with their loan; a revolving one lives on till it matures.
        spent = drawn & ~BULLET[self.fac["method"][fac]]
        ends = live[~has_loan[live] & (over | spent | self.barred[live])]
        self.facility[ends] = NONE
        self.blocked_until[ends] = (
            self.k + 1 + self.d.integers("rest", 0, 9, self.t.who[ends], self.month)
        )

    def _draw(self) -> None:
        """Draw on open lines: the first time soon, later as need comes."""
        live = np.flatnonzero((self.facility != NONE) & (self.distress == 0) & self.on_books)
        fac = self.facility[live]
        left = self.fac["start"][fac] + self.fac["tenor"][fac] - self.k
        used = np.zeros(len(self.t.who))
        if self.loans:
            np.add.at(used, self.loans["customer"], self._outstanding())
        used += self.freed
        line, first = self.fac["line"][fac], ~self.fac["drawn"][fac]
        revolving = BULLET[self.fac["method"][fac]]
        waits = revolving & (self.fac["start"][fac] >= self.k) & (self.u("wait", live) < WAITS)
        starts = first & (self.fac["start"][fac] <= self.k) & ~waits & (
            ~revolving | (self.u("draw", live) < DRAWS_FIRST)
        )  # fmt: skip
        again = ~first & revolving & (left >= 4) & (used[live] < 0.6 * line) & (
            self.u("draw", live) < DRAWS_AGAIN * (self.life.need[live, self.k] > 0)
        )  # fmt: skip
        amount = drawn(line, used[live], first, revolving, self.u("draw_share", live))
        day = self.firsts[self.k] + np.floor(self.u("draw_day", live) * 27).astype(np.int64)
        day = np.maximum(day, self.fac["day"][fac])
        ok = (starts | again) & (amount >= 10_000) & (left >= 3)
        ok &= day < self.firsts[self.k + 1]
        self.fac["drawn"][fac[ok]] = True
        none = np.full(ok.sum(), NONE)
        self.new_loans(live[ok], fac[ok], amount[ok], day[ok], none, none)
