"""Judgements marked by what they cost the bank, lines by what they earn, rankings by nearness.

Each has the share of the points, and what is told beside them, which feedback keeps.
"""

from collections import Counter
from collections.abc import Mapping
from html import escape

import pandas as pd
from IPython.display import HTML, display

from smeprofile.errors import UserError
from smeprofile.items.mark import TOLD

Costs = Mapping[tuple[str, str], float]  # (truth, verdict) → cost; a right verdict costs nothing


def share_of_points(
    given: Mapping[str, str], truth: Mapping[str, str], costs: Costs, *, always: str
) -> float:
    """Return which share of the points the verdicts earn: 1 without a cost, 0 for ``always`` alone.

    ``always`` is the verdict that needs no thought; who does worse than that earns nothing.

    >>> costs = {("good", "check"): 1, ("bad", "check"): 1, ("bad", "good"): 9}
    >>> share_of_points({"a": "good", "b": "check"}, {"a": "good", "b": "bad"}, costs, always="check")
    0.5
    """
    idle = _cost(dict.fromkeys(truth, always), truth, costs)
    return max(0.0, 1 - _cost(given, truth, costs) / idle) if idle else 1.0


def tell(
    given: Mapping[str, str], truth: Mapping[str, str], costs: Costs, *, always: str, unit: str
) -> None:
    """Display how many of each mistake there were and what they cost, so that feedback keeps it.

    Which customer was which is not said: the verdicts may be handed in again.
    """
    slips = Counter((truth[who], given[who]) for who in truth if truth[who] != given[who])
    rows = "".join(
        f"<li>{n} 户其实是“{escape(true)}”，判成“{escape(said)}”：每户约 {costs[true, said]:g} {unit}</li>"
        for (true, said), n in slips.items()
    )
    idle = _cost(dict.fromkeys(truth, always), truth, costs)
    head = (
        f"<p>判对 {len(truth) - slips.total()} / {len(truth)} 户。误判的代价合计"
        f" {_cost(given, truth, costs):g} {unit}；不动脑筋、全判“{escape(always)}”的代价是 {idle:g} {unit}。</p>"
    )
    _tell(f"{head}<ul>{rows}</ul>")


def remark(text: str) -> None:
    """Display one plain sentence beside ``tell``, about a mistake, so that feedback keeps it.

    >>> remark("停了工的，不能续贷。")
    <IPython.core.display.HTML object>
    """
    _tell(f"<p>{escape(text)}</p>")


def share_of_profit(profit: float, best: float, idle: float, *, enough: float = 0.95) -> float:
    """Return which share of the points a profit earns: all from ``enough`` of the best on.

    ``idle`` is what needs no thought (pass everybody, or nobody): it earns nothing, and in between
    the points rise in step with the profit. ``UserError`` where ``enough`` of the best is no better
    than that: every answer would earn all points. A build meets it before a class does.

    >>> share_of_profit(96, 100, 20), share_of_profit(20, 100, 20), share_of_profit(57.5, 100, 20)
    (1.0, 0.0, 0.5)
    """
    line = enough * best
    if not line > idle:
        raise UserError("这个种子下参考答案不比照旧好，请换一个种子。")
    return float(min(1.0, max(0.0, (profit - idle) / (line - idle))))


def tell_profit(profit: float, best: float, *, unit: str, why: str) -> None:
    """Display what a choice earns beside the best there is, and ``why``, so that feedback keeps it."""
    remark(f"你的选择的利润 {profit:,.0f} {unit}，最好的是 {best:,.0f} {unit}。{why}")


def rank_share(given: Mapping[str, int], truth: Mapping[str, int]) -> float:
    """Return which share of the points a ranking earns: Spearman's rank correlation, not below 0.

    >>> rank_share({"a": 1, "b": 3, "c": 2}, {"a": 1, "b": 2, "c": 3})
    0.5
    """
    both = pd.DataFrame({"given": given, "truth": truth}).astype("float64")
    return max(0.0, float(both["given"].corr(both["truth"], method="spearman")))


def tell_ranks(
    given: Mapping[str, int],
    truth: Mapping[str, int],
    *,
    mistakes: Mapping[str, Mapping[str, int]],
) -> None:
    """Display the rank correlation, the customer furthest off, and which mistake it looks like.

    ``mistakes``: what to say → the ranking that a typical mistake leads to.
    """
    worst = max(truth, key=lambda who: abs(given[who] - truth[who]))
    away = given[worst] - truth[worst]
    lines = [f"你的名次和算得的缺口，秩相关系数是 {rank_share(given, truth):.2f}（负的记 0）。"]
    if away:
        side = "靠后" if away > 0 else "靠前"
        lines.append(f"离得最远的一户是 {worst}：排{side}了 {abs(away)} 名。把它的每一步再算一遍。")
    lines += [said for said, ranks in mistakes.items() if dict(given) == dict(ranks)]
    for line in lines:
        remark(line)


def _tell(html: str) -> None:
    display(HTML(html), metadata={TOLD: True})


def _cost(given: Mapping[str, str], truth: Mapping[str, str], costs: Costs) -> float:
    return sum(costs.get((truth[who], given[who]), 0) for who in truth)
