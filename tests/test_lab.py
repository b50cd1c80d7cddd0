"""`smeprofile lab` for real: a JupyterLab of its own, in Chinese, that starts and ends cleanly."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from smeprofile.cells import fingerprint
from smeprofile.errors import UserError
from smeprofile.lab import launch, news, prepare, run, said_who
from smeprofile.learner import LEARNER_VARIABLE
from smeprofile.params import load_cohort
from smeprofile.paths import home

MODULE = "02_data_cleaning"
COMMAND = [sys.executable, "-m", "smeprofile", "lab", "--no-browser"]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A small course, with Chinese and a space in its path, one module of it released."""
    base = tmp_path_factory.mktemp("lab") / "小微 课程"
    outbound = base / "grading" / "exchange" / load_cohort().cohort_id / "outbound" / "05_behaviour"
    for folder in (base / "datasets", base / "course" / MODULE, outbound):
        folder.mkdir(parents=True)
    shutil.copy(home() / "datasets" / "cohort.yml", base / "datasets")
    for folder in (base / "course" / MODULE, outbound):
        cell = new_code_cell("1 + 1", id="a")
        about = {"module": folder.name, "issued": {"a": fingerprint(cell)}}
        notebook = nbformat.v4.writes(new_notebook(cells=[cell], metadata={"smeprofile": about}))
        (folder / "practice.ipynb").write_text(notebook, encoding="utf-8")
    return base


@contextmanager
def running(base):
    """Run the command; give its process and the announced address."""
    env = {k: v for k, v in os.environ.items() if k != "SMEPROFILE_EXCHANGE"}
    lab = subprocess.Popen(
        COMMAND,
        env={**env, "SMEPROFILE_HOME": str(base), "SMEPROFILE_LEARNER": "zhang-san"},
        cwd=base, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip
    said = ""
    try:
        while lab.poll() is None and "Ctrl+C" not in said:
            said += lab.stdout.readline()
        assert "课程已就绪：" in said, said
        yield lab, re.search(r"(http://\S+/)lab\?token=(\S+)", said)
    finally:
        lab.terminate()
        assert lab.wait(timeout=60) == 0, said
        lab.stdout.close()


@pytest.fixture(scope="module")
def address(base):
    with running(base) as (_, address):
        yield address


@pytest.fixture(scope="module")
def second(base, address):
    """Another lab, started while the default port is taken by the first."""
    with running(base) as lab_and_address:
        yield lab_and_address


def fetch(address, path):
    request = urllib.request.Request(
        address[1] + path, headers={"Authorization": f"token {address[2]}"}
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.read().decode()


def default_of(address, plugin, name):
    answer = json.loads(fetch(address, f"lab/api/settings/@jupyterlab/{plugin}"))
    return answer["schema"]["properties"][name]["default"]


@pytest.mark.parametrize(
    ("plugin", "name", "value"),
    [
        ("translation-extension:plugin", "locale", "zh_CN"),
        ("apputils-extension:notification", "fetchNews", "false"),
        ("docmanager-extension:plugin", "defaultViewers", {"markdown": "Markdown Preview"}),
    ],
)
def test_the_settings_are_ours(address, plugin, name, value):
    assert value == default_of(address, plugin, name)


def test_the_address_opens_the_page_without_what_a_trainee_does_not_need(address):
    page = fetch(address, "lab")
    config = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page, re.S)[1])
    assert {"@jupyter/nbgrader:formgrader", "@jupyterlab/extensionmanager-extension"} <= set(
        config["disabledExtensions"]
    )


def test_the_workspace_is_served_without_its_private_folder(address):
    names = [entry["name"] for entry in json.loads(fetch(address, "api/contents"))["content"]]
    assert sorted(names) == [MODULE]


def test_nbgrader_offers_the_released_module_for_fetching(address):
    course = load_cohort().cohort_id
    offered = json.loads(fetch(address, f"assignments?course_id={course}"))["value"]
    assert [(a["assignment_id"], a["status"]) for a in offered] == [("05_behaviour", "released")]


