"""The year's new lines: drawn, repaid, defaulted on, written off; every movement posted."""

import numpy as np

from smeprofile.bank.costs import CAPITAL_RATE, FUNDS_RATE, VAT_SHARE, is_taxed
from smeprofile.bank.future import Truth
from smeprofile.bank.ledger import Ledger
from smeprofile.bank.view import View
from smeprofile.simulate import assumptions as a
from smeprofile.simulate import lending
from smeprofile.simulate.book import joined, principal_paid
from smeprofile.simulate.plans import lgd

DEPOSIT_RATE = a.BANK_TERMS["deposit_margin_rate"] * a.BANK_TERMS["deposit_share"] / 12
Rows = dict[str, np.ndarray]


class Loans:
    """Lines (one element each in ``fac``) and the loan notes drawn on them (``notes``).

    A customer takes at most one line a year. Its ``kind`` is 0 (new), 1 (an old loan renewed) or 2
    (an old loan that fell due and wasn't paid). As in the generator, ``distress`` of a line is 0
    (pays), 1 (late for want of care) or 2 (in default). Money of notes is in fen: ``scheduled``
    is the balance by the plan, on which interest runs, ``balance`` what is owed.
    """

    def __init__(self, truth: Truth, ledger: Ledger) -> None:
        self.truth, self.ledger = truth, ledger
        self.fac: Rows = {}
        self.notes: Rows = {}
        self.balance_by_month: list[int] = []
        self.capital_months = 0.0  # balance × months, fen

    # --- lines ---------------------------------------------------------------------------------
    def grant(self, **new: np.ndarray) -> None:
        """Add lines: ``who, product, line, rate, tenor, method, start`` (month), ``month`` applied."""
        n = len(new["who"])
        new = {"kind": np.zeros(n, np.int8)} | new
        new["security"] = lending.SECURITY[new["product"]]
        new["taxed"] = is_taxed(
            new["line"], new["rate"], self.truth.is_small[new["who"]], self.truth.setting,
            new["start"],
        )  # fmt: skip
        new |= {"drawn": np.zeros(n, bool), "distress": np.zeros(n, np.int8),
                "bad_months": np.zeros(n, np.int64), "ever_bad": np.full(n, -1),
                "first_due": np.full(n, -1), "closed": np.zeros(n, bool)}  # fmt: skip
        self.fac = joined(self.fac, new)

    def take_over(self, k: int, unpaid: np.ndarray, cny: np.ndarray, **terms: np.ndarray) -> None:
        """Add the lines of old loans that are renewed, or left unpaid, their principal as the note."""
        first, n = len(self.fac["who"]) if self.fac else 0, len(unpaid)
        # What is unpaid is due now; a renewal lives as long as the loan it follows.
        tenor = np.where(unpaid, 1, terms.pop("tenor"))
        self.grant(**terms, tenor=tenor, start=np.full(n, k), k=np.full(n, k))
        at = first + np.arange(n)
        self.fac["distress"][at] = np.where(unpaid, 2, 0)
        self.fac["bad_months"][at] = np.where(unpaid, 1, 0)
        n_before = len(self.notes["fac"]) if self.notes else 0
        self._disburse(k, at, np.round(cny * 100).astype(np.int64), tenor)
        if n:  # nothing is earned any more on what isn't paid back
            new = self.notes["scheduled"][n_before:]
            new[unpaid] = 0

    def draw(self, v: View) -> None:
        """Draw on open lines, as the generator does: the first time soon, later as need comes."""
        f = self.fac
        if not f:
            return
        who = f["who"]
        live = np.flatnonzero(
            (f["distress"] == 0) & ~f["closed"] & v.on_books[who] & (f["start"] <= v.k)
        )
        who, revolving = who[live], lending.BULLET[f["method"][live]]
        used = np.bincount(
            self.notes["fac"], weights=self.notes["balance"], minlength=len(f["who"])
        )[live] / 100 if self.notes else np.zeros(len(live))  # fmt: skip
        left, first = f["start"][live] + f["tenor"][live] - v.k, ~f["drawn"][live]
        waits = revolving & (f["start"][live] >= v.k) & (v.u("wait", who) < lending.WAITS)
        u = v.u("draw", who)
        starts = first & ~waits & (~revolving | (u < lending.DRAWS_FIRST))
        again = ~first & revolving & (left >= 4) & (used < 0.6 * f["line"][live]) & (
            u < lending.DRAWS_AGAIN * (v.life.need[who, v.k] > 0)
        )  # fmt: skip
        amount = lending.drawn(f["line"][live], used, first, revolving, v.u("draw_share", who))
        ok = (starts | again) & (amount >= 10_000) & (left >= 3)
        self._disburse(v.k, live[ok], np.round(amount[ok] * 100).astype(np.int64), left[ok])

    def _disburse(self, k: int, fac: np.ndarray, fen: np.ndarray, left: np.ndarray) -> None:
        if not len(fac):
            return
        zero = np.zeros(len(fac), np.int64)
        self.fac["drawn"][fac] = True
        self.notes = joined(self.notes, {
            "fac": fac, "fen": fen, "balance": fen.copy(), "scheduled": fen.copy(),
            "rate": self.fac["rate"][fac], "method": self.fac["method"][fac],
            "start": np.full(len(fac), k), "tenor": left, "receivable": zero,
            "suspended": zero.copy(), "open": np.ones(len(fac), bool), "lost": zero.astype(bool),
            "lost_fen": zero.copy(),
        })  # fmt: skip
        self.ledger.post(k, "贷款", "现金", self.fac["who"][fac], fen)

    # --- a month's payments --------------------------------------------------------------------
    def pay(self, v: View) -> None:
        """Let a month pass for all notes: interest, default, cure, repayment, loss, and their cost."""
        if self.fac:
            self._deposits(v)
        if not self.notes:
            return
        on = np.flatnonzero(self.notes["open"] & (self.notes["start"] < v.k))
        n = {name: column[on] for name, column in self.notes.items()}
        fac, who = n["fac"], self.fac["who"][n["fac"]]
        self._carry(v.k, n, who)
        before = self.fac["distress"][fac]
        self._turn(v, n)
        now = self.fac["distress"][fac]
        self._interest(v.k, n, who, before, now)
        self._repay(v, n, who, now)
        self._lose(v, n, who, now)
        for name in ("balance", "scheduled", "receivable", "suspended", "open", "lost", "lost_fen"):
            self.notes[name][on] = n[name]
        self._close()

    def _post(self, k: int, debit: str, credit: str, who: np.ndarray, fen: np.ndarray) -> None:
        some = fen != 0
        self.ledger.post(k, debit, credit, who[some], fen[some])

    def _deposits(self, v: View) -> None:
        f = self.fac
        on = ~f["closed"] & (f["start"] < v.k) & v.on_books[f["who"]] & (f["kind"] < 2)
        who = f["who"][on]
        earned = np.round(self.truth.deposits[who, v.k] * DEPOSIT_RATE * 100).astype(np.int64)
        self._post(v.k, "现金", "存款与结算收益", who, earned)

    def _carry(self, k: int, n: Rows, who: np.ndarray) -> None:
        """Charge funds, account keeping and capital for a month, on what is owed."""
        for account, other, rate in (
            ("资金成本", "内部资金", FUNDS_RATE),
            ("账户管理费", "现金", a.BANK_TERMS["operating_cost_rate"]),
            ("资本成本", "应付股东回报", CAPITAL_RATE),
        ):
            fen = np.round(n["balance"] * (rate / 12)).astype(np.int64)
            self._post(k, account, other, who, fen)
        self.capital_months += float(n["balance"].sum())

    def _turn(self, v: View, n: Rows) -> None:
        """Move lines with notes on them between paying, late and defaulted: the generator's moves."""
        f, t = self.fac, self.truth.t
        at = np.unique(n["fac"])
        who, rate = f["who"][at], f["rate"][at]
        owed = np.bincount(n["fac"], weights=n["balance"], minlength=len(f["who"]))[at] / 100
        started = f["first_due"][at] < 0
        f["first_due"][at[started]] = v.k
        logit = self.truth.logit[who, v.k] + lending.debt_pressure(
            owed + v.elsewhere[who, v.k], v.sales_month[who]
        )
        p_bad = lending.chance_bad(logit, rate, started & (t.ring[who] >= 0))
        p_late = lending.chance_late(t.frailty[who], v.stage[who])
        u, now, bad_months = v.u("bad", who), f["distress"][at], f["bad_months"][at]
        new = np.where((now == 0) & (u < p_bad), 2,
                       np.where((now == 0) & (u < p_bad + p_late), 1, now))  # fmt: skip
        gone = v.life.exit_at[who] <= v.k
        cured = (now == 1) & (v.u("cure_late", who) < lending.CURE_LATE)
        cured |= (now == 2) & ~gone & (v.u("cure_bad", who) < lending.chance_cured(bad_months))
        new = np.where(cured, 0, new)
        leaves = v.life.exit_at[who] == v.k
        new = np.where(leaves & (new == 0) & (v.u("gone", who) < lending.LEAVES_DEBTS), 2, new)
        f["distress"][at] = new
        f["bad_months"][at] = np.where(new == 2, bad_months + 1, 0)
        # More than 90 days past due: the fourth instalment is missed.
        turned = (f["bad_months"][at] >= 4) & (f["ever_bad"][at] < 0)
        f["ever_bad"][at[turned]] = v.k

    def _interest(self, k: int, n: Rows, who, before: np.ndarray, now: np.ndarray) -> None:
        """Accrue a month's interest; of who is in default it is only noted, and what was accrued goes."""
        month = np.round(n["scheduled"] * n["rate"] / 12).astype(np.int64)
        bad = now == 2
        earned = np.where(bad, 0, month)
        self._post(k, "应收利息", "利息收入", who, earned)
        n["receivable"] = n["receivable"] + earned
        n["suspended"] = n["suspended"] + np.where(bad, month, 0)
        reversed_ = np.where(bad & (before != 2), n["receivable"], 0)
        self._post(k, "利息收入", "应收利息", who, reversed_)
        n["receivable"] = n["receivable"] - reversed_
        n["suspended"] = n["suspended"] + reversed_
        caught_up = np.where(now == 0, n["suspended"], 0)
        self._post(k, "应收利息", "利息收入", who, caught_up)
        n["receivable"] = n["receivable"] + caught_up
        n["suspended"] = n["suspended"] - caught_up
        self._vat(k, n, who, earned + caught_up - reversed_)

    def _vat(self, k: int, n: Rows, who, income: np.ndarray) -> None:
        taxed = self.fac["taxed"][n["fac"]]
        tax = np.where(taxed, np.round(income * VAT_SHARE).astype(np.int64), 0)
        self._post(k, "增值税及附加", "应付税费", who, np.maximum(tax, 0))
        self._post(k, "应付税费", "增值税及附加", who, np.maximum(-tax, 0))

    def _repay(self, v: View, n: Rows, who, now: np.ndarray) -> None:
        since = v.k - n["start"]
        once = n["method"] == 4
        terms = np.where(once, since >= n["tenor"], np.minimum(since, n["tenor"]))
        amount = n["fen"].astype(float)
        done = np.round(principal_paid(amount, n["rate"], n["tenor"], n["method"], terms))
        bullet = lending.BULLET[n["method"]] & (since < n["tenor"])
        n["scheduled"] = n["fen"] - np.where(bullet, 0, done.astype(np.int64))
        pays = now == 0
        gone = v.life.exit_at[who] <= v.k
        early = pays & (gone | (v.u("early", who) < lending.chance_early(n["method"])))
        target = np.where(early, 0, n["scheduled"])
        principal = np.where(pays, n["balance"] - target, 0)
        settles = pays & (target == 0)
        interest = np.where(settles | (pays & ~once), n["receivable"], 0)
        self._post(v.k, "现金", "贷款", who, principal)
        self._post(v.k, "现金", "应收利息", who, interest)
        n["balance"] = n["balance"] - principal
        n["scheduled"] = np.where(settles, 0, n["scheduled"])
        n["receivable"] = n["receivable"] - interest
        n["open"] = n["open"] & ~settles

    def _lose(self, v: View, n: Rows, who, now: np.ndarray) -> None:
        """Write off what is ripe for it; what is expected back is an asset."""
        f = self.fac
        ripe = f["bad_months"][n["fac"]] >= lending.WRITE_OFF[f["security"][n["fac"]]]
        lost = (now == 2) & ripe & (v.u("write_off", who) < lending.WRITE_OFF_CHANCE)
        share = lgd(self.truth.setting, self.truth.t,
                    {"customer": who, "security": f["security"][n["fac"]]})  # fmt: skip
        back = np.where(lost, np.round(n["balance"] * (1 - share)).astype(np.int64), 0)
        gone = np.where(lost, n["balance"], 0)
        self._post(v.k, "待收回款", "贷款", who, back)
        self._post(v.k, "核销净损失", "贷款", who, gone - back)
        n["lost_fen"] = n["lost_fen"] + gone - back
        n["balance"] = n["balance"] - gone
        n["open"], n["lost"] = n["open"] & ~lost, n["lost"] | lost

    def _close(self) -> None:
        """End lines that amortise when their note is gone, and all whose note was written off."""
        f, n = self.fac, self.notes
        has_open = np.bincount(n["fac"], weights=n["open"], minlength=len(f["who"])) > 0
        has_lost = np.bincount(n["fac"], weights=n["lost"], minlength=len(f["who"])) > 0
        spent = f["drawn"] & ~lending.BULLET[f["method"]]
        f["closed"] |= ~has_open & (spent | has_lost)

    def note_balance(self) -> None:
        """Remember what is outstanding at the end of the month."""
        self.balance_by_month.append(int(self.notes["balance"].sum()) if self.notes else 0)
