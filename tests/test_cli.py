"""Each command says in one line of Chinese what is wrong, and exits other than 0."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import date
from hashlib import sha256

import duckdb
import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from typer.main import get_command
from typer.testing import CliRunner

from conftest import ROOT
from smeprofile.cli import app, main
from smeprofile.params import load_cohort
from smeprofile.simulate import Setting, table_names
from smeprofile.simulate.spoil import SPOILERS


def smeprofile(*arguments, cwd=ROOT, **environment):
    return subprocess.run(
        [sys.executable, "-m", "smeprofile", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    )


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def one_chinese_line(done):
    lines = done.stderr.strip().splitlines()
    return (
        done.returncode != 0
        and len(lines) == 1
        and lines[0].startswith("错误：")
        and "Traceback" not in done.stdout
    )


# Nothing is written: each call below is wrong in one more way, and the last option given counts.
SIMULATE = ["simulate", "--customers", "9", "--end", "2025-12-31", "--out", "/no/such/disk"]


def failing(arguments, monkeypatch, capsys):
    """Run a command that fails; return what it says."""
    monkeypatch.setattr(sys, "argv", ["smeprofile", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    done = subprocess.CompletedProcess(arguments, ended.value.code, said.out, said.err)
    assert one_chinese_line(done), (done.stdout, done.stderr)
    return said.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["fly"], "没有命令"),
        (["lab", "--prot", "1"], "没有选项"),
        (["lab", "--port", "abc"], "应为整数"),
        (["submit"], "缺少参数"),
        (["submit", "99"], "没有名为 99 的模块"),
        (["release", "99_nothing"], "没有名为 99_nothing 的模块"),
        (["collect", "no/such/folder"], "既不是模块，也不是文件夹"),
        (["roster", "no-such.xlsx"], "no-such.xlsx"),
        (["build", "--params", "no-such.yml", "--out", "/tmp/x"], "找不到参数文件"),
        (["build", "--check", "--bundle", "x.zip"], "--check 只看本课程"),
        (["rehearse", "--learners", "0"], "1–500"),
        (["grade", "--workers", "0"], "--workers 须 ≥ 1"),
        (["grade", "--again=yes"], "--again 后面不跟值"),
        (["grade", "--root", "no/such/course"], "no/such/course"),
        (["grade", "--again"], "复核要同时写 --again 和 --why"),
        (["gradebook"], "只写一样"),
        (["gradebook", "--restore", "no-such.zip"], "找不到"),
        (["deadline", "99"], "没有名为 99 的模块"),
        (["teach", "99"], "没有名为 99 的模块"),
        (["simulate", "--customers", "9"], "缺少选项 --end"),
        ([*SIMULATE, "--end", "2025-13-01"], "2025-13-01 写法不对"),
        ([*SIMULATE, "--end", "1999-12-31"], "end 须在 2015-01-01 与 2036-12-31 之间"),
        ([*SIMULATE, "--months", "0"], "months 须在 1 与 120 之间"),
        ([*SIMULATE, "--grain", "day"], "grain 须为 txn、month、both 之一"),
        ([*SIMULATE, "--seed", "-1"], "seed 须为 0 到 2 的 128 次方"),
        ([*SIMULATE, "--customers", "0"], "customers 须在 1 与"),
        ([*SIMULATE, "--customers", "many"], "--customers 应为整数"),
        ([*SIMULATE, "--workers", "0"], "workers 须 ≥ 1"),
    ],
)
def test_bad_call_is_one_chinese_line(arguments, says, monkeypatch, capsys):
    assert says in failing(arguments, monkeypatch, capsys)


def test_outside_a_course_the_command_says_where_to_go(tmp_path):
    done = smeprofile("build", "--check", cwd=tmp_path, SMEPROFILE_HOME=str(tmp_path))
    assert one_chinese_line(done) and "cohort.yml" in done.stderr


def test_taken_port_is_named(taken_port, tmp_path):
    done = smeprofile("lab", "--port", taken_port, "--no-browser", "--workspace", tmp_path / "w")
    assert one_chinese_line(done) and str(taken_port) in done.stderr


def test_unwritable_workspace_is_named(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    place = tmp_path / "file" / "workspace"
    done = smeprofile("lab", "--no-browser", "--workspace", place)
    assert one_chinese_line(done) and str(place) in done.stderr


def test_truncated_notebook_is_not_handed_in(tmp_path):
    module = tmp_path / "02_data_cleaning"
    module.mkdir()
    (module / "practice.ipynb").write_text('{"cells": [', encoding="utf-8")
    (tmp_path / ".smeprofile").mkdir()
    done = smeprofile("submit", "02", "--zip", tmp_path, cwd=tmp_path, SMEPROFILE_HOME=str(ROOT))
    assert one_chinese_line(done) and "practice.ipynb" in done.stderr
    assert list(tmp_path.glob("*.zip")) == []


def test_missing_notebook_is_named(tmp_path):
    (tmp_path / ".smeprofile").mkdir()
    done = smeprofile("submit", "02", "--zip", tmp_path, cwd=tmp_path, SMEPROFILE_HOME=str(ROOT))
    assert one_chinese_line(done) and "02_data_cleaning" in done.stderr


def test_output_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    out = tmp_path / "file" / "demo"
    done = smeprofile("rehearse", "--learners", 1, "--out", out)
    assert one_chinese_line(done) and str(tmp_path / "file") in done.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "x"


def test_help_is_in_chinese_and_lists_every_command():
    helped = CliRunner().invoke(app, ["--help"]).output
    commands = list(get_command(app).commands)
    assert "grade" in commands and [c for c in commands if f"\n  {c} " not in helped] == []
    for arguments in ([], *([c] for c in commands)):
        said = CliRunner().invoke(app, [*arguments, "--help"]).output
        assert (
            re.findall(r"\b(?:Usage|Options|Arguments|Commands|required|default|Show)\b", said)
            == []
        )
        assert said.count("显示这段说明。") == 1


def test_the_command_alone_shows_its_help(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["smeprofile"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0 and capsys.readouterr().out.startswith("用法：smeprofile ")


def test_kinds_of_dirt_are_listed_without_making_a_bank():
    done = CliRunner().invoke(app, ["simulate", "--defect", "help"])
    assert done.exit_code == 0 and all(name in done.output for name in SPOILERS)


def test_a_missing_extra_is_named_with_how_to_install_it(tmp_path, monkeypatch, capsys):
    where = "c = get_config()\nc.CourseDirectory.db_url = 'postgresql+psycopg://nowhere/x'\n"
    (tmp_path / "nbgrader_config.py").write_text(where)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.setattr(sys, "argv", ["smeprofile", "overview", "--root", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1 and ".[cluster]" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:////no/such/folder/g.db", "sqlite:////no/such/folder/g.db"),
        ("postgresql+psycopg2://ann:hidden@127.0.0.1:1/x?password=hidden", "ann:***@127.0.0.1:1/x"),
        ("g.db", "nbgrader_config.py"),
    ],
)
def test_a_gradebook_that_cannot_be_opened_is_named_without_its_password(
    tmp_path, monkeypatch, capsys, url, shown
):
    where = f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n"
    (tmp_path / "nbgrader_config.py").write_text(where)
    monkeypatch.setattr("nbgrader.api.create_engine", refusing)
    said = failing(["overview", "--root", str(tmp_path)], monkeypatch, capsys)
    assert shown in said and "hidden" not in said


def refusing(url, **_):
    """Fail as a server does that is not there; other addresses as they do."""
    if url.startswith("postgresql"):
        raise OperationalError("SELECT 1", {}, Exception(f"connection to {url} failed"))
    return create_engine(url)


def test_a_gradebook_that_is_damaged_says_how_to_get_it_back(tmp_path, monkeypatch, capsys):
    (tmp_path / "gradebook.db").write_bytes(b"no database" * 1000)
    said = failing(["overview", "--root", str(tmp_path)], monkeypatch, capsys)
    assert "gradebook.db" in said and "gradebook --restore" in said


def test_damaged_data_are_named(tmp_path, monkeypatch, capsys):
    (tmp_path / "flows.parquet").write_bytes(b"no parquet" * 10)
    query = f"FROM '{tmp_path / 'flows.parquet'}'"
    monkeypatch.setattr("smeprofile.card.run", lambda *_, **__: duckdb.sql(query))
    call = ["profile", str(tmp_path), "--as-of", "2025-12-31", "--out", str(tmp_path / "out")]
    assert "flows.parquet" in failing(call, monkeypatch, capsys)


def test_any_other_error_is_not_hidden(tmp_path, monkeypatch):
    monkeypatch.setattr("smeprofile.grading.backup", lambda _: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["smeprofile", "gradebook", "--backup", "a.zip"])
    with pytest.raises(ZeroDivisionError):
        main()


@pytest.mark.parametrize(("said", "left"), [("\n", "没有删除"), ("是\n", "")])
def test_deleting_is_confirmed_in_chinese(monkeypatch, said, left):
    erased = []
    monkeypatch.setattr("smeprofile.grading.erase", lambda who: erased.append(who) or "已删除")
    done = CliRunner().invoke(app, ["learner", "A1", "--delete"], input=said)
    assert "确定请输入 是 [否]" in done.output and left in done.output
    assert erased == ([] if left else ["A1"])


@pytest.mark.full
def test_scores_come_as_json_for_other_programs(tmp_path):
    done = smeprofile("rehearse", "--learners", 1, "--seed", 3, "--out", tmp_path / "r")
    assert done.returncode == 0, done.stderr
    again = smeprofile("grade", "--root", tmp_path / "r", "--json", tmp_path / "scores.json")
    assert again.returncode == 0, again.stderr
    rows = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    handed_in = sorted(p.name for p in (tmp_path / "r" / "submitted" / "sim1").iterdir())
    assert len(handed_in) > len(load_cohort(root=ROOT).modules) / 2
    assert [(r["assignment"], r["max_score"]) for r in rows] == [(m, 100.0) for m in handed_in]


BANK = ["simulate", "--customers", 60, "--months", 13, "--end", "2024-06-30", "--seed", 5]


def test_simulate_writes_a_file_per_table_and_a_line_for_each(tmp_path):
    done = smeprofile(*BANK, "--out", tmp_path / "bank", "--truth", tmp_path / "truth")
    assert (done.returncode, done.stderr) == (0, "")
    setting = Setting(60, 13, date(2024, 6, 30), 5)
    names = table_names(setting, truth=True)
    there = {p.stem for p in tmp_path.rglob("*.parquet")}
    assert there == set(names)
    assert {p.stem for p in (tmp_path / "truth").iterdir()} == {
        n for n in names if n.startswith("truth_")
    }
    lines = done.stdout.splitlines()
    assert [line.split("（")[0] for line in lines[:-1]] == names
    line = next(line for line in lines if line.startswith("customers"))
    sha = sha256((tmp_path / "bank" / "customers.parquet").read_bytes()).hexdigest()
    assert "客户" in line and "60 行" in line and "MB" in line and sha[:12] in line


def test_simulate_gives_single_entries_when_asked(tmp_path):
    done = smeprofile(*BANK, "--grain", "txn", "--out", tmp_path / "bank")
    assert done.returncode == 0, done.stderr
    there = {p.stem for p in (tmp_path / "bank").iterdir()}
    assert "flows" in there and "flows_monthly" not in there


def test_simulate_refuses_to_mix_two_banks(tmp_path):
    (tmp_path / "flows.parquet").write_text("another bank's", encoding="utf-8")
    done = smeprofile(*BANK, "--out", tmp_path)
    assert one_chinese_line(done) and "flows.parquet" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["flows.parquet"]


@pytest.mark.parametrize(("option", "other"), [("--out", "--truth"), ("--truth", "--out")])
def test_simulate_leaves_nothing_where_a_folder_cannot_be_written(tmp_path, option, other):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = smeprofile(*BANK, option, tmp_path / "file" / "bank", other, tmp_path / "a" / "b")
    assert one_chinese_line(done) and str(tmp_path / "file" / "bank") in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.full
def test_interrupted_simulation_leaves_nothing(tmp_path):
    out = tmp_path / "deep" / "bank"
    command = [sys.executable, "-m", "smeprofile", "simulate", "--customers", "200000"]
    command += ["--end", "2025-12-31", "--out", str(out), "--workers", "2"]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while not list(tmp_path.rglob("*.parquet")):
        assert process.poll() is None
        time.sleep(0.05)
    time.sleep(1)  # the workers are under way
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=120)
    assert (process.returncode, said.strip()) == (130, "错误：已取消。")
    assert list(tmp_path.iterdir()) == []
