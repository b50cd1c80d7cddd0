"""What a build makes and checks; the bundle gives nothing away."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pandas as pd
import psutil
import pytest
import yaml

from conftest import ROOT
from smeprofile import simulate
from smeprofile.buildcache import Cache, is_settled, lying, record_of, state_of
from smeprofile.data import load
from smeprofile.errors import UserError
from smeprofile.learner import learner_name
from smeprofile.notebooks import build as builder
from smeprofile.notebooks import frozen, read_source, runs
from smeprofile.notebooks.bundle import write_bundle
from smeprofile.notebooks.new_module import new_module
from smeprofile.notebooks.runs import _started as started
from smeprofile.params import load_cohort
from smeprofile.rehearse import rehearse
from tiny_course import LESSON, PRACTICE, write_tiny_course

SECRET = "a secret of the other bank"


def tree(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.full
def test_two_folders_with_caches_of_their_own_hold_the_same_bytes(
    tiny_built, tmp_path, monkeypatch
):
    write_tiny_course(tmp_path)
    monkeypatch.setenv("SMEPROFILE_HOME", str(tmp_path))
    assert builder.build().n_run == 4  # the lesson has no exercise to leave blank
    kept = (".build", "large")
    one, two = (
        {name: data for name, data in tree(root).items() if name.parts[0] not in kept}
        for root in (tiny_built, tmp_path)
    )
    assert one == two
    assert not {p for p in one if b"smeprofile-build-" in one[p]}  # no folder of the build's own


def test_what_is_settled_is_not_built_again(tiny):
    assert builder.build().n_run == 0  # another folder, the same contents
    assert is_settled([], None, None)
    path = tiny / "course" / "02_tiny" / "lesson.ipynb"
    path.write_bytes(path.read_bytes() + b" ")
    assert not is_settled([], None, None)
    assert builder.check().why == {"course/02_tiny/lesson.ipynb": "源文件没有变，是它自己被改过"}
    assert builder.build().files == ["course/02_tiny/lesson.ipynb"]
    assert is_settled([], None, None)


def test_a_notebook_or_table_more_is_not_settled(tiny):
    builder.build()
    for name in ("course/03_more/lesson.ipynb", "datasets/tables/more.parquet"):
        (tiny / name).parent.mkdir(exist_ok=True)
        (tiny / name).write_bytes(b"x")
        assert not is_settled([], None, None)
        (tiny / name).unlink()
        assert is_settled([], None, None)


def test_a_fact_that_expired_and_another_secret_in_the_same_file_are_not_settled(
    tiny, tmp_path, monkeypatch
):
    (tmp_path / "secret").write_text("sixteen characters", encoding="utf-8")
    monkeypatch.setenv("SMEPROFILE_SECRET_FILE", str(tmp_path / "secret"))
    cache, names = Cache(tiny), []
    kept = {"state": state_of(cache, tiny, names, None), "files": {}, "lying": lying(tiny)}
    for until, is_so in (("2020-01-31", False), ("9999-12-31", True)):
        cache.write(record_of(tiny, names), kept | {"until": until})
        assert is_settled(names, None, None) == is_so
    (tmp_path / "secret").write_text("seventeen characters", encoding="utf-8")
    assert not is_settled(names, None, None)


def test_a_module_taken_off_the_list_is_removed_and_somebodys_own_notebook_is_not(tiny, tmp_path):
    made = tiny / "course" / "02_tiny"
    marker = tiny / "datasets" / "cohort.yml"
    marker.write_text(marker.read_text("utf-8").replace("02_tiny", "03_other"), encoding="utf-8")
    shutil.copytree(tiny / "solutions" / "02_tiny", tiny / "solutions" / "03_other")
    own = made / "notes.ipynb"
    shutil.copy(made / "lesson.ipynb", own)
    before = tree(tiny / "course")
    with pytest.raises(UserError, match=r"笔记本：course/02_tiny/notes\.ipynb。.*移走"):
        builder.build()
    assert tree(tiny / "course") == before
    own.unlink()
    builder.build()
    assert ["03_other"] == [p.name for p in (tiny / "course").iterdir()]


def test_another_list_of_modules_makes_only_the_learning_path_anew(tiny, cohort):
    path = tiny / "solutions" / "02_tiny" / "lesson.py"
    one = read_source(path, cohort)
    path.write_text(LESSON + "\n# %%\nask.path()\n", encoding="utf-8")
    fewer = cohort.model_copy(update={"modules": cohort.modules[:3]})
    same = [
        len({runs.runs([source], c, Cache(tiny), "", tiny)[0].key for c in (cohort, fewer)}) == 1
        for source in (one, read_source(path, cohort))
    ]
    assert same == [True, False]


def test_notebooks_are_run_as_the_same_learner_whoever_builds(tiny, cohort, monkeypatch):
    monkeypatch.setenv("SMEPROFILE_LEARNER", "zhang.san")
    for name in ("SMEPROFILE_PAPERS", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, "")
    who = []
    monkeypatch.setattr(runs, "_run_solved", lambda _, ran: who.append(learner_name()) or ran)
    source = read_source(tiny / "solutions" / "02_tiny" / "lesson.py", cohort)
    monkeypatch.setattr("tempfile.tempdir", None)
    one = runs.runs([source], cohort, Cache(tiny), "", tiny)[0]
    runs._run(one, str(tiny), {}, str(tiny))
    assert who == ["instructor"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_ctrl_c_ends_a_build_in_seconds_and_nothing_is_left(tiny):
    before = tree(tiny / "course")
    code = f"# %%\nimport time\nopen({str(tiny / 'begun')!r}, 'w')\ntime.sleep(300)\n"
    for stem, text in (("lesson", LESSON), ("practice", PRACTICE)):  # more runs than workers
        (tiny / "solutions" / "02_tiny" / f"{stem}.py").write_text(code + text, encoding="utf-8")
    with TemporaryDirectory() as folder:  # not pytest's: a socket's path must be short
        process = subprocess.Popen(
            [sys.executable, "-m", "smeprofile", "build"],
            env=os.environ | {"TMPDIR": folder}, start_new_session=True, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while not (tiny / "begun").exists() and process.poll() is None:
            time.sleep(0.1)
        started = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        process.wait(15)
        assert psutil.wait_procs(started, timeout=10)[1] == []
        assert [*Path(folder).iterdir()] == []
    assert tree(tiny / "course") == before


def test_one_changed_lesson_runs_one_notebook(tiny):
    builder.build()
    path = tiny / "solutions" / "02_tiny" / "lesson.py"
    path.write_text(path.read_text(encoding="utf-8").replace("学习", "再学"), encoding="utf-8")
    assert builder.check().why == {
        "course/02_tiny/lesson.ipynb": "上次生成之后改过：课程文本 02_tiny/lesson.py"
    }
    built = builder.build()
    assert (["course/02_tiny/lesson.ipynb"], 1) == (built.files, built.n_run)
    assert builder.check().files == []


def test_a_kernel_that_lost_its_port_is_started_again_and_not_for_ever():
    for n_died, ends in ((2, "ran"), (3, "died before replying")):
        plays = iter([RuntimeError("Kernel died before replying to kernel_info")] * n_died)

        def play(plays=plays):
            for died in plays:
                raise died
            return "ran"

        try:
            assert started(play) == ends
        except RuntimeError as error:
            assert ends in str(error)


def test_a_notebook_that_fails_is_not_proved_and_nothing_is_written(tiny):
    before = tree(tiny / "course")
    path = tiny / "solutions" / "02_tiny" / "lesson.py"
    path.write_text(LESSON.replace('print("学习")', "1 / 0"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(UserError, match=r"02_tiny/lesson 的参考答案跑不通.*ZeroDivisionError"):
            builder.build()
    assert tree(tiny / "course") == before


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import sys; print('怪', file=sys.stderr)", "有警告：怪"),
        ("import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()", "第 2 个单元的图没有替代文字"),
        ("import ipywidgets as w; box = w.Checkbox(description='剔除退款'); box.observe(lambda _: {}['退款'], 'value')",
         "控件一动就出错.*剔除退款 移到 True：KeyError: '退款'"),
    ],
)  # fmt: skip
def test_a_lesson_that_warns_shows_a_figure_without_words_or_has_a_dead_control_is_refused(
    tiny, code, says
):
    path = tiny / "solutions" / "02_tiny" / "lesson.py"
    path.write_text(LESSON.replace('print("学习")', code), encoding="utf-8")
    with pytest.raises(UserError, match=f"02_tiny/lesson .*{says}"):
        builder.build()


def test_a_check_that_cannot_be_judged_apart_is_refused(tiny):
    path = tiny / "solutions" / "02_tiny" / "practice.py"
    path.write_text(PRACTICE.replace("assert stage ==", "assert globals()['stage'] =="), "utf-8")
    with pytest.raises(
        UserError, match=r"02_tiny 的检查 stage-check 没法和学员的代码隔开.*globals"
    ):
        builder.build()


def test_released_points_and_answers_are_frozen_and_words_are_not(tiny):
    path = tiny / "solutions" / "02_tiny" / "practice.py"
    cohort = load_cohort()
    (tiny / "grading").mkdir(exist_ok=True)
    frozen.note(read_source(path), cohort, tiny / "grading")
    path.write_text(PRACTICE.replace("应返回两倍", "要两倍"), encoding="utf-8")
    builder.build()
    for old, new, says in (
        ("points=3", "points=4", "double 的分值改了"),
        ("double(2) == 4", "double(2) == 5", "double 的标准答案或测试改了"),
        ('"stage"', '"phase"', "删去了 stage，加了 phase"),
    ):
        path.write_text(PRACTICE.replace(old, new), encoding="utf-8")
        with pytest.raises(UserError, match=f"已发放给班次 tiny.*{says}"):
            builder.build()
    another = cohort.model_copy(update={"cohort_id": "next"})
    frozen.refuse_changed(read_source(path), another, tiny / "grading")


@pytest.mark.full
def test_a_new_module_passes_its_tests(tiny):
    (tiny / "README.md").write_text("| 02 | 小练习 | | |\n| 00–14 | | | |\n", encoding="utf-8")
    new_module("01_policy", "政策口径")
    written = new_module("03_behaviour", "行为特征")
    assert ["01_policy", "02_tiny", "03_behaviour"] == [m.slug for m in load_cohort().modules]
    lines = (tiny / "README.md").read_text(encoding="utf-8").splitlines()
    assert ["01", "02", "03", "00–14"] == [line.split(" | ")[0][2:] for line in lines]
    assert builder.build().n_run == 8  # with every sample judged
    lint = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F", *written[:2]]
    assert subprocess.run(lint, capture_output=True, text=True).stdout == "All checks passed!\n"
    exercises = read_source(written[1]).exercises.values()
    assert 100 == sum(exercise.points for exercise in exercises)
    assert all(exercise.samples for exercise in exercises)


@pytest.mark.parametrize(
    "title",
    ["走访", "走访: 怎么问", "走访 # 第一次", '"走访"', "'走访", "- 走访", "2026", "a | b\\c"],
)
def test_a_title_is_read_back_as_it_was_given(tiny, title):
    (tiny / "README.md").write_text("| 02 | 小练习 | | |\n", encoding="utf-8")
    new_module("03_visits", title)
    assert load_cohort().module("03").title == title
    row = (tiny / "README.md").read_text(encoding="utf-8").splitlines()[1]
    assert len(re.split(r"(?<!\\)\|", row)) == 6
    plain = f"title: {title}\n" in (tiny / "datasets" / "cohort.yml").read_text(encoding="utf-8")
    assert plain == (title in ("走访", "a | b\\c"))


@pytest.mark.parametrize(
    ("title", "says"),
    [
        ("长" * 61, "至多 60 个字"),
        ("", "一行"),
        ("走访\nimport os", "一行"),
        ("走访 {{ 一 }}", "{{"),
    ],
)
def test_a_title_that_can_not_be_is_refused_and_nothing_is_written(tiny, title, says):
    before = tree(tiny)
    with pytest.raises(UserError, match=says):
        new_module("03_visits", title)
    assert tree(tiny) == before


def test_building_one_module_computes_no_truth_of_another(tiny):
    """Truth takes minutes for a bank seen the first time: who writes a module shouldn't wait for it."""
    new_module("03_other", "另一个")
    path = tiny / "solutions" / "03_other" / "lesson.py"
    path.write_text(path.read_text("utf-8") + "\n# {{ truth.nothing }}\n", "utf-8")
    assert builder.build(["02"]).n_run == 0
    with pytest.raises(UserError, match=r"truth\.nothing 没有"):
        builder.build(["03"])


