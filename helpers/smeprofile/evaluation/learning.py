"""Kirkpatrick's second level: what was learnt, how sure that is, and who can't be counted."""

from dataclasses import dataclass

import pandas as pd

from smeprofile.effect import (
    Adjusted,
    Change,
    Dropout,
    Gain,
    Reliability,
    ancova,
    dif,
    dropout,
    gain,
    reliability,
    reliable_change,
    wide,
)
from smeprofile.errors import UserError
from smeprofile.evaluation.classdata import ClassData
from smeprofile.items import FORMS, GAPS, STATES, gap_of


@dataclass(frozen=True)
class Learning:
    """What both tests say; None where a test is missing, and ``why_not`` says which.

    ``unfair``: per form, the items that work differently for the tracks, or why that isn't computed.
    ``modules``: one row per module, share of items right before and after (of who sat both,
    unanswered as 0), and how many learners stand where on the gap map.
    """

    gain: Gain | None
    reliability: dict[str, Reliability | None]
    change: Change | None
    dropout: Dropout | None
    tracks: Adjusted | None
    unfair: dict[str, pd.DataFrame | str]
    modules: pd.DataFrame
    why_not: str


def learning(data: ClassData, *, seed: int) -> Learning:
    """Return what the class learnt, from its two tests."""
    pre, post = data.scores("pre"), data.scores("post")
    alphas = {form: _reliability(data, form, seed) for form in FORMS}
    found, why = None, ""
    n_items = {form: data.n_items(form) for form in FORMS}
    try:
        if n_items["pre"] and n_items["post"] and n_items["pre"] != n_items["post"]:
            raise UserError("两张卷的题数不同，不能直接比。请核对 cohort.yml 的 item_forms。")
        found = gain(pre, post, max_points=n_items["pre"] or n_items["post"])
    except UserError as reason:
        why = str(reason)
    return Learning(
        gain=found,
        reliability=alphas,
        change=_change(pre, post, alphas) if found else None,
        dropout=dropout(pre, post, data.tracks) if len(pre) else None,
        tracks=_by_track(pre, post, data.tracks),
        unfair={form: _unfair(data, form) for form in FORMS},
        modules=_modules(data),
        why_not=why,
    )


def _reliability(data: ClassData, form: str, seed: int) -> Reliability | None:
    try:
        return reliability(wide(data.responses, form), seed=seed)
    except UserError:
        return None


def _change(
    pre: pd.Series, post: pd.Series, alphas: dict[str, Reliability | None]
) -> Change | None:
    sems = [alpha.sem if alpha else None for alpha in alphas.values()]
    if not all(sems):
        return None
    return reliable_change(pre, post, sem_pre=sems[0], sem_post=sems[1])


def _by_track(pre: pd.Series, post: pd.Series, tracks: pd.Series) -> Adjusted | None:
    try:
        return ancova(pre, post, tracks)
    except UserError:
        return None


def _unfair(data: ClassData, form: str) -> pd.DataFrame | str:
    try:
        found = dif(wide(data.responses, form), data.tracks)
    except UserError as reason:
        return str(reason)
    return found[found["ets"].isin(["B", "C"])]


def _modules(data: ClassData) -> pd.DataFrame:
    """Return one row per module of the tests."""
    both = set(data.scores("pre").index) & set(data.scores("post").index)
    rows = []
    for number in sorted(data.responses["module"].unique()):
        row: dict[str, object] = {"module": number, "title": data.titles.get(number, number)}
        for form in FORMS:
            mine = data.form(form)
            mine = mine[(mine["module"] == number) & mine["learner_id"].isin(both)]
            row[f"{form}_share"] = mine["points"].mean() if len(mine) else float("nan")
            gaps = mine.groupby("learner_id")["state"].agg(_gap)
            row |= {f"{form}_{gap}": int((gaps == gap).sum()) for gap in GAPS}
        rows.append(row)
    return pd.DataFrame(rows)


def _gap(states: pd.Series) -> str:
    return gap_of({state: int((states == state).sum()) for state in STATES})
