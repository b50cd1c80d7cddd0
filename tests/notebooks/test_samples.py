"""Samples are judged by the build: what it refuses, and what sources must be like beside.

That every sample of the course is judged as its source says, ``test_committed_course_is_current``
shows: nothing counts as proved otherwise.
"""

import re
from copy import deepcopy
from dataclasses import replace

import pytest

import smeprofile as sp
from conftest import ROOT
from smeprofile.errors import UserError
from smeprofile.notebooks import build as builder
from smeprofile.notebooks import master, read_source
from smeprofile.notebooks.execute import run
from smeprofile.notebooks.samples import misjudged, of_own_branch, with_samples
from smeprofile.notebooks.source import role_of
from smeprofile.params import load_cohort
from tiny_course import PRACTICE

COHORT = load_cohort(root=ROOT)
SOURCES = {m.slug: read_source(ROOT / "solutions" / m.slug / "practice.py") for m in COHORT.modules}
OWN = re.compile(r"sp\.own_branch\(.*?\)")  # a learner's own branch, drawn by name
ANOTHER = """
# %% sample="double" mistake="{mistake}" says="{says}"{earns}
def double(x):
    return {returned}
"""


def sample(mistake, says, returned, earns=""):
    return ANOTHER.format(mistake=mistake, says=says, returned=returned, earns=earns)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('says="衰退期 不对"', 'says="另一句话"', "stage 的样例“看错”的反馈里没有“另一句话”"),
        ('mistake="看错" says="衰退期 不对"', 'mistake="看错" says="衰退期 不对" earns=1',
         "stage 的样例“看错”得了 0 分，写的是 1 分"),
        ('stage = "衰退期"\n', 'stage = "成长期"\n', "stage 的样例“看错”得了 2 分，写的是 0 分"),
        ('stage = "衰退期"\n', sample("先乘", "应返回两倍：", "x * 3"), "double 的样例“先乘”的反馈里没有"),
        ('stage = "衰退期"\n', 'stage = "衰退期"\n' + sample("不管", "翻倍", "x"),
         "double 的样例“加二”的反馈里也有另一种错误“不管”的话“翻倍”"),
        ('assert stage == "成长期",', 'assert {"成长期": True}[stage],', "让检查自己出错：KeyError"),
    ],
)  # fmt: skip
def test_a_sample_that_is_not_judged_as_the_source_says_is_refused(tiny, old, new, told):
    path, built = (tiny / name / "02_tiny" / "practice" for name in ("solutions", "course"))
    before = built.with_suffix(".ipynb").read_bytes()
    assert old in PRACTICE
    path.with_suffix(".py").write_text(PRACTICE.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=f"02_tiny/practice 的样例没有按写的判：.*{told}"):
        builder.build()
    assert built.with_suffix(".ipynb").read_bytes() == before


@pytest.mark.parametrize("slug", SOURCES)
def test_points_add_up_to_a_hundred(slug):
    exercises = SOURCES[slug].exercises.values()
    assert sum(e.points for e in exercises) == 100
    for_all = sum(e.points for e in exercises if e.track == "all")
    said = re.findall(r"标着「全员必做」的.*，合计 (\d+) 分；", SOURCES[slug].cells[0].source)
    assert said == [f"{for_all:g}"] or for_all == 100


@pytest.mark.parametrize("slug", SOURCES)
def test_a_lesson_shows_figures(slug):
    """That it runs, without a warning or a figure without alternative text, the build has proved."""
    cells = read_source(ROOT / "solutions" / slug / "lesson.py").cells
    assert sum(c.source.count("show(") for c in cells if c.cell_type == "code") >= 2


@pytest.mark.parametrize("stem", ["lesson", "practice"])
@pytest.mark.parametrize("slug", SOURCES)
def test_prose_holds_no_number_that_depends_on_the_data(slug, stem):
    """Counts in prose would lie after a rebuild with another seed; facts and parameters are cited."""
    cells = read_source(ROOT / "solutions" / slug / f"{stem}.py").cells
    plain = [c.source for c in cells if c.cell_type == "markdown" and role_of(c) is None]
    prose = re.sub(r"\{\{.*?\}\}|`.*?`", "", "\n".join(plain))
    assert re.findall(r"\d[\d,.]*\s*(?:户|笔|份|条|%|万元|元)", prose) == []


def test_in_a_small_branch_a_mistake_may_be_right(tiny):
    """Of an exercise about the learner's own branch only: elsewhere it is refused."""
    path = tiny / "solutions" / "02_tiny" / "practice.py"
    same = PRACTICE.replace('stage = "衰退期"\n', 'stage = "成长期"\n')
    path.write_text(
        same.replace("assert stage ==", "BRANCH = 1\nassert stage =="), encoding="utf-8"
    )
    builder.build()
    assert of_own_branch(read_source(path)) == {"stage"}


@pytest.mark.full
@pytest.mark.parametrize(
    "slug", [s for s, source in SOURCES.items() if any(OWN.search(c.source) for c in source.cells)]
)
def test_in_every_branch_the_right_answer_passes_and_each_mistake_is_told(slug, tmp_path):
    """A mistake that gives the right number in some branch would be a present to who has drawn it."""
    whole, about = master(SOURCES[slug], COHORT), of_own_branch(SOURCES[slug])
    kept = {n: e for n, e in SOURCES[slug].exercises.items() if n in about}
    source = replace(SOURCES[slug], exercises=kept)
    assert source.exercises
    drawn = next(i for i, c in enumerate(whole.cells) if OWN.search(c.source))
    of_others = [
        c for n in SOURCES[slug].exercises.keys() - source.exercises for c in (n, f"{n}-check")
    ]
    asked = with_samples(whole, source, tmp_path)
    kept = [
        (i >= drawn, cell)
        for i, cell in enumerate(asked.cells)
        if cell.cell_type == "code"
        and cell.metadata.get("nbgrader", {}).get("grade_id") not in of_others
    ]
    asked.cells, ids = [cell for again, cell in kept if not again], {}
    for branch in sp.load("branches")["branch_id"]:
        ids[branch] = []
        for cell in (deepcopy(cell) for again, cell in kept if again):
            ids[branch].append(cell.id)
            cell.id = f"{branch}-{len(ids[branch])}"
            cell.source = OWN.sub(repr(branch), cell.source)
            asked.cells.append(cell)
    ran = run(asked, folder=tmp_path)
    amiss = {}
    for branch, first in ids.items():
        here = deepcopy(ran)
        here.cells = [c for c in here.cells if c.id.startswith(f"{branch}-")]
        for cell, was in zip(here.cells, first, strict=True):
            cell.id = was
        if found := misjudged(source, here):
            amiss[branch] = found
    assert amiss == {}
