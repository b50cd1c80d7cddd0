"""JupyterHub's two parts that know our accounts: who logs in, and how a learner's server starts."""

import os
import pwd
import resource
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jupyterhub.auth import PAMAuthenticator
from jupyterhub.spawner import LocalProcessSpawner
from traitlets import Unicode, default

from smeprofile.learner import account_of

_GROUPS = Path("/sys/fs/cgroup")
_PROCESSES = 512  # threads count, too


class ClassLogin(PAMAuthenticator):
    """The system's own passwords; what is typed is the number on the class list."""

    prefix = Unicode(help="Account names begin with it.").tag(config=True)

    @default("blocked_users")
    def _off_the_list(self) -> set[str]:
        """The class's accounts that the list names no more: the Hub lets in whom it ever knew."""
        ours = {user.pw_name for user in pwd.getpwall() if user.pw_name.startswith(self.prefix)}
        return ours - self.allowed_users

    def authenticate(self, handler: Any, data: Mapping[str, str]) -> Any:
        """Ask PAM about the account of whoever is typed; return the account's name or None."""
        return super().authenticate(
            handler, {**data, "username": account_of(data["username"].strip(), self.prefix)}
        )


class LearnerSpawner(LocalProcessSpawner):
    """A server as its learner's own account, with the memory and processes it may have.

    ``mem_limit`` holds for each process, which then sees ``MemoryError``, and where the system has
    control groups for all of the learner's together.
    """

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        """Return what the new process does before it becomes the server."""
        become, limit = super().make_preexec_fn(name), int(self.mem_limit or 0)
        group = memory_group(name, limit) if limit else None

        def settle() -> None:
            if group:
                (group / "cgroup.procs").write_text(str(os.getpid()))
            if limit:
                resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
            resource.setrlimit(resource.RLIMIT_NPROC, (_PROCESSES, _PROCESSES))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            become()
            os.umask(0o077)

        return settle


def memory_group(name: str, limit: int, groups: Path = _GROUPS) -> Path | None:
    """Make a control group that may use ``limit`` bytes; None where the system lets us make none.

    >>> memory_group("sme-1001", 2**30, groups=Path("/没有")) is None
    True
    """
    unified = (groups / "cgroup.controllers").exists()
    top = groups if unified else groups / "memory"
    group = top / "smeprofile" / name
    with suppress(OSError):
        if not top.is_dir():
            return None
        group.mkdir(parents=True, exist_ok=True)
        if unified:
            for parent in (top, group.parent):
                (parent / "cgroup.subtree_control").write_text("+memory")
            (group / "memory.max").write_text(str(limit))
        else:
            (group / "memory.limit_in_bytes").write_text(str(limit))
        return group
    return None
