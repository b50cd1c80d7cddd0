"""Old loans that fall due in the year: renewed without repaying (无还本续贷), paid off, or left unpaid."""

import numpy as np

from smeprofile.bank import assumptions as b
from smeprofile.bank.deciding import Desk
from smeprofile.bank.view import View
from smeprofile.simulate import granting, lending

Rows = dict[str, np.ndarray]
RENEWED, UNPAID = 1, 2  # kinds of a line of ``Loans``; 0: a new one


def renew(v: View, desk: Desk) -> Rows:
    """Return what comes of a month's loans that could be renewed, one element a customer.

    ``offered``: their score is at most ``renewal_margin`` under the line; ``taken``: the price isn't
    worse than elsewhere. ``unpaid``: as in the generator, principal that falls due all at once is
    what many fail over, so a refusal costs more than the interest; who goes to another bank is paid
    off by it. ``kind``: ``RENEWED``, ``UNPAID``, or 0 for what is simply paid.
    """
    t = v.truth
    who = np.flatnonzero(t.due_month == v.k)
    product = t.due_product[who]
    points, cut = desk.points(v, who), desk.cutoffs[granting.SECURED[product]]
    offered = np.isnan(points) | (points >= cut - desk.policy.renewal_margin)
    rate = desk.own_rate(v, who, product, np.full(len(who), v.month))
    market = granting.market_rate(np.full(len(who), v.month), v.s.terms)
    stays = granting.stays(rate, market, v.t.price_sensitivity[who])
    taken = offered & (v.u("renewal_take", who) < stays)
    unpaid = v.u("bad", who) < np.where(offered, 0.0, _chance_unpaid_if_refused(v, who))
    unpaid |= v.u("bad", who) < _chance_bad(v, who)
    kind = np.where(unpaid, UNPAID, np.where(taken, RENEWED, 0))
    return {
        "who": who, "offered": offered, "taken": taken, "unpaid": unpaid, "kind": kind,
        "product": product, "line": t.due_line[who], "tenor": t.due_tenor[who],
        "method": t.due_method[who], "rate": np.where(unpaid, t.due_rate[who], rate),
        "cny": t.due_cny[who],
    }  # fmt: skip


def _chance_bad(v: View, who: np.ndarray) -> np.ndarray:
    t = v.truth
    debt = t.due_cny[who] + v.elsewhere[who, v.k]
    logit = t.logit[who, v.k] + lending.debt_pressure(debt, v.sales_month[who])
    return lending.chance_bad(logit, t.due_rate[who], np.zeros(len(who), bool))


def _chance_unpaid_if_refused(v: View, who: np.ndarray) -> np.ndarray:
    squeeze = v.truth.due_cny[who] / (v.sales_month[who] * v.t.settlement[who] + 1)
    return lending.chance_at_maturity(
        v.t.quality[who], v.t.frailty[who], v.stage[who], v.operating[who], squeeze
    )


def cost_share(kind: np.ndarray) -> np.ndarray:
    """Return what making out a line costs, over a new one's."""
    return np.choose(kind, [1.0, b.RENEWAL_COST_SHARE, 0.0])
