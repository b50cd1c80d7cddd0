"""What is handed in is what the trainee saved, checked; every refusal says what to do."""

import json
import shutil
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from smeprofile import submit as submitting
from smeprofile.answers import Answers
from smeprofile.cells import fingerprint
from smeprofile.errors import UserError
from smeprofile.packet import LIMIT_BYTES, MANIFEST, read_submission
from smeprofile.params import load_cohort
from smeprofile.paths import home
from smeprofile.submit import submit

MODULE = "02_data_cleaning"


def notebook(source="1", *, module=MODULE):
    issued = {"a": fingerprint(new_code_cell("1"))}
    about = {"module": module, "notebook": "practice", "issued": issued}
    cells = [new_code_cell(source, id="a")]
    return nbformat.v4.writes(new_notebook(cells=cells, metadata={"smeprofile": about}))


@pytest.fixture
def base(tmp_path, monkeypatch):
    """A course home whose workspace holds one answered module."""
    base = tmp_path / "课程 甲"
    (base / "datasets").mkdir(parents=True)
    shutil.copy(home() / "datasets" / "cohort.yml", base / "datasets")
    (base / "workspace" / MODULE).mkdir(parents=True)
    monkeypatch.setenv("SMEPROFILE_HOME", str(base))
    monkeypatch.setenv("SMEPROFILE_LEARNER", "zhang.san")
    monkeypatch.delenv("SMEPROFILE_EXCHANGE", raising=False)
    monkeypatch.chdir(tmp_path)
    (base / "workspace" / MODULE / "practice.ipynb").write_text(notebook("2"), encoding="utf-8")
    return base


@pytest.fixture
def folder(base):
    return base / "workspace" / MODULE


@pytest.fixture
def cohort(base):
    return load_cohort(root=base)


@pytest.fixture
def released(base, cohort):
    """The exchange after the instructor's release."""
    course = base / "grading" / "exchange" / cohort.cohort_id
    (course / "inbound").mkdir(parents=True)
    (course / "outbound" / MODULE).mkdir(parents=True)
    (course / "outbound" / MODULE / "practice.ipynb").write_text(notebook(), encoding="utf-8")
    return course


# --- by exchange -----------------------------------------------------------------------------


def test_the_exchange_receives_the_saved_files_and_no_others(folder, released, capfd):
    for name in ("answers.json", "lesson.ipynb", "我的笔记.txt", "practice.new.ipynb"):
        (folder / name).write_text("{}", encoding="utf-8")
    submit("02")
    (handed_in,) = (released / "inbound").iterdir()
    names = {"practice.ipynb", "lesson.ipynb", "answers.json"}
    assert names | {"timestamp.txt", "submission_secret.txt"} == {
        p.name for p in handed_in.iterdir()
    }
    assert (folder / "practice.ipynb").read_bytes() == (handed_in / "practice.ipynb").read_bytes()
    assert capfd.readouterr() == ("", "")


def test_the_receipt_names_the_time_that_the_exchange_recorded(folder, released):
    receipt = submit("02")
    (handed_in,) = (released / "inbound").iterdir()
    assert f"{receipt.submitted_at:%Y-%m-%d %H:%M:%S.%f} UTC" == (
        (handed_in / "timestamp.txt").read_text(encoding="utf-8")
    )
    assert f"zhang.san+{MODULE}" == "+".join(handed_in.name.split("+")[:2])
    at = receipt.submitted_at + timedelta(hours=8)  # as deadlines are told, on any server
    assert f"时间 {at:%Y-%m-%d %H:%M:%S}，" in str(receipt)


def test_before_the_release_the_way_out_is_named(base):
    (base / "grading").mkdir()
    with pytest.raises(UserError, match=r"还没有发布 02_data_cleaning.*--zip"):
        submit("02")


def test_a_missing_exchange_is_named(base, monkeypatch):
    monkeypatch.setenv("SMEPROFILE_EXCHANGE", str(base / "没有"))
    with pytest.raises(UserError, match=r"没有可用的作业交换区.*--zip"):
        submit("02")


def test_what_nbgrader_refuses_is_one_line_of_chinese_and_logged(base, released, capfd):
    (released / "inbound").rmdir()
    with pytest.raises(UserError, match=r"交换区没有收下 02_data_cleaning，详情见 .*submit\.log"):
        submit("02")
    assert capfd.readouterr() == ("", "")
    assert "Inbound directory doesn't exist" in (
        (base / "workspace" / ".smeprofile" / "submit.log").read_text(encoding="utf-8")
    )


# --- what is refused -------------------------------------------------------------------------


