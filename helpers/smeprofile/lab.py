"""The trainee's JupyterLab: workspace, settings of its own, one process, one address."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from smeprofile.disk import in_words, write_file
from smeprofile.errors import UserError
from smeprofile.learner import LEARNER_VARIABLE, learner_name
from smeprofile.params import Cohort, load_cohort
from smeprofile.paths import HOME_VARIABLE, home
from smeprofile.submit import exchange_root, nbgrader_settings
from smeprofile.workspace import PRIVATE, Change, locate, sync

SETTINGS = Path(__file__).parent / "jupyter"  # what never changes; the rest is written on start
LABEXTENSIONS = Path(__file__).parent / "labextensions"
# Where there is no exchange, a list of its assignments would only show errors.
_NO_LIST = {"disabledExtensions": {"@jupyter/nbgrader:assignment-list": True}}
_STARTUP = "startup/00-smeprofile.py"  # in every kernel's IPython profile
_STARTS = 4  # several that start at once may take the same port
_PATIENCE_SECONDS = 180  # a cold start under a virus scanner


@dataclass(frozen=True)
class LabSetup:
    """A workspace that is ready, and the environment its JupyterLab runs in.

    ``page`` is where the browser is sent; ``name``, ``command`` and ``kept``: what it is called, how
    it is started, and where the work stays.
    """

    workspace: Path
    env: dict[str, str]
    changes: list[Change]
    has_exchange: bool
    page: str = "lab"
    name: str = "课程"
    command: str = "smeprofile lab"
    kept: str = "你的作业都在工作区里"

    @property
    def log_file(self) -> Path:
        return self.workspace / PRIVATE / "lab.log"

    @property
    def runtime(self) -> Path:
        return Path(self.env["JUPYTER_RUNTIME_DIR"])


def run(workspace: Path | None, port: int | None, open_browser: bool) -> None:
    """Bring the workspace up to date and serve it until Ctrl-C; ``UserError`` on any failure.

    >>> run(home() / "course", None, False)
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: ...course 是课程本身，不能当工作区。...
    """
    base, who = home(), said_who()
    setup = prepare(base, locate(base, workspace), load_cohort(root=base))
    for line in (who, *news(setup)):
        print(line, flush=True)
    launch(setup, port=port, open_browser=open_browser)


def prepare(base: Path, workspace: Path, cohort: Cohort) -> LabSetup:
    """Bring ``workspace`` up to date and write the settings of its JupyterLab into it.

    They live in ``workspace/.smeprofile`` and reach JupyterLab through the environment only, so
    any other JupyterLab of the same user stays as it is, and its settings don't reach ours.

    Raises ``UserError`` if the course is missing or the workspace can't be written.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     base = Path(folder)
    ...     prepare(base, base / "workspace", load_cohort())
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: ...course 里没有课程。请重新解压课程包，或运行 smeprofile build。
    """
    exchange = exchange_root(base)
    released = exchange and exchange / cohort.cohort_id / "outbound"
    changes = sync(base, workspace, released=released)
    own = workspace / PRIVATE / "jupyter"
    nbgrader = nbgrader_settings(workspace, cohort.cohort_id, exchange) if exchange else {}
    shutil.rmtree(own / "labconfig", ignore_errors=True)  # what an earlier version left there
    try:
        _write_json(own / "nbgrader_config.json", nbgrader)
        _write_json(own / "labconfig" / "page_config.json", {} if exchange else _NO_LIST)
        (own / "ipython" / "profile_default" / "ipython_config.json").unlink(missing_ok=True)
        startup = own / "ipython" / "profile_default" / _STARTUP
        write_file(startup, (SETTINGS / _STARTUP).read_bytes())
    except OSError as error:
        raise UserError(
            f"写不了 JupyterLab 的设置：{in_words(error)}。请检查这个文件夹。"
        ) from None
    return LabSetup(workspace, environment(base, own), changes, exchange is not None)


def news(setup: LabSetup) -> list[str]:
    """Return what the trainee should know about the workspace before starting, in Chinese.

    >>> news(LabSetup(Path("工作区"), {}, [Change("02/lesson.ipynb", "new")], True))
    ['工作区 工作区：新增 1 个文件，更新 0 个；你改过的单元格都保留了。']
    """
    count = [change.kind for change in setup.changes].count
    lines = []
    if count("new") or count("updated"):
        lines.append(
            f"工作区 {setup.workspace}：新增 {count('new')} 个文件，更新 {count('updated')} 个；"
            "你改过的单元格都保留了。"
        )
    for path in [change.path for change in setup.changes if change.kind == "unreadable"]:
        beside = path.removesuffix(".ipynb") + ".new.ipynb"
        lines.append(
            f"注意：{path} 读不出来，没有动它。新版放在 {beside}："
            "请在新版里作答，再删掉坏的那份，把新版改回原名；"
            "也可以先关掉课程，用 smeprofile restore 找回更新前的备份。"
        )
    if not setup.has_exchange:
        lines.append("这台电脑上没有作业交换区；交作业请用 smeprofile submit 模块 --zip 文件夹。")
    return lines


def said_who() -> str:
    """Return who learns here, in Chinese: a wrong id is seen before anything is done under it.

    Raises ``UserError`` where the id that was set can't be one; a login name that can't is only told.

    >>> said_who().partition("：")[0] in ("学员编号", "注意")
    True
    """
    try:
        return f"学员编号：{learner_name()}。不对，就先退出，改好再来（学员包：删掉 learner.txt）。"
    except UserError as error:
        if os.environ.get(LEARNER_VARIABLE):
            raise
        return f"注意：{error}"


def launch(setup: LabSetup, *, port: int | None, open_browser: bool) -> None:
    """Serve the workspace on ``port`` (None: 8888 or the next free one) until Ctrl-C.

    Raises ``UserError`` if the port is taken or JupyterLab doesn't start.

    >>> launch(LabSetup(Path("工作区"), {}, [], True), port=70000, open_browser=False)
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 端口应为 1 到 65535，现为 70000。请换一个，或不写 --port。
    """
    if port is not None:
        _require_free(port)
    for name in {"SIGINT", "SIGTERM", "SIGHUP"} & set(dir(signal)):
        signal.signal(getattr(signal, name), signal.default_int_handler)
    chosen, server = port, None
    try:
        for starts_left in reversed(range(_STARTS)):
            token = secrets.token_urlsafe(24)  # a server that lost its port may leave its record
            server = _start(setup, port, token)
            url = _address(server, setup, token)
            if url:
                break
            if not (starts_left and chosen is None and _lost_its_port(setup)):
                raise UserError(f"JupyterLab 没有启动成功，详情见 {setup.log_file}。请联系老师。")
            port = _some_free_port()  # the next one up is where everybody else tries next
        _attend(server, setup, url, open_browser)
    except KeyboardInterrupt:
        print("\n正在关闭……", flush=True)
    finally:
        if server:
            _stop(server)
    print(f"{setup.name}已关闭，{setup.kept}。", flush=True)


def _start(setup: LabSetup, port: int | None, token: str) -> subprocess.Popen:
    try:
        with setup.log_file.open("w", encoding="utf-8") as log:
            return subprocess.Popen(
                _command(setup.workspace, port),
                cwd=setup.workspace,
                env={**setup.env, "JUPYTER_TOKEN": token},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
    except OSError as error:
        raise UserError(f"启动不了 JupyterLab：{in_words(error)}。请重新安装课程环境。") from None


def _lost_its_port(setup: LabSetup) -> bool:
    """Return whether another server took the port between the server's look and its start."""
    return "no available port" in setup.log_file.read_text(encoding="utf-8", errors="replace")


