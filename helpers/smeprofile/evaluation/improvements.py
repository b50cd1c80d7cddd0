"""What to mend in the course, each with its evidence, so that a maintainer can act on it."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import pandas as pd

from smeprofile.effect import LEAST_LEARNERS, distractors, item_analysis
from smeprofile.effect.estimate import FEW_LEARNERS, share_interval
from smeprofile.effect.itemanalysis import GROUP_SHARE
from smeprofile.evaluation.classdata import ClassData
from smeprofile.evaluation.reaction import by_module
from smeprofile.grading.classbook import Task
from smeprofile.grading.export import harmless
from smeprofile.grading.mistakes import OTHER, mistake_names, mistakes
from smeprofile.items import FORMS
from smeprofile.paths import solutions

FORM_NAMES = {"pre": "前测卷", "post": "后测卷"}
STRENGTHS = {"sure": "证据足", "watch": "再看一班", "said": "学员原话"}
KINDS = {"item": "试题", "exercise": "练习题", "module": "模块", "text": "文字"}
_WEAK = 0.20  # Ebel's least discrimination; what follows are conventions of ours
_TOO_HARD, _TOO_EASY = 0.10, 0.95  # shares right
_HALF = 0.5
_LEAST_TRIED = 5  # who tried an exercise, or said how long a lesson took


@dataclass(frozen=True)
class Improvement:
    """One thing to mend: ``id`` and ``where`` (file and line) find it, ``evidence`` says why.

    ``strength``: "sure" when the whole interval says so, "watch" when only the point estimate does,
    "said" for what learners wrote: no statistic, read it.
    """

    kind: str
    id: str
    where: str
    finding: str
    evidence: str
    n: int
    strength: str
    action: str


def improvements(data: ClassData) -> list[Improvement]:
    """Return what to mend, surest first; within that, items, exercises, modules, texts.

    Items are judged from 12 learners on, exercises and minutes from 5: below that chance decides.
    """
    found = [*_items(data), *_exercises(data), *_modules(data), *_texts(data)]
    strengths, kinds = list(STRENGTHS), list(KINDS)
    return sorted(found, key=lambda i: (strengths.index(i.strength), kinds.index(i.kind), i.id))


def as_csv(found: list[Improvement]) -> bytes:
    """Return the list as CSV for a spreadsheet or a program; the head names the fields.

    >>> as_csv([])[3:].decode().strip()
    'kind,id,where,finding,evidence,n,strength,action'
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, [f.name for f in fields(Improvement)], lineterminator="\r\n")
    writer.writeheader()
    for one in found:
        row = asdict(one)
        writer.writerow({k: harmless(v) if isinstance(v, str) else v for k, v in row.items()})
    return text.getvalue().encode("utf-8-sig")


def _items(data: ClassData) -> Iterator[Improvement]:
    for form in FORMS:
        mine = data.form(form)
        if mine["learner_id"].nunique() < LEAST_LEARNERS:
            continue
        table = item_analysis(mine)
        notes = distractors(mine).query("note != ''").groupby("item")["note"].agg("；".join)
        for name, row in table[table["n_answered"] >= LEAST_LEARNERS].iterrows():
            for finding, action, is_sure in _faults(row):
                n = int(row["n_answered"])
                evidence = _told(row) + (f"；{notes[name]}" if name in notes else "")
                strength = "sure" if is_sure and n >= FEW_LEARNERS else "watch"
                yield Improvement("item", str(name), _place(str(name)), f"{FORM_NAMES[form]}：{finding}",
                                  evidence, n, strength, action)  # fmt: skip


def _faults(row: pd.Series) -> Iterator[tuple[str, str, bool]]:
    """Yield finding, action and whether the interval says so too."""
    if row["item_rest"] < 0:
        is_sure = row["item_rest_high"] < 0
        yield "会的人反而答错", "查标准答案和题面；查不出就换题", bool(is_sure)
    elif row["discrimination"] < _WEAK and _most_d(row["difficulty"]) >= 2 * _WEAK:
        is_sure = row["item_rest_high"] < _WEAK
        yield "分不出会与不会", "重写题面或干扰项，下一班再看", bool(is_sure)
    if row["difficulty"] < _TOO_HARD:
        yield (
            "几乎没有人答对",
            "查标准答案；课里没讲到就补讲，或降低要求",
            bool(row["difficulty_high"] < _TOO_HARD),
        )
    elif row["difficulty"] > _TOO_EASY:
        yield "几乎人人答对", "换一道更能分出水平的题", bool(row["difficulty_low"] > _TOO_EASY)