def test_with_an_edition_set_sources_and_parameters_are_the_checkouts(tiny, tmp_path, monkeypatch):
    """An edition has no sources: a module written there would be one that no command finds."""
    edition, before = tmp_path / "edition", tree(ROOT / "solutions")
    shutil.copytree(tiny / "datasets", edition / "datasets")
    monkeypatch.setenv("SMEPROFILE_HOME", str(edition))
    with pytest.raises(UserError, match="编号 02 已有模块 02_data_cleaning"):
        new_module("02_other", "另一个")
    assert not (edition / "solutions").exists() and tree(ROOT / "solutions") == before
    other = tmp_path / "other.yml"
    other.write_text("cohort_id: other", encoding="utf-8")
    assert load_cohort(other).modules == load_cohort(root=ROOT).modules
    with pytest.raises(UserError, match="是班次 tiny 的课程"):  # not: the course itself
        builder.build(params=other, out=edition)


@pytest.mark.parametrize(
    ("slug", "says"), [("3x", "须是两位编号"), ("02_other", "编号 02 已有模块 02_tiny")]
)
def test_a_wrong_module_name_is_refused_and_nothing_is_written(tiny, slug, says):
    before = tree(tiny)
    with pytest.raises(UserError, match=says):
        new_module(slug, "题")
    assert tree(tiny) == before


