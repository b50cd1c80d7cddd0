"""``smeprofile hub``: accounts, folders and libraries are made ready, then JupyterHub takes over."""

import os
import secrets
import shutil
import socket
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import typer
from traitlets.config import Config

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.course import Course
from smeprofile.grading.roster import Learner, listed, read_roster, refuse_dropped
from smeprofile.hub import accounts
from smeprofile.hub.place import VARIABLE, Place, noted, open_to_all
from smeprofile.notebooks.bundle import CHECKOUT
from smeprofile.params import Cohort, load_cohort
from smeprofile.paths import home

SETTINGS = CHECKOUT / "grading" / "hub" / "jupyterhub_config.py"
_PROXY = "configurable-http-proxy"
_LAST_PORT = 65532  # three more follow it
_KEYS = {"cookie_secret": 32, "proxy_token": 32, "desk_token": 32}  # they outlive the Hub


def run(
    roster: Path | None,
    *,
    root: Path = Path("/srv/smeprofile"),
    teachers: Sequence[str] = (),
    prefix: str = "",
    port: int = 0,
    start: bool = True,
    drop: bool = False,
) -> None:
    """Make everything ready in ``root`` and become JupyterHub; again and again to the same end.

    ``roster``: the class list, whole unless ``drop``: who isn't on it any more can't log in then.
    What isn't given is as before: class list, instructors, prefix, port.
    Raises ``UserError`` where it can't be, or while the class's Hub runs; nothing is changed then.

    >>> run(None, root=Path("relative"))
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 班级的目录要写绝对路径，如 /srv/smeprofile，现为 relative。
    """
    if not root.is_absolute():
        raise UserError(f"班级的目录要写绝对路径，如 /srv/smeprofile，现为 {root}。")
    _require_machine()
    cohort, before = load_cohort(root=home()), noted(root)
    prefix = prefix or (before.prefix if before else "sme-")
    port = port or (before.port if before else 8000)
    known = [name.removeprefix(prefix) for name in before.teachers] if before else ["teacher"]
    _refuse_other_class(before, cohort.cohort_id, prefix)
    if start and before:
        _refuse_running(before)
    if not 1024 <= port <= _LAST_PORT:
        raise UserError(f"端口要在 1024–{_LAST_PORT} 之间，现为 {port}。")
    learners = _learners(roster, root, cohort, drop=drop)
    of_class = accounts.plan(learners, teachers or known, prefix)
    place = Place(
        root, cohort.cohort_id, prefix, port,
        {a.name: a.login for a in of_class if not a.is_teacher},
        [a.name for a in of_class if a.is_teacher],
    )  # fmt: skip
    root.mkdir(parents=True, exist_ok=True)
    new = accounts.make(of_class, prefix=prefix, passwords=place.passwords)
    place.open()
    _prepare(place, roster, drop=drop)
    place.note()
    typer.echo(
        f"班级目录 {root}：学员 {len(place.learners)} 名，老师 {len(place.teachers)} 名，"
        f"新建账号 {len(new)} 个" + (f"，首次密码在 {place.passwords}。" if new else "。")
    )
    if start:
        become_hub(place)


def become_hub(place: Place) -> None:
    """Replace this process by the class's JupyterHub; never returns.

    Stopped by Ctrl-C or killed, it leaves learners' servers running and finds them again.
    """
    for name, size in _KEYS.items():
        if not (path := place.state / name).exists():
            write_file(path, secrets.token_hex(size).encode())
            path.chmod(0o600)
    if open_to_all(CHECKOUT / "solutions"):
        typer.echo(
            f"注意：本机的任何账号都能读 {CHECKOUT / 'solutions'}（答案）。请运行 chmod o-rwx {CHECKOUT}",
            err=True,
        )
    kept = {name: os.environ[name] for name in os.environ if not name.startswith("JUPYTER")}
    env = kept | {VARIABLE: str(place.root), "CONFIGPROXY_AUTH_TOKEN": _key(place, "proxy_token")}
    # A node that isn't Debian's doesn't look where Debian puts the proxy's parts.
    env.setdefault("NODE_PATH", "/usr/share/nodejs:/usr/lib/nodejs:/usr/share/node_modules")
    os.chdir(place.state)
    sys.stdout.flush()
    os.execve(
        sys.executable,
        [sys.executable, "-P", "-m", "jupyterhub", "--config", str(SETTINGS)],
        env,
    )


def _key(place: Place, name: str) -> str:
    return (place.state / name).read_text(encoding="ascii")


def _require_machine() -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        raise UserError(
            "smeprofile hub 要在 Linux 上由 root 运行：它建系统账号，并以各人的身份启动课程。"
        )
    if find_spec("jupyterhub") is None:
        raise UserError("没有装 JupyterHub。请运行 pip install -c requirements.lock -e '.[hub]'。")
    if shutil.which(_PROXY) is None:
        raise UserError(
            f"没有 {_PROXY}。请运行 apt install node-{_PROXY}（或 npm install -g {_PROXY}）。"
        )


def _learners(roster: Path | None, root: Path, cohort: Cohort, *, drop: bool) -> list[Learner]:
    known = listed(Course(root / "staff" / "grading", Config()))
    if roster is None:
        if not known:
            raise UserError("第一次要给出花名册：smeprofile hub 花名册.xlsx。")
        return list(known.values())
    learners = read_roster(roster, tracks=cohort.tracks)
    if not drop:
        refuse_dropped(known, [learner.learner_id for learner in learners], command="hub")
    return learners


def _refuse_running(place: Place) -> None:
    """Raise ``UserError`` where the Hub answers: a second one would end its proxy, then itself.

    The door doesn't tell: the proxy of a Hub that was killed still stands there.
    """
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", place.port + 2)) == 0:
            raise UserError(
                f"课程服务器正在运行（{place.root}）。请先在原来的窗口按 Ctrl-C，再运行一次：学员开着的课程不会停。"
            )


def _refuse_other_class(before: Place | None, cohort_id: str, prefix: str) -> None:
    if before and (before.cohort_id, before.prefix) != (cohort_id, prefix):
        raise UserError(
            f"{before.root} 里是班次 {before.cohort_id}（账号前缀 {before.prefix}）。"
            "另一个班请用 --place 换一个目录。"
        )


def _prepare(place: Place, roster: Path | None, *, drop: bool) -> None:
    from smeprofile.hub.install import as_owner, install

    install(place, home())
    if roster is not None:
        copy = place.staff / "roster.xlsx"
        shutil.copyfile(roster, copy)
        shutil.chown(copy, place.owner)
        typer.echo(as_owner(place, "roster", str(copy), *["--drop"] * drop))
        copy.unlink()
