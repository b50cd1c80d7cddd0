"""Two builds compared: a planted change of each kind is caught, named, and put down to its cause."""

import json

import pytest
import yaml
from nbformat.v4 import new_markdown_cell, new_notebook

from smeprofile.drift import drift
from smeprofile.drift.compare import changes
from smeprofile.drift.parts import of_words
from smeprofile.errors import UserError
from smeprofile.notebooks import build as builder
from smeprofile.params import load_cohort
from smeprofile.reading import write_reading
from tiny_course import PRACTICE, write_tiny_course

# Code that reads the class data, a library, and prose that repeats a number of the code's.
LESSON = """\
# %% [markdown]
# # 课程
#
# ## 客户
#
# 先看有几户在册。

# %%
import sys

import matplotlib.pyplot as plt
import smeprofile as sp

sys.path.insert(0, "@LIBRARIES@")
import toylib
from smeprofile.charts import show, theme

theme()
customers = sp.load("customers")
counts = customers["region"].value_counts()
counts.to_frame()

# %% [markdown]
# 画出来。

# %%
figure, axes = plt.subplots(figsize=(4, 2))
axes.bar(counts.index, counts)
axes.set(title=f"最大的地区有 {counts.max()} 户", ylabel="客户（户）")
show(figure)

# %% [markdown]
# ## 门槛
#
# 库算出的门槛是 0.315，大于它就拒绝。

# %%
print(f"门槛 {toylib.threshold()}：{'收紧' if toylib.threshold() > 0.3 else '放松'}")
"""


def library(folder, value, version):
    """Install ``toylib`` of that version, whose threshold is ``value``, into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("toylib-*"):
        for file in old.iterdir():
            file.unlink()
        old.rmdir()
    (folder / "toylib.py").write_text(f"def threshold():\n    return {value}\n", encoding="utf-8")
    info = folder / f"toylib-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: toylib\nVersion: {version}\n")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A tiny course, and a function that builds it and writes the edition to compare."""
    root = tmp_path_factory.mktemp("tiny")
    write_tiny_course(root)
    libraries = root / "lib" / "site-packages"
    lesson = LESSON.replace("@LIBRARIES@", str(libraries))
    (root / "solutions" / "02_tiny" / "lesson.py").write_text(lesson, encoding="utf-8")
    library(libraries, 0.315, "1.0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMEPROFILE_HOME", str(root))
        patch.syspath_prepend(str(libraries))

        def built(name):
            made = builder.build(shown=True)
            folder = root / "editions" / name
            write_reading(made.runs, load_cohort(), folder, course=root, answers=True)
            return folder

        yield root, built, built("base")


def told(course, name, change):
    """Return what the comparison with the base says after ``change``, which is undone."""
    root, built, base = course
    undo = change(root)
    try:
        found = drift(base, built(name), root / "drift" / name)
    finally:
        undo()
    return found


def text_changed(path, old, new):
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")
    return lambda: path.write_text(before, encoding="utf-8")


def kinds(found, notebook="02_tiny/lesson"):
    return [change.kind for change in found.changes[notebook]]


@pytest.mark.full
def test_the_same_course_has_no_drift(course):
    found = told(course, "same", lambda root: lambda: None)
    assert (found.causes, found.changes) == ({}, {"02_tiny/lesson": [], "02_tiny/practice": []})
    assert "来源一样" in str(found)


def test_another_seed_changes_table_and_figure_and_is_named(course):
    def change(root):
        path = root / "datasets" / "cohort.yml"
        old = yaml.safe_load(path.read_text(encoding="utf-8"))["seed"]
        return text_changed(path, f"seed: {old}\n", f"seed: {old + 1}\n")

    found = told(course, "seed", change)
    assert found.causes["参数"] == ["seed 1 → 2"] and "customers" in found.causes["数据表"]
    assert {"图", "表"} <= set(kinds(found))
    figure = next(c for c in found.changes["02_tiny/lesson"] if c.kind == "图")
    assert figure.where == "客户" and figure.size > 0 and " → " in figure.told
    page = found.report.read_text(encoding="utf-8")
    assert all(picture in page for picture in figure.pictures)  # side by side
    assert found.changes["02_tiny/practice"] == []


