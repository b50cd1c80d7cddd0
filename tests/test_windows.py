"""As much of Windows as Linux can show."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from smeprofile.cells import fingerprint
from smeprofile.paths import home

# Runs in a fresh interpreter from which what Windows lacks has been taken away.
_SCRIPT = """
import builtins, os, sys, warnings

def ours():
    from smeprofile import cells, cli, lab, packet, submit, workspace
    from smeprofile.notebooks import build, bundle
    return lab, submit

ours()  # the libraries choose their branch on import, and this is Linux; so they come first
for name in [name for name in sys.modules if name.split(".")[0] == "smeprofile"]:
    del sys.modules[name]
MISSING = {"fcntl", "pwd", "grp", "resource", "termios", "pty", "tty"}
for name in MISSING:
    sys.modules.pop(name, None)
real_import = builtins.__import__
def windows_import(name, *args, **kwargs):
    if name in MISSING:
        raise ModuleNotFoundError(f"No module named {name!r}")
    return real_import(name, *args, **kwargs)
builtins.__import__ = windows_import
for name in ("fork", "forkpty", "getuid", "geteuid", "getgid", "getegid", "chown", "killpg"):
    delattr(os, name)
sys.platform = "win32"
warnings.filterwarnings("error", category=EncodingWarning, module="smeprofile")

lab, submit = ours()
from pathlib import Path
base = Path(sys.argv[1])
assert not submit.exchange_root(base)
setup = lab.prepare(base, base / "workspace", submit.load_cohort(root=base))
assert not setup.has_exchange and "--zip" in lab.news(setup)[-1], lab.news(setup)
assert "--allow-root" not in lab._command(setup.workspace, None)
sys.stdout.write(submit.run("02", base / "交 作业"))
"""


@pytest.fixture
def base(tmp_path):
    """A course home with Chinese and a space in its path."""
    base = tmp_path / "小微 课程"
    for folder in ("datasets", "course/02_data_cleaning", "交 作业"):
        (base / folder).mkdir(parents=True)
    shutil.copy(home() / "datasets" / "cohort.yml", base / "datasets")
    cell = new_markdown_cell("写下你的判断", id="a")
    about = {"module": "02_data_cleaning", "issued": {"a": fingerprint(cell)}}
    notebook = new_notebook(cells=[cell], metadata={"smeprofile": about})
    practice = base / "course" / "02_data_cleaning" / "practice.ipynb"
    practice.write_text(nbformat.v4.writes(notebook), encoding="utf-8")
    return base


def test_a_trainee_without_posix_can_open_the_workspace_and_pack_a_hand_in(base):
    """The trainee's side imports and runs without the modules and calls that Windows lacks.

    It can't show Windows itself: its console, file locks, drive letters, MAX_PATH and code page
    (only that our code always names an encoding), Ctrl-C reaching the server, nor that the
    libraries' own Windows branches work: they were imported before the switch.
    """
    env = {**os.environ, "SMEPROFILE_HOME": str(base), "SMEPROFILE_LEARNER": "li-si"}
    python = [sys.executable, "-X", "utf8", "-X", "warn_default_encoding", "-W", "ignore"]
    done = subprocess.run(
        [*python, "-c", _SCRIPT, str(base)],
        env=env, cwd=base, capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stderr == ""
    assert done.returncode == 0
    assert "交 作业" in done.stdout and "还没有作答" in done.stdout
    assert (base / "交 作业" / "li-si+02_data_cleaning.zip").is_file()
