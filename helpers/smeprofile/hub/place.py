"""The folder a class's Hub lives in, who may do what in it, and what is noted there."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from smeprofile.disk import write_file
from smeprofile.errors import UserError

VARIABLE = "SMEPROFILE_HUB"  # the place, for JupyterHub's own settings
NOTE = "hub/class.json"


@dataclass(frozen=True)
class Place:
    """One class on one machine. Ports: the door, then the proxy's, the Hub's and the desk's own."""

    root: Path
    cohort_id: str
    prefix: str = "sme-"
    port: int = 8000
    learners: dict[str, str] = field(default_factory=dict)  # account → learner_id
    teachers: list[str] = field(default_factory=list)  # accounts

    @property
    def owner(self) -> str:
        """The account that the gradebook and the answers belong to; nobody logs in with it."""
        return f"{self.prefix}course"

    @property
    def python(self) -> Path:
        """The interpreter of everybody but root."""
        return self.root / "venv" / "bin" / "python"

    @property
    def course(self) -> Path:
        """What learners read: course and class data."""
        return self.root / "course"

    @property
    def exchange(self) -> Path:
        """Where work is handed out, in and back."""
        return self.root / "exchange"

    @property
    def staff(self) -> Path:
        """The instructors' course: answers, gradebook, class list."""
        return self.root / "staff"

    @property
    def state(self) -> Path:
        """What the Hub must find again after it was killed, and its log."""
        return self.root / "hub"

    @property
    def passwords(self) -> Path:
        """First passwords, for root to hand out."""
        return self.root / "passwords.csv"

    def rights(self) -> dict[Path, tuple[str, int]]:
        """Return folder → its owner and mode, outer ones first.

        Learners list only what they may read. In the exchange they may add to ``inbound``, and
        fetch feedback whose name they know: it is drawn from the secret in their own hand-in.

        >>> place = Place(Path("/srv/class"), "c1")
        >>> [oct(mode) for _, mode in place.rights().values()]
        ['0o755', '0o755', '0o700', '0o700', '0o1777', '0o755', '0o755', '0o1733', '0o711']
        """
        of_class = self.exchange / self.cohort_id
        return {
            self.root: ("root", 0o755),
            self.course: ("root", 0o755),
            self.state: ("root", 0o700),
            self.staff: (self.owner, 0o700),
            # nbgrader wants to write here; sticky, so that nobody moves the class away
            self.exchange: ("root", 0o1777),
            of_class: (self.owner, 0o755),
            of_class / "outbound": (self.owner, 0o755),
            of_class / "inbound": (self.owner, 0o1733),
            of_class / "feedback": (self.owner, 0o711),
        }

    def open(self) -> None:
        """Make the folders, with their owners and modes; again, if somebody changed them."""
        import pwd  # Windows has none, and no Hub

        for folder, (owner, mode) in self.rights().items():
            folder.mkdir(parents=True, exist_ok=True)
            about = pwd.getpwnam(owner)
            os.chown(folder, about.pw_uid, about.pw_gid)
            folder.chmod(mode)

    def note(self) -> None:
        """Write down what the Hub's settings read."""
        told = {name: value for name, value in asdict(self).items() if name != "root"}
        write_file(self.root / NOTE, json.dumps(told, ensure_ascii=False, indent=1).encode())


def noted(root: Path) -> Place | None:
    """Return the place noted in folder ``root``; None where there is none yet.

    >>> noted(Path("没有")) is None
    True
    """
    try:
        told = json.loads((root / NOTE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UserError(f"读不了 {root / NOTE}（{error}）。请删掉它，再运行一次本命令。") from None
    return Place(root, **told)


def open_to_all(path: Path) -> bool:
    """Return whether every account can read ``path``.

    >>> open_to_all(Path("/dev/null"))
    True
    """
    try:
        return bool(path.stat().st_mode & 0o004) and all(
            folder.stat().st_mode & 0o001 for folder in path.resolve().parents
        )
    except OSError:
        return False


def from_environment() -> Place:
    """Return the place that the running Hub is of."""
    place = noted(Path(os.environ.get(VARIABLE, "")))
    if place is None:
        raise UserError("请用 smeprofile hub 启动：它先备好账号和目录。")
    return place
