"""The class list: from the training department's xlsx to gradebook and ``roster.csv``."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.course import Course, open_course
from smeprofile.learner import LEARNER_PATTERN
from smeprofile.params import TRACK_NAMES, load_cohort

ROSTER = "roster.csv"
BEFORE = "roster.csv.bak"  # the list that lost learners
_MOST_NAMED = 5
TRACKS = {name: track for track, name in TRACK_NAMES.items()}
_COLUMNS = {  # field → the headings it may stand under
    "learner_id": ("工号", "学员编号"),
    "name": ("姓名",),
    "branch": ("支行", "部门", "支行/部门", "机构"),
    "email": ("邮箱", "电子邮箱", "邮件"),
    "track": ("轨道", "岗位"),
}


@dataclass(frozen=True)
class Learner:
    """One line of the class list; ``track`` is "rm" or "analyst"."""

    learner_id: str
    name: str
    branch: str
    email: str
    track: str


@dataclass(frozen=True)
class Roster:
    """The class list as read, where it was kept, and who was taken off it."""

    learners: list[Learner]
    path: Path
    dropped: list[str]

    def __str__(self) -> str:
        n_analysts = sum(learner.track == "analyst" for learner in self.learners)
        dropped = self.dropped and (
            f"\n去掉了 {len(self.dropped)} 名（{_few(self.dropped)}），作业和成绩还在；"
            f"原名单留在 {self.path.with_name(BEFORE)}，改名成 {ROSTER} 就恢复。"
        )
        return (
            f"已导入 {len(self.learners)} 名学员（客户经理 {len(self.learners) - n_analysts}，"
            f"分析岗 {n_analysts}），名单在 {self.path}。{dropped or ''}"
        )


def import_roster(xlsx: Path, *, drop: bool = False, course: Course | None = None) -> Roster:
    """Read the class list and put its learners into gradebook and ``roster.csv``.

    Title rows above the header and blank rows are skipped. ``drop``: who was listed and isn't in
    the file goes; the list before is kept beside. Raises ``UserError`` naming file, row and column
    of the first thing that cannot be right, or who would go unasked; nothing is written then.
    """
    cohort, course = load_cohort(), course or open_course()
    learners = read_roster(Path(xlsx), tracks=cohort.tracks)
    before, after = listed(course), [learner.learner_id for learner in learners]
    if not drop:
        refuse_dropped(before, after)
    dropped = _dropped(before, after)
    if dropped:
        keep(course, list(before.values()), name=BEFORE)
    with course.gradebook() as gradebook:
        for learner in learners:
            gradebook.update_or_create_student(
                learner.learner_id,
                first_name=learner.name,
                email=learner.email or None,
                lms_user_id=learner.learner_id,
            )
    return Roster(learners, keep(course, learners), dropped)


def refuse_dropped(before: Iterable[str], after: Iterable[str], *, command: str = "roster") -> None:
    """Raise ``UserError``, with their number and the first of them, where learners would go.

    ``before`` and ``after``: ids on the class list that is kept and on the one to replace it.
    ``command``: that of ours which takes the list.

    >>> refuse_dropped(["ann"], ["ann", "ben"])
    >>> refuse_dropped(["ann", "ben"], ["ben"])
    Traceback (most recent call last):
    smeprofile.errors.UserError: 新花名册里少了现有名单上的 1 名学员：ann。...
    """
    if dropped := _dropped(before, after):
        raise UserError(
            f"新花名册里少了现有名单上的 {len(dropped)} 名学员：{_few(dropped)}。名单没有动。"
            "只是加人的，请把全班写进一个文件再导入；确实要去掉他们，"
            f"请运行 smeprofile {command} 花名册.xlsx --drop。"
        )


def _dropped(before: Iterable[str], after: Iterable[str]) -> list[str]:
    return sorted(set(before) - set(after))


def _few(learners: list[str]) -> str:
    more = "等" if len(learners) > _MOST_NAMED else ""
    return "、".join(learners[:_MOST_NAMED]) + more


def keep(course: Course, learners: list[Learner], *, name: str = ROSTER) -> Path:
    """Write ``roster.csv``, one row per learner, and return its path."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [f.name for f in fields(Learner)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(learner) for learner in learners)
    write_file(course.root / name, text.getvalue().encode())
    return course.root / name