def test_large_tables_are_built_but_not_asked_to_be_there(tiny):
    assert builder.check().files == []
    large = sorted(p.stem for p in (tiny / "datasets" / "large").iterdir())
    assert large == sorted(simulate.LARGE)
    shutil.rmtree(tiny / "datasets" / "large")
    assert builder.check().files == []


def test_a_changed_small_table_and_a_changed_manifest_are_out_of_date(tiny):
    (tiny / "datasets" / "tables" / "lpr.parquet").write_bytes(b"x")
    (tiny / "datasets" / "manifest.json").write_bytes(b"{}")
    assert builder.check().files == ["datasets/manifest.json", "datasets/tables/lpr.parquet"]


def test_a_table_that_is_no_longer_made_is_named_and_removed(tiny):
    for folder in ("tables", "large"):
        (tiny / "datasets" / folder / "portraits.parquet").write_bytes(b"x")
    assert builder.check().files == ["datasets/tables/portraits.parquet"]
    builder.build()
    assert list(tiny.rglob("portraits.parquet")) == []


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The edition of another bank, in another city, on another day, with a secret seed."""
    folder = tmp_path_factory.mktemp("other")
    values = {"cohort_id": "haiyu_2026", "bank": {"name": "海屿银行", "region": "海屿市"}}
    values |= {"seed": 7, "as_of": "2024-06-30", "n_customers": 300}
    modules = [m.model_dump() for m in load_cohort().modules if m.slug[:2] in ("00", "02")]
    values["modules"] = modules
    text = yaml.safe_dump(values, allow_unicode=True)
    (folder / "other.yml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMEPROFILE_SECRET", SECRET)
        builder.build(params=folder / "other.yml", out=folder / "edition")
    return folder / "edition"


@pytest.mark.full
def test_another_banks_edition_is_built_beside_the_course(edition):
    made = load_cohort(root=edition)
    assert (made.cohort_id, made.bank.name, made.seed) == ("haiyu_2026", "海屿银行", 7)
    lesson = (edition / "course" / "02_data_cleaning" / "lesson.ipynb").read_text(encoding="utf-8")
    assert "2024-06-30" in lesson and "海屿市支行" in lesson
    customers = pd.read_parquet(edition / "datasets" / "tables" / "customers.parquet")
    assert (len(customers), customers["name"].str.startswith("海屿").all()) == (300, True)


def test_secret_is_nowhere_in_the_edition_and_its_seed_not_the_public_one(edition, tmp_path):
    assert [
        p for p in edition.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()
    ] == []
    simulate.write_class_data(load_cohort(root=edition), tmp_path)
    public, real = (
        (folder / "tables" / "customers.parquet").read_bytes()
        for folder in (tmp_path, edition / "datasets")
    )
    assert public != real


@pytest.mark.full
def test_another_banks_edition_is_handed_out_and_graded_from_this_checkout(edition, monkeypatch):
    monkeypatch.setenv("SMEPROFILE_HOME", str(edition))
    with pytest.raises(UserError, match="SMEPROFILE_SECRET"):  # else keys of other numbers
        rehearse(2, 1, edition / "rehearsal")
    monkeypatch.setenv("SMEPROFILE_SECRET", SECRET)
    done = rehearse(2, 1, edition / "rehearsal")
    assert done.ok, str(done.graded) + str(done)
    released = edition / "rehearsal" / "release" / "02_data_cleaning" / "practice.ipynb"
    cells = nbformat.read(released, as_version=4).cells
    built = nbformat.read(edition / "course" / "02_data_cleaning" / "practice.ipynb", as_version=4)
    assert [c.source for c in cells] == [c.source for c in built.cells]


def test_params_without_out_are_refused_lest_the_course_be_overwritten(tmp_path):
    with pytest.raises(UserError, match="--out"):
        builder.build(params=tmp_path / "any.yml")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return write_bundle(tmp_path_factory.mktemp("bundle") / "班级.zip", ROOT)


def test_bundle_holds_course_data_wheel_and_how_to(bundle):
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
    wanted = {"course/02_data_cleaning/practice.ipynb", "datasets/cohort.yml"}
    wanted |= {"start.bat", "submit.bat", "start.sh", "submit.sh", "使用说明.txt"}
    assert wanted <= names
    assert [n for n in names if n.endswith(".whl")]


def test_the_how_to_says_where_the_zip_that_comes_back_goes(bundle):
    with zipfile.ZipFile(bundle) as archive:
        told = archive.read("使用说明.txt").decode("utf-8-sig")
    _, _, feedback = told.partition("看成绩和反馈")
    assert "feedback.zip" in feedback and "解压到 workspace 文件夹" in feedback


@pytest.fixture
def unpacked(bundle, tmp_path):
    """The bundle's scripts in a folder, and programs that only say what they are asked."""
    with zipfile.ZipFile(bundle) as archive:
        for name in ("start.sh", "submit.sh"):
            archive.extract(name, tmp_path)
    for name, does in (
        ("pip", ":"),
        ("python", ":"),
        ("smeprofile", 'echo "$SMEPROFILE_LEARNER" "$@"'),
    ):
        program = tmp_path / ".venv" / "bin" / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)
    return tmp_path


