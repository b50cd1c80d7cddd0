"""The Hub is stopped and started again by its command, with another class list: who is learning goes on."""

import signal
import subprocess
import sys

import pytest
import requests
from openpyxl import load_workbook

from classroom import MODULE
from hubroom import HubRoom

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def own(needs_hub):
    """A Hub of this file's own, as learners are taken off its list."""
    with HubRoom(2) as made:
        yield made


def command(own, *more):
    given = ["--place", str(own.root), "--prefix", own.prefix, "--port", str(own.port)]
    return subprocess.run(
        [sys.executable, "-m", "smeprofile", "hub", *more, *given],
        cwd=own.home, env=own.environment, capture_output=True, text=True,
    )  # fmt: skip


def interrupt(own):
    own.hub.send_signal(signal.SIGINT)
    own.hub.wait(60)


def logs_in(own, who):
    """Return whether the Hub lets a learner in who types the right password."""
    with requests.Session() as session:
        session.trust_env = False
        session.get(own.at("/hub/login"))
        form = {"username": who, "password": own.passwords[who], "_xsrf": session.cookies["_xsrf"]}
        done = session.post(own.at("/hub/login"), data=form, allow_redirects=False)
    return done.status_code == 302


def test_started_again_while_it_runs_it_refuses_and_goes_on(own):
    again = command(own)
    assert again.returncode == 1 and "正在运行" in again.stderr
    assert requests.get(own.at("/hub/login"), proxies={"http": None}).ok
    assert own.hub.poll() is None


def test_who_is_learning_goes_on_when_it_is_stopped_by_ctrl_c_and_started_again(own):
    with own.learner("1001") as trainee:
        trainee.start_kernel(f"{MODULE}/lesson.ipynb")
        trainee.run("kept = 41")
        server = own.server_of("1001")
        interrupt(own)
        assert server.is_running()
        own.open()
        assert own.server_of("1001") == server
        trainee.start_kernel(f"{MODULE}/lesson.ipynb")
        assert trainee.run("print(kept + 1)").strip() == "42"


def test_who_is_dropped_is_kept_out_and_stopped_and_may_come_back(own):
    assert logs_in(own, "1001") and logs_in(own, "1002")
    with own.learner("1002"):
        interrupt(own)
        book = load_workbook(own.roster)
        book.active.delete_rows(3)  # 1002's
        book.save(own.folder / "part.xlsx")
        part = (str(own.folder / "part.xlsx"), "--prepare")
        assert "1002" in command(own, *part).stderr
        done = command(own, *part, "--drop")
        assert done.returncode == 0, done.stderr
        own.open()
        assert own.server_of("1002") is None
    assert logs_in(own, "1001") and not logs_in(own, "1002")
    interrupt(own)
    assert command(own, str(own.roster), "--prepare").returncode == 0
    own.open()
    assert logs_in(own, "1002")
