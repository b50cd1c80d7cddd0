"""Large tables are made where they are first asked for: once, whole, and only if they fit."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from conftest import ROOT
from smeprofile import simulate
from smeprofile.data import large, load
from smeprofile.errors import UserError
from smeprofile.notebooks.execute import other_errors, run, stderr_of
from smeprofile.params import load_cohort, with_secret

WHOLE = load_cohort(root=ROOT)
SMALL = {"n_customers": 200, "months": 24, "modules": WHOLE.modules[:1]}
COHORT = WHOLE.model_copy(update=SMALL)
SECRET = "sixteen characters"


def make_course(root, cohort, **options):
    (root / "datasets").mkdir(parents=True)
    (root / "datasets" / "cohort.yml").write_text(COHORT.to_yaml(), encoding="utf-8")
    simulate.write_class_data(cohort, root / "datasets", **options)
    return root


@pytest.fixture(scope="module")
def public(tmp_path_factory):
    return make_course(tmp_path_factory.mktemp("public"), COHORT)


@pytest.fixture(scope="module")
def secret(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMEPROFILE_SECRET", SECRET)
        return make_course(tmp_path_factory.mktemp("secret"), with_secret(COHORT), is_secret=True)


def without_large(course, tmp_path):
    root = tmp_path / "course"
    shutil.copytree(course, root, ignore=shutil.ignore_patterns("large"))
    return root


@pytest.fixture
def course(public, tmp_path):
    """A course as handed out: no large tables."""
    return without_large(public, tmp_path)


def files(root):
    return sorted(p.name for p in (root / "datasets" / "large").iterdir())


def complaint(name, root):
    with pytest.raises(UserError) as caught:
        load(name, root=root)
    return str(caught.value)


def change_manifest(root, **values):
    path = root / "datasets" / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    for name, value in values.items():
        if name in content:
            content[name] = value
        else:
            content["tables"][name]["sha256"] = value
    path.write_text(json.dumps(content), encoding="utf-8")


def test_first_use_makes_all_large_tables_and_says_so(course, public, capsys):
    made = load("tax", root=course)
    said = capsys.readouterr()
    assert said.out == "" and "第一次使用逐月流水等大表" in said.err
    pd.testing.assert_frame_equal(made, load("tax", root=public))
    assert files(course) == sorted([".lock", *(f"{name}.parquet" for name in simulate.LARGE)])


def test_in_a_notebook_it_is_said_below_the_cell_and_is_no_warning(course, monkeypatch):
    monkeypatch.setenv("SMEPROFILE_HOME", str(course))
    cell = nbformat.v4.new_code_cell("import smeprofile as sp\nlen(sp.load('tax'))")
    ran = run(nbformat.v4.new_notebook(cells=[cell]), folder=course)
    assert (other_errors(ran), stderr_of(ran)) == ([], "")
    told = ran.cells[0].outputs[0].data["text/plain"]
    assert "第一次使用逐月流水等大表" in told and "200 / 200 户" in told


def test_second_use_only_reads(public, capsys):
    before = [p.stat().st_mtime_ns for p in (public / "datasets" / "large").iterdir()]
    for name in simulate.LARGE:
        load(name, root=public)
    after = [p.stat().st_mtime_ns for p in (public / "datasets" / "large").iterdir()]
    assert (before, capsys.readouterr().err) == (after, "")


def test_tables_of_an_earlier_edition_are_made_again(course, public, capsys):
    folder = course / "datasets" / "large"
    folder.mkdir()
    shutil.copy(public / "datasets" / "tables" / "lpr.parquet", folder / "flows.parquet")
    pd.testing.assert_frame_equal(load("flows", root=course), load("flows", root=public))
    assert "有更新" in capsys.readouterr().err


def test_two_kernels_at_once_make_them_once(course):
    code = "import smeprofile as sp; print(len(sp.load('balances')))"
    environment = {**os.environ, "SMEPROFILE_HOME": str(course)}
    both = [
        subprocess.Popen([sys.executable, "-c", code], env=environment, text=True,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]  # fmt: skip
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert told[0][0] == told[1][0] != ""
    assert sum("第一次使用" in err for _, err in told) == 1


def test_the_working_directory_plays_no_part(course, public, tmp_path, monkeypatch):
    monkeypatch.setenv("SMEPROFILE_HOME", str(course))
    monkeypatch.chdir(tmp_path)
    pd.testing.assert_frame_equal(load("invoices"), load("invoices", root=public))
    assert Path.cwd() == tmp_path
    assert sorted(p.name for p in tmp_path.iterdir()) == ["course"]


def test_tables_that_differ_from_the_manifest_are_not_kept(course):
    change_manifest(course, flows="0" * 64)
    said = complaint("tax", course)
    assert "flows" in said and "smeprofile build" in said and "\n" not in said
    assert files(course) == [".lock"]


def test_changed_parameters_are_noticed(course):
    other = COHORT.model_copy(update={"seed": COHORT.seed + 1})
    (course / "datasets" / "cohort.yml").write_text(other.to_yaml(), encoding="utf-8")
    assert "cohort.yml" in complaint("tax", course)


def test_an_edition_made_with_a_secret_is_not_made_without_it(secret, tmp_path, monkeypatch):
    monkeypatch.delenv("SMEPROFILE_SECRET", raising=False)
    root = without_large(secret, tmp_path)
    assert "密钥" in complaint("tax", root)
    assert not (root / "datasets" / "large").exists()


def test_a_trainee_of_a_secret_edition_is_sent_to_the_teacher(secret, tmp_path, monkeypatch):
    monkeypatch.delenv("SMEPROFILE_SECRET", raising=False)
    root = without_large(secret, tmp_path)
    monkeypatch.setenv("SMEPROFILE_HOME", str(root))
    assert "请向老师要 datasets/large" in complaint("tax", root)
    assert len(load("customers")) == COHORT.n_customers


def test_another_secret_is_told_before_any_waiting(secret, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SMEPROFILE_SECRET", "another-secret-of-16")
    assert "另一个密钥" in complaint("tax", without_large(secret, tmp_path))
    assert capsys.readouterr().err == ""


def test_an_edition_made_with_a_secret_is_made_with_it(secret, tmp_path, monkeypatch):
    monkeypatch.setenv("SMEPROFILE_SECRET", SECRET)
    root = without_large(secret, tmp_path)
    pd.testing.assert_frame_equal(load("tax", root=root), load("tax", root=secret))


def test_a_secret_edition_with_its_large_tables_needs_no_secret(secret, monkeypatch):
    monkeypatch.delenv("SMEPROFILE_SECRET", raising=False)
    assert len(load("tax", root=secret)) > 0


def test_another_pyarrow_is_named_before_any_waiting(course, capsys):
    change_manifest(course, pyarrow="17.0.0")
    assert "pyarrow==17.0.0" in complaint("tax", course)
    assert capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_written_is_named(course):
    (course / "datasets" / "large").write_text("", encoding="utf-8")
    said = complaint("tax", course)
    assert "写不了大表" in said and "large" in said


def test_a_read_only_course_says_who_can_help(course, monkeypatch):
    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied", path)

    monkeypatch.setattr(large, "FileLock", refuse)
    assert "没有权限" in complaint("tax", course)
    assert "管理员" in complaint("tax", course)


def test_interrupted_making_leaves_nothing_half_done(course, monkeypatch):
    def interrupted(cohort, folder, *, progress):
        (folder / "flows.parquet").write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(large, "write_large", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load("flows", root=course)
    assert files(course) == [".lock"]


def test_a_course_without_a_manifest_asks_for_a_build(course):
    (course / "datasets" / "manifest.json").unlink()
    assert "smeprofile build" in complaint("tax", course)
