"""What a released assignment may no longer change for its cohort: ids, points, expected answers, data.

Text, hints and the words of feedback may. ``grading/released.json`` keeps what was released;
commit it, so that the rule holds for whoever builds next.
"""

import ast
import json
from pathlib import Path

from smeprofile.buildcache import digest
from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.notebooks.runs import NOT_READ
from smeprofile.notebooks.source import Exercise, Source, chosen, role_of
from smeprofile.params import Cohort, with_secret

RECORD = "released.json"  # in the grading course
_DATA = "data"  # beside the modules of a cohort: what its data were made from
_NOT_DATA = NOT_READ | {"tracks", "item_forms"}
_WORDS = {"points": "分值", "expected": "标准答案或测试"}
_NOT_MEANT = ("ctx", "kind", "type_comment", "type_params")  # or not known to every Python


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
    """Raise ``UserError`` when ``source`` or the data are not as they were released to this cohort."""
    released = _read(root).get(cohort.cohort_id, {})
    _refuse_other_data(released.get(_DATA), cohort)
    kept = released.get(source.module)
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
    released = kept.setdefault(cohort.cohort_id, {})
    released.setdefault(_DATA, _made_from(cohort))
    released.setdefault(source.module, facts_of(source))
    text = json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True)
    write_file(root / RECORD, f"{text}\n".encode())


def _made_from(cohort: Cohort) -> dict[str, str]:
    """Return a digest of each parameter of the class data; the seed may be a secret."""
    values = with_secret(cohort).model_dump(mode="json", exclude=_NOT_DATA)
    return {name: digest(value) for name, value in values.items()}


def _refuse_other_data(kept: dict[str, str] | None, cohort: Cohort) -> None:
    now = _made_from(cohort)
    # A parameter that wasn't there yet changes nothing unless it is used.
    if changed := [name for name, sha in (kept or {}).items() if now.get(name, sha) != sha]:
        what = "、".join(changed).replace("seed", "seed（或班次密钥）")
        raise UserError(
            f"班次 {cohort.cohort_id} 已经发放过作业，班级数据不能再变：学员手里的还是原来的数据，"
            f"会被按新数据批改。现在 {what} 改了。请改回；要换数据，请换一个 cohort_id。"
        )


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
        if isinstance(node, ast.JoinedStr):  # Python 3.12.1 ends some with an empty text
            node.values = [v for v in node.values if getattr(v, "value", None) != ""]
    return json.dumps(_meant(tree), ensure_ascii=False)


def _meant(node: object) -> object:
    """Return the same for equal code on every Python: ``ast.dump`` has other words on some."""
    if isinstance(node, ast.AST):
        named = [[name, _meant(value)] for name, value in ast.iter_fields(node)
                 if name not in _NOT_MEANT and value is not None and value != []]  # fmt: skip
        return [type(node).__name__, *named]
    if isinstance(node, list):
        return [_meant(part) for part in node]
    return [type(node).__name__, str(node)]


def _answer(exercise: Exercise) -> object:
    return chosen(exercise.solution) if exercise.control else ""
