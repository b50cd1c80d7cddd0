"""``smeprofile needs``: what the class needs, and the parameters of the edition made for it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

import pandas as pd
import yaml
from jinja2 import Environment, FileSystemLoader

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.course import TEMPLATES, Course, open_course
from smeprofile.grading.responses import item_responses, needs_survey
from smeprofile.grading.roster import listed
from smeprofile.items import GAPS, STATES, LearningPath, blueprint, gap_of, learning_path
from smeprofile.items.path import ALWAYS
from smeprofile.params import TRACK_NAMES, Cohort, load_cohort

REPORT, OVERLAY = "needs.html", "needs.yml"
_KEPT_SHARE, _DAY_SHARE = 0.2, 0.5  # of the learners who need a module: in the edition, in the day
_COMMON_SHARE = 0.3  # of the learners who make a mistake: worth time in class
Counts = dict[str, dict[str, int]]
# An edition has a gradebook of its own: without the old one the class would begin anew.
_CARRY = """生成本班版本，把成绩册、名单和延期带过去（先收齐、批完；班次不变）：
  smeprofile gradebook --backup 换版.zip
  smeprofile build --params {overlay} --out 目录
  export SMEPROFILE_HOME=目录
  smeprofile gradebook --restore 换版.zip
然后把发放过的模块各发放一次，如 smeprofile release 00，再运行 smeprofile feedback。"""


@dataclass(frozen=True)
class Needs:
    """The class's paths by learner, where its report is, and which modules its edition keeps."""

    paths: dict[str, LearningPath]
    kept: list[str]
    dropped: list[str]
    report: Path
    overlay: Path

    ok = True

    def __str__(self) -> str:
        gone = f"，不开 {'、'.join(self.dropped)}" if self.dropped else ""
        return (
            f"{len(self.paths)} 名学员的需求：{self.report}。\n"
            f"本班版本开 {len(self.kept)} 个模块{gone}，参数在 {self.overlay}。\n"
            + _CARRY.format(overlay=self.overlay)
        )


def needs(out: Path | None = None, *, course: Course | None = None) -> Needs:
    """Write the class's needs report and the parameter overlay of its edition into ``out``.

    From the graded hand-ins of module 00; ``out`` is the grading folder by default.
    Raises ``UserError`` when there are none.
    """
    course, cohort = course or open_course(), load_cohort()
    surveys, responses = needs_survey(course), item_responses(course)
    pre = responses[responses["form"] == "pre"]
    counts = _counts(pre)
    learners = sorted({*surveys, *counts})
    if not learners:
        raise UserError("还没有学员的问卷和前测。请先发放、收取并批改 00：smeprofile grade 00。")
    paths = {
        who: learning_path(surveys.get(who, {}), counts.get(who, {}), cohort) for who in learners
    }
    wanted = Counter(stop.number for path in paths.values() for stop in path.stops)
    share = {t.number: wanted[t.number] / len(paths) for t in blueprint().topics}
    overlay, dropped = _edition(cohort, share)
    folder = Path(out) if out is not None else course.root
    text = yaml.safe_dump(overlay, allow_unicode=True, sort_keys=False)
    write_file(folder / OVERLAY, f"# 由 smeprofile needs 生成：本班版本的模块。\n{text}".encode())
    page = _page(cohort, course, paths, surveys, counts, pre, share)
    write_file(folder / REPORT, page.encode())
    kept = [m["slug"] for m in overlay["modules"]]
    return Needs(paths, kept, dropped, folder / REPORT, folder / OVERLAY)


def _counts(pre: pd.DataFrame) -> dict[str, Counts]:
    """Return learner → module → items in each state."""
    found: dict[str, Counts] = {}
    for (who, module, state), n in pre.groupby(["learner_id", "module", "state"]).size().items():
        of = found.setdefault(who, {}).setdefault(module, dict.fromkeys(STATES, 0))
        of[state] = int(n)
    return found


def _edition(cohort: Cohort, share: Mapping[str, float]) -> tuple[dict, list[str]]:
    """Return the overlay: modules that enough learners need; in the one-day path, that most need."""
    kept, dropped = [], []
    for module in cohort.modules:
        number = module.slug[:2]
        if number in share and number not in ALWAYS and share[number] < _KEPT_SHARE:
            dropped.append(module.slug)
            continue
        values = module.model_dump()
        if number in share and number not in ALWAYS and share[number] < _DAY_SHARE:
            values["day_minutes"] = 0
        kept.append(values)
    return {"modules": kept}, dropped


def _page(
    cohort: Cohort,
    course: Course,
    paths: Mapping[str, LearningPath],
    surveys: Mapping[str, Mapping],
    counts: Mapping[str, Counts],
    pre: pd.DataFrame,
    share: Mapping[str, float],
) -> str:
    """Return the report as one HTML page that needs nothing else."""
    plan, roster = blueprint(), listed(course)
    offered = {m.slug[:2] for m in cohort.modules}
    answered = len(counts)
    page = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    return page.get_template("needs.html.j2").render(
        cohort=cohort,
        n=len(paths),
        n_roster=len(roster),
        n_surveyed=len(surveys),
        n_tested=answered,
        missing=sorted(set(roster) - set(paths)),
        tracks=TRACK_NAMES,
        n_tracks=Counter(path.track for path in paths.values()),
        hours=median(path.hours for path in paths.values()),
        gaps=GAPS,
        rows=[
            {
                "number": t.number,
                "title": t.title,
                "is_offered": t.number in offered,
                "gaps": Counter(gap_of(c.get(t.number, {})) for c in counts.values()),
                "right": _right(pre[pre["module"] == t.number]),
                "sure": _sure(surveys, t.number),
                "share": share[t.number],
            }
            for t in plan.topics
        ],
        mistakes=_mistakes(pre, answered),
        asked=[
            ("岗位", _tally(surveys, "role", plan.roles)),
            ("花时间最多的事", _tally(surveys, "tasks", plan.tasks)),
            ("最头疼的事", _tally(surveys, "pains", plan.pains)),
        ],
        notes=[note for s in surveys.values() if (note := s.get("note"))],
        paths=paths,
    )


def _right(of: pd.DataFrame) -> float | None:
    """Return the share of right answers among those given, None where none was."""
    given = of[of["state"].isin(["right", "wrong"])]
    return float(given["points"].mean()) if len(given) else None


def _sure(surveys: Mapping[str, Mapping], number: str) -> float | None:
    said = [v for s in surveys.values() if isinstance(v := s.get(f"skill_{number}"), int)]
    return mean(said) if said else None


def _mistakes(pre: pd.DataFrame, answered: int) -> list[tuple[str, int]]:
    """Return mistakes that at least three tenths of the learners make, with how many do."""
    made = pre[pre["mistake"] != ""].drop_duplicates(["learner_id", "mistake"])["mistake"]
    counts = made.value_counts()
    return [(name, int(n)) for name, n in counts.items() if n >= _COMMON_SHARE * answered]


def _tally(surveys: Mapping[str, Mapping], name: str, words: Mapping[str, str]) -> list:
    said = Counter()
    for survey in surveys.values():
        value = survey.get(name)
        codes = value if isinstance(value, list) else [value]
        said.update({code for code in codes if isinstance(code, str) and code in words})
    return [(words[code], n) for code, n in said.most_common()]
