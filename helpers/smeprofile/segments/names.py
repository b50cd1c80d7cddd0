"""What may be said of a segment: the traits its centre shows, and the names they bear out."""

from collections.abc import Mapping

import pandas as pd

CLEAR = 0.08  # from everyone's mean rank: less than that isn't worth a word (the course's own)
TRAITS = {
    "关系长": ("length_months", 1),
    "关系短": ("length_months", -1),
    "活跃月多": ("frequency", 1),
    "活跃月少": ("frequency", -1),
    "流入大": ("monetary_cny", 1),
    "流入小": ("monetary_cny", -1),
    "用额度多": ("credit", 1),
    "用额度少": ("credit", -1),
}
_WORDED = {column for column, _ in TRAITS.values()}
NAMES = {  # name → the traits it claims; risk isn't in LRFMC, so no trait can bear that one out
    "正在用信的客户": ("用额度多",),
    "大额、还没用信的客户": ("流入大", "用额度少"),
    "大额客户": ("流入大",),
    "小额客户": ("流入小",),
    "刚来的新客户": ("关系短",),
    "久未走动的老客户": ("关系长", "活跃月少"),
    "高风险客户": (),
}


def traits(
    ranks: pd.DataFrame, labels: pd.Series, titles: Mapping[str, str] | None = None
) -> dict[int, list[str]]:
    """Return cluster → the ``TRAITS`` that hold of it, the clearest first.

    A trait holds when the cluster's mean rank (``rank_transform``, 0–1) lies ``CLEAR`` or more to
    its side of the mean of all who have a label. Columns that ``ranks`` lacks are passed over.
    ``titles``: column → what to call it, with 高 or 低, where ``TRAITS`` has no word; others are left out.

    >>> ranks = pd.DataFrame({"monetary_cny": [0.0, 0.2, 0.9, 1.0], "credit": [0.5, 0.5, 0.5, 0.5]})
    >>> traits(ranks, pd.Series([2, 2, 1, 1]))
    {1: ['流入大'], 2: ['流入小']}
    """
    off = offsets(ranks, labels)
    plain = {
        f"{title}{side}": (col, sign)
        for col, title in (titles or {}).items()
        if col not in _WORDED
        for side, sign in (("高", 1), ("低", -1))
    }
    words = TRAITS | plain
    signed = {trait: sign * off[col] for trait, (col, sign) in words.items() if col in off}
    found = pd.DataFrame(signed, index=off.index).round(2)
    return {
        int(k): row[row >= CLEAR].sort_values(ascending=False, kind="stable").index.tolist()
        for k, row in found.iterrows()
    }


def offsets(ranks: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Return each cluster's mean rank less the mean of all who have a label.

    >>> offsets(pd.DataFrame({"credit": [0.0, 1.0]}), pd.Series([2, 1]))["credit"].tolist()
    [0.5, -0.5]
    """
    known = ranks[labels.notna()]
    return known.groupby(labels.dropna()).mean() - known.mean()


def fitting(found: list[str]) -> list[str]:
    """Return the names all of whose claims are among the traits ``found``, the most telling first.

    >>> fitting(["流入大", "用额度少"])
    ['大额、还没用信的客户', '大额客户']
    """
    fit = [name for name, claims in NAMES.items() if claims and set(claims) <= set(found)]
    return sorted(fit, key=lambda name: (-len(NAMES[name]), found.index(NAMES[name][0])))


def amiss(given: dict[str, str], found: list[str]) -> str:
    """Return what is wrong with a segment's ``name`` and traits ``first`` and ``second``, "" if nothing.

    >>> amiss({"name": "小额客户", "first": "流入大", "second": "关系长"}, ["流入大", "关系长"])
    '“小额客户”和数对不上'
    >>> amiss({"name": "大额客户", "first": "流入大", "second": "关系长"}, ["流入大", "关系长"])
    ''
    """
    name, chosen = given["name"], [given["first"], given["second"]]
    if not NAMES[name]:
        return f"“{name}”没有依据"
    if name not in fitting(found):
        return f"“{name}”和数对不上"
    if wrong := [trait for trait in chosen if trait not in found]:
        return f"“{wrong[0]}”不是这一群的特征"
    if chosen[0] == chosen[1]:
        return "两个指标选成了同一个"
    return "" if set(chosen) & set(NAMES[name]) else f"两个指标都没有支持“{name}”"
