"""Copies are found first, however renamed and reordered; who wrote on their own is left alone."""

import json
import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from conftest import ROOT
from independent import ANSWERS, COPIES
from shop_course import mark
from smeprofile.answers import Answers
from smeprofile.data import load
from smeprofile.errors import UserError
from smeprofile.grading import grade, similar
from smeprofile.grading.alike import CODE, PROSE, compare
from smeprofile.grading.course import open_course
from smeprofile.learner import own_branch
from smeprofile.notebooks import master, read_module
from smeprofile.params import load_cohort, variant_key
from smeprofile.paths import HOME_VARIABLE
from tiny_course import master_edition, write_own_course

ESSAYS = {
    "ann": "这家企业的流水在春节前后明显回落，但订单和开票都还在，我判断是季节性的。建议把额度续到三月，按旺季备货的节奏放款，并每月核一次发票。",
    "ben": "先看授权是不是齐备，再看税票和流水能不能对上。两者差了一成多，主要是个人账户收款。我会请客户补一份说明，补齐以前不提额。",
    "eva": "客户说缺钱是因为账期变长。应收账款从四十天拉到七十天，下游是同一家大厂。与其加信用贷款，不如谈应收账款质押，期限跟着回款走。",
}
COPIED = "与其加信用贷款，不如谈应收账款质押，期限跟着回款走。客户说缺钱是因为账期变长了。应收账款从四十天拉到七十天，下游是同一家大厂。"


@pytest.fixture(scope="module")
def known():
    """The code cells of module 02's master: what everybody is given, and the reference."""
    made = master(read_module(ROOT / "solutions", "02_data_cleaning", "practice"), load_cohort())
    return [cell.source for cell in made.cells if cell.cell_type == "code"]


def found(compared):
    return [{pair.one, pair.other} for pair in compared.pairs]


@pytest.mark.parametrize(("exercise", "model"), [("amount", "d"), ("usable", "b")])
def test_a_renamed_and_reordered_copy_is_found_and_nobody_else(known, exercise, model):
    compared = compare(ANSWERS[exercise] | {"copy": COPIES[exercise]}, known, CODE)
    assert found(compared) == [{model, "copy"}]
    assert compared.n == 6


@pytest.mark.parametrize("exercise", sorted(ANSWERS))
def test_right_answers_written_independently_are_far_from_alike(known, exercise):
    compared = compare(ANSWERS[exercise], known, CODE)
    assert (compared.pairs, compared.n) == ([], len(ANSWERS[exercise]))


@pytest.mark.parametrize("exercise", sorted(ANSWERS))
def test_many_copies_of_one_answer_do_not_hide_each_other(known, exercise):
    copies = dict.fromkeys(("p", "q", "r", "s"), COPIES[exercise])
    compared = compare(ANSWERS[exercise] | copies, known, CODE)
    assert len(compared.pairs) == 10
    assert {name for pair in found(compared) for name in pair} & set("ace") == set()


def test_the_references_own_answer_flags_nobody(known):
    reference = next(source for source in known if "def to_cny" in source)
    renamed = re.sub(r"\btext\b", "s", reference)
    assert compare({"p": reference, "q": renamed, "r": reference}, known, CODE).n == 0


def test_what_a_tenth_of_a_class_writes_flags_nobody():
    """The lesson or the task calls for it; what few share of the rest still does."""
    idiom = ANSWERS["usable"]["c"]
    class_ = {f"l{n}": idiom for n in range(40)}
    assert compare(class_, [], CODE).pairs == []
    few = {"p": COPIES["usable"], "q": ANSWERS["usable"]["b"]}
    assert found(compare(class_ | few, [], CODE)) == [{"p", "q"}]


def test_short_answers_are_left_out_not_flagged():
    compared = compare({"p": "count = len(rows)", "q": "count = len(rows)"}, [], CODE)
    assert (compared.pairs, compared.n, compared.n_short) == ([], 0, 2)


def test_a_text_copied_in_another_order_is_found_and_nobody_else():
    compared = compare(ESSAYS | {"copy": COPIED}, [], PROSE)
    assert found(compared) == [{"eva", "copy"}]


def test_the_same_answers_give_the_same_pairs_in_any_order(known):
    answers = ANSWERS["amount"] | {"copy": COPIES["amount"]}
    backwards = dict(reversed(answers.items()))
    assert compare(answers, known, CODE) == compare(backwards, known, CODE)


# --- the page, on a real course ----------------------------------------------------------------

NAMES = {"amount": "to_cny", "usable": "usable"}
EVIL = "</pre><script>alert(1)</script>"


def notebook(answers, essay=""):
    setup = "import math\nimport pandas as pd\nFX_RATES_CNY = {'USD': 7.0, 'EUR': 8.1, 'HKD': 0.9}"
    cells = [new_code_cell(setup, metadata=mark("setup", locked=True))]
    for name, made in NAMES.items():
        check = mark(f"{name}-check", grade=True, locked=True, points=2)
        cells += [
            new_code_cell(answers.get(name, ""), metadata=mark(name, solution=True)),
            new_code_cell(f"assert callable({made})", metadata=check),
        ]
    essay_mark = mark("essay", solution=True, grade=True, points=5)
    cells.append(new_markdown_cell(essay, metadata=essay_mark))
    made = new_notebook(cells=cells)
    for n, cell in enumerate(made.cells):
        cell.id = f"c{n}"
    return made