def started_by(folder, script, typed):
    """Return what the script says but for its questions, and how often it asked who learns."""
    done = subprocess.run(["sh", script], cwd=folder, input=typed, text=True, capture_output=True)
    return re.sub(r"(工号|模块编号)（.*?）：", "", done.stdout).strip(), done.stdout.count("工号（")


def test_the_bundle_asks_once_who_learns_and_knows_it_ever_after(unpacked):
    assert started_by(unpacked, "start.sh", "A-01\n") == ("A-01 lab", 1)
    assert started_by(unpacked, "start.sh", "") == ("A-01 lab", 0)
    assert started_by(unpacked, "submit.sh", "02\n") == ("A-01 submit 02 --zip .", 0)


def test_the_bundle_asks_again_until_it_can_be_an_id(unpacked):
    typed = f"\n张三\n.a\n-a b\n{'x' * 41}\n  B_02 \n"
    assert started_by(unpacked, "start.sh", typed) == ("B_02 lab", 6)
    assert (unpacked / "learner.txt").read_text() == "B_02\n"
    (unpacked / "learner.txt").write_text(
        "ECHO 处于关闭状态。\r\n", "utf-8"
    )  # by an older start.bat
    assert started_by(unpacked, "submit.sh", "B_02\n02\n") == ("B_02 submit 02 --zip .", 1)
    (unpacked / "learner.txt").write_text("\n")
    assert started_by(unpacked, "start.sh", "")[0] == ""  # nobody to ask: nothing is begun


