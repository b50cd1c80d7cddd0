"""Verdicts marked by what they would cost the bank, not by how many are right."""

from collections import Counter
from collections.abc import Mapping
from html import escape

from IPython.display import HTML, display

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
    display(HTML(f"{head}<ul>{rows}</ul>"), metadata={TOLD: True})


def share_of_profit(profit: float, best: float, idle: float, *, enough: float = 0.95) -> float:
    """Return which share of the points a profit earns: all from ``enough`` of the best on.

    ``idle`` is what needs no thought (pass everybody, or nobody): it earns nothing, and in between
    the points rise in step with the profit.

    >>> share_of_profit(96, 100, 20), share_of_profit(20, 100, 20), share_of_profit(57.5, 100, 20)
    (1.0, 0.0, 0.5)
    """
    line = enough * best
    return float(min(1.0, max(0.0, (profit - idle) / (line - idle)))) if line > idle else 1.0


def tell_profit(profit: float, best: float, *, unit: str, why: str) -> None:
    """Display what a choice earns beside the best there is, and ``why``, so that feedback keeps it."""
    words = (
        f"<p>你的选择的利润 {profit:,.0f} {unit}，最好的是 {best:,.0f} {unit}。{escape(why)}</p>"
    )
    display(HTML(words), metadata={TOLD: True})


def _cost(given: Mapping[str, str], truth: Mapping[str, str], costs: Costs) -> float:
    return sum(costs.get((truth[who], given[who]), 0) for who in truth)