@pytest.mark.full
def test_another_library_changes_a_verdict_and_makes_a_sentence_wrong(course):
    def change(root):
        folder = root / "lib" / "site-packages"
        library(folder, 0.285, "2.0")
        return lambda: library(folder, 0.315, "1.0")

    found = told(course, "library", change)
    assert found.causes == {"库": ["toylib 1.0 → 2.0"]}
    rows = found.changes["02_tiny/lesson"]
    assert sorted(kinds(found)) == sorted(["文字结果", "句子可能不对"])
    assert "收紧" in rows[0].told and "放松" in rows[0].told
    assert rows[1].where == "门槛" and "0.315 是上一版算出的数" in rows[1].told


def test_one_number_in_prose_is_caught(course):
    found = told(
        course,
        "prose",
        lambda root: text_changed(
            root / "solutions" / "02_tiny" / "lesson.py", "是 0.315", "是 0.351"
        ),
    )
    assert found.causes == {"课程文本": ["02_tiny/lesson.py"]}
    assert sorted(kinds(found)) == sorted(["正文", "句子可能不对"])
    wrong = next(c for c in found.changes["02_tiny/lesson"] if c.kind == "句子可能不对")
    assert "由 0.315 改成 0.351，而代码算出的仍是 0.315" in wrong.told


def test_another_expected_answer_is_named_and_other_words_are_not_one(course):
    assert "应返回两倍" in PRACTICE
    path = course[0] / "solutions" / "02_tiny" / "practice.py"
    answer = told(course, "answer", lambda _: text_changed(path, "成长期", "成熟期"))
    assert "标准答案" in kinds(answer, "02_tiny/practice")
    words = told(course, "words", lambda _: text_changed(path, "应返回两倍", "要两倍"))
    assert kinds(words, "02_tiny/practice") == ["代码"]


@pytest.mark.parametrize(("before", "after"), [("第 # 题", "第 1 题"), ("# 1", "1 #")])
def test_a_text_with_a_sign_that_stands_for_numbers_is_compared(before, after):
    assert of_words(before, after)


def test_points_words_and_rubric_of_a_written_exercise_are_expected_answers():
    def cell(source, points, **mark):
        return new_markdown_cell(source, metadata={"nbgrader": mark | {"points": points}})

    def one(answer, points, rubric, track):
        cells = [
            cell(answer, points, grade_id="report", grade=True, solution=True),
            cell(rubric, None, grade_id="report-rubric", locked=True),
        ]
        for place, made in enumerate(cells):
            made["id"] = f"c{place}"
        return new_notebook(cells=cells, metadata={"smeprofile": {"tracks": {"report": track}}})

    found = changes(
        one("看两处", 6, "有数：2 分", "all"), one("看三处", 7, "有数：3 分", "analyst")
    )
    assert {change.kind for change in found} == {"标准答案"}
    told = "；".join(change.told for change in found)
    for words in (
        "report 的轨道 all → analyst",
        "分值 6 → 7",
        "report 的参考答案变了",
        "report 的评分表变了",
    ):
        assert words in told


def test_a_notebook_that_came_or_went_is_named(course, tmp_path):
    base = course[2]
    other = tmp_path / "other"
    (other / "executed" / "03_new").mkdir(parents=True)
    (other / "build.json").write_bytes((base / "build.json").read_bytes())
    notebook = (base / "executed" / "02_tiny" / "lesson.ipynb").read_bytes()
    (other / "executed" / "03_new" / "lesson.ipynb").write_bytes(notebook)
    found = drift(base, other, tmp_path / "out")
    assert {n: [c.kind for c in some] for n, some in found.changes.items()} == {
        "02_tiny/lesson": ["删去"], "02_tiny/practice": ["删去"], "03_new/lesson": ["新增"],
    }  # fmt: skip
    assert json.loads((tmp_path / "out" / "drift.json").read_text(encoding="utf-8"))["changes"]


def test_a_folder_that_is_no_edition_is_refused(course, tmp_path):
    with pytest.raises(UserError, match="不是可以比较的版本"):
        drift(course[2], tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
