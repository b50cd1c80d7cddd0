"""What a released assignment may no longer change for its cohort: ids, points, expected answers.

Text, hints and the words of feedback may. ``grading/released.json`` keeps what was released;
commit it, so that the rule holds for whoever builds next.
"""

import ast
import json
from pathlib import Path

from smeprofile.buildcache import digest
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.notebooks.source import Exercise, Source, chosen, role_of
from smeprofile.params import Cohort

RECORD = "released.json"  # in the grading course
_WORDS = {"points": "分值", "expected": "标准答案或测试"}


def facts_of(source: Source) -> dict[str, dict]:
    """Return, exercise by exercise in order, its points and a digest of what it expects."""
    checks = {c.metadata.check: c.source for c in source.cells if role_of(c) == "check"}
    return {
        exercise.name: {
            "points": exercise.points,
            "expected": digest([sorted(c.levels) for c in exercise.rubric])
            if exercise.rubric
            else digest(tested(checks[exercise.name]), _answer(exercise)),
        }
        for exercise in source.exercises.values()
    }


def refuse_changed(source: Source, cohort: Cohort, root: Path) -> None:
    """Raise ``UserError`` when ``source`` is not as it was released to this cohort."""
    kept = _read(root).get(cohort.cohort_id, {}).get(source.module)
    if source.stem != "practice" or kept is None:
        return
    now = facts_of(source)
    wrong = [f"删去了 {name}" for name in kept if name not in now]
    wrong += [f"加了 {name}" for name in now if name not in kept]
    wrong += [
        f"{name} 的{_WORDS[what]}改了"
        for name in kept
        if name in now
        for what in ("points", "expected")
        if kept[name][what] != now[name][what]
    ]
    if wrong:
        raise UserError(
            f"{source.module} 已发放给班次 {cohort.cohort_id}，题号、分值、标准答案不能再改，"
            f"题面和反馈的文字可以改。现在{'，'.join(wrong)}。请改回；要改题，请换一个 cohort_id。"
        )


def note(source: Source, cohort: Cohort, root: Path) -> None:
    """Keep what is released to this cohort now."""
    kept = _read(root)
    kept.setdefault(cohort.cohort_id, {}).setdefault(source.module, facts_of(source))
    text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
    write_file(root / RECORD, f"{text}\n".encode())


def _read(root: Path) -> dict:
    path = root / RECORD
    try:
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (OSError, ValueError):
        raise UserError(f"{path} 读不了。它记着已发放的作业，请从版本库恢复。") from None


def tested(check: str) -> str:
    """Return the check without its words: what is asserted, not what is said when it fails."""
    tree = ast.parse(check)
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            node.msg = None
    return ast.dump(tree)


def _answer(exercise: Exercise) -> object:
    return chosen(exercise.solution) if exercise.control else ""
