"""A learner without a browser: logs in, opens the course and runs cells, as JupyterLab would ask."""

import json
import re
import time
import uuid
from contextlib import suppress

import requests
import websocket


class Trainee:
    """One learner's session on the Hub at ``hub``, e.g. ``http://127.0.0.1:8000``."""

    def __init__(self, hub: str, login: str, password: str, account: str):
        self.hub, self.login, self.password = hub, login, password
        self.base = f"{hub}/user/{account}/"
        self.http = requests.Session()
        self.http.trust_env = False  # never by a proxy of the house
        self.kernel, self.socket = "", None

    def close(self) -> None:
        """Leave, as one who shuts the browser: server and kernel go on."""
        self._hang_up()
        self.http.close()

    def _hang_up(self) -> None:
        if self.socket:
            self.socket.close()

    def log_in(self) -> None:
        """Log in by the page's form."""
        page = self.http.get(f"{self.hub}/hub/login", timeout=60)
        token = re.search(r'name="_xsrf" value="([^"]+)"', page.text)[1]
        form = {"_xsrf": token, "username": self.login, "password": self.password}
        reply = self.http.post(
            f"{self.hub}/hub/login", data=form, timeout=60, allow_redirects=False
        )
        assert reply.status_code == 302, reply.text[-500:]

    def open(self, patience: float = 180) -> None:
        """Have the server started, and wait until JupyterLab and the start page answer."""
        end = time.monotonic() + patience
        page = self.http.get(f"{self.hub}/hub/spawn", timeout=60)
        while not page.url.startswith(f"{self.base}lab"):
            in_queue = page.status_code == 429  # then the page says so, and asks again by itself
            assert (page.ok or in_queue) and time.monotonic() < end, (
                f"{page.status_code} {page.url}"
            )
            time.sleep(5 if in_queue else 0.5)
            page = self.http.get(page.url, timeout=60)
        assert "下一步" in self.ask("GET", "smeprofile/start").text

    def ask(self, method: str, path: str, **options: object) -> requests.Response:
        """Ask the learner's own server; ``options`` as for requests."""
        token = next(
            (c.value for c in self.http.cookies if c.name == "_xsrf" and "/user/" in c.path), ""
        )
        reply = self.http.request(
            method, self.base + path, headers={"X-XSRFToken": token}, timeout=120, **options
        )
        reply.raise_for_status()
        return reply

    def start_kernel(self, path: str) -> None:
        """Start a kernel for the notebook ``path`` of the workspace."""
        wanted = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        self.kernel = self.ask("POST", "api/sessions", json=wanted).json()["kernel"]["id"]
        address = f"{self.base}api/kernels/{self.kernel}/channels".replace("http", "ws", 1)
        self._hang_up()
        cookies = {c.name: c.value for c in self.http.cookies if c.path.startswith("/user/")}
        self.socket = websocket.create_connection(
            address, timeout=300, cookie="; ".join(f"{n}={v}" for n, v in cookies.items()),
            http_no_proxy=["127.0.0.1"],
        )  # fmt: skip

    def run(self, code: str) -> str:
        """Run a cell; return what it prints, or its error as ``Name: text``."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "version": "5.3",
                  "username": "", "session": uuid.uuid4().hex, "date": ""}  # fmt: skip
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}  # fmt: skip
        self.socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}))  # fmt: skip
        said = []
        while True:
            message = json.loads(self._text())
            if message["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            kind, about = message["msg_type"], message["content"]
            if kind == "stream":
                said.append(about["text"])
            elif kind == "error":
                said.append(f"{about['ename']}: {about['evalue']}")
            elif kind == "status" and about["execution_state"] == "idle":
                return "".join(said)

    def _text(self) -> str:
        while True:
            got = self.socket.recv()
            if isinstance(got, str):
                return got
            with suppress(UnicodeDecodeError, ValueError):  # with buffers: not what we wait for
                start = int.from_bytes(got[4:8], "big")
                end = (
                    int.from_bytes(got[8:12], "big") if int.from_bytes(got[:4], "big") > 1 else None
                )
                return got[start:end].decode()