def _attend(server: subprocess.Popen, setup: LabSetup, url: str, open_browser: bool) -> None:
    """Announce the address of the server, then wait for its end."""
    print(f"{setup.name}已就绪：{url}\n按 Ctrl+C 退出。", flush=True)
    if open_browser:
        webbrowser.open(url)
    if server.wait():
        raise UserError(
            f"JupyterLab 意外停止，详情见 {setup.log_file}。请重新运行 {setup.command}。"
        )


def environment(base: Path, own: Path, *settings: Path) -> dict[str, str]:
    """Return this process's environment with all Jupyter settings replaced by the course's.

    What ``own`` and then ``settings`` say goes before.

    >>> sorted(n for n in environment(Path("c"), Path("w")) if n.startswith("JUPYTER_C"))
    ['JUPYTER_CONFIG_DIR', 'JUPYTER_CONFIG_PATH']
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    bin_folder = str(Path(sys.executable).parent)  # so that `smeprofile` works in a Lab terminal
    return env | {
        HOME_VARIABLE: str(base),
        "PATH": os.pathsep.join([bin_folder, *filter(None, [env.get("PATH")])]),
        "IPYTHONDIR": str(own / "ipython"),
        "JUPYTER_CONFIG_DIR": str(own),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(map(str, [*settings, SETTINGS])),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
    }


def _command(workspace: Path, port: int | None) -> list[str]:
    exactly = [] if port is None else [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    as_root = ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    return [
        *(
            sys.executable,
            "-P",
            "-m",
            "smeprofile.serve",
        ),  # -P: a trainee's random.py must not load
        f"--ServerApp.root_dir={workspace}",
        f"--LabApp.extra_labextensions_path={LABEXTENSIONS}",
        *exactly,
        *as_root,
    ]


def _require_free(port: int) -> None:
    if not 0 < port < 2**16:
        raise UserError(f"端口应为 1 到 65535，现为 {port}。请换一个，或不写 --port。")
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        raise UserError(f"端口 {port} 不能用，多半已被占用。请换一个，或不写 --port。") from None


def _some_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def _address(server: subprocess.Popen, setup: LabSetup, token: str) -> str | None:
    """Return the course's address as soon as the server answers there; None if it has ended."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            return None
        url = _listed_url(setup.runtime, token)
        if url and _answers(url, token):
            return f"{url}{setup.page}?token={token}"
        time.sleep(0.1)
    raise UserError(f"JupyterLab {_PATIENCE_SECONDS} 秒没有应答，详情见 {setup.log_file}。请重试。")


def _listed_url(runtime: Path, token: str) -> str | None:
    """Return the URL in the server's own record; the token tells ours from stale ones."""
    for record in runtime.glob("jpserver-*.json"):
        try:
            server = json.loads(record.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # gone, or half written
            continue
        if server.get("token") == token:
            return server["url"]
    return None


def _answers(url: str, token: str) -> bool:
    request = urllib.request.Request(
        f"{url}api/status", headers={"Authorization": f"token {token}"}
    )
    direct = urllib.request.build_opener(
        urllib.request.ProxyHandler({})
    )  # never by the bank's proxy
    try:
        with direct.open(request, timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


def _stop(server: subprocess.Popen) -> None:
    """End the server and its kernels; on Windows Ctrl-C has already reached it."""
    if os.name == "posix":
        server.terminate()
    try:
        server.wait(timeout=20)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        server.kill()


def _write_json(path: Path, value: dict) -> None:
    write_file(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode())