def test_on_windows_too_it_asks_again_until_it_can_be_an_id(bundle):
    """As text only: no id, one of other characters or too long a one leads to the question."""
    with zipfile.ZipFile(bundle) as archive:
        texts = [archive.read(name).decode() for name in ("start.bat", "submit.bat")]
    for text in texts:
        assert text.count("\n") == text.count("\r\n")
        (loose,) = re.findall(r'findstr /r /x /c:"(.*?)" >nul \|\| goto ask\r', text)
        fits = [
            re.fullmatch(loose, f"SMEPROFILE_LEARNER={who}") for who in ("A.1-_", "", ".a", "a b")
        ]
        assert [bool(found) for found in fits] == [True, False, False, False]
        lines = text.split("\r\n")[3:14]
        assert [line.partition("工号")[0] for line in lines if "findstr" not in line] == [
            "set SMEPROFILE_LEARNER=",
            "if exist learner.txt set /p SMEPROFILE_LEARNER=<learner.txt",
            ":check",
            'if "%SMEPROFILE_LEARNER:~40%"=="" goto known',
            ":ask",
            "set SMEPROFILE_LEARNER=",
            "set /p SMEPROFILE_LEARNER=",
            "goto check",
            ":known",
            ">learner.txt echo(%SMEPROFILE_LEARNER%",
        ]


