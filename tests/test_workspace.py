"""A trainee's copy follows the course, and nothing the trainee did is ever lost."""

import copy
import json
import shutil
from itertools import pairwise
from pathlib import Path

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from typer.testing import CliRunner

from smeprofile.cells import fingerprint, is_changed, merge, parse_notebook, read_notebook
from smeprofile.cli import app
from smeprofile.errors import UserError
from smeprofile.paths import home
from smeprofile.workspace import PRIVATE, Change, backups, locate, restore, sync

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


def test_only_the_last_five_backups_are_kept(base, practice):
    answer(practice)
    for number in range(7):
        issue(base, edition({"a": "1", "b": f"第 {number} 版"}))
    assert [3, 4, 5, 6, 7] == [backup.number for backup in backups(base / "workspace")]


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


def test_a_file_beside_the_notebooks_is_refreshed(base, practice):
    (base / "course" / "read.md").write_text("# 第一版", encoding="utf-8")
    sync(base, base / "workspace", released=None)
    (base / "course" / "read.md").write_text("# 第二版", encoding="utf-8")
    assert [Change("read.md", "updated")] == sync(base, base / "workspace", released=None)
    assert (base / "workspace" / "read.md").read_text(encoding="utf-8") == "# 第二版"


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
    assert [] == changes


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


def test_where_the_instructor_marks_is_nobodys_workspace(base, practice, monkeypatch):
    (base / "datasets").mkdir()
    (base / "datasets" / "cohort.yml").touch()
    desk = base / "grading"
    (desk / ".smeprofile" / "jupyter").mkdir(parents=True)  # as `smeprofile mark` leaves it
    monkeypatch.chdir(desk)
    assert locate(base) == base / "workspace"
    with pytest.raises(UserError, match="--workspace"):
        locate(base, desk)


