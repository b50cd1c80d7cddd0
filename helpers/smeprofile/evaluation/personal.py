"""The trainee's own report: where I was, where I am, which mistakes recur, what next."""

from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from smeprofile.evaluation.classdata import ClassData
from smeprofile.evaluation.learning import Learning
from smeprofile.grading.mistakes import OTHER, mistake_names, mistakes
from smeprofile.items import (
    FORMS,
    GAPS,
    STATES,
    LearningPath,
    bank,
    blueprint,
    gap_of,
    learning_path,
)
from smeprofile.paths import solutions

_TEMPLATES = Path(__file__).parent / "templates"
_VERDICTS = {
    "up": "比前测多对的题超出了测验误差：学到了东西。",
    "within": "前后相差在测验误差之内：这两张卷看不出变化，不等于没有学到。",
    "down": "比前测少对的题超出了测验误差：先想想那天的状态，再看下面还缺什么。",
}
_MOST_NEXT = 5
_FIRST = ("gap", "partly", "unknown", "known")  # which modules to go back to first


def personal_pages(data: ClassData, learning: Learning) -> dict[str, str]:
    """Return learner → their own page, of who sat a test; each holds that learner's data alone."""
    page = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    template = page.get_template("personal.html.j2")
    lost = {a: mistake_names(solutions() / a / "practice.py") for a in data.book.tasks}
    objectives = {item.name: item.objective for item in bank(solutions())}
    return {
        who: template.render(**_about(data, learning, who, lost, objectives))
        for who in sorted(data.responses["learner_id"].unique())
    }


def _about(
    data: ClassData, learning: Learning, who: str, names: dict, objectives: dict[str, str]
) -> dict[str, object]:
    mine = data.responses[data.responses["learner_id"] == who]
    counts = {form: _counts(mine[mine["form"] == form]) for form in FORMS}
    sat = [form for form in FORMS if counts[form]]
    newest = counts[sat[-1]]
    path = learning_path(data.surveys.get(who, {}), newest, data.cohort)
    change = learning.change
    has_change = change is not None and who in change.by_learner.index
    return {
        "cohort": data.cohort,
        "learner": who,
        "n_items": {form: data.n_items(form) for form in FORMS},
        "points": {form: int(mine.loc[mine["form"] == form, "points"].sum()) for form in sat},
        "verdict": _VERDICTS[change.verdict(who)] if has_change else "",
        "threshold": change.threshold if has_change else None,
        "modules": [_module(data, number, counts, sat) for number in sorted(newest)],
        "sat": sat,
        "recurring": _recurring(mine),
        "twice": _twice_wrong(mine, objectives),
        "in_practice": _in_practice(data, who, names),
        "next": _next(path, newest),
    }


def _counts(mine: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Return module → items in each state."""
    return {
        str(module): {state: int((of["state"] == state).sum()) for state in STATES}
        for module, of in mine.groupby("module")
    }


def _module(data: ClassData, number: str, counts: dict, sat: list[str]) -> dict[str, object]:
    row = {"title": data.titles.get(number, number)}
    for form in sat:
        of = counts[form].get(number, {})
        row[form] = f"{of.get('right', 0)} / {sum(of.values())}"
        row[f"{form}_gap"] = GAPS[gap_of(of)]
    return row


def _recurring(mine: pd.DataFrame) -> list[tuple[str, int, bool]]:
    """Return mistakes made twice or more, or in both tests: name, times, whether still in the post-test."""
    made = mine[mine["mistake"].fillna("") != ""]
    rows = []
    for name, of in made.groupby("mistake"):
        if len(of) > 1:
            rows.append((str(name), len(of), "post" in set(of["form"])))
    return sorted(rows, key=lambda row: (not row[2], -row[1], row[0]))


def _twice_wrong(mine: pd.DataFrame, objectives: dict[str, str]) -> list[tuple[str, str]]:
    """Return objectives answered wrongly in both tests (not those left out), and the last mistake."""
    words = {o.id: o.text for topic in blueprint().topics for o in topic.objectives}
    wrong = mine[mine["state"] == "wrong"]
    wrong = wrong.assign(objective=wrong["item"].map(objectives))
    of = {form: wrong[wrong["form"] == form].set_index("objective")["mistake"] for form in FORMS}
    both = sorted(set(of["pre"].index) & set(of["post"].index))
    return [(f"{o[:2]} {words[o]}", of["post"][o] or "") for o in both]


def _in_practice(data: ClassData, who: str, names: dict) -> list[tuple[str, str, str]]:
    """Return module, exercise and named mistake of what was not fully right in practices."""
    found = []
    for assignment, hand_ins in data.book.hand_ins.items():
        if who not in hand_ins:
            continue
        for task in data.book.tasks[assignment]:
            mark = hand_ins[who].marks.get(task.name)
            if mark and task.name not in FORMS and mark.state in ("part", "zero"):
                made = mistakes([mark.message], names[assignment].get(task.name, {}))
                known = "；".join(m.name for m in made if m.name != OTHER)
                found.append((data.title(assignment), task.title, known or "见这题的反馈"))
    return found


def _next(path: LearningPath, counts: dict[str, dict[str, int]]) -> list[dict[str, object]]:
    """Return the modules to go back to first: of the path, those not known yet; not the last one."""
    gaps = {s.number: gap_of(counts.get(s.number, {})) for s in path.stops}
    stops = [s for s in path.stops if s.number != "14" and gaps[s.number] != "known"]
    stops.sort(key=lambda s: (not s.is_offered, _FIRST.index(gaps[s.number])))
    return [
        {"title": f"{s.number} {s.title}", "why": s.why.replace("前测", "最近一次测验"),
         "is_offered": s.is_offered, "minutes": s.minutes}
        for s in stops[:_MOST_NEXT]
    ]  # fmt: skip
