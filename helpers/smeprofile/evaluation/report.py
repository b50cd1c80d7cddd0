"""``smeprofile effect``: the cohort's report, its tables, and the list of what to mend."""

import json
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.evaluation.bankresult import CUSTOMERS, bank_result
from smeprofile.evaluation.classdata import read_class
from smeprofile.evaluation.classplans import class_plans
from smeprofile.evaluation.improvements import as_csv, improvements
from smeprofile.evaluation.learning import Learning, learning
from smeprofile.evaluation.page import report_page
from smeprofile.evaluation.personal import personal_pages
from smeprofile.evaluation.tables import tables
from smeprofile.grading.course import Course, open_course
from smeprofile.grading.followup import keep_form, write_form
from smeprofile.grading.records import PERSONAL_PAGES
from smeprofile.grading.roster import listed
from smeprofile.grading.sheets import workbook
from smeprofile.params import load_cohort

FOLDER, PERSONAL = PERSONAL_PAGES.parts
REHEARSAL = ".smeprofile-rehearsal"  # lies in a course directory whose learners are simulated
REPORT, SHEETS, LIST = "effect.html", "effect.xlsx", "improvements.csv"


@dataclass(frozen=True)
class Effect:
    """Where the report, its tables and the list are, and the first page's headline."""

    headline: str
    report: Path
    sheets: Path
    improvements: Path
    n_improvements: int
    n_personal: int
    n_follow_up: int | None

    ok = True

    def __str__(self) -> str:
        lines = [] if self.n_follow_up is None else [f"读入跟踪表 {self.n_follow_up} 行。"]
        lines += [
            self.headline,
            f"报告：{self.report}。表格：{self.sheets}。",
            f"课程改进 {self.n_improvements} 条：{self.improvements}。",
        ]
        if self.n_personal:
            folder = self.report.parent / PERSONAL
            lines.append(f"个人报告 {self.n_personal} 份，文件名是学员编号，只发给本人：{folder}。")
        return "\n".join(lines)


def effect(
    out: Path | None = None,
    *,
    json_path: Path | None = None,
    follow_up: Path | None = None,
    personal: bool = False,
    show_names: bool = False,
    customers: int = CUSTOMERS,
    course: Course | None = None,
) -> Effect:
    """Write ``effect.html``, ``effect.xlsx`` and ``improvements.csv`` on the cohort into ``out``.

    ``out`` is the folder ``effect`` in the course directory by default. ``follow_up``: a filled-in
    form to read first. ``personal``: a page for each learner as well. Pseudonyms stand for learners
    unless ``show_names``; personal pages go by the learner's id. ``customers`` of the simulated
    bank, 0 for none. In a rehearsal's folder the page says that nobody is real.

    Raises ``UserError`` when nothing was graded, nobody sat a test, or the form can't be read.
    """
    course, cohort = course or open_course(), load_cohort()
    n_follow_up = None if follow_up is None else keep_form(course, follow_up)
    data = read_class(course, show_names=show_names)
    learnt, to_mend = learning(data, seed=cohort.seed), improvements(data)
    bank = bank_result(cohort.seed, customers=customers) if customers else None
    plans = class_plans(course, cohort.seed, customers=customers) if customers else None
    folder = Path(out) if out is not None else course.root / FOLDER
    is_simulated = (course.root / REHEARSAL).is_file()
    page, headline = report_page(
        data, learnt, to_mend, bank, plans, is_simulated=is_simulated, show_names=show_names
    )
    # All is made before anything is written, so that an error leaves the last report whole.
    made = {
        folder / REPORT: page.encode(),
        folder / SHEETS: workbook(tables(data, learnt, to_mend, bank, plans, headline)),
        folder / LIST: as_csv(to_mend),
    }
    if json_path is not None:
        made[Path(json_path)] = _json(headline, learnt, to_mend)
    pages = personal_pages(data, learnt) if personal else {}
    made |= {folder / PERSONAL / f"{who}.html": html.encode() for who, html in pages.items()}
    for path, content in made.items():
        write_file(path, content)
    return Effect(headline, folder / REPORT, folder / SHEETS, folder / LIST, len(to_mend),
                  len(pages), n_follow_up)  # fmt: skip


def follow_up_form(path: Path, *, course: Course | None = None) -> str:
    """Write the follow-up form for the class into ``path`` (.xlsx) and return what to do with it.

    Raises ``UserError`` when there is nobody yet, or ``path`` exists or is of another kind.
    """
    course = course or open_course()
    learners = sorted(listed(course)) or sorted({who for _, who in course.entries("submitted")})
    if not learners:
        raise UserError("还没有学员。请先导入花名册，或收一次作业。")
    write_form(learners, Path(path))
    return f"已写 {path}：{len(learners)} 人，7、30、60、90 天各一行。填好后运行 smeprofile effect --follow-up {path}"


def _json(headline: str, learnt: Learning, to_mend: list) -> bytes:
    found = {"headline": headline, "learning": asdict(learnt), "improvements": to_mend}
    return f"{json.dumps(_plain(found), ensure_ascii=False, indent=1, sort_keys=True)}\n".encode()


def _plain(value: object) -> object:
    """Return a value as JSON has it: tables as rows, no learner, NaN as null."""
    if is_dataclass(value):
        return _plain(asdict(value))
    if isinstance(value, pd.DataFrame):
        return _plain(value.reset_index().to_dict("records"))
    if isinstance(value, pd.Series):
        return None  # by learner: not in a file that is passed on
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value
