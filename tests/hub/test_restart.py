"""The Hub is killed in the middle of an assignment: nothing is lost."""

import csv
import os
import signal
import subprocess

import psutil
import pytest

from classroom import MODULE
from smeprofile.hub import accounts
from smeprofile.hub.accounts import Account
from smeprofile.learner import account_of

pytestmark = pytest.mark.full
WHO = "1001"


@pytest.fixture
def trainee(room):
    room.desk("release", "02")
    with room.learner(WHO) as made:
        made.ask("POST", "smeprofile/act", json={"action": "fetch", "module": MODULE})
        made.start_kernel(f"{MODULE}/practice.ipynb")
        yield made


def write(trainee, text):
    """Save a cell's text into the practice, as JupyterLab does."""
    path = f"api/contents/{MODULE}/practice.ipynb"
    notebook = trainee.ask("GET", path).json()["content"]
    answer = next(c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("solution"))
    answer["source"] = text
    body = {"type": "notebook", "format": "json", "content": notebook}
    trainee.ask("PUT", path, json=body)


def saved(trainee):
    cells = trainee.ask("GET", f"api/contents/{MODULE}/practice.ipynb").json()["content"]["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def hand_in(trainee):
    asked = {"action": "submit", "module": MODULE}
    return trainee.ask("POST", "smeprofile/act", json=asked).json()["message"]


def test_the_hub_alone_is_killed(room, trainee):
    server = room.server_of(WHO)
    trainee.run("kept = 41")
    write(trainee, "# 写到一半")
    room.kill_hub()
    assert server.is_running()
    room.open()
    assert room.server_of(WHO) == server
    assert "# 写到一半" in saved(trainee)  # the same session: nobody logs in again
    trainee.start_kernel(f"{MODULE}/practice.ipynb")
    assert trainee.run("print(kept + 1)").strip() == "42"
    assert "已提交" in hand_in(trainee)
    assert "1 份新提交" in room.desk("collect", "02")


def test_everything_is_killed(room, trainee):
    write(trainee, "# 断电以前写的")
    room.kill_hub()
    for who in (WHO, "course"):
        for process in room.processes(who):
            os.kill(process.pid, signal.SIGKILL)
    psutil.wait_procs(room.processes(WHO), timeout=10)
    room.open()
    trainee.open()
    assert "# 断电以前写的" in saved(trainee)
    assert "已提交" in hand_in(trainee)
    assert "1 份新提交" in room.desk("collect", "02")
    assert "批改 1 份" in room.desk("grade", "02", "--learner", WHO)


def test_accounts_whose_making_was_cut_short_get_their_passwords(needs_hub, tmp_path):
    prefix, rows = f"t{os.getpid()}-", tmp_path / "passwords.csv"
    ann, bob = (Account(f"{prefix}{n}", n, "学员") for n in ("1001", "1002"))

    def noted():
        lines = rows.read_text(encoding="utf-8-sig").splitlines()
        return {login: password for login, _, password in csv.reader(lines)}

    try:
        with pytest.MonkeyPatch.context() as patch:
            real = accounts._run
            patch.setattr(accounts, "_run", lambda command, *more, **text: (
                _cut_short() if command == "chpasswd" else real(command, *more, **text)))  # fmt: skip
            with pytest.raises(KeyboardInterrupt):
                accounts.make([ann], prefix=prefix, passwords=rows)
        unused = noted()["1001"]
        assert accounts.make([ann, bob], prefix=prefix, passwords=rows) == [ann, bob]
        given = noted()
        assert sorted(given) == ["1001", "1002", "登录名"]
        assert given["1001"] != unused
        assert accounts.make([ann, bob], prefix=prefix, passwords=rows) == []
        assert noted() == given
    finally:
        for name in (ann.name, bob.name, account_of("course", prefix)):
            subprocess.run(["userdel", "--remove", name], check=False, capture_output=True)
        subprocess.run(["groupdel", f"{prefix}class"], check=False, capture_output=True)


def _cut_short():
    raise KeyboardInterrupt
