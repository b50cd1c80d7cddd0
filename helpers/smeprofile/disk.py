"""Write a file whole or not at all, and say in Chinese what the system refused."""

import errno
import os
from pathlib import Path


def write_file(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, creating folders; on failure ``path`` is as it was before.

    >>> write_file(Path("/dev/null/a"), b"")
    Traceback (most recent call last):
    ...
    FileExistsError: [Errno 17] File exists: '/dev/null'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘满了",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EEXIST: "同名文件已存在",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOENT: "找不到",
    errno.ENAMETOOLONG: "路径太长",
}


def in_words(error: OSError) -> str:
    """Return what the system refused, in Chinese.

    >>> in_words(OSError(28, "No space left on device", "D:/练习/a.ipynb"))
    'D:/练习/a.ipynb 磁盘满了'
    """
    reason = _REASONS.get(error.errno, f"系统错误 {error.errno}")
    return f"{error.filename} {reason}" if error.filename else reason