def test_bundle_gives_no_answer_hidden_test_or_truth_away(bundle, cohort):
    # A new module's exercises, before they are one's own.
    example = "smeprofile/notebooks/templates/"
    texts = [(name, text) for name, text in _texts(bundle) if not name.startswith(example)]
    secrets = ["BEGIN HIDDEN", "BEGIN SOLUTION"]
    for source in builder.sources(ROOT / "solutions", cohort):
        for cell in source.cells:
            if "check" in cell.metadata:
                hidden = cell.source.split("# BEGIN HIDDEN TESTS")[1].splitlines()
                secrets += [line.strip() for line in hidden if len(line.strip()) > 30]
        for exercise in source.exercises.values():
            answer = exercise.solution.splitlines()
            heads = ("def ", "class ")  # given with the task
            lines = [line.strip() for line in answer if not line.startswith(heads)]
            secrets += [line for line in lines if len(line) > 60]
    # The build names the delimiters it strips, in the package's own code.
    own = {"BEGIN HIDDEN", "BEGIN SOLUTION"}
    found = {
        (name, secret)
        for name, text in texts
        for secret in secrets
        if secret in text and not (secret in own and name.startswith("smeprofile/"))
    }
    assert found == set()
    # The generator's code comes with the wheel; what it hides is only in tables it writes.
    assert not [name for name, _ in texts if "solutions" in name]
    assert not [name for name, _ in texts if "truth" in name and not name.endswith(".py")]


def _texts(path):
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith(".whl"):
                with archive.open(name) as inner:
                    yield from _texts(inner)
            elif not name.endswith(".parquet"):  # compressed: no line can be read off it
                yield name, archive.read(name).decode("utf-8", errors="ignore")


