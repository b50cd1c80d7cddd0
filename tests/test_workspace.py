"""A trainee's copy follows the course, and nothing the trainee did is ever lost."""

import copy
import json
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from smeprofile.cells import fingerprint, is_changed, merge, parse_notebook, read_notebook
from smeprofile.errors import UserError
from smeprofile.workspace import PRIVATE, Change, locate, sync

MODULE = "02_data_cleaning"


def edition(sources, *, graded=()):
    """An issued notebook: id → source, with the fingerprints the build writes."""
    cells = [new_code_cell(source, id=name) for name, source in sources.items()]
    for cell in cells:
        if cell.id in graded:
            cell.metadata["nbgrader"] = {"grade": True, "grade_id": cell.id}
    prints = {cell.id: fingerprint(cell) for cell in cells}
    about = {"module": MODULE, "notebook": "practice", "issued": prints}
    return new_notebook(cells=cells, metadata={"smeprofile": about})


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def write(path, notebook):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.v4.writes(notebook) + "\n", encoding="utf-8")


@pytest.fixture
def base(tmp_path):
    (tmp_path / "课程 甲" / "course").mkdir(parents=True)
    (tmp_path / "课程 甲" / "course" / "start.md").write_text("# 课程\n", encoding="utf-8")
    write(
        tmp_path / "课程 甲" / "course" / MODULE / "practice.ipynb", edition({"a": "1", "b": "2"})
    )
    return tmp_path / "课程 甲"


@pytest.fixture
def practice(base):
    """The trainee's practice notebook in a fresh workspace."""
    sync(base, base / "workspace", released=None)
    return base / "workspace" / MODULE / "practice.ipynb"


def issue(base, notebook):
    write(base / "course" / MODULE / "practice.ipynb", notebook)
    return sync(base, base / "workspace", released=None)


def answer(practice, source="我的答案"):
    notebook = read_notebook(practice)
    notebook.cells[0].source = source
    write(practice, notebook)


# --- merge -----------------------------------------------------------------------------------

IDS = st.sampled_from("abcdefgh")
EDITIONS = st.dictionaries(IDS, st.sampled_from(["x = 1", "x = 2", "x = 3"]), max_size=6)


@st.composite
def trainees(draw):
    """An issued notebook after a trainee edited, ran, deleted and added cells."""
    notebook = edition(draw(EDITIONS))
    for cell in notebook.cells:
        if draw(st.booleans()):
            cell.source = draw(st.sampled_from(["x = 2", "x = 1  # 我的", "print(x)"]))
        if draw(st.booleans()):
            cell.outputs = [new_output("stream", text="1\n")]
            cell.execution_count = 3
    notebook.cells = [cell for cell in notebook.cells if draw(st.integers(0, 4))]
    for number in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(notebook.cells)))
        notebook.cells.insert(at, new_markdown_cell(f"笔记 {number}", id=f"mine-{number}"))
    return notebook


def edited(notebook):
    """The cells the trainee edited or added."""
    issued = notebook.metadata.smeprofile.issued
    return [cell for cell in notebook.cells if fingerprint(cell) != issued.get(cell.id)]


@given(trainees(), EDITIONS.map(edition))
def test_a_cell_the_trainee_changed_is_never_altered(theirs, new):
    merged = {cell.id: cell for cell in merge(theirs, new).cells}
    latest = {cell.id: fingerprint(cell) for cell in new.cells}
    for cell in edited(theirs):
        if latest.get(cell.id) != fingerprint(cell):  # else both wrote the same
            assert cell == merged[cell.id]


@given(trainees(), EDITIONS.map(edition))
def test_merging_twice_is_merging_once(theirs, new):
    once = merge(theirs, new)
    assert once == merge(once, new)


@given(trainees(), EDITIONS.map(edition))
def test_a_kept_change_still_counts_as_changed_afterwards(theirs, new):
    later = {cell.id for cell in edited(merge(theirs, new))}
    latest = {cell.id: fingerprint(cell) for cell in new.cells}
    kept = {c.id for c in edited(theirs) if latest.get(c.id) != fingerprint(c)}
    assert kept <= later


@given(EDITIONS.map(edition), EDITIONS.map(edition))
def test_an_untouched_copy_becomes_the_new_edition(old, new):
    assert new == merge(old, new)


