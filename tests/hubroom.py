"""A class on a real JupyterHub: accounts of the system under a prefix of their own, removed after."""

import csv
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import psutil
import requests
from openpyxl import Workbook
from playwright.sync_api import Page

from classroom import MODULE, Classroom
from conftest import ROOT
from smeprofile.hub.place import Place, noted
from smeprofile.notebooks import answered, read_source
from tiny_course import WRITTEN_PRACTICE
from trainee import Trainee

# Learners can't look into pytest's folders, nor root's.
_WHERE = Path("/srv") if Path("/srv").is_dir() else Path("/var")


class HubRoom(Classroom):
    """A course, to whose module 02 an answer in words is added, and a Hub with its learners."""

    def __init__(self, n_learners: int, modules: tuple[str, ...] = (MODULE,), **environment: str):
        self.folder = Path(tempfile.mkdtemp(prefix="sme-hub-", dir=_WHERE))
        super().__init__(self.folder, modules)
        self.folder.chmod(0o755)
        self.home.chmod(0o700)  # the answers lie there
        written = WRITTEN_PRACTICE.replace("第 1 题", "第 12 题")
        with (self.home / "solutions" / MODULE / "practice.py").open("a", encoding="utf-8") as file:
            file.write("\n\n" + written)
        if (large := ROOT / "datasets" / "large").is_dir():
            shutil.copytree(large, self.home / "datasets" / "large")
        self.port = _free_ports(4)
        self.prefix = f"t{self.port}-"  # accounts of no other room
        self.roster = _roster(self.folder / "花名册.xlsx", n_learners)
        self.environment |= environment
        self.root = self.folder / "class"
        self.hub: subprocess.Popen | None = None

    @property
    def place(self) -> Place:
        return noted(self.root)

    @property
    def log(self) -> Path:
        return self.folder / "hub.log"

    @property
    def passwords(self) -> dict[str, str]:
        with (self.root / "passwords.csv").open(encoding="utf-8-sig", newline="") as file:
            return {row["登录名"]: row["首次密码"] for row in csv.DictReader(file)}

    def __enter__(self) -> "HubRoom":
        try:
            self.open()
        except BaseException:  # half open, it has accounts and processes already
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Start the Hub by the command that an administrator gives, and wait until it answers."""
        roster = [] if self.root.exists() else [str(self.roster)]
        given = ["--place", str(self.root), "--prefix", self.prefix, "--port", str(self.port)]
        with self.log.open("a", encoding="utf-8") as log:
            self.hub = subprocess.Popen(
                [sys.executable, "-m", "smeprofile", "hub", *roster, *given],
                cwd=self.home, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        for _ in range(600):
            with suppress(requests.ConnectionError):
                if requests.get(self.at("/hub/login"), proxies={"http": None}).ok:
                    return
            assert self.hub.poll() is None, self.log.read_text("utf-8")[-3000:]
            time.sleep(0.5)
        raise AssertionError(self.log.read_text("utf-8")[-3000:])

    def kill_hub(self) -> None:
        """End the Hub as a power cut does; what it started goes on."""
        self.hub.kill()
        self.hub.wait(10)

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def account(self, who: str) -> str:
        return f"{self.prefix}{who}"

    def server_of(self, who: str) -> psutil.Process | None:
        """Return the process of a learner's server, if it runs."""
        found = [p for p in self.processes(who) if "jupyterhub.singleuser" in " ".join(p.cmdline())]
        return found[0] if found else None

    def processes(self, who: str) -> list[psutil.Process]:
        """Return an account's processes, those that have ended apart."""
        uid = pwd.getpwnam(self.account(who)).pw_uid
        return [
            p
            for p in psutil.process_iter(["uids", "status"])
            if p.info["uids"] and p.info["uids"].real == uid and p.info["status"] != "zombie"
        ]

    def as_account(self, who: str, script: str, **env: str) -> subprocess.CompletedProcess:
        """Run a shell script as an account, at home, with what its terminal would have."""
        about = pwd.getpwnam(self.account(who))
        return subprocess.run(
            ["bash", "-c", script], cwd=about.pw_dir, capture_output=True, text=True,
            user=about.pw_uid, group=about.pw_gid, extra_groups=[],
            env={"HOME": about.pw_dir, "PATH": f"{self.root}/venv/bin:{os.defpath}", "LANG": "C.UTF-8"}
            | env,
        )  # fmt: skip

    def desk(self, *arguments: str) -> str:
        """Give a command as instructors do in the desk's terminal; return what it says."""
        done = self.as_account(
            "course", f"cd {self.root}/staff/grading && exec smeprofile {' '.join(arguments)}",
            SMEPROFILE_HOME=f"{self.root}/staff", SMEPROFILE_EXCHANGE=f"{self.root}/exchange",
            SMEPROFILE_ACCOUNTS=self.prefix,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def learner(self, who: str) -> Iterator[Trainee]:
        """Give a learner without a browser, whose course is open."""
        trainee = Trainee(self.at(""), who, self.passwords[who], self.account(who))
        trainee.log_in()
        trainee.open()
        try:
            yield trainee
        finally:
            trainee.close()

    def answer(self, who: str, module: str, answers: dict[str, str]) -> None:
        """Write answers into the practice that a learner has fetched, in the learner's name."""
        folder = self.folder / "answered" / who / module
        folder.mkdir(parents=True)
        desk = f"/home/{self.account(who)}/workspace/{module}"
        notebook = nbformat.read(f"{desk}/practice.ipynb", as_version=4)
        source = read_source(self.home / "solutions" / module / "practice.py")
        nbformat.write(answered(notebook, source, answers, folder), folder / "practice.ipynb")
        for path in folder.iterdir():
            path.chmod(0o644)
        done = self.as_account(who, f"cp {folder}/* {desk}/")
        assert done.returncode == 0, done.stderr

    def log_in(self, page: Page, who: str) -> None:
        page.goto(self.at("/hub/login"))
        page.get_by_label("工号").fill(who)
        page.get_by_label("密码").fill(self.passwords[who])
        page.get_by_role("button", name="登录").click()

    def close(self) -> None:
        """Stop the Hub and everything of its accounts, and remove what was made for it."""
        if self.hub and self.hub.poll() is None:
            self.hub.send_signal(signal.SIGTERM)
            try:
                self.hub.wait(30)
            except subprocess.TimeoutExpired:
                self.kill_hub()
        with suppress(OSError, ValueError):  # a Hub that was killed leaves its proxy
            os.kill(int((self.root / "hub" / "proxy.pid").read_text()), signal.SIGTERM)
        ours = [user.pw_name for user in pwd.getpwall() if user.pw_name.startswith(self.prefix)]
        for name in ours:
            left = self.processes(name.removeprefix(self.prefix))
            for process in left:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(left, timeout=10)
            subprocess.run(["userdel", "--remove", name], capture_output=True, check=True)
            for group in Path("/sys/fs/cgroup").glob(f"**/smeprofile/{name}"):
                group.rmdir()
        subprocess.run(["groupdel", f"{self.prefix}class"], capture_output=True, check=bool(ours))
        shutil.rmtree(self.folder)


def _roster(path: Path, n_learners: int) -> Path:
    book = Workbook()
    book.active.append(["工号", "姓名", "支行", "邮箱", "轨道"])
    for n in range(n_learners):
        book.active.append([str(1001 + n), f"学员{n + 1}", "城东支行", "", "分析岗"])
    book.save(path)
    return path


def _free_ports(n: int) -> int:
    """Return the first of ``n`` free ports in a row; each worker looks among its own."""
    begin = 18000 + 2000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    for first in range(begin, begin + 2000, n):
        with suppress(OSError):
            for port in range(first, first + n):
                socket.create_server(("127.0.0.1", port)).close()
            return first
    raise AssertionError("no free ports")