def test_what_else_lies_beside_the_class_data_is_not_packed(tiny):
    stray = tiny / "datasets" / "drift" / "drift.json"
    stray.parent.mkdir()
    stray.write_text("{}")
    with zipfile.ZipFile(write_bundle(tiny / "b.zip", tiny)) as archive:
        assert not [n for n in archive.namelist() if "drift" in n]


def test_another_classes_edition_is_not_overwritten(tiny, tmp_path):
    other = tmp_path / "other.yml"
    other.write_text("cohort_id: other", encoding="utf-8")
    with pytest.raises(UserError, match="以免覆盖本课程"):
        builder.build(params=other, out=tiny)
    shutil.copytree(tiny / "datasets", tmp_path / "datasets")
    marker = tmp_path / "datasets" / "cohort.yml"
    marker.write_text(
        re.sub(r"cohort_id: .*", "cohort_id: a_class", marker.read_text(encoding="utf-8")),
        encoding="utf-8",
    )
    with pytest.raises(UserError, match="是班次 a_class 的课程"):
        builder.build(out=tmp_path)


def test_public_seeds_bundle_leaves_the_large_tables_to_be_made(tiny):
    with zipfile.ZipFile(write_bundle(tiny / "b.zip", tiny)) as archive:
        names = archive.namelist()
    assert "datasets/manifest.json" in names
    assert [n for n in names if n.startswith("datasets/large")] == []


def test_bundle_of_a_secret_edition_holds_the_large_tables(edition, tmp_path, monkeypatch):
    bundle = write_bundle(tmp_path / "b.zip", edition)
    monkeypatch.delenv("SMEPROFILE_SECRET", raising=False)
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(tmp_path / "trainee", members=_data_of(archive))
    assert len(load("flows_monthly", root=tmp_path / "trainee")) > 0


def _data_of(archive):
    return [name for name in archive.namelist() if name.startswith("datasets/")]


def test_bundle_of_a_secret_edition_without_them_is_refused(edition, tmp_path):
    part = tmp_path / "part"
    shutil.copytree(edition / "datasets", part / "datasets")
    (part / "datasets" / "large" / "tax.parquet").unlink()
    with pytest.raises(UserError, match=r"tax\.parquet.*密钥"):
        write_bundle(tmp_path / "b.zip", part)


def test_same_course_gives_the_same_bundle(bundle, tmp_path):
    again = write_bundle(tmp_path / "again.zip", ROOT)
    assert again.read_bytes() == bundle.read_bytes()


def test_bundle_that_cannot_be_written_leaves_nothing(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    with pytest.raises(UserError, match="写不了学员包"):
        write_bundle(blocked / "b.zip", ROOT)
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_helpers_folder_is_not_importable():
    done = subprocess.run(
        [sys.executable, "-c", "import helpers"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, "import smeprofile" in done.stderr) == (1, True)


def test_source_listed_but_missing_is_named(cohort, tmp_path):
    with pytest.raises(UserError, match=r"00_needs_survey/lesson\.py"):
        builder.sources(tmp_path / "solutions", cohort)


def test_lesson_cells_are_short_and_follow_a_sentence(cohort):
    for source in builder.sources(ROOT / "solutions", cohort):
        if source.stem != "lesson":
            continue
        for before, cell in zip(source.cells, source.cells[1:], strict=False):
            if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
                assert before.cell_type == "markdown", cell.source
                hidden = "hide-input" in cell.metadata.get("tags", [])
                assert hidden or len(cell.source.splitlines()) <= 15, cell.source


def test_what_is_still_wanted_is_not_given_up_for_another_edition(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "_MOST_KEPT", 2)
    cache = Cache(tmp_path)
    for when, key in enumerate("ab"):
        runs._keep(cache, key, key)
        os.utime(runs._kept(cache, key), (when, when))
    assert runs._is_kept_longer(cache, "a")
    runs._keep(cache, "c", "c")
    assert [runs._kept(cache, key).is_file() for key in "abc"] == [True, False, True]
    assert not runs._is_kept_longer(cache, "b")