def test_elsewhere_the_default_workspace_is_meant(base, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert base / "workspace" == locate(base)


# --- backup and restore ----------------------------------------------------------------------


@pytest.fixture
def worked(base, practice):
    """The workspace of a trainee who worked in every file of the module."""
    write(practice.with_name("lesson.ipynb"), edition({"c": "我听的课"}))
    write(base / "course" / MODULE / "lesson.ipynb", edition({"c": "3"}))
    sync(base, base / "workspace", released=None)
    answer(practice)
    answer(practice.with_name("lesson.ipynb"), "我的笔记")
    practice.with_name("answers.json").write_text('{"q": 1}', encoding="utf-8")
    practice.with_name("notes.md").write_text("笔记", encoding="utf-8")
    return base / "workspace"


def contents(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_backup_holds_all_work_in_the_module_that_is_altered(base, worked):
    names = [f"{MODULE}/{name}" for name in ("answers.json", "lesson.ipynb", "practice.ipynb")]
    before = contents(worked)
    issue(base, edition({"a": "新题", "b": "新"}))
    (backup,) = backups(worked)
    assert {name: before[name] for name in names} == contents(backup.folder)
    assert names == backup.files


def test_a_module_that_is_not_altered_needs_no_backup(base, worked):
    write(base / "course" / "05_other" / "practice.ipynb", edition({"a": "1"}))
    sync(base, worked, released=None)
    write(base / "course" / "05_other" / "practice.ipynb", edition({"a": "2"}))
    sync(base, worked, released=None)
    assert [] == backups(worked)


def test_answers_kept_beside_an_untouched_notebook_are_backed_up_too(base, practice):
    practice.with_name("answers.json").write_text("{}", encoding="utf-8")
    issue(base, edition({"a": "新"}))
    assert [[f"{MODULE}/answers.json"]] == [b.files for b in backups(base / "workspace")]


def test_nothing_is_altered_when_the_backup_cannot_be_written(base, worked):
    (worked / PRIVATE).mkdir(exist_ok=True)
    (worked / PRIVATE / "backup").write_text("", encoding="utf-8")
    before = contents(worked)
    with pytest.raises(UserError, match="整理工作区"):
        issue(base, edition({"a": "新题", "b": "新"}))
    assert before == contents(worked)


def test_a_backup_is_whole_or_not_there(base, worked, monkeypatch):
    """The second of three files doesn't get written."""
    replace, calls = Path.replace, []
    full = OSError(28, "", "answers.json")

    def fail_second(path, target):
        calls.append(target)
        if len(calls) == 2:
            raise full
        return replace(path, target)

    monkeypatch.setattr("pathlib.Path.replace", fail_second)
    with pytest.raises(UserError, match="磁盘满了"):
        issue(base, edition({"a": "新题", "b": "新"}))
    assert [] == list((worked / PRIVATE / "backup").iterdir())


def test_restore_brings_back_the_newest_backup(base, worked):
    before = contents(worked / MODULE)
    issue(base, edition({"a": "新题", "b": "新"}))
    answer(worked / MODULE / "practice.ipynb", "写坏了")
    (worked / MODULE / "answers.json").unlink()
    assert [f"{MODULE}/answers.json", f"{MODULE}/practice.ipynb"] == restore(worked)
    assert before == contents(worked / MODULE)


def test_restoring_twice_undoes_the_restore(base, worked):
    issue(base, edition({"a": "新题", "b": "新"}))
    before = contents(worked / MODULE)
    restore(worked)
    restore(worked)
    assert before == contents(worked / MODULE)


def test_restoring_what_is_already_there_writes_nothing(base, worked):
    issue(base, edition({"a": "新题", "b": "新"}))
    restore(worked, number=1)
    assert [] == restore(worked, number=1)
    assert [1, 2] == [backup.number for backup in backups(worked)]


def test_an_older_backup_is_restored_by_its_number_though_it_then_drops_out(base, worked):
    before = contents(worked / MODULE)
    for number in range(5):
        issue(base, edition({"a": "1", "b": f"第 {number} 版"}))
    restore(worked, number=1)
    assert before == contents(worked / MODULE)
    assert [2, 3, 4, 5, 6] == [backup.number for backup in backups(worked)]


def test_one_module_is_restored_from_the_newest_backup_that_has_it(base, worked):
    before = (worked / MODULE / "practice.ipynb").read_bytes()
    issue(base, edition({"a": "新题", "b": "新"}))
    write(base / "course" / "05_other" / "practice.ipynb", edition({"a": "1"}))
    sync(base, worked, released=None)
    answer(worked / "05_other" / "practice.ipynb")
    write(base / "course" / "05_other" / "practice.ipynb", edition({"a": "1", "b": "2"}))
    sync(base, worked, released=None)
    assert [f"{MODULE}/practice.ipynb"] == restore(worked, MODULE)
    assert before == (worked / MODULE / "practice.ipynb").read_bytes()


def test_an_interrupted_restore_leaves_each_file_old_or_new(base, worked, monkeypatch):
    old = contents(worked / MODULE)
    issue(base, edition({"a": "新题", "b": "新"}))
    for name in ("lesson.ipynb", "practice.ipynb"):
        answer(worked / MODULE / name, "后来的")
    new = contents(worked / MODULE)
    replace = Path.replace

    def fail_in_the_module(path, target):
        if target == worked / MODULE / "practice.ipynb":
            raise OSError(28, "", str(target))
        return replace(path, target)

    monkeypatch.setattr("pathlib.Path.replace", fail_in_the_module)
    with pytest.raises(UserError, match=r"磁盘满了.*smeprofile restore --number 1"):
        restore(worked)
    mixed = new | {"lesson.ipynb": old["lesson.ipynb"]}
    assert mixed == contents(worked / MODULE)
    monkeypatch.undo()
    restore(worked, number=1)
    assert old == contents(worked / MODULE)


@pytest.mark.parametrize(
    ("module", "number", "says"),
    [
        (None, 9, "没有编号为 9 的备份。现有：1。"),
        ("05_other", None, "备份里没有 05_other"),
        ("05_other", 1, "备份 1 里没有 05_other"),
    ],
)
def test_a_backup_that_is_not_there_is_named(base, worked, module, number, says):
    issue(base, edition({"a": "新题", "b": "新"}))
    with pytest.raises(UserError, match=says):
        restore(worked, module, number)


def test_backups_of_an_earlier_version_are_no_obstacle(base, worked):
    write(worked / PRIVATE / "backup" / MODULE / "practice-1.ipynb", edition({}))
    issue(base, edition({"a": "新题", "b": "新"}))
    assert [1] == [backup.number for backup in backups(worked)]


@pytest.fixture
def command(base, worked, monkeypatch):
    """Run `smeprofile restore …` in a class whose course was updated; what it prints."""
    (base / "datasets").mkdir()
    shutil.copy(home() / "datasets" / "cohort.yml", base / "datasets")
    monkeypatch.setenv("SMEPROFILE_HOME", str(base))
    issue(base, edition({"a": "新题", "b": "新"}))
    return lambda *options: CliRunner().invoke(
        app, ["restore", "--workspace", str(worked), *options]
    )


def test_the_command_lists_number_time_and_files(worked, command):
    at = f"{backups(worked)[0].at:%Y-%m-%d %H:%M}"
    files = "、".join(backups(worked)[0].files)
    assert f"1　{at}　{files}\n" == command("--list").stdout


def test_the_command_names_what_came_back_and_how_to_undo_it(command):
    said = command("02").stdout.splitlines()
    assert ["找回了 1 个文件", f"{MODULE}/practice.ipynb", "找回前的样子也留了一份"] == [
        said[0].split("（")[0],
        said[1],
        said[2].split("：")[0],
    ]


def test_the_command_says_when_there_is_nothing_to_do(command):
    command("--number", "1")
    assert "和备份一样，没有动。\n" == command("--number", "1").stdout


def test_the_command_refuses_an_unknown_module(command):
    with pytest.raises(UserError, match="没有名为 77 的模块"):
        raise command("77").exception


def test_an_empty_list_says_so(command, tmp_path):
    assert "还没有备份。\n" == command("--list", "--workspace", str(tmp_path)).stdout