@given(trainees(), EDITIONS.map(edition))
def test_the_result_is_a_valid_notebook_with_unique_ids(theirs, new):
    merged = merge(theirs, new)
    nbformat.validate(merged)
    assert len(merged.cells) == len({cell.id for cell in merged.cells})


@given(trainees())
def test_added_cells_keep_their_order_and_neighbour(theirs):
    merged = merge(theirs, edition({name: "x = 9" for name in theirs.metadata.smeprofile.issued}))
    order = [cell.id for cell in merged.cells]
    mine = [cell.id for cell in theirs.cells if cell.id.startswith("mine")]
    assert mine == [name for name in order if name.startswith("mine")]
    before = {cell.id: previous.id for previous, cell in pairwise(theirs.cells)}
    for name in mine:
        if name in before:
            assert order.index(before[name]) < order.index(name)


@given(trainees(), EDITIONS.map(edition))
def test_merge_modifies_neither_notebook(theirs, new):
    kept = copy.deepcopy((theirs, new))
    merged = merge(theirs, new)
    for cell in merged.cells:
        cell.source = "改掉"
    assert kept == (theirs, new)


def test_outputs_stay_where_the_source_stays():
    theirs, new = edition({"a": "1", "b": "2"}), edition({"a": "1", "b": "3"})
    for cell in theirs.cells:
        cell.execution_count = 7
    assert [cell.execution_count for cell in merge(theirs, new).cells] == [7, None]


def test_a_deleted_cell_stays_deleted_unless_its_text_is_new_or_it_is_graded():
    theirs = edition({"a": "1", "b": "2", "c": "3"})
    theirs.cells = []
    new = edition({"a": "1", "b": "新", "c": "3"}, graded=["c"])
    assert sources(merge(theirs, new)) == ["新", "3"]


def test_a_cell_that_vanished_goes_unless_the_trainee_changed_it():
    theirs = edition({"a": "1", "b": "2", "c": "3"})
    theirs.cells[2].source = "我的"
    assert sources(merge(theirs, edition({"a": "1"}))) == ["1", "我的"]


def test_a_foreign_notebook_loses_nothing_and_gains_what_it_lacks():
    foreign = new_notebook(cells=[new_code_cell("别处的", id="a"), new_code_cell("笔记", id="z")])
    merged = merge(foreign, edition({"a": "1", "b": "2"}))
    assert sources(merged) == ["别处的", "笔记", "2"]


def test_what_jupyterlab_writes_on_saving_does_not_make_a_notebook_outdated():
    theirs = edition({"a": "1"})
    theirs.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    assert theirs == merge(theirs, edition({"a": "1"}))


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"cells": 1}', '{"cells": [{}], "metadata": {}}', "[" * 100_000],
)
def test_a_broken_notebook_is_a_value_error(text):
    with pytest.raises(ValueError, match="笔记本"):
        parse_notebook(text)


def test_two_cells_with_one_id_are_refused():
    twice = edition({"a": "1"})
    twice.cells *= 2
    with pytest.raises(ValueError, match="编号相同"):
        parse_notebook(json.dumps(twice))


# --- sync ------------------------------------------------------------------------------------


def test_the_first_sync_copies_the_course_byte_for_byte(base, practice):
    assert (base / "course" / MODULE / "practice.ipynb").read_bytes() == practice.read_bytes()


def test_a_second_sync_writes_nothing(base, practice):
    before = practice.stat().st_mtime_ns
    assert sync(base, base / "workspace", released=None) == []
    assert before == practice.stat().st_mtime_ns


def test_an_answer_survives_a_new_edition_and_the_rest_is_updated(base, practice):
    answer(practice)
    changes = issue(base, edition({"a": "新题", "b": "新", "c": "3"}))
    assert sources(read_notebook(practice)) == ["我的答案", "新", "3"]
    assert [Change(f"{MODULE}/practice.ipynb", "updated")] == changes


def test_the_edition_before_an_update_is_kept_and_only_the_last_five(base, practice):
    answer(practice)
    for number in range(7):
        issue(base, edition({"a": "1", "b": f"第 {number} 版"}))
    kept = (base / "workspace" / PRIVATE / "backup" / MODULE).iterdir()
    assert [f"practice-{n}.ipynb" for n in range(3, 8)] == sorted(path.name for path in kept)


