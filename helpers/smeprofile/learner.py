"""Who is learning here, and which part of the class data is theirs alone to answer for."""

import getpass
import hashlib
import hmac
import os
import re

from smeprofile.errors import UserError
from smeprofile.nursery import LEARNER as LEARNER_VARIABLE

ACCOUNTS_VARIABLE = "SMEPROFILE_ACCOUNTS"  # what a Hub's accounts begin with
LEARNER_PATTERN = r"[A-Za-z0-9_-][A-Za-z0-9_.-]{0,39}"  # no ".", "..": it names folders


def learner_name(learner_id: str | None = None) -> str:
    """Return the learner's id: the one given, else ``SMEPROFILE_LEARNER``, else the OS user.

    Raises ``UserError`` unless it is 1–40 letters, digits, ``_``, ``.`` or ``-``, no dot first.

    >>> learner_name("zhang.san")
    'zhang.san'
    """
    name = learner_id or os.environ.get(LEARNER_VARIABLE) or _os_user()
    if not re.fullmatch(LEARNER_PATTERN, name):
        raise UserError(
            f"学员编号“{name}”不能用：只能有 1–40 个英文字母、数字和 _ . -，不能以 . 开头。"
            f"请把老师给你的编号设为环境变量 {LEARNER_VARIABLE}；用学员包的，删掉 learner.txt 再来。"
        )
    return name


def account_of(learner_id: str, prefix: str) -> str:
    """Return the system's account of a learner on a Hub that names accounts with ``prefix``.

    >>> account_of("Zhang.San", "sme-")
    'sme-zhang.san'
    """
    return prefix + learner_id.lower()


def own_branch(key: str, learner_id: str | None = None) -> str:
    """Return the ``branch_id`` whose customers are this learner's: equal ids, equal branch.

    ``key`` is the notebook's ``VARIANT_KEY``. Grading derives it again from who handed in, so a
    neighbour's numbers don't fit. ``learner_id`` as for ``learner_name``.

    >>> own_branch("511dfe7cf5e096aa", "zhang.san")
    'B10'
    """
    from smeprofile.data import load

    branches = sorted(load("branches")["branch_id"])
    drawn = hmac.new(key.encode(), learner_name(learner_id).encode(), hashlib.sha256).digest()
    return str(branches[int.from_bytes(drawn[:8], "big") % len(branches)])


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # no such user, or no user database at all
        return ""
