"""The data cooperation desk (数据合作台): which data, whose, at which line; and the same data held equal."""

from collections.abc import Mapping

import ipywidgets as w
import matplotlib.pyplot as plt
import numpy as np

from smeprofile import charts
from smeprofile.ask.controls import OneOf, status
from smeprofile.cases import data_partner as case
from smeprofile.partner.compare import approvals_at_equal_bad_rate, bads_at_equal_approval
from smeprofile.widgets.controls import WIDE, guessed, moved, table

_LONG = w.Layout(width="40em")
_WIDE = WIDE | {"description_width": "13em"}
_MOVED = ("e1", "e2", "e3", "e4")
WAYS = ("只用本行", "加对方数据，集中建模", "加对方数据，联邦建模")
HELD = ("坏账率一样，比通过率", "通过率一样，比坏账率")
_ROUNDS = 200


def partner_desk(table: case.Table, start: Mapping[str, str] = case.BASELINE) -> w.Widget:
    """Return the choices of a plan, and what a year of it comes to on markets to practise on.

    ``table``: mean figures by ``case.key``. ``start``: where the controls begin, and what is
    compared with.
    """
    controls = {
        row: OneOf(case.OPTIONS[row], label=case.TITLES[row], across=True) for row in _MOVED
    }
    for row, control in controls.items():
        control.show(start[row])
    guess = OneOf(("多", "差不多", "少"), label="先猜：下一步利润会", across=True)
    view, now = w.HTML(), dict(start)

    def move(_=None) -> None:
        before = dict(now)
        now.update({row: control.value or now[row] for row, control in controls.items()})
        view.value = desk_html(table, start, before, now, guess.value)
        guess.value = None

    for control in controls.values():
        control.observe(move, "value")

    def note(change: Mapping) -> None:
        if change["new"]:
            told = f"你猜利润会“{change['new']}”。现在动一条看看。"
            view.value = desk_html(table, start, now, now, None, note=told)

    guess.observe(note, "value")
    view.value = desk_html(table, start, start, start, None)
    return w.VBox([guess, *controls.values(), view])


_SHOWN = {
    "比现行方案多赚（V，万元）": ("gain", "{:+z.1f}", 1e-4),
    "通过率": ("approval_rate", "{:.1%}", 1),
    "12 个月坏账率": ("bad_rate_12m", "{:.2%}", 1),
    "一年的坏客户（期望，户）": ("n_bad", "{:.1f}", 1),
    "数据费（万元）": ("fee_cny", "{:.2f}", 1e-4),
    "查得到数据的进件": ("query_share", "{:.0%}", 1),
    "人工率": ("manual_share", "{:.0%}", 1),
    "P90 时效（自然小时）": ("hours_p90", "{:.0f}", 1),
}


def desk_html(
    table: case.Table,
    start: Mapping[str, str],
    before: Mapping[str, str],
    now: Mapping[str, str],
    guess: str | None,
    note: str = "",
) -> str:
    """Return the desk's figures as HTML: ``now`` beside ``start``, and ``note`` or what the last move did."""
    first, last, here = (_figures(table, plan, start) for plan in (start, before, now))
    told = [note] if note else [
        _guessed(guess, here["gain"] - last["gain"]) if guess else "", _moved(before, now, last, here)
    ]  # fmt: skip
    words = "<br>".join(line for line in told if line)
    return status(f"{_chart(table, start, now)}{_rows(first, here)}<p>{words}</p>")


def _figures(table: case.Table, plan: Mapping[str, str], start: Mapping[str, str]) -> dict[str, float]:  # fmt: skip
    row = dict(table[case.key(plan)])
    return row | {"gain": row["value_cny"] - table[case.key(start)]["value_cny"]}


def _cell(name: str, row: Mapping[str, float]) -> str:
    key, form, scale = _SHOWN[name]
    value = row[key] * scale
    return "年末还不到" if key == "hours_p90" and value >= case.NEVER_HOURS else form.format(value)


def _rows(first: Mapping[str, float], here: Mapping[str, float]) -> str:
    rows = [(name, (_cell(name, first), _cell(name, here))) for name in _SHOWN]
    return table(("指标", "现行", "现在"), rows)


def _guessed(guess: str, more: float) -> str:
    true = "差不多" if abs(more) < 1_000 else "多" if more > 0 else "少"
    return guessed(guess, true)


def _moved(before: Mapping[str, str], now: Mapping[str, str], last: Mapping, here: Mapping) -> str:
    what = moved(case.TITLES, before, now)
    if not what:
        return "现在就是现行方案：只用本行数据，线不变。先猜一个方向，再动。"
    parts = [f"{name}从 {_cell(name, last)} 到 {_cell(name, here)}" for name in _SHOWN
             if _cell(name, last) != _cell(name, here)]  # fmt: skip
    return f"{what}。{'，'.join(parts) or '什么也没有变：只用本行数据时，这一条用不上'}。"


