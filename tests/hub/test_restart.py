"""The Hub is killed in the middle of an assignment: nothing is lost."""

import os
import signal

import psutil
import pytest

from classroom import MODULE

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
