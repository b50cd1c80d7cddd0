"""The routes in a real Jupyter server: who may use them, and what the buttons do."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
import yaml

from smeprofile.grading import collect, feedback, grade, release
from smeprofile.learner import LEARNER_VARIABLE
from smeprofile.notebooks import solved_with
from smeprofile.paths import HOME_VARIABLE
from smeprofile.start.actions import act
from smeprofile.submit import EXCHANGE_VARIABLE
from tiny_course import write_tiny_course

TOKEN = "a-token-of-the-test"
LESSON = '# %% [markdown]\n# ## 一节\n\n# %%\nask.single("q1", "题干", ["甲"], key="甲")\n'
EXTENSIONS = [
    "jupyter_lsp",
    "jupyter_server_terminals",
    "jupyterlab",
    "jupytext",
    "notebook",
    "notebook_shim",
    "nbgrader.server_extensions.assignment_list",
    "nbgrader.server_extensions.course_list",
    "nbgrader.server_extensions.formgrader",
    "nbgrader.server_extensions.validate_assignment",
]


class Server:
    """A Jupyter server with only our extension, its root the workspace."""

    def __init__(self, home: Path):
        self.workspace = home / "工作区"
        self.workspace.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/base/"
        settings = home / "jupyter"
        settings.mkdir()
        extensions = dict.fromkeys(EXTENSIONS, False) | {"smeprofile.start": True}
        app = {"jpserver_extensions": extensions, "open_browser": False, "port_retries": 0}
        app |= {"port": port, "base_url": "/base/", "root_dir": str(self.workspace)}
        (settings / "jupyter_server_config.json").write_text(
            json.dumps({"ServerApp": app, "IdentityProvider": {"token": TOKEN}}), encoding="utf-8"
        )
        jupyter = {f"JUPYTER_{name}_DIR": str(settings) for name in ("CONFIG", "DATA", "RUNTIME")}
        self.log = home / "server.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyter_server", "--allow-root"],
                cwd=self.workspace,
                env={**os.environ, **jupyter},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait()

    def _wait(self):
        for _ in range(300):
            try:
                return self.ask("api/status")
            except urllib.error.URLError:
                assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
                time.sleep(0.1)
        raise AssertionError("the server doesn't answer")

    def ask(self, path, *, body=None, token=TOKEN, headers=(), opener=None):
        """Return the status, the headers and the text of one answer; nothing is followed."""
        request = urllib.request.Request(self.url + path, data=body, headers=dict(headers))
        if token:
            request.add_header("Authorization", f"token {token}")
        opener = opener or urllib.request.build_opener(NoRedirect)
        try:
            with opener.open(request, timeout=60) as reply:
                return SimpleNamespace(
                    status=reply.status, headers=reply.headers, text=reply.read().decode()
                )
        except urllib.error.HTTPError as error:
            with error:
                return SimpleNamespace(
                    status=error.code, headers=error.headers, text=error.read().decode()
                )

    def act(self, action, module="02_tiny", **more):
        body = json.dumps({"action": action, "module": module, **more}).encode()
        return json.loads(self.ask("smeprofile/act", body=body).text)

    @property
    def page(self):
        return self.ask("smeprofile/start").text

    def stop(self):
        self.process.terminate()
        self.process.wait(20)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Let a redirect be the answer."""

    def redirect_request(self, *_):
        return None


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The server of a trainee whose instructor released nothing yet."""
    home = tmp_path_factory.mktemp("class")
    write_tiny_course(home)
    path = home / "datasets" / "cohort.yml"
    cohort = yaml.safe_load(path.read_text(encoding="utf-8"))
    cohort["modules"][0]["day_minutes"] = 15
    path.write_text(yaml.safe_dump(cohort, allow_unicode=True), encoding="utf-8")
    (home / "solutions" / "02_tiny" / "lesson.py").write_text(LESSON, encoding="utf-8")
    (home / "grading").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(home))
        patch.setenv(LEARNER_VARIABLE, "zhang.san")
        patch.delenv(EXCHANGE_VARIABLE, raising=False)
        running = Server(home)
        yield running
        running.stop()


ROUTES = ["smeprofile/start", "smeprofile/transcript", "smeprofile/act"]


@pytest.mark.parametrize(("route", "status"), zip(ROUTES, [403, 302, 403], strict=True))
@pytest.mark.parametrize("token", [None, "wrong"])
def test_nobody_gets_in_without_the_token(server, route, status, token):
    body = b"{}" if route.endswith("act") else None
    reply = server.ask(route, token=token, body=body)
    assert status == reply.status
    assert "02_tiny" not in reply.text


def test_a_button_pressed_by_another_site_is_refused(server):
    """The cookie of the browser alone doesn't do: the XSRF header is missing."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    server.ask(f"lab?token={TOKEN}", token=None, opener=browser)
    server.ask("login", token=None, opener=browser)
    asked = {"body": b'{"action": "dance"}', "token": None, "opener": browser}
    assert 403 == server.ask("smeprofile/act", **asked).status
    xsrf = next(cookie.value for cookie in jar if cookie.name == "_xsrf")
    reply = server.ask("smeprofile/act", **asked, headers={"X-XSRFToken": xsrf})
    assert (200, False) == (reply.status, json.loads(reply.text)["ok"])


