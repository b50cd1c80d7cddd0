"""How long the overview of a large class takes: 500 learners × 15 assignments × 12 exercises.

``PYTHONPATH=tests python tests/bench/overview.py [LEARNERS]``
"""

import random
import sys
import time
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.api import (
    Assignment,
    Grade,
    GradeCell,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import insert

from smeprofile.grading import open_course, overview
from smeprofile.grading.checks import keep
from smeprofile.grading.grade import Check, Row

N_ASSIGNMENTS, N_EXERCISES = 15, 12
SAYS = ["应为每箱一行：是不是漏了缺失值那一箱？", "C1 的红冲没有减掉", "m1：未申报是还不知道"]


def fill(course, learners: int) -> None:
    """Put a class into the gradebook, as if all had been graded."""
    rng, rows = random.Random(1), []
    who = [f"L{n:04d}" for n in range(learners)]
    tables = {t: [] for t in (Student, Assignment, Notebook, GradeCell, SubmittedAssignment, SubmittedNotebook, Grade)}  # fmt: skip
    tables[Student] = [{"id": one, "first_name": f"学员{one}"} for one in who]
    at, new = datetime(2026, 1, 5), iter(map("{:032d}".format, range(10**9)))
    with course.gradebook() as gradebook:
        for a in range(N_ASSIGNMENTS):
            name, aid, nid = f"a{a:02d}", next(new), next(new)
            tables[Assignment].append({"id": aid, "name": name, "course_id": gradebook.course_id, "duedate": at})  # fmt: skip
            tables[Notebook].append({"id": nid, "name": "practice", "assignment_id": aid})
            cells = [next(new) for _ in range(N_EXERCISES)]
            tables[GradeCell] += [
                {"id": c, "name": f"ex{n}-check", "notebook_id": nid, "max_score": 8.0, "cell_type": "code"}
                for n, c in enumerate(cells)
            ]  # fmt: skip
            for one in who:
                sid, snid, checks = next(new), next(new), {}
                tables[SubmittedAssignment].append({"id": sid, "assignment_id": aid, "student_id": one, "timestamp": at})  # fmt: skip
                tables[SubmittedNotebook].append({"id": snid, "assignment_id": sid, "notebook_id": nid})  # fmt: skip
                for n, c in enumerate(cells):
                    got = rng.choice([8.0, 8.0, 4.0, 0.0])
                    tables[Grade].append({"id": next(new), "notebook_id": snid, "cell_id": c, "auto_score": got, "needs_manual_grade": False})  # fmt: skip
                    checks[f"ex{n}"] = Check(got, 8.0, "" if got == 8 else rng.choice(SAYS))
                rows.append(Row(name, one, checks=checks))
        for table, values in tables.items():
            gradebook.db.execute(insert(table), values)
        gradebook.db.commit()
    keep(course, rows)


def main() -> None:
    learners = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with TemporaryDirectory() as root:
        course = open_course(Path(root))
        fill(course, learners)
        began, cpu = time.perf_counter(), time.process_time()
        made = overview(root=Path(root), export=Path(root, "scores.xlsx"))
        took, size = time.perf_counter() - began, made.page.stat().st_size / 1e6
        print(
            f"{learners} × {N_ASSIGNMENTS} × {N_EXERCISES}: {took:.1f} s ({time.process_time() - cpu:.1f} s of a processor), page {size:.1f} MB"
        )
        if len(sys.argv) > 2:
            Path(sys.argv[2]).write_bytes(made.page.read_bytes())


if __name__ == "__main__":
    main()
