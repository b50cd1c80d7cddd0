"""What is left and used weeks after the course: a form to fill in, read back into the gradebook."""

import json
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import pandas as pd
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from sqlalchemy import Column, Integer, String, Table, Text, delete, select

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.course import Course
from smeprofile.grading.sheets import workbook
from smeprofile.grading.tables import TABLES, connection

DAYS = (7, 30, 60, 90)
SCORE = "延迟测验（0–100 分）"
BEHAVIOURS = {  # seen on the job or not: what the course's objectives come to in a working week
    "card": "给至少一户客户填了四维画像，再谈额度",
    "consent": "查征信、用外部数据之前，核对了授权和用途",
    "cross": "用流水、开票和第三种来源交叉核对过收入",
    "apart": "调查意见里把事实、推断、未核实分开写",
    "fit": "按客户的用款和回款选产品、期限和还款方式",
}
TRANSFER = {  # a case of one's own: a new customer, names taken out
    "whole": "迁移案例：四个维度齐全（0–2）",
    "lawful": "迁移案例：授权与合规（0–2）",
    "checked": "迁移案例：证据相互印证（0–2）",
    "reasoned": "迁移案例：额度与方案有依据（0–2）",
}
SEEN = ("是", "否", "没机会")
_COLUMNS = {"score": SCORE, **BEHAVIOURS, **TRANSFER}
_NOTE = (
    "第 7、30 天做延迟测验：再答一次同蓝图的卷，填得分率 0–100。",
    "第 30、60、90 天由主管填五项行为：抽看这段时间最近三笔（不足三笔的全看），笔笔做到填“是”，有一笔没做到填“否”，没有这类业务填“没机会”。没看到就空着，不要猜。",
    "第 30、60、90 天各交一个迁移案例：自己新接触的一户，隐去名称和账号；每项 0（没有）、1（有，但不全或没有证据）、2（齐全，有证据）分。",
    "没来的、没填的都空着：空着是“不知道”，不是 0。填好后运行 smeprofile effect --follow-up 本文件。",
)
_FOLLOW_UP = Table(
    "smeprofile_follow_up",
    TABLES,
    Column("learner_id", String(128), primary_key=True),
    Column("days", Integer, primary_key=True),
    Column("answers", Text),  # JSON: field → value
)


def write_form(learners: list[str], path: Path) -> Path:
    """Write the follow-up form into ``path`` (.xlsx): one row per learner and day.

    It names learners by id alone. Raises ``UserError`` for another kind of file, or one that exists.
    """
    if path.suffix.lower() != ".xlsx" or path.exists():
        reason = "已存在，里面可能有填好的内容" if path.exists() else "不是 .xlsx"
        raise UserError(f"跟踪表 {path} {reason}。请换一个 .xlsx 文件名。")
    blank = [""] * len(_COLUMNS)
    rows = [[who, days, *blank] for who in learners for days in DAYS]
    sheets = {"跟踪表": [["学员编号", "天数", *_COLUMNS.values()], *rows]}
    write_file(path, workbook(sheets | {"怎么填": [["说明"], *([line] for line in _NOTE)]}))
    return path


def keep_form(course: Course, path: Path) -> int:
    """Store what a filled-in form says; return how many rows said something.

    A row of a learner and day replaces what was known of it. Raises ``UserError`` naming row and
    column of the first value that can't be; nothing is stored then.
    """
    found = _read(Path(path))
    with connection(course) as database:
        for row in found:
            mine = _FOLLOW_UP.c.learner_id == row["learner_id"]
            database.execute(delete(_FOLLOW_UP).where(mine & (_FOLLOW_UP.c.days == row["days"])))
        if found:
            database.execute(_FOLLOW_UP.insert(), found)
    return len(found)


def follow_up(course: Course) -> pd.DataFrame:
    """Return one row per learner and day: ``score`` 0–1, behaviours yes/no/none, transfer 0–2.

    Missing where nothing was filled in.

    >>> from smeprofile.grading.course import example_course
    >>> with example_course() as course:
    ...     len(follow_up(course))
    0
    """
    order = _FOLLOW_UP.c.days, _FOLLOW_UP.c.learner_id
    with connection(course) as database:
        rows = database.execute(select(_FOLLOW_UP).order_by(*order)).all()
    found = [{"learner_id": r.learner_id, "days": r.days} | json.loads(r.answers) for r in rows]
    frame = pd.DataFrame(found, columns=["learner_id", "days", *_COLUMNS])
    return frame.astype({"score": float, **dict.fromkeys(TRANSFER, float)})


def _read(path: Path) -> list[dict[str, object]]:
    try:
        sheet = load_workbook(BytesIO(path.read_bytes()), data_only=True).worksheets[0]
        table = [list(row) for row in sheet.iter_rows(values_only=True)]
    except (OSError, BadZipFile, InvalidFileException, KeyError):
        raise UserError(f"读不了跟踪表 {path}。请用 --follow-up-form 写出的 xlsx。") from None
    head = ["学员编号", "天数", *_COLUMNS.values()]
    if not table or [str(c or "").strip() for c in table[0][: len(head)]] != head:
        raise UserError(f"{path} 第 1 行和跟踪表的表头不同。请不要增减、改名列。")
    found = []
    for n, row in enumerate(table[1:], start=2):
        who, days, *values = (list(row) + [None] * len(head))[: len(head)]
        if who in (None, "") and not any(values):
            continue
        fields = zip(_COLUMNS, values, strict=True)
        answers = {f: _value(f, v, n) for f, v in fields if v not in (None, "")}
        if answers:
            about = {"learner_id": str(who).strip(), "days": _days(days, n)}
            found.append(about | {"answers": json.dumps(answers, ensure_ascii=False)})
    keys = [(row["learner_id"], row["days"]) for row in found]
    if len(set(keys)) < len(keys):
        raise UserError(f"{path} 里同一学员同一天有两行。请只留一行。")
    return found


def _days(value: object, n: int) -> int:
    if value not in DAYS:
        raise UserError(f"跟踪表第 {n} 行“天数”应为 7、30、60 或 90，现为 {value}。")
    return int(value)


def _value(field: str, value: object, n: int) -> object:
    if field in BEHAVIOURS:
        if str(value).strip() not in SEEN:
            raise UserError(
                f"跟踪表第 {n} 行“{_COLUMNS[field]}”应为 是、否 或 没机会，现为 {value}。"
            )
        return str(value).strip()
    most = 100 if field == "score" else 2
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= most or (most == 2 and value not in (0, 1, 2)):
        told = "0–100 的数" if field == "score" else "0、1 或 2"
        raise UserError(f"跟踪表第 {n} 行“{_COLUMNS[field]}”应为{told}，现为 {value}。")
    return value / 100 if field == "score" else int(value)