def test_the_page_is_a_fragment_that_is_never_stored(server):
    reply = server.ask("smeprofile/start")
    kind, stored = reply.headers["Content-Type"], reply.headers["Cache-Control"]
    assert (200, "text/html; charset=utf-8", "no-store") == (reply.status, kind, stored)
    assert '<a href="/base/smeprofile/transcript" target="_blank">' in reply.text


def test_the_record_forbids_scripts(server):
    reply = server.ask("smeprofile/transcript")
    assert "<h1>学习记录</h1>" in reply.text
    assert "default-src 'none'" in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"action": "dance"}, "首页没有这个按钮"),
        ({}, "首页没有这个按钮"),
        ([1], "首页没有这个按钮"),
        ({"action": ["path"]}, "首页没有这个按钮"),
        ({"action": "submit"}, "没有名为 None 的模块"),
        ({"action": "fetch", "module": "../.."}, "没有名为 ../.. 的模块"),
        ({"action": "fetch", "module": ["02"]}, "没有名为"),
        ({"action": "path", "value": "night"}, "没有这条学习路径"),
        ({"action": "path", "value": {}}, "没有这条学习路径"),
    ],
)
def test_what_no_button_asks_is_refused_in_words(server, asked, says):
    reply = server.ask("smeprofile/act", body=json.dumps(asked).encode())
    answer = json.loads(reply.text)
    assert (200, False) == (reply.status, answer["ok"])
    assert says in answer["message"]


def test_a_body_that_is_no_json_is_a_bad_request(server):
    assert 400 == server.ask("smeprofile/act", body=b"{").status


# --- the whole way, in order -----------------------------------------------------------------


@pytest.fixture(scope="module")
def story(server):
    """What the trainee saw at each point: fetch, hand in, feedback; a page after each."""
    seen = SimpleNamespace(server=server)
    seen.too_early = [server.act(name) for name in ("fetch", "submit", "feedback", "reviewed")]
    seen.chosen = server.act("path", value="day")
    seen.day = server.page
    server.act("path", value="full")
    release("02")
    (server.workspace / "02_tiny").mkdir()
    (server.workspace / "02_tiny" / "notes.md").write_text("我的", encoding="utf-8")
    seen.released = server.page
    seen.fetch = server.act("fetch")
    seen.fetched = server.page
    answer(server.workspace / "02_tiny")
    seen.answered = server.page
    seen.submit = server.act("submit")
    seen.submitted = server.page
    collect("02")
    grade()
    feedback()
    seen.graded = server.page
    seen.feedback = server.act("feedback")
    seen.returned = server.page
    seen.record = server.ask("smeprofile/transcript").text
    seen.reviewed = server.act("reviewed")
    seen.end = server.page
    return seen


def answer(folder):
    """Answer the self-check rightly, and one of two exercises."""
    given = {"value": "甲", "outcome": "right", "attempts": 1, "hints": 0, "earlier": []}
    text = json.dumps({"format": 1, "answers": {"q1": given}})
    (folder / "answers.json").write_text(text, encoding="utf-8")
    notebook = nbformat.read(folder / "practice.ipynb", as_version=4)
    right = {"double": "def double(x):\n    return 2 * x", "stage": 'stage = "衰退期"'}
    nbformat.write(solved_with(notebook, right), folder / "practice.ipynb")


