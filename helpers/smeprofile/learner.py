"""Who is learning here: the id that the instructor gave, else the system's user."""

import getpass
import os
import re

from smeprofile.errors import UserError

LEARNER_VARIABLE = "SMEPROFILE_LEARNER"
LEARNER_PATTERN = r"[A-Za-z0-9_.-]{1,40}"


def learner_name(learner_id: str | None = None) -> str:
    """Return the learner's id: the one given, else ``SMEPROFILE_LEARNER``, else the OS user.

    Raises ``UserError`` unless it is 1–40 letters, digits, ``_``, ``.`` or ``-``.

    >>> learner_name("zhang.san")
    'zhang.san'
    """
    name = learner_id or os.environ.get(LEARNER_VARIABLE) or _os_user()
    if not re.fullmatch(LEARNER_PATTERN, name):
        raise UserError(
            f"学员编号“{name}”不能用：只能有 1–40 个英文字母、数字和 _ . -。"
            f"请把老师给你的编号设为环境变量 {LEARNER_VARIABLE}。"
        )
    return name


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # no such user, or no user database at all
        return ""