def _chart(table: case.Table, start: Mapping[str, str], now: Mapping[str, str]) -> str:
    figure, axes = plt.subplots(figsize=(7.5, 2.8))
    marks = {case.OWN: ("o", charts.PALETTE[3]), case.THEIRS: ("^", charts.PALETTE[1]), case.BOTH: ("s", charts.PALETTE[0])}  # fmt: skip
    base = table[case.key(start)]["value_cny"]
    for data, (mark, colour) in marks.items():
        rows = [row for key, row in table.items() if key.startswith(data)]
        axes.scatter([100 * r["approval_rate"] for r in rows], [(r["value_cny"] - base) / 1e4 for r in rows],
                     marker=mark, color=colour, alpha=0.6, label=data)  # fmt: skip
    here = _figures(table, now, start)
    axes.scatter([100 * here["approval_rate"]], [here["gain"] / 1e4], marker="o", s=220, facecolors="none",
                 edgecolors=charts.PALETTE[2], linewidths=2.5, label="现在")  # fmt: skip
    axes.axhline(0, color=charts.PALETTE[3], linewidth=1)
    title = f"现在：通过率 {here['approval_rate']:.0%}，比现行方案{'多' if here['gain'] >= 0 else '少'} {abs(here['gain']) / 1e4:.1f} 万元"
    axes.set(title=title, xlabel="新进件的通过率（%）", ylabel="比现行多赚（万元）")
    axes.legend(loc="lower right", fontsize=8)
    return charts.as_html(
        figure,
        f"{title}。每个点是一套方案：圆是只用本行数据，三角是只用对方数据，方块是两样都用；横线是现行方案。",
    )


def data_value(own: np.ndarray, both: np.ndarray, is_bad: np.ndarray, *, rounds: int, n_bytes: int) -> w.Widget:  # fmt: skip
    """Return a comparison with one thing held equal: bad rate or approvals, with its interval.

    ``own`` and ``both``: risks of the same rows, low is safe. ``rounds`` and ``n_bytes``: what the
    federated fit took, which gives the same score.
    """
    way = OneOf(WAYS, label="用哪些数据", across=True)
    held = OneOf(HELD, label="把什么按住", across=True)
    share = w.IntSlider(70, min=30, max=90, step=5, description="本行批几成（%）", style=_WIDE, layout=_LONG, continuous_update=False)  # fmt: skip
    way.show(WAYS[0])
    held.show(HELD[0])
    view = w.HTML()

    def draw(_=None) -> None:
        risk = own if way.value == WAYS[0] else both
        view.value = value_html(
            way.value or WAYS[0], held.value or HELD[0], share.value / 100, own, risk, is_bad,
            rounds=rounds, n_bytes=n_bytes,
        )  # fmt: skip

    for control in (way, held, share):
        control.observe(draw, "value")
    draw()
    return w.VBox([way, held, share, view])


def value_html(way: str, held: str, share: float, own, risk, is_bad, *, rounds: int, n_bytes: int) -> str:  # fmt: skip
    """Return in words what ``risk`` brings over ``own`` with one thing held equal."""
    compare = approvals_at_equal_bad_rate if held == HELD[0] else bads_at_equal_approval
    told = compare(own, risk, is_bad, share=share, rounds=_ROUNDS)
    what, equal = ("通过率", "坏账率") if held == HELD[0] else ("坏账率", "通过率")
    held_at = f"{told['bad_rate']:.1%}" if held == HELD[0] else f"{share:.0%}"
    lines = [f"{equal}按住在 {held_at}：只用本行，{what}是 {told['a']:.1%}。"]
    if held == HELD[0]:
        lines.append(f"{held_at} 是本行批 {share:.0%} 时的坏账率；通过率是不超过它，最多能批的。")
    if way == WAYS[0]:
        lines.append("这就是现在：换一种数据，看它往哪边走。")
    else:
        sure = "没有跨过 0，可以说有差别" if told["low"] > 0 or told["high"] < 0 else "跨过了 0，这份样本说不准"  # fmt: skip
        lines.append(f"{way}，{what}是 {told['b']:.1%}：差 {100 * told['difference']:+z.1f} 个百分点，区间 {100 * told['low']:+z.1f} 到 {100 * told['high']:+z.1f}：{sure}。")  # fmt: skip
    if way == WAYS[1]:
        lines.append("集中建模：对方的明细要搬到本行，授权、保管、删除都归本行管。")
    if way == WAYS[2]:
        lines.append(f"联邦建模：分数和集中的一样，过线的是 {rounds} 轮中间数，共 {n_bytes / 1024:,.0f} KB；授权一户也不能少。")  # fmt: skip
    return status("<p>" + "<br>".join(lines) + "</p>")