def test_an_unanswered_practice_is_accepted_with_a_note(folder, tmp_path):
    (folder / "practice.ipynb").write_text(notebook("1"), encoding="utf-8")
    assert "还没有作答" in submitting.run("02", tmp_path)


def test_answers_that_cannot_be_read_are_handed_in_and_told(folder, tmp_path):
    (folder / "answers.json").write_text("{", encoding="utf-8")
    assert "answers.json 读不出来" in submitting.run("02", tmp_path)


def test_a_form_filled_in_is_no_blank_and_a_self_check_alone_is(folder, tmp_path):
    form = new_code_cell("ask.choices('redline', {}, [])", id="a")
    form.metadata = {
        "jupyter": {"source_hidden": True},
        "nbgrader": {"solution": True, "grade_id": "redline"},
    }
    about = {"module": MODULE, "issued": {"a": fingerprint(form)}}
    text = nbformat.v4.writes(new_notebook(cells=[form], metadata={"smeprofile": about}))
    (folder / "practice.ipynb").write_text(text, encoding="utf-8")
    told = []
    for name in ("same_name", "redline"):
        Answers(folder).put(name, "甲")
        told.append("还没有作答" in submitting.run("02", tmp_path))
    assert [True, False] == told


def test_an_answered_practice_gets_no_note(base, tmp_path):
    assert "还没有作答" not in submitting.run("02", tmp_path)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"cells": [', "不是完整的笔记本文件"),
        (notebook(module="05_behaviour"), "属于 05_behaviour，不是 02_data_cleaning"),
        (nbformat.v4.writes(new_notebook()), "属于 别的课程"),
        (nbformat.v4.writes(new_notebook(metadata={"smeprofile": None})), "属于 别的课程"),
        (notebook().replace('"id": "a"', '"id": ["a"]'), "不符合笔记本格式"),
    ],
)
def test_a_practice_that_cannot_be_graded_is_refused(folder, tmp_path, text, reason):
    (folder / "practice.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=rf"{MODULE} 不能提交：practice.ipynb .*{reason}"):
        submit("02", zip_path=tmp_path)


def test_a_missing_practice_is_refused(folder, tmp_path):
    (folder / "practice.ipynb").unlink()
    with pytest.raises(UserError, match=r"没有 practice\.ipynb"):
        submit("02", zip_path=tmp_path)


def test_a_module_not_in_the_workspace_is_refused(folder, tmp_path):
    shutil.rmtree(folder)
    with pytest.raises(UserError, match="工作区里没有 02_data_cleaning"):
        submit("02", zip_path=tmp_path)


@pytest.mark.parametrize("target", ["/etc/hostname", "没有这个文件"])
def test_a_link_is_refused(folder, tmp_path, target):
    (folder / "answers.json").symlink_to(target)
    with pytest.raises(UserError, match=r"answers\.json 是链接"):
        submit("02", zip_path=tmp_path)


def test_a_folder_beyond_the_limit_is_refused(folder, tmp_path):
    with (folder / "lesson.ipynb").open("wb") as file:
        file.truncate(LIMIT_BYTES)
    with pytest.raises(UserError, match="超过 20 MB"):
        submit("02", zip_path=tmp_path)


@pytest.mark.parametrize("name", ["张三", "a+b", "../x", ".", "..", "a" * 41, "a\n"])
def test_a_learner_id_that_could_not_name_a_file_is_refused(base, tmp_path, name):
    with pytest.raises(UserError, match="SMEPROFILE_LEARNER"):
        submit("02", zip_path=tmp_path, learner_id=name)


# --- by zip ----------------------------------------------------------------------------------


@pytest.fixture
def packed(base, tmp_path):
    return submit("02", zip_path=tmp_path).zip_path


def test_what_is_packed_is_what_is_read(folder, packed, cohort):
    submission = read_submission(packed, cohort)
    assert f"zhang.san+{MODULE}.zip" == packed.name
    assert {"practice.ipynb": (folder / "practice.ipynb").read_bytes()} == submission.files
    assert (submission.manifest.learner_id, submission.manifest.module) == ("zhang.san", MODULE)


def test_packing_again_replaces_the_earlier_zip(folder, packed, cohort, tmp_path):
    (folder / "practice.ipynb").write_text(notebook("3"), encoding="utf-8")
    submit("02", zip_path=packed)
    assert notebook("3") == read_submission(packed, cohort).files["practice.ipynb"].decode()


@pytest.mark.parametrize("other", ["another learner's", "no zip at all"])
def test_a_zip_that_is_not_ours_is_not_overwritten(packed, other):
    if other == "no zip at all":
        packed.write_bytes(b"PK")
    before = packed.read_bytes()
    with pytest.raises(UserError, match="已存在"):
        submit("02", zip_path=packed, learner_id="li.si" if other.startswith("another") else None)
    assert before == packed.read_bytes()


@pytest.mark.parametrize("name", ["作业.rar", "没有/的/文件夹"])
def test_a_name_that_is_no_zip_is_refused(base, tmp_path, name):
    with pytest.raises(UserError, match=r"应是 \.zip 文件或已有的文件夹"):
        submit("02", zip_path=tmp_path / name)


def test_a_zip_that_cannot_be_written_is_a_user_error(base):
    with pytest.raises(UserError, match="写不了 zip"):
        submit("02", zip_path=Path("/proc/a/b.zip"))


def rewritten(path, change):
    """Rewrite the zip with ``change`` applied to its entries, name → bytes."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


def claim(**fields):
    def change(entries):
        entries[MANIFEST] = json.dumps(json.loads(entries[MANIFEST]) | fields).encode()

    return change


FORGERIES = [
    (lambda entries: entries.pop(MANIFEST), "submission.json 缺失或不合规定"),
    (lambda entries: entries.update({MANIFEST: b"{"}), "submission.json 缺失或不合规定"),
    (claim(learner_id="../root"), "submission.json 缺失或不合规定"),
    (claim(learner_id=".."), "submission.json 缺失或不合规定"),
    (claim(submitted_at="2025-12-31T10:00:00"), "submission.json 缺失或不合规定"),
    (claim(format=2), "submission.json 缺失或不合规定"),
    (lambda entries: entries.update({"../../practice.ipynb": b"{}"}), "里面只应有"),
    (lambda entries: entries.update({"/etc/cron.d/x": b""}), "里面只应有"),
    (lambda entries: entries.update({"practice.ipynb": b"{}"}), "practice.ipynb 在打包后被改过"),
    (lambda entries: entries.update({"answers.json": b"{}"}), "列出的不一致"),
    (claim(files={}), "列出的不一致"),
    (claim(submitted_at="0001-01-01T00:00:00+08:00"), "提交时间在 1 年"),
    (claim(submitted_at="9999-12-31T23:59:59-08:00"), "提交时间在 9999 年"),
    (claim(cohort_id="other"), "属于班次 other"),
    (claim(module="99_none"), "没有名为 99_none 的模块"),
]


@pytest.mark.parametrize(("forge", "reason"), FORGERIES)
def test_a_forged_zip_is_refused(packed, cohort, forge, reason):
    rewritten(packed, forge)
    with pytest.raises(UserError, match=f"不能收 .*zip：.*{reason}"):
        read_submission(packed, cohort)


def test_a_link_inside_a_zip_is_refused(packed, cohort):
    with zipfile.ZipFile(packed, "a") as archive:
        link = zipfile.ZipInfo("answers.json")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UserError, match="里面有链接"):
        read_submission(packed, cohort)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(packed, cohort):
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("answers.json", bytes(2 * LIMIT_BYTES))
    with pytest.raises(UserError, match="解开后超过 20 MB"):
        read_submission(packed, cohort)


def test_a_method_that_unpacks_everything_first_is_refused(packed, cohort):
    """Of a bzip2 entry zipfile makes all there is, whatever size it claims."""
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("answers.json", bytes(100))
    with pytest.raises(UserError, match="里面的压缩方法"):
        read_submission(packed, cohort)


@pytest.mark.parametrize("keep", [0, 10, -30])
def test_a_truncated_zip_is_refused(packed, cohort, keep):
    packed.write_bytes(packed.read_bytes()[:keep])
    with pytest.raises(UserError, match="不是完整的 zip 文件"):
        read_submission(packed, cohort)


def test_a_zip_with_damaged_content_is_refused(packed, cohort):
    data = bytearray(packed.read_bytes())
    data[100] ^= 0xFF
    packed.write_bytes(bytes(data))
    with pytest.raises(UserError, match="不是完整的 zip 文件"):
        read_submission(packed, cohort)


@pytest.mark.skipif(sys.platform == "win32", reason="nbgrader's exchange needs POSIX")
def test_our_own_exchange_is_created_open_to_everyone(base):
    (base / "grading").mkdir()
    root = submitting.exchange_root(base)
    assert root.stat().st_mode & 0o777 == 0o777


def test_a_bundle_has_no_exchange_and_gets_no_stray_folder(base):
    assert submitting.exchange_root(base) is None
    assert not (base / "grading").exists()
