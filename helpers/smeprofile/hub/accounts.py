"""Accounts of the system: one for each learner and instructor, and one that owns the gradebook."""

import csv
import io
import os
import secrets
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from smeprofile.disk import write_file
from smeprofile.errors import UserError
from smeprofile.grading.roster import Learner
from smeprofile.learner import account_of

_LONGEST = 32  # Linux takes no longer name
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another on paper
_HEADER = ("登录名", "姓名", "首次密码")


@dataclass(frozen=True)
class Account:
    """One account: ``login`` is typed on the Hub's page, ``name`` is what the system calls it."""

    name: str
    login: str
    person: str
    is_teacher: bool = False


def plan(learners: Iterable[Learner], teachers: Iterable[str], prefix: str) -> list[Account]:
    """Return the accounts of a class, instructors first.

    Raises ``UserError`` where two would be one, or a name is too long or not possible.

    >>> ann = Learner("1001", "安", "总行", "", "rm")
    >>> [(a.name, a.login) for a in plan([ann], ["teacher"], "sme-")]
    [('sme-teacher', 'teacher'), ('sme-1001', '1001')]
    >>> plan([ann], ["1001"], "sme-")
    Traceback (most recent call last):
    ...
    smeprofile.errors.UserError: 1001 和 1001 会用同一个系统账号 sme-1001。请改其中一个的编号。
    """
    wanted = [Account(account_of(t, prefix), t, "老师", True) for t in teachers]
    wanted += [Account(account_of(p.learner_id, prefix), p.learner_id, p.name) for p in learners]
    taken = {account_of("course", prefix): "course（课程自己的账号）"}
    for account in wanted:
        if account.name in taken:
            raise UserError(
                f"{taken[account.name]} 和 {account.login} 会用同一个系统账号 {account.name}。"
                "请改其中一个的编号。"
            )
        if len(account.name) > _LONGEST:
            raise UserError(
                f"编号 {account.login} 太长：系统账号 {account.name} 超过 {_LONGEST} 个字符。"
                "请用短一些的编号，或用 --prefix 换个短前缀。"
            )
        taken[account.name] = account.login
    return wanted


def make(accounts: Iterable[Account], *, prefix: str, passwords: Path) -> list[Account]:
    """Make the accounts that are missing, and return those; first passwords go into a file of root's.

    So do those of accounts that have none, since making them was cut short. Homes are open to their
    owner only. Nobody logs in as the course's owner.
    """
    import grp
    import pwd  # Windows has neither, and no Hub

    group, owner = f"{prefix}class", account_of("course", prefix)
    if group not in {g.gr_name for g in grp.getgrall()}:
        _run("groupadd", group)
    if not _exists(owner):
        _run("useradd", "--create-home", "--gid", group, "--shell", "/usr/sbin/nologin", owner)
    accounts = list(accounts)
    for account in (a for a in accounts if not _exists(a.name)):
        # --badname: 工号 often are digits, or hold a dot
        _run("useradd", "--badname", "--create-home", "--gid", group, "--shell", "/bin/bash", account.name)  # fmt: skip
    for name in (owner, *(account.name for account in accounts)):
        Path(pwd.getpwnam(name).pw_dir).chmod(0o700)
    bare = _without_password()
    new = [account for account in accounts if account.name in bare]
    given = {account.login: _password() for account in new}
    if new:
        _note(passwords, [(a.login, a.person, given[a.login]) for a in new])
        _run("chpasswd", text="".join(f"{a.name}:{given[a.login]}\n" for a in new))
    return new


def _password() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def _note(path: Path, rows: list[tuple[str, str, str]]) -> None:
    """Put rows into the file, one a login; it is root's alone from its first byte."""
    before = path.read_text(encoding="utf-8-sig") if path.exists() else ",".join(_HEADER)
    again = {login for login, *_ in rows}
    kept = [row for row in csv.reader(io.StringIO(before)) if row and row[0] not in again]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([*kept, *rows])
    usual = os.umask(0o077)  # the draft's mode is the file's
    try:
        write_file(path, ("\ufeff" + text.getvalue()).encode())
    finally:
        os.umask(usual)


def _exists(name: str) -> bool:
    import pwd

    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _without_password() -> set[str]:
    """Return the system's accounts that never had one; a locked one has."""
    fields = (line.split(":") for line in Path("/etc/shadow").read_text().splitlines())
    return {name for name, password, *_ in fields if password in ("!", "!!")}


def _run(*command: str, text: str = "") -> None:
    try:
        subprocess.run(command, input=text, text=True, check=True, capture_output=True)
    except FileNotFoundError:
        raise UserError(f"系统里没有 {command[0]} 命令，建不了账号。请先装 passwd 包。") from None
    except subprocess.CalledProcessError as error:
        raise UserError(f"{command[0]} 没有成功：{error.stderr.strip()}。") from None
