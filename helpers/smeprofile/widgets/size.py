"""The size-class boundary (划型边界): move one indicator, see which one decides."""

from bisect import bisect_right
from collections.abc import Mapping
from math import sqrt

import ipywidgets as w

from smeprofile.ask.controls import status
from smeprofile.rules import SIZE_CLASSES, size_bounds
from smeprofile.widgets.controls import ROW, WIDE

_TITLES = {"n_staff": "从业人员", "revenue_cny": "营业收入", "total_assets_cny": "资产总额"}
_COSTS = {
    "微型": "信贷政策和统计都按微型算：普惠口径内，常有专门的额度和减费。",
    "小型": "仍在“小微”之内：授信总额够小，就算普惠型小微贷款。",
    "中型": "不再是小微：这户的贷款不计入普惠型小微，划低了就是虚报。",
    "大型": "大型企业：按公司业务管理，算进小微就是统计造假。",
}


def size_boundary(industries: Mapping[str, str]) -> w.Widget:
    """Return sliders for one firm's indicators, and in words which of them decides its size class.

    ``industries``: name shown → industry code (GB/T 4754-2017). The stops lie at and beside the
    rule's lower bounds, where mistakes happen.
    """
    industry = w.Dropdown(
        options=list(industries.items()), description="行业", style=WIDE, layout=ROW
    )
    sliders, words = w.VBox(), w.HTML()

    def draw(_=None) -> None:
        values = {
            name: s.value for name, s in zip(_bounds(industry.value), sliders.children, strict=True)
        }
        words.value = size_html(industry.value, values)

    def choose(_=None) -> None:
        made = []
        for name, lower in _bounds(industry.value).items():
            stops = _stops(lower, name)
            slider = w.SelectionSlider(
                options=[(_amount(stop, name), stop) for stop in stops], value=lower[0],
                description=_TITLES[name], style=WIDE, layout=ROW,
            )  # fmt: skip
            slider.observe(draw, "value")
            made.append(slider)
        sliders.children = made
        draw()

    industry.observe(choose, "value")
    choose()
    return w.VBox([industry, sliders, words])


def size_html(industry_code: str, values: Mapping[str, float]) -> str:
    """Return, as HTML, each indicator's class, the class of the firm, and what mistakes would make.

    >>> "微型" in size_html("F51", {"n_staff": 4, "revenue_cny": 1e8})
    True
    """
    bounds = _bounds(industry_code)
    grades = {name: bisect_right(lower, values[name]) for name, lower in bounds.items()}
    least, most = min(grades.values()), max(grades.values())
    rows = "".join(
        f'<tr><th scope="row">{_TITLES[name]}</th><td>{_amount(values[name], name)}</td>'
        f"<td>{SIZE_CLASSES[grade]}</td></tr>"
        for name, grade in grades.items()
    )
    head = "".join(f'<th scope="col">{t}</th>' for t in ("指标", "数值", "单看这一项"))
    lines = [f"<p>划型：<b>{SIZE_CLASSES[least]}</b>。{_COSTS[SIZE_CLASSES[least]]}</p>"]
    if least < most:
        low = "、".join(_TITLES[n] for n, g in grades.items() if g == least)
        lines.append(f"<p>短板是{low}：大、中、小型须各项同时达到下限，所以取最低的一档。"
                     f"要是误当成“达到一项就算”，会划成{SIZE_CLASSES[most]}。</p>")  # fmt: skip
    slipped = {
        name: bisect_right(lower, values[name] * (1 if name == "n_staff" else 1e-4))
        for name, lower in bounds.items()
    }
    if min(slipped.values()) != least:
        lines.append(
            f"<p>要是把万元数当成元（小了一万倍），会划成{SIZE_CLASSES[min(slipped.values())]}。</p>"
        )
    return status(f"<table><tr>{head}</tr>{rows}</table>{''.join(lines)}")


def _bounds(industry_code: str) -> dict[str, tuple[int, ...]]:
    return next(b for codes, b in size_bounds() if industry_code.startswith(codes))


def _stops(lower: tuple[int, ...], name: str) -> list[float]:
    """Return where a slider stops: at each bound, just below it, and between the bounds."""
    step = 1 if name == "n_staff" else 10_000
    stops = {0.0, lower[0] / 2, lower[-1] * 1.5}
    for low, high in zip(lower, (*lower[1:], lower[-1] * 2), strict=True):
        stops |= {low - step, low, low + step, round(sqrt(low * high) / step) * step}
    return sorted(stops)


def _amount(value: float, name: str) -> str:
    return f"{value:,.0f} 人" if name == "n_staff" else f"{value / 10_000:,.0f} 万元"