def next_button(html):
    return html.split('id="sme-next"')[1].split("<button")[1].split("</button>")[0].split(">")[1]


def test_before_the_release_every_button_says_why_it_cannot(story):
    assert [False] * 4 == [reply["ok"] for reply in story.too_early]
    assert [
        "老师还没有发放「02 小练习」",
        "工作区里没有 02_tiny",
        "「02 小练习」没有新的反馈",
        "「02 小练习」还没有反馈",
    ] == [reply["message"].split("。")[0] for reply in story.too_early]


def test_the_chosen_way_is_pressed_on_the_next_page(story):
    assert {"ok": True, "message": "学习路径换成了“一日速成（客户经理）”。"} == story.chosen
    assert 'data-value="day" aria-pressed="true"' in story.day


def test_a_released_module_is_fetched_from_the_page(story):
    assert "领取 02 小练习" == next_button(story.released)
    assert {"ok": True, "message": "已领取「02 小练习」，可以开始了。"} == story.fetch
    assert "开始 02 课程：小练习" == next_button(story.fetched)


def test_fetching_into_a_folder_of_the_trainee_keeps_their_files(story):
    notes = story.server.workspace / "02_tiny" / "notes.md"
    assert "我的" == notes.read_text(encoding="utf-8")


def test_answered_work_is_handed_in_from_the_page(story):
    assert "交 02 的作业：小练习" == next_button(story.answered)
    assert story.submit["ok"]
    assert story.submit["message"].startswith("已提交。模块 02 小练习，学员 zhang.san")
    assert "已交 " in story.submitted


def test_feedback_is_fetched_from_the_page_with_its_scores(story):
    assert "取回 02 的反馈：小练习" == next_button(story.graded)
    assert {"ok": True, "message": "取回了「02 小练习」的反馈，点“查看”打开。"} == story.feedback
    assert 'data-label="成绩">3 / 5<' in story.returned
    (page,) = (story.server.workspace / "02_tiny" / "feedback").rglob("practice.html")
    path = page.relative_to(story.server.workspace).as_posix()
    assert f'data-open="{path}"' in story.returned


def test_a_lost_point_is_next_until_it_was_reviewed(story):
    assert "复盘 02：小练习（1 处）" == next_button(story.returned)
    assert story.reviewed["ok"]
    assert "打印学习记录和结业证明" in story.end.split('id="sme-next"')[1].split("</a>")[0]


def test_three_of_five_points_earn_the_certificate(story):
    assert "<h1>结业证明</h1>" in story.record


def test_what_nbgrader_refuses_is_one_sentence_and_logged(story):
    """The exchange's inbox is gone."""
    inbound = story.server.workspace.parent / "grading" / "exchange" / "tiny" / "inbound"
    inbound.rename(inbound.with_name("away"))
    try:
        reply = story.server.act("submit")
    finally:
        inbound.with_name("away").rename(inbound)
    assert (False, True) == (reply["ok"], "交换区没有收下 02_tiny" in reply["message"])


def test_a_broken_course_is_told_on_the_page_itself(story):
    path = story.server.workspace.parent / "datasets" / "cohort.yml"
    before = path.read_text(encoding="utf-8")
    path.write_text("modules: [", encoding="utf-8")
    try:
        reply = story.server.ask("smeprofile/start")
    finally:
        path.write_text(before, encoding="utf-8")
    assert (200, True) == (reply.status, "不是合法的 YAML" in reply.text)


# --- without an exchange ---------------------------------------------------------------------


def test_where_there_is_no_exchange_the_hand_in_is_a_zip_in_the_workspace(trainee, monkeypatch):
    trainee.gets()
    (trainee.workspace / ".smeprofile").mkdir()
    monkeypatch.chdir(trainee.workspace)
    said = act({"action": "submit", "module": "02"}, trainee.workspace, None)
    packed = trainee.workspace / "zhang.san+02_tiny.zip"
    assert said.startswith(f"已写入 {packed}")
    assert packed.is_file()