def listed(course: Course, *, name: str = ROSTER) -> dict[str, Learner]:
    """Return learner_id → learner of the class list; empty when none was imported."""
    path = course.root / name
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["learner_id"]: Learner(**row) for row in csv.DictReader(file)}


def unlisted(course: Course, learners: set[str]) -> list[str]:
    """Return those of ``learners`` who are not on the class list, if there is one."""
    known = listed(course)
    return sorted(learners - set(known)) if known else []


def read_roster(path: Path, *, tracks: Sequence[str] = tuple(TRACK_NAMES)) -> list[Learner]:
    """Return the class list in ``path``, one learner per filled row, in its order.

    ``tracks``: those that the class has; the column may say no other. Raises ``UserError`` as :func:`import_roster`.
    """
    try:
        book = load_workbook(path, data_only=True)
    except FileNotFoundError:
        raise UserError(f"找不到名单 {path}。") from None
    except (InvalidFileException, BadZipFile, KeyError, OSError):
        raise UserError(f"{path} 不是 xlsx 文件。请在 Excel 里另存为 .xlsx。") from None
    rows = [row for row in book.worksheets[0].iter_rows() if any(_text(cell) for cell in row)]
    header = next((n for n, row in enumerate(rows) if "工号" in map(_text, row)), None)
    if header is None:
        raise UserError(f"{path} 的第一张表里没有“工号”这一列。")
    columns = _columns(path, rows[header])
    learners = [_learner(path, row, columns, tracks) for row in rows[header + 1 :]]
    _refuse_duplicates(path, rows[header + 1 :], columns["learner_id"])
    if not learners:
        raise UserError(f"{path} 的表头下面没有学员。")
    return learners


def _columns(path: Path, header: tuple[Cell, ...]) -> dict[str, int]:
    """Return field → column number, from 0."""
    headings = [_text(cell) for cell in header]
    found = {}
    for name, accepted in _COLUMNS.items():
        at = [n for n, heading in enumerate(headings) if heading in accepted]
        if len(at) != 1:
            count = "缺少" if not at else "重复了"
            raise UserError(f"{path} 第 {header[0].row} 行的表头{count}“{accepted[0]}”这一列。")
        found[name] = at[0]
    return found


def _learner(
    path: Path, row: tuple[Cell, ...], columns: dict[str, int], tracks: Sequence[str]
) -> Learner:
    values = {name: _text(row[at]) for name, at in columns.items()}
    names = [TRACK_NAMES[track] for track in tracks]
    for name, pattern, rule in (
        *_RULES,
        ("track", "|".join(names), f"本班只能是{'或'.join(names)}"),
    ):
        if not re.fullmatch(pattern, values[name]):
            where = f"{path} 第 {row[0].row} 行 {get_column_letter(columns[name] + 1)} 列"
            raise UserError(f"{where}（{_COLUMNS[name][0]}）为“{values[name]}”：{rule}。")
    return Learner(**values | {"track": TRACKS[values["track"]]})


_RULES = (
    ("learner_id", LEARNER_PATTERN, "应为 1–40 个英文字母、数字或 _ . -，不以 . 开头"),
    ("name", r".{1,40}", "不能空着"),
    ("email", r"|[^@\s]+@[^@\s]+", "应为邮箱地址，或空着"),
)


def _refuse_duplicates(path: Path, rows: list[tuple[Cell, ...]], column: int) -> None:
    first: dict[str, tuple[int, str]] = {}
    for row in rows:
        value = _text(row[column])
        at, other = first.setdefault(value.lower(), (row[0].row, value))
        if at != row[0].row:  # accounts and folders may know no capitals
            how = "重复" if value == other else f"的 {other} 只差大小写，会当成同一人，请改其中一个"
            raise UserError(
                f"{path} 第 {row[0].row} 行 {get_column_letter(column + 1)} 列：工号 {value} "
                f"与第 {at} 行{how}。"
            )


def _text(cell: Cell) -> str:
    """Return what the cell shows: 1001.0 is 1001, and a format of 000000 keeps leading zeros."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    zeros = re.fullmatch(r"0+", cell.number_format or "")
    return str(value).zfill(len(zeros[0]) if zeros and isinstance(value, int) else 0).strip()