def test_no_other_jupyter_of_the_user_is_touched(address, base):
    own = base / "workspace" / ".smeprofile" / "jupyter"
    assert (own / "runtime").is_dir() and (own / "nbgrader_config.json").is_file()
    # jupyter_core copies old settings over from the IPython folder: it must be ours.
    env = prepare(base, base / "workspace", load_cohort()).env
    assert Path(env["IPYTHONDIR"]).is_relative_to(own)


def test_a_default_port_that_is_taken_is_stepped_over(address, second):
    assert address[1] != second[1][1]


def test_ctrl_c_ends_lab_and_server_and_is_no_failure(second):
    lab, address = second
    lab.send_signal(signal.SIGINT)
    assert lab.wait(timeout=60) == 0
    assert "你的作业都在工作区里" in lab.stdout.read()
    with pytest.raises(OSError, match="refused"):
        fetch(address, "api/status")


def test_a_port_asked_for_that_is_taken_is_an_error_in_chinese(base):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "--port", port],
            env={**os.environ, "SMEPROFILE_HOME": str(base)},
            cwd=base, capture_output=True, encoding="utf-8", timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"错误：端口 {port} 不能用，多半已被占用。请换一个，或不写 --port。\n" == done.stderr


def test_a_server_that_dies_names_its_log(base, monkeypatch):
    setup = prepare(base, base / "workspace", load_cohort(root=base))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(UserError, match=r"没有启动成功，详情见 .*lab\.log"):
        launch(setup, port=None, open_browser=False)


def test_settings_of_the_user_do_not_reach_our_jupyterlab(base, monkeypatch):
    monkeypatch.setenv("JUPYTER_PORT", "1")
    monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", "/elsewhere")
    setup = prepare(base, base / "workspace", load_cohort(root=base))
    ours = {"JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"}
    assert ours == {name for name in setup.env if name.startswith("JUPYTER")}


def test_an_unusable_exchange_is_told_and_does_not_keep_anyone_from_learning(base, monkeypatch):
    monkeypatch.setenv("SMEPROFILE_EXCHANGE", "/proc/没有")
    setup = prepare(base, base / "workspace", load_cohort(root=base))
    assert "--zip" in news(setup)[-1]


def test_it_says_who_learns_and_refuses_an_id_that_can_not_be(monkeypatch, tmp_path):
    monkeypatch.setenv(LEARNER_VARIABLE, "A-01")
    assert said_who().startswith("学员编号：A-01。")
    monkeypatch.setenv(LEARNER_VARIABLE, "张三")
    with pytest.raises(UserError, match=r"删掉 learner\.txt"):
        run(tmp_path / "workspace", None, False)
    assert list(tmp_path.iterdir()) == []


def test_a_login_name_that_is_no_id_keeps_nobody_from_learning(monkeypatch):
    monkeypatch.delenv(LEARNER_VARIABLE, raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: "张三")
    assert said_who().startswith("注意：学员编号“张三”不能用")


@pytest.mark.full
def test_labs_that_start_at_once_do_not_fight_over_a_port(base, tmp_path):
    """JupyterLab looks for a free port first and takes it later: one of two may find it taken."""
    env = {k: v for k, v in os.environ.items() if k != "SMEPROFILE_EXCHANGE"}
    env |= {"SMEPROFILE_HOME": str(base), "SMEPROFILE_LEARNER": "li-si"}
    labs = [
        subprocess.Popen(
            [*COMMAND, "--workspace", str(tmp_path / str(n))],
            env=env, cwd=base, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )
        for n in range(3)
    ]  # fmt: skip
    said = []
    for lab in labs:
        said.append("")
        while "Ctrl+C" not in said[-1] and (line := lab.stdout.readline()):
            said[-1] += line
    for lab in labs:
        lab.send_signal(signal.SIGINT)
        lab.wait(20)
        lab.stdout.close()
    ports = [re.search(r"http://localhost:(\d+)", lines) for lines in said]
    assert all(ports) and len({port[1] for port in ports}) == 3, said
