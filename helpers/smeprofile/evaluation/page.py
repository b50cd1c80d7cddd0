"""The cohort's report as one page that needs nothing else."""

from pathlib import Path

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from smeprofile.effect import STATES, distractors, item_analysis
from smeprofile.evaluation import figures, reaction
from smeprofile.evaluation.answer import answer, number
from smeprofile.evaluation.bankresult import BankResult
from smeprofile.evaluation.behaviour import checklist, kept, transfer
from smeprofile.evaluation.classdata import ClassData
from smeprofile.evaluation.classplans import ClassPlans
from smeprofile.evaluation.improvements import FORM_NAMES, KINDS, STRENGTHS, Improvement
from smeprofile.evaluation.learning import Learning
from smeprofile.evaluation.pilot import pilot_size
from smeprofile.grading.followup import BEHAVIOURS, TRANSFER
from smeprofile.items import FORMS, GAPS

TEMPLATES = Path(__file__).parent / "templates"
_MOST_TEXTS = 30
_EFFECTS = (0.3, 0.5, 0.8)  # small to large, in standard deviations (Cohen 1988 rounds alike)


def item_tables(data: ClassData) -> dict[str, pd.DataFrame]:
    """Return form → item analysis, of forms that two learners sat."""
    return {
        form: item_analysis(data.form(form))
        for form in FORMS
        if data.form(form)["learner_id"].nunique() >= 2
    }


def report_page(
    data: ClassData,
    learning: Learning,
    to_mend: list[Improvement],
    bank: BankResult | None,
    plans: ClassPlans | None,
    *,
    is_simulated: bool,
    show_names: bool,
) -> tuple[str, str]:
    """Return the report's HTML, and the headline of its first page."""
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    page.filters |= {"est": number, "pct": _percent, "num": _number, "cny": _cny}
    modules, tables = reaction.by_module(data), item_tables(data)
    whole, changes = reaction.of_course(data)
    # A delayed quiz alone shows what is remembered, not what is done on the job.
    on_the_job = data.follow_up[[*BEHAVIOURS, *TRANSFER]].notna().any(axis=None)
    first = answer(learning, to_mend, has_follow_up=bool(on_the_job))
    html = page.get_template("effect.html.j2").render(
        cohort=data.cohort,
        is_simulated=is_simulated,
        show_names=show_names,
        answer=first,
        learning=learning,
        charts={
            name: Markup(html) for name, html in _charts(data, learning, tables, plans).items()
        },
        modules=modules.to_dict("records"),
        texts=[(r["title"], t) for r in modules.to_dict("records") for t in r["texts"]][
            :_MOST_TEXTS
        ],
        n_texts=int(modules["texts"].map(len).sum()),
        whole=[(reaction.AT_THE_END[q], *found) for q, found in whole.items()],
        changes=changes,
        practice=reaction.practice(data).to_dict("records"),
        kept=kept(data).to_dict("records"),
        checklist=checklist(data).to_dict("records"),
        transfer=transfer(data).to_dict("records"),
        behaviours=BEHAVIOURS,
        transfer_form=TRANSFER,
        bank=bank,
        plans=plans,
        gaps=GAPS,
        states=STATES,
        forms=FORM_NAMES,
        items={form: table.reset_index().to_dict("records") for form, table in tables.items()},
        wrong={form: _wrong(data, form) for form in tables},
        learners=learner_rows(data, learning),
        to_mend=to_mend,
        kinds=KINDS,
        strengths=STRENGTHS,
        pilot=_pilot(data),
    )
    return html, first.headline


def _charts(
    data: ClassData,
    learning: Learning,
    tables: dict[str, pd.DataFrame],
    plans: ClassPlans | None,
) -> dict[str, str]:
    said = reaction.by_module(data)
    found = {
        "opinions": figures.opinions(said, reaction.SCALES),
        "minutes": figures.minutes(said),
    }
    if tables:
        found["items"] = figures.item_map(tables, FORM_NAMES)
    if plans is not None:
        found["plans"] = figures.class_plans(plans.plans, plans.old_cny, plans.reference_cny)
    if learning.gain:
        pre, post = data.scores("pre"), data.scores("post")
        most = data.n_items("pre")
        found["before_after"] = figures.before_after(pre, post, learning.change, most)
        found["modules"] = figures.module_shares(learning.modules)
    return found


def _wrong(data: ClassData, form: str) -> list[dict]:
    """Return what wrong answers each item drew, without the right ones and those nobody gave."""
    table = distractors(data.form(form))
    table = table[(table["choice"] != STATES["right"]) & (table["n"] > 0)]
    return table.sort_values(["item", "n"], ascending=[True, False]).to_dict("records")


def learner_rows(data: ClassData, learning: Learning) -> list[dict[str, object]]:
    """Return one row per learner who sat a test, by the name shown."""
    pre, post = data.scores("pre"), data.scores("post")
    words = {"up": "进步超出误差", "within": "在误差之内", "down": "退步超出误差"}
    rows = []
    for who in sorted(set(pre.index) | set(post.index), key=lambda w: data.shown.get(w, w)):
        both = learning.change is not None and who in learning.change.by_learner.index
        verdict = words[learning.change.verdict(who)] if both else "—"
        rows.append({"name": data.shown.get(who, who), "track": data.tracks.get(who, "—"),
                     "pre": pre.get(who), "post": post.get(who), "verdict": verdict})  # fmt: skip
    return rows


def _pilot(data: ClassData) -> dict[str, object]:
    """Return the sizes of a pilot, by the class's own correlation where 30 sat both and differ."""
    both = pd.concat([data.scores("pre"), data.scores("post")], axis=1).dropna()
    is_own = len(both) >= 30 and bool((np.ptp(both.to_numpy(), axis=0) > 0).all())
    r = float(np.corrcoef(both.to_numpy().T)[0, 1]) if is_own else 0.5
    return {"r": r, "is_own": is_own, "n": len(both),
            "sizes": [pilot_size(d, r_pre_post=r) for d in _EFFECTS]}  # fmt: skip


def _percent(value: float | None) -> str:
    return "—" if value is None or value != value else f"{100 * value:.0f}%"


def _number(value: float | None, digits: int = 2) -> str:
    return "—" if value is None or value != value else f"{value:.{digits}f}"


def _cny(value: float | None) -> str:
    return "—" if value is None else f"{value:,.0f}"
