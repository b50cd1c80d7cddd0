"""The class judge (分类判定器): one loan's facts, its five-category class, and which of them decides."""

from collections.abc import Mapping

import ipywidgets as w

from smeprofile.ask.controls import status
from smeprofile.rules import RISK_CLASSES, class_grounds
from smeprofile.widgets.controls import ROW, WIDE

_STOPS = (0, 1, 7, 8, 30, 31, 60, 89, 90, 91, 180, 270, 271, 300, 360, 361, 500)
_SHARES = (0.0, 0.05, 0.10, 0.11, 0.30, 0.60)
_RENEWALS = (
    ("没有，或者正常还款", ""),
    ("符合条件的小微续贷", "renewal"),
    ("借新还旧，不符合续贷条件", "new_for_old"),
)
_COSTS = {
    "正常": "正常：没有理由下调。无故下调，好客户的续贷和利率都会受影响。",
    "关注": "关注：还不是不良，但要写明原因、盯住下一期；拖成不良再说就晚了。",
    "次级": "次级：进了不良。少分一档，不良率就少报了，检查出来要重分、问责。",
    "可疑": "可疑：基本收不全了。该起诉、处置押品的，别再等下一期。",
    "损失": "损失：按核销准备。挂在账上，只会让账面好看。",
}
_FLAGS = {
    "is_technical": "逾期只因操作或技术原因",
    "is_misused": "擅自改变资金用途",
    "has_npl_elsewhere": "这个债务人在他行有不良",
    "is_impaired": "已发生信用减值",
}


def class_judge() -> w.Widget:
    """Return controls for one loan's facts, and in words its class, what decides and what would."""
    days = w.SelectionSlider(options=[(f"{n} 天", n) for n in _STOPS], value=90,
                             description="逾期天数", style=WIDE, layout=ROW)  # fmt: skip
    retail = w.Dropdown(options=[("非零售", False), ("零售", True)], description="债权按哪种管理",
                        style=WIDE, layout=ROW)  # fmt: skip
    renewal = w.Dropdown(options=_RENEWALS, description="怎样还旧债", style=WIDE, layout=ROW)
    share = w.SelectionSlider(options=[(f"{s:.0%}", s) for s in _SHARES], value=0.0,
                              description="本行债权不良占比", style=WIDE, layout=ROW)  # fmt: skip
    boxes = {
        name: w.Checkbox(False, description=text, indent=False, layout=w.Layout(width="34em"))
        for name, text in _FLAGS.items()
    }
    view = w.HTML()

    def draw(_=None) -> None:
        facts = {"dpd": days.value, "is_retail": retail.value, "renewal": renewal.value,
                 "own_npl_share": share.value}  # fmt: skip
        view.value = class_html(facts | {name: box.value for name, box in boxes.items()})

    controls = (days, retail, renewal, share, *boxes.values())
    for control in controls:
        control.observe(draw, "value")
    draw()
    return w.VBox([*controls, view])


def class_html(facts: Mapping) -> str:
    """Return the class, every ground as a table, the facts as told, and what would change it.

    ``facts``: the arguments of ``rules.class_grounds``, with ``renewal`` ("", "renewal" or
    "new_for_old") in place of ``uses_new_to_repay_old``.

    >>> "至少归为 <b>次级</b>" in class_html({"dpd": 91, "is_retail": True, "renewal": ""})
    True
    """
    grounds = _grounds(facts)
    result = _worst(facts)
    lead = (
        f"至少归为 <b>{result}</b>，由这一条决定：{grounds[0].why}。"
        if grounds
        else "可以归为 <b>正常</b>：没有一条让它下调。"
    )
    rows = "".join(f"<tr><td>{why}</td><td>{name}</td></tr>" for name, why in grounds)
    head = '<tr><th scope="col">碰上的规定</th><th scope="col">至少归为</th></tr>'
    table = f"<table>{head}{rows}</table>" if rows else ""
    lines = [_told(facts), lead, _COSTS[result], *_notes(facts), *_flips(facts)]
    return status(table + "<p>" + "<br>".join(lines) + "</p>")


def _grounds(facts: Mapping) -> list:
    rest = {name: value for name, value in facts.items() if name != "renewal"}
    return class_grounds(**rest, uses_new_to_repay_old=facts["renewal"] == "new_for_old")


def _worst(facts: Mapping) -> str:
    grounds = _grounds(facts)
    return grounds[0].risk_class if grounds else RISK_CLASSES[0]


def _told(facts: Mapping) -> str:
    ticked = [text for name, text in _FLAGS.items() if facts.get(name)]
    parts = [
        "零售" if facts["is_retail"] else "非零售",
        f"逾期 {facts['dpd']} 天",
        *[dict((v, k) for k, v in _RENEWALS)[facts["renewal"]]] * bool(facts["renewal"]),
        *[f"本行债权不良 {facts.get('own_npl_share', 0):.0%}"] * bool(facts.get("own_npl_share")),
        *ticked,
    ]
    return f"现在的情形：{'；'.join(parts)}。"


def _notes(facts: Mapping) -> list[str]:
    """Say which facts were given that decide nothing, since that is where people go wrong."""
    notes = []
    if facts["renewal"] == "renewal":
        notes.append("符合条件的小微续贷，不单独因为续贷下调；逾期等别的情形照样算。")
    if facts["is_retail"] and (facts.get("own_npl_share") or facts.get("has_npl_elsewhere")):
        notes.append("本行债权不良占比和他行不良这两条只管非零售：零售的不受它牵连。")
    if facts.get("is_technical") and facts["dpd"] > 7:
        notes.append("操作或技术原因只宽限 7 天，超过就照逾期算。")
    if facts.get("is_technical") and 0 < facts["dpd"] <= 7:
        notes.append("操作或技术原因造成、7 天以内：这几天不算逾期。")
    return notes


def _flips(facts: Mapping) -> list[str]:
    """Say which single changes would lead to another class."""
    other = "非零售" if facts["is_retail"] else "零售"
    tries = {
        "再多逾期 1 天": {"dpd": facts["dpd"] + 1},
        f"要是按{other}管理": {"is_retail": not facts["is_retail"]},
        "要是这笔是借新还旧": {"renewal": "new_for_old"},
        "要是资金挪作他用": {"is_misused": True},
    }
    now = _worst(facts)
    then = {text: _worst({**facts, **change}) for text, change in tries.items()}
    changes = [f"{text}，归为{name}" for text, name in then.items() if name != now]
    said = "；".join(changes) or "再多逾期一天、换管理方式、借新还旧、挪用，都不会改变它"
    return [f"什么会改变它：{said}。"]