def test_an_untouched_notebook_is_updated_without_a_backup(base, practice):
    issue(base, edition({"a": "新"}))
    assert not (base / "workspace" / PRIVATE / "backup").exists()
    assert not is_changed(read_notebook(practice))


def test_files_of_the_trainee_are_never_touched(base, practice):
    mine = {"notes.md": "笔记", "my.ipynb": "不是笔记本", "answers.json": "{}"}
    for name, text in mine.items():
        (practice.parent / name).write_text(text, encoding="utf-8")
        (base / "course" / MODULE / "answers.json").write_text("课程的", encoding="utf-8")
    sync(base, base / "workspace", released=None)
    assert mine == {name: (practice.parent / name).read_text(encoding="utf-8") for name in mine}


def test_the_start_page_is_refreshed(base, practice):
    (base / "course" / "start.md").write_text("# 第二版", encoding="utf-8")
    assert [Change("start.md", "updated")] == sync(base, base / "workspace", released=None)
    assert (base / "workspace" / "start.md").read_text(encoding="utf-8") == "# 第二版"


@pytest.mark.parametrize("broken", [b'{"cells": [{"cell_ty', b"", b"\xb2\xe2\xca\xd4"])
def test_an_unreadable_notebook_is_left_alone_and_the_new_one_put_beside(base, practice, broken):
    practice.write_bytes(broken)
    changes = issue(base, edition({"a": "新"}))
    assert [Change(f"{MODULE}/practice.ipynb", "unreadable")] == changes
    assert broken == practice.read_bytes()
    assert sources(read_notebook(practice.with_suffix(".new.ipynb"))) == ["新"]


def test_work_in_the_notebook_put_beside_is_not_overwritten(base, practice):
    practice.write_bytes(b"{")
    issue(base, edition({"a": "新"}))
    answer(practice.with_suffix(".new.ipynb"))
    issue(base, edition({"a": "更新"}))
    assert sources(read_notebook(practice.with_suffix(".new.ipynb"))) == ["我的答案"]


def test_a_released_module_waits_to_be_fetched(base):
    write(base / "outbound" / MODULE / "practice.ipynb", edition({"a": "发布版"}))
    changes = sync(base, base / "workspace", released=base / "outbound")
    assert [Change("start.md", "new")] == changes


def test_a_fetched_module_follows_the_released_copy(base, practice):
    write(base / "outbound" / MODULE / "practice.ipynb", edition({"a": "发布版"}))
    sync(base, base / "workspace", released=base / "outbound")
    assert sources(read_notebook(practice)) == ["发布版"]


def test_a_workspace_below_a_file_is_a_user_error(base):
    (base / "文件").write_text("", encoding="utf-8")
    with pytest.raises(UserError, match=r"整理工作区 .*文件"):
        sync(base, base / "文件" / "workspace", released=None)


def test_a_workspace_where_nothing_can_be_written_is_a_user_error(base):
    with pytest.raises(UserError, match="整理工作区 /proc/课程 时出错"):
        sync(base, Path("/proc/课程"), released=None)


def test_a_failed_write_leaves_the_old_notebook(base, practice, monkeypatch):
    answer(practice)
    before = practice.read_bytes()
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError(28, "")))
    with pytest.raises(UserError, match="磁盘满了"):
        issue(base, edition({"a": "新", "b": "新"}))
    assert before == practice.read_bytes()
    assert [practice] == sorted(practice.parent.iterdir())


def test_a_broken_course_notebook_is_named(base, practice):
    (base / "course" / MODULE / "practice.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match=r"course.*practice\.ipynb 坏了"):
        sync(base, base / "workspace", released=None)


@pytest.mark.parametrize("part", ["", "course", "course/02_data_cleaning"])
def test_the_course_itself_is_refused_as_a_workspace(base, part):
    with pytest.raises(UserError, match="是课程本身"):
        locate(base, base / part)


def test_inside_a_workspace_that_workspace_is_meant(base, practice, monkeypatch):
    (base / "另一处" / PRIVATE).mkdir(parents=True)
    monkeypatch.chdir(base / "另一处")
    assert base / "另一处" == locate(base)


def test_elsewhere_the_default_workspace_is_meant(base, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert base / "workspace" == locate(base)
