"""Each command says in one line of Chinese what is wrong, and exits other than 0."""

import json
import os
import socket
import subprocess
import sys

import pytest

from conftest import ROOT


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
        (["rehearse", "--learners", "0"], "1–500"),
        (["grade", "--root", "no/such/course"], "no/such/course"),
    ],
)
def test_bad_call_is_one_chinese_line(arguments, says):
    done = smeprofile(*arguments)
    assert one_chinese_line(done), (done.stdout, done.stderr)
    assert says in done.stderr


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


def test_help_lists_every_command_in_chinese():
    done = smeprofile("--help")
    commands = [
        "lab",
        "submit",
        "build",
        "roster",
        "release",
        "collect",
        "grade",
        "feedback",
        "rehearse",
    ]
    assert [c for c in commands if c not in done.stdout] == []


def test_scores_come_as_json_for_other_programs(tmp_path):
    done = smeprofile("rehearse", "--learners", 1, "--seed", 3, "--out", tmp_path / "r")
    assert done.returncode == 0, done.stderr
    again = smeprofile("grade", "--root", tmp_path / "r", "--json", tmp_path / "scores.json")
    assert again.returncode == 0, again.stderr
    rows = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert [(r["assignment"], r["max_score"]) for r in rows] == [("02_data_cleaning", 100.0)]
