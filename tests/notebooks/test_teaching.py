"""What an instructor reads is made from the sources, whole, and stays away from trainees."""

import re
import shutil
from html import unescape

import nbformat
import pytest

from conftest import ROOT
from smeprofile.errors import UserError
from smeprofile.notebooks.bundle import _entries
from smeprofile.notebooks.source import read_module
from smeprofile.notebooks.teaching import teach
from smeprofile.params import load_cohort
from smeprofile.paths import HOME_VARIABLE, solutions
from tiny_course import CANARY, write_tiny_course

MODULE = "02_data_cleaning"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return teach(["02"], tmp_path_factory.mktemp("teaching")).folder


@pytest.fixture(scope="module")
def practice():
    return read_module(solutions(), MODULE, "practice", load_cohort())


@pytest.fixture(scope="module")
def page(written):
    text = (written / f"{MODULE}.html").read_text(encoding="utf-8")
    return unescape(re.sub(r"<style.*?</style>|<[^>]+>", "", text, flags=re.DOTALL))


@pytest.fixture(scope="module")
def cells(written):
    return nbformat.read(written / f"{MODULE}.ipynb", as_version=4).cells


def test_every_exercise_can_be_read_from_task_to_mistakes(cells, practice):
    text = "\n".join(cell.source for cell in cells)
    for exercise in practice.exercises.values():
        of = text[text.index(f"### {exercise.title}") :]
        places = [of.index(exercise.solution.strip()), of.index("**常见错误**")]
        assert places == sorted(places)
        assert all(sample.source.strip() in text for sample in exercise.samples)


def test_every_typical_mistake_stands_with_what_its_learner_is_told(page, cells, practice):
    text = "\n".join(cell.source for cell in cells)
    page = page[page.index("练习：") :]
    for exercise in practice.exercises.values():
        page, text = page[page.index(exercise.title) :], text[text.index(exercise.title) :]
        check_mistakes(exercise, page, text)


def check_mistakes(exercise, page, text):
    for sample in exercise.samples:
        at = page.index(sample.mistake)
        assert sample.says in page[at : at + 300]
        at = text.index(f"{sample.mistake}。反馈会说")
        assert sample.says in text[at : at + 300]


def test_hidden_tests_stand_in_the_appendix_only(cells):
    at = next(n for n, cell in enumerate(cells) if cell.source.startswith("## 附录"))
    hidden = [n for n, cell in enumerate(cells) if "BEGIN HIDDEN TESTS" in cell.source]
    assert hidden and min(hidden) > at


def test_the_notes_say_time_objectives_order_and_points(page):
    module = load_cohort().module("02")
    assert f"课程 {module.lesson_minutes} 分钟，练习 {module.practice_minutes} 分钟" in page
    assert "读懂五种常见导出" in page
    order = ["1　先问能不能用：授权矩阵", "2　统一口径", "3　是不是同一家"]
    assert [page.index(title) for title in order] == sorted(page.index(title) for title in order)
    assert "练习：11 题，100 分" in page


def test_nothing_is_left_to_be_filled_in(page, cells):
    prose = [cell.source for cell in cells if cell.cell_type == "markdown"]
    assert "{{ " not in "".join([page, *prose])


def test_same_sources_same_bytes(written, tmp_path):
    again = teach(["02"], tmp_path)
    assert [f.read_bytes() for f in again.files] == [
        (written / f.name).read_bytes() for f in again.files
    ]


@pytest.mark.parametrize("inside", ["course", "course/02_tiny", "datasets/x"])
def test_answers_are_never_written_where_trainees_get_them(tmp_path, monkeypatch, inside):
    write_tiny_course(tmp_path)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    with pytest.raises(UserError, match="里面有答案"):
        teach(out=tmp_path / inside)


def test_a_bundle_holds_nothing_of_it(tmp_path, monkeypatch):
    write_tiny_course(tmp_path)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    shutil.copy(ROOT / "datasets" / "manifest.json", tmp_path / "datasets")
    made = teach()
    assert made.folder == tmp_path / "dist" / "teaching"
    assert CANARY in made.files[0].read_text(encoding="utf-8")
    entries = _entries(tmp_path, ("a.whl", b""))
    assert [n for n, data in entries.items() if "teaching" in n or CANARY.encode() in data] == []


def test_an_unknown_module_is_named(tmp_path):
    with pytest.raises(UserError, match="没有名为 99 的模块"):
        teach(["99"], tmp_path)


def test_what_tasks_say_of_the_simulations_parameters_is_so(cohort):
    """Tasks are words: the parameters they tell must be those that answers are marked by."""
    from smeprofile.bank.play import monthly_capacity
    from smeprofile.cases.brought import CASE_WORTH_CNY
    from smeprofile.monitor import orders
    from smeprofile.simulate.assumptions import LGD

    texts = {m.slug[:2]: (ROOT / "solutions" / m.slug / "practice.py").read_text("utf-8") for m in cohort.modules}  # fmt: skip
    told = "，".join(f"{name} {LGD[name]:.0%}" for name in ("抵押", "保证", "信用"))
    assert f"损失率（仿真参数）：{told}" in texts["13"]
    assert f"− 小时 × {orders.HOUR_CNY:.0f} 元" in texts["13"]
    assert (orders.HOURS[orders.VISIT], orders.HOURS[orders.CALL]) == (4, 1)
    assert "上门走访四小时，电话核实一小时" in texts["13"]
    assert f"{CASE_WORTH_CNY:,.0f} 元（仿真参数）" in texts["14"]
    assert "走访是客户数的百分之六，电话两成" in texts["14"]
    assert monthly_capacity(1000)[:2].tolist() == [60, 200]
