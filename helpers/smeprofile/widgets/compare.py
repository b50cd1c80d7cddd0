"""The bench of plans (方案对比台): what a year of two or three marketing plans comes to, side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ipywidgets as w
import matplotlib.pyplot as plt
import numpy as np

from smeprofile import charts
from smeprofile.ask.controls import OneOf, button, status
from smeprofile.bank import Market
from smeprofile.cases import capstone
from smeprofile.widgets.controls import guessed, moved, table

_SEEDS = (1, 2, 3)  # years of luck, averaged
_WIDE = {"description_width": "16em"}
_LONG = w.Layout(width="36em")
_HATCHES = ("", "///", "...")
_SHOWN = {
    "满意度（0–1）": ("satisfaction", "{:.2f}", 1),
    "通过率": ("approval_rate", "{:.1%}", 1),
    "12 个月坏账率": ("bad_rate_12m", "{:.2%}", 1),
    "首贷户占比": ("first_loan_share", "{:.1%}", 1),
    "续贷率": ("renewal_rate", "{:.1%}", 1),
    "进件（件）": ("n_applications", "{:,.0f}", 1),
    "触达（次）": ("contacts", "{:,.0f}", 1),
    "超容没有做成（次）": ("over_capacity", "{:,.0f}", 1),
    "退订率": ("opt_out_rate", "{:.1%}", 1),
    "人工（小时）": ("work_hours", "{:,.0f}", 1),
}  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """A plan, what its year comes to (means over the luck), and the rules it breaks, in words."""

    choices: Mapping[str, str]
    year: Mapping[str, float]
    broken: tuple[str, ...]


def try_plan(choices: Mapping[str, str], market: Market) -> Tried:
    """Return what a plan comes to in a market to practise on, three years of luck averaged."""
    year = capstone.years(choices, market, _SEEDS).mean().to_dict()
    broken = tuple(b.text for b in capstone.breaches(choices, market, _SEEDS[0]))
    return Tried(dict(choices), year, broken)


def plan_comparison(market: Market, start: Mapping[str, str] = capstone.OLD) -> w.Widget:
    """Return a list for every choice of plan two, beside plan one (``start``) and a plan kept as three."""
    lists = {
        row: w.Dropdown(options=list(options), value=start[row], description=title, style=_WIDE, layout=_LONG)
        for row, (title, options) in capstone.FIELDS.items()
    }  # fmt: skip
    guess = OneOf(("变多", "差不多", "变少"), label="先猜：下一步，方案二的 V 会", across=True)
    bench = _Bench(market, start)

    def move(_=None) -> None:
        bench.move_to({row: choice.value for row, choice in lists.items()}, guess.value)
        guess.value = None

    for choice in lists.values():
        choice.observe(move, "value")
    guess.observe(lambda change: change["new"] and bench.note_guess(change["new"]), "value")
    keep = button("把方案二存成方案三", bench.keep)
    return w.VBox([guess, *lists.values(), w.HBox([keep]), bench.view])


class _Bench:
    """What is shown: plan one, the present plan two, the one kept; and what the last move did."""

    def __init__(self, market: Market, start: Mapping[str, str]) -> None:
        self.market, self.made = market, {}
        self.first = self.now = self._tried(start)
        self.kept: Tried | None = None
        self.view = w.HTML()
        self.say("方案二现在和方案一一样。先猜一个方向，再改一条。")

    def _tried(self, choices: Mapping[str, str]) -> Tried:
        key = tuple(choices.values())
        if key not in self.made:
            self.made[key] = try_plan(choices, self.market)
        return self.made[key]

    def move_to(self, choices: Mapping[str, str], guess: str | None) -> None:
        before, self.now = self.now, self._tried(choices)
        what = moved(capstone.TITLES, before.choices, choices)
        self.say(_guessed(guess, before, self.now), f"{what}。{_moved(before, self.now)}")

    def note_guess(self, guess: str) -> None:
        self.say(f"你猜方案二的 V 会“{guess}”。现在改一条看看。")

    def keep(self) -> None:
        self.kept = self.now
        self.say(f"方案二存成了方案三，V {_wan(self.now)}。接着改方案二，三套一起比。")

    def say(self, *lines: str) -> None:
        plans = {"方案一": self.first, "方案二": self.now}
        plans |= {"方案三": self.kept} if self.kept else {}
        self.view.value = comparison_html(plans, lines)


def comparison_html(plans: Mapping[str, Tried], lines: Iterable[str] = ()) -> str:
    """Return plans side by side as HTML: a chart of what V is made of, figures, choices that differ.

    What differs from the first plan is marked by ≠, not by colour alone.
    """
    words = "<br>".join(line for line in lines if line)
    broken = "".join(
        f"<p><b>{name}违规，交上去是 0 分：</b>{'；'.join(plan.broken)}。</p>"
        for name, plan in plans.items()
        if plan.broken
    )
    return status(f"{_chart(plans)}{_figures(plans)}{_choices(plans)}{broken}<p>{words}</p>")


def _wan(plan: Tried) -> str:
    return f"{plan.year['value_cny'] / 1e4:z,.1f} 万元".replace("-", "−")


def _guessed(guess: str | None, before: Tried, now: Tried) -> str:
    """Say whether the guess came true; half of 10,000 yuan is much the same."""
    if not guess:
        return ""
    more = now.year["value_cny"] - before.year["value_cny"]
    true = "差不多" if abs(more) <= 5_000 else "变多" if more > 0 else "变少"
    return guessed(guess, true)


def _moved(before: Tried, now: Tried) -> str:
    more = (now.year["value_cny"] - before.year["value_cny"]) / 1e4
    if abs(more) < 0.05:
        return "V 没有变：这一条在利润里看不见，看看满意度、规矩变了没有。"
    parts = {p: (now.year[p] - before.year[p]) / 1e4 for p in capstone.PARTS}
    most = max(parts, key=lambda p: abs(parts[p]))
    side = "多" if parts[most] > 0 else "少"
    return (
        f"V {'多' if more > 0 else '少'} {abs(more):,.1f} 万元，"
        f"动得最多的是{most}，对 V 的贡献{side} {abs(parts[most]):,.1f} 万元。"
    )


def _marked(cells: list[str]) -> list[str]:
    """Return the cells, those that differ from the first in bold and with a sign."""
    return [cells[0], *(f"<b>{c} ≠</b>" if c != cells[0] else c for c in cells[1:])]


def _figures(plans: Mapping[str, Tried]) -> str:
    def cell(plan: Tried, key: str, form: str, scale: float) -> str:
        value = plan.year[key] * scale
        return "没有" if np.isnan(value) else form.format(value).replace("-", "−")

    shown = {"V（万元）": ("value_cny", "{:z,.1f}", 1e-4)}
    shown |= {f"　{part}（万元）": (part, "{:z,.1f}", 1e-4) for part in capstone.PARTS} | _SHOWN
    rows = [(name, _marked([cell(p, *how) for p in plans.values()])) for name, how in shown.items()]
    return table(("指标", *plans), rows, width="30em")


def _choices(plans: Mapping[str, Tried]) -> str:
    differ = [row for row in capstone.FIELDS if len({p.choices[row] for p in plans.values()}) > 1]
    if not differ:
        return ""
    rows = [(capstone.TITLES[r], _marked([p.choices[r] for p in plans.values()])) for r in differ]
    return f"<p>选得不一样的 {len(differ)} 条：</p>{table(('选的是', *plans), rows, width='30em')}"


def _chart(plans: Mapping[str, Tried]) -> str:
    parts, n = list(capstone.PARTS), len(plans)
    place = np.arange(len(parts) + 1)[::-1]
    figure, axes = plt.subplots(figsize=(7.5, 3.6))
    for k, (name, plan) in enumerate(plans.items()):
        values = [plan.year[p] / 1e4 for p in (*parts, "value_cny")]
        axes.barh(place + 0.8 * ((n - 1) / 2 - k) / n, values, 0.8 / n, label=name,
                  color=charts.PALETTE[k], hatch=_HATCHES[k], edgecolor="#000000", linewidth=0.5)  # fmt: skip
    axes.axvline(0, color="#000000", linewidth=1)
    most = _wan(max(plans.values(), key=lambda plan: plan.year["value_cny"]))
    best = [name for name, plan in plans.items() if _wan(plan) == most]
    title = f"{'和'.join(best)}的 V {'并列' * (len(best) > 1)}最多，{most}"
    title = "几套方案的 V 一样" if len(best) == n else title
    axes.set(
        title=title,
        xlabel="对 V 的贡献（万元，三年运气平均）",
        yticks=place,
        yticklabels=[*parts, "合计 V"],
    )
    axes.legend(loc="center right")
    told = "；".join(f"{name}的 V 是 {_wan(plan)}" for name, plan in plans.items())
    return charts.as_html(figure, f"{title}。{told}；各部分见下表。")