def _most_d(difficulty: float) -> float:
    """Return how far apart the upper and the lower 27 % can be: little, where nearly all are right."""
    return min(1.0, difficulty / GROUP_SHARE, (1 - difficulty) / GROUP_SHARE)


def _told(row: pd.Series) -> str:
    return (
        f"答对率 {row['difficulty']:.0%}（{row['difficulty_low']:.0%}–{row['difficulty_high']:.0%}），"
        f"区分度 {row['discrimination']:.2f}，题余相关 {row['item_rest']:.2f}"
        f"（{row['item_rest_low']:.2f} 至 {row['item_rest_high']:.2f}）"
    )


def _exercises(data: ClassData) -> Iterator[Improvement]:
    for assignment, tasks in data.book.tasks.items():
        names = mistake_names(solutions() / assignment / "practice.py")
        for task in tasks:
            if task.name not in FORMS:
                yield from _exercise(data, assignment, task, names.get(task.name, {}))


def _exercise(
    data: ClassData, assignment: str, task: Task, names: dict[str, str]
) -> Iterator[Improvement]:
    """Yield an exercise that most of those who tried it fail, with the mistake most of them make."""
    marks = [
        hand_in.marks[task.name]
        for who, hand_in in data.book.hand_ins[assignment].items()
        if hand_in.marks and task.counts_for(data.track_codes.get(who, ""))
    ]
    tried = [mark for mark in marks if mark.state in ("full", "part", "zero")]
    share = share_interval(sum(mark.state == "full" for mark in tried), len(tried))
    if len(tried) < _LEAST_TRIED or share.value >= _HALF:
        return
    wrong = [m.message for m in tried if m.state != "full"]
    made = [m for m in mistakes(wrong, names) if m.name != OTHER]
    name = made and (made[0].name if names else made[0].message)
    most = f"；最多的错：{name}（{made[0].n} 人）" if made else ""
    blank = sum(mark.state in ("blank", "optional") for mark in marks)
    unanswered = f"；另有 {blank} 人没有作答，不算在内" if blank else ""
    evidence = f"做了的 {len(tried)} 人里满分 {share.value:.0%}（{share.low:.0%}–{share.high:.0%}）{most}{unanswered}"
    action = f"课里正面讲“{name}”，加一道自测" if made else "看作答，找出卡在哪一步"
    yield Improvement("exercise", f"{assignment}/{task.name}", f"solutions/{assignment}/practice.py",
                      f"{task.title}：过半的人做不对", evidence, len(tried),
                      "sure" if share.high < _HALF else "watch", action)  # fmt: skip


def _modules(data: ClassData) -> Iterator[Improvement]:
    for row in by_module(data).to_dict("records"):
        if row["minutes_n"] >= _LEAST_TRIED and row["minutes"] >= 2 * row["planned"]:
            share = share_interval(row["twice"], row["minutes_n"])
            evidence = (
                f"计划 {row['planned']} 分钟，{row['minutes_n']} 人自报中位数 {row['minutes']:g} 分钟；"
                f"用了两倍以上的 {share.value:.0%}（{share.low:.0%}–{share.high:.0%}）"
            )
            yield Improvement("module", row["assignment"], f"solutions/{row['assignment']}/lesson.py",
                              "用时是计划的两倍以上", evidence, row["minutes_n"],
                              "sure" if share.low > _HALF else "watch", "拆成两课、删一节，或改计划分钟")  # fmt: skip
        if row["useful"] < 2.5:
            yield Improvement("module", row["assignment"], f"solutions/{row['assignment']}/lesson.py",
                              "学员说没用", f"有用均分 {row['useful']:.1f}（1–5），{row['useful_n']} 人", row["useful_n"],
                              "watch", "和一两位学员谈，再决定改例子还是改内容")  # fmt: skip


def _texts(data: ClassData) -> Iterator[Improvement]:
    for row in by_module(data).to_dict("records"):
        for text, n in pd.Series(row["texts"], dtype=object).value_counts().items():
            yield Improvement("text", row["assignment"], f"solutions/{row['assignment']}/lesson.py",
                              "学员说没讲清楚", f"原话：{text}", int(n),
                              "said", "对照课文改一处，改完回复学员")  # fmt: skip


def _place(name: str) -> str:
    """Return file:line of an item's template, "" if it isn't in the checkout."""
    for path in sorted((solutions() / "items").glob("*.py")):
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if f'"{name}"' in line:
                return f"{Path('solutions') / 'items' / path.name}:{n}"
    return ""
