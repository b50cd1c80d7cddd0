"""How a written answer is marked: criteria, each with levels, as a table that learners see too."""

import re
from dataclasses import dataclass

_LEVEL = re.compile(r"(\d+(?:\.\d+)?)\s*分[：:]\s*(.+)")


@dataclass(frozen=True)
class Criterion:
    """One thing that is looked at; ``levels``: points → what an answer that gets them is like."""

    name: str
    levels: dict[float, str]

    @property
    def points(self) -> float:
        """The most that it gives."""
        return max(self.levels)


def read_rubric(table: str) -> list[Criterion]:
    """Return the criteria of a Markdown table; ``ValueError`` says in Chinese what it lacks.

    >>> read_rubric("|看什么|好|没有|\\n|-|-|-|\\n|事实|2 分：有出处|0 分：没有出处|")
    [Criterion(name='事实', levels={2.0: '有出处', 0.0: '没有出处'})]
    """
    lines = [line.strip() for line in table.splitlines() if line.strip().startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    found = [_criterion(row) for row in rows]
    if not found:
        raise ValueError("评分表要有表头、分隔线和至少一行")
    return found


def _criterion(row: list[str]) -> Criterion:
    levels = [_LEVEL.fullmatch(cell) for cell in row[1:]]
    if len(levels) < 2 or None in levels:
        raise ValueError(f"评分表的“{row[0]}”每一格要写成“2 分：做到什么样”，至少两格")
    made = Criterion(row[0], {float(level[1]): level[2] for level in levels})
    if len(made.levels) != len(levels) or 0.0 not in made.levels:
        raise ValueError(f"评分表的“{row[0]}”要有 0 分的一格，各格分数不能相同")
    return made