def put(root, step, learner, made):
    folder = root.joinpath(step, *([learner] if learner else []), "ps1")
    folder.mkdir(parents=True)
    nbformat.write(made, folder / "p1.ipynb")
    return folder


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """A graded nbgrader course: five who wrote on their own, and one who copied of two."""
    root = tmp_path_factory.mktemp("alike")
    put(root, "source", "", notebook({}))
    for who in "abcde":
        answers = {exercise: ANSWERS[exercise][who] for exercise in NAMES}
        put(root, "submitted", who, notebook(answers, ESSAYS["ann"] if who == "a" else ""))
    evil = {"amount": COPIES["amount"] + f"# {EVIL}\n", "usable": COPIES["usable"]}
    put(root, "submitted", "copy", notebook(evil, ESSAYS["ann"]))
    before = [(row.learner_id, row.score) for row in grade(root=root).rows]
    return root, before


def test_pairs_stand_side_by_side_most_alike_first_and_no_point_changes(plain, tmp_path):
    root, before = plain
    made = similar("ps1", root=root, out=tmp_path)
    assert {(exercise, pair.one, pair.other) for exercise, pair in made.pairs} == {
        ("amount", "copy", "d"),
        ("usable", "b", "copy"),
        ("essay", "a", "copy"),
    }
    text = made.page.read_text(encoding="utf-8")
    assert "相似不等于抄袭" in text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"https?://|<link|src=", text)
    assert [(row.learner_id, row.score) for row in grade(root=root).rows] == before


def test_page_with_pseudonyms_names_nobody_and_is_the_same_every_time(plain, tmp_path):
    texts = [
        similar("ps1", root=plain[0], out=tmp_path / n, hide_names=True).page.read_bytes()
        for n in ("one", "two")
    ]
    assert texts[0] == texts[1]
    assert not re.search(r">(copy|[a-e]|\d\. .*copy.*)</", texts[0].decode())


def test_an_answer_moved_to_a_cell_of_its_own_is_found_too(plain, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(plain[0], root)
    path = root / "autograded" / "copy" / "ps1" / "p1.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    at = next(n for n, c in enumerate(content["cells"]) if c["id"] == "c3")
    moved = {"cell_type": "code", "id": "new", "metadata": {}, "source": content["cells"][at]["source"], "outputs": [], "execution_count": None}  # fmt: skip
    content["cells"][at]["source"] = ["from_above = usable  # \ud800"]  # half a character
    content["cells"].insert(at + 1, moved)
    path.write_text(json.dumps(content), encoding="utf-8")
    pairs = [(exercise, pair.one) for exercise, pair in similar("ps1", root=root).pairs]
    assert ("usable", "b") in pairs


def test_an_assignment_nobody_handed_in_is_named(plain):
    with pytest.raises(UserError, match="ps9 还没有批改过的提交"):
        similar("ps9", root=plain[0])


# --- another branch's numbers ------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A graded class with branches of their own: one took a number, one a branch, of another's."""
    root = tmp_path_factory.mktemp("borrowed")
    write_own_course(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(root))
        cohort, course = load_cohort(), open_course()
        key = variant_key(cohort)
        ann = own_branch(key, "ann")
        ben, eva = [w for w in map("w{}".format, range(9)) if own_branch(key, w) != ann][:2]
        n = int((load("customers")["branch_id"] == ann).sum())
        made = master_edition()
        put_master = course.folder("source", ".", "02_tiny")
        put_master.mkdir(parents=True)
        nbformat.write(made, put_master / "practice.ipynb")
        for who, answer in {
            "ann": f"count = {n}",
            ben: f"count = {n}",
            eva: f'count = int((customers["branch_id"] == "{ann}").sum())',
        }.items():
            folder = course.folder("submitted", who, "02_tiny")
            folder.mkdir(parents=True)
            cell = next(c for c in made.cells if c.metadata.get("nbgrader", {}).get("grade_id") == "count")  # fmt: skip
            cell.source = answer
            nbformat.write(made, folder / "practice.ipynb")
        assert grade(["02_tiny"]).ok
        yield {"branch": ann, "number": ben, "literal": eva, "n": str(n)}


def test_another_branchs_number_and_name_are_the_strongest_flag(own):
    made = similar("02_tiny")
    assert {(one.learner, one.value, one.branch, one.owners) for one in made.borrowed} == {
        (own["number"], own["n"], own["branch"], ("ann",)),
        (own["literal"], own["branch"], own["branch"], ("ann",)),
    }
    text = made.page.read_text(encoding="utf-8")
    assert text.index("用了别人支行的数") < text.index("最相似的在前")
    assert "最强的信号" in text
    assert "没有比较的题：第 1 题　数客户" in text


def test_answers_kept_beside_the_notebook_are_read_too(own):
    """A number given to a control is another's as much as one written in code."""
    course = open_course()
    folder = course.folder("submitted", own["literal"], "02_tiny")
    Answers(folder).put("count", int(own["n"]), counts=False)
    try:
        made = similar("02_tiny")
        assert (own["literal"], own["n"]) in {(one.learner, one.value) for one in made.borrowed}
    finally:
        (folder / "answers.json").unlink()
