"""A sandbox for a forked process that is about to run what a learner wrote (Linux 5.12 or later).

``confine`` gives the process namespaces of its own: no network, no other processes, and a file
system of the libraries, read-only, and one small folder to write in. It keeps no capability, can't
get new ones, and has limits on memory, processes, files and time. Works for root, who becomes
nobody in it, and for an ordinary user, by a user namespace.

The parent must be a single thread, and must hold no secret: all it has read is in the fork too.
"""

import ctypes
import errno
import os
import platform
import select
import signal
import socket
import stat
import struct
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

_MB = 1 << 20
_LOOK_SECONDS = 2


@dataclass(frozen=True)
class Limits:
    """What one submission may use. ``memory_mb`` is for all its processes together."""

    memory_mb: int = 2048
    processes: int = 128  # copies that answer checks among them
    files: int = 512  # open at once, in one process
    disk_mb: int = 64  # of the work folder, and of one file
    seconds: int = 600  # of wall time


class Unavailable(Exception):
    """Why there can be no sandbox on this machine, in Chinese."""


# --- what the kernel is asked for ------------------------------------------------------------------

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_BIND, _MS_REC, _MS_PRIVATE = 4096, 16384, 1 << 18
_NEWNS, _NEWCGROUP, _NEWUTS, _NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_ALL_NEW = _NEWNS | _NEWUTS | _NEWIPC | _NEWPID | _NEWNET
_RECURSIVE, _MOUNT_SETATTR = 0x8000, 442
_PDEATHSIG, _DUMPABLE, _SECCOMP, _CAPBSET_DROP, _NO_NEW_PRIVS = 1, 4, 22, 24, 38

# Numbers of system calls (x86_64, aarch64) that no notebook needs and an escape might.
_DENIED = {
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "unshare": (272, 97),
    "setns": (308, 268), "ptrace": (101, 117), "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "bpf": (321, 280), "perf_event_open": (298, 241),
    "kexec_load": (246, 104), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "open_by_handle_at": (304, 265), "io_uring_setup": (425, 425),
    "userfaultfd": (323, 282), "chroot": (161, 51), "reboot": (169, 142), "swapon": (167, 224),
    "quotactl": (179, 60), "acct": (163, 89), "personality": (135, 92), "open_tree": (428, 428),
    "move_mount": (429, 429), "fsopen": (430, 430), "fspick": (433, 433),
    "mount_setattr": (442, 442), "memfd_create": (319, 279), "shmget": (29, 194),
    "pidfd_getfd": (438, 438),
}  # fmt: skip
_MACHINES = {"x86_64": (0, 0xC000003E, 56), "aarch64": (1, 0xC00000B7, 220)}  # column, arch, clone
_PIVOT_ROOT, _CLONE3 = (155, 41), 435


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(what: str, result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    args = (source.encode(), target.encode(), kind.encode(), ctypes.c_ulong(flags), data.encode())
    _call(f"mount {target}", _libc().mount(*args))


def _read_only(target: str) -> None:
    attributes = struct.pack("QQQQ", _MS_RDONLY | _MS_NOSUID | _MS_NODEV, 0, 0, 0)
    _call(
        f"mount_setattr {target}",
        _libc().syscall(_MOUNT_SETATTR, -100, target.encode(), _RECURSIVE, attributes, 32),
    )


# --- the way in --------------------------------------------------------------------------------


def confine(
    work: Path,
    readable: Iterable[str],
    limits: Limits,
    *,
    place: Path,
    line: socket.socket | None = None,
    handed: int = -1,
) -> int | None:
    """Fork into a sandbox; return None inside, and outside, when it has ended, its exit code.

    Everything in it ends with its first process: by itself, because a limit was reached, or when
    the other side of ``line`` is closed; the open file ``handed`` is only for inside. ``work`` becomes the folder that can be
    written, with a copy of its files; what is written there is gone afterwards. ``readable`` are
    files and folders that can be read besides the libraries; ``place`` is an empty folder to build
    in. Raises ``OSError`` when the system refuses, inside or outside.
    """
    is_root = os.geteuid() == 0
    uid, gid = (61000 + os.getpid() % 4000,) * 2 if is_root else (os.geteuid(), os.getegid())
    files = regular_files(work, limits.disk_mb * _MB)
    _call("unshare", _libc().unshare(_NEWPID if is_root else _NEWPID | _NEWUSER))
    if not is_root:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    inside = os.fork()
    if inside:
        if handed >= 0:
            os.close(handed)
        return _keep(inside, limits, line)
    if line is not None:
        line.close()
    os.setsid()
    _call("unshare", _libc().unshare(_ALL_NEW & ~_NEWPID))  # not before: the keeper stays outside
    owner = (uid, gid) if is_root else None
    _build(str(place), work, files, [*_libraries(), *readable], limits, owner)
    if is_root:
        os.setgroups([])
        os.setresgid(gid, gid, gid)
        os.setresuid(uid, uid, uid)
    _let_go()
    _limit(limits)
    return None


def _libraries() -> list[str]:
    """Return what a Python with our libraries reads: itself, system libraries, fonts, time zones."""
    system = ["/usr", "/etc/fonts", "/etc/localtime", "/etc/ld.so.cache", "/etc/alternatives",
              "/etc/ssl/openssl.cnf"]  # fmt: skip
    return [*system, sys.prefix, sys.base_prefix, *(p for p in sys.path if Path(p).is_absolute())]


def regular_files(folder: Path, most: int) -> list[tuple[str, bytes]]:
    """Return name → content of the files below ``folder``, ``most`` bytes in all.

    Links are never followed. Notebooks are left out: beside a learner's being graded lies the same
    one with the hidden tests.

    >>> regular_files(Path("没有这个文件夹"), 100)
    []
    """
    found, left = [], most
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not Path(base, f).is_symlink())
        for name in sorted(n for n in names if not n.endswith(".ipynb")):
            path = Path(base, name)
            with suppress(OSError):
                flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
                with os.fdopen(os.open(path, flags), "rb") as file:
                    about = os.fstat(file.fileno())
                    if stat.S_ISREG(about.st_mode) and about.st_size <= left:
                        found.append((path.relative_to(folder).as_posix(), file.read(left)))
                        left -= about.st_size
    return found


def _build(
    root: str, work: Path, files: list[tuple[str, bytes]], readable: list[str], limits: Limits,
    owner: tuple[int, int] | None,
) -> None:  # fmt: skip
    """Make the file system and change into it; the one left behind is gone."""
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", _MS_NOSUID | _MS_NODEV, "size=1m,mode=755")
    _small(root, "/tmp", 16, 0o1777)  # first: what may be read can lie in it
    kept = sorted({str(Path(p)) for p in readable if Path(p).exists()})
    for path in kept:
        if not any(path != other and Path(path).is_relative_to(other) for other in kept):
            _bind(path, root + path)
    for name in ("/bin", "/sbin", "/lib", "/lib64"):
        if Path(name).is_symlink():
            Path(root + name).symlink_to(Path(name).readlink())
        elif Path(name).is_dir():
            _bind(name, root + name)
    _small(root, "/dev/shm", 16, 0o1777)
    for name in ("null", "zero", "full", "random", "urandom"):
        _bind(f"/dev/{name}", f"{root}/dev/{name}", is_device=True)
    _small(root, str(work), limits.disk_mb, 0o700, owner)
    for name, content in files:
        place = Path(f"{root}{work}/{name}")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    if owner:
        for base, folders, names in os.walk(f"{root}{work}"):
            for name in (*folders, *names):
                os.lchown(Path(base, name), *owner)
    who = owner[0] if owner else os.geteuid()
    Path(f"{root}/etc").mkdir(exist_ok=True)
    Path(f"{root}/etc/passwd").write_text(f"learner:x:{who}:{who}::/tmp:/bin/sh\n")
    Path(f"{root}/proc").mkdir()
    _mount("proc", f"{root}/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    _leave(root)
    os.chdir(work)


def _bind(source: str, target: str, *, is_device: bool = False) -> None:
    place = Path(target)
    if Path(source).is_dir():
        place.mkdir(parents=True, exist_ok=True)
    else:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    _mount(source, target, "", _MS_BIND | _MS_REC)
    if not is_device:
        _read_only(target)


def _small(
    root: str, path: str, size_mb: int, mode: int, owner: tuple[int, int] | None = None
) -> None:
    """Mount an empty folder that holds ``size_mb`` at most."""
    Path(root + path).mkdir(parents=True, exist_ok=True)
    who = f",uid={owner[0]},gid={owner[1]}" if owner else ""
    data = f"size={size_mb}m,nr_inodes=4096,mode={mode:o}{who}"
    _mount("tmpfs", root + path, "tmpfs", _MS_NOSUID | _MS_NODEV, data)


def _leave(root: str) -> None:
    column, *_ = _MACHINES[platform.machine()]
    old = f"{root}/old"
    Path(old).mkdir()
    os.chdir(root)
    _call("pivot_root", _libc().syscall(_PIVOT_ROOT[column], root.encode(), old.encode()))
    os.chdir("/")
    _call("umount", _libc().umount2(b"/old", 2))  # lazily: nothing of it can be reached again
    Path("/old").rmdir()
    attributes = struct.pack("QQQQ", _MS_RDONLY, 0, 0, 0)
    _call("mount_setattr /", _libc().syscall(_MOUNT_SETATTR, -100, b"/", 0, attributes, 32))


def _let_go() -> None:
    """Drop all capabilities and the calls that might win some back."""
    libc = _libc()
    for capability in range(64):
        libc.prctl(_CAPBSET_DROP, capability, 0, 0, 0)
    header, none = struct.pack("Ii", 0x20080522, 0), struct.pack("6I", *[0] * 6)
    _call("capset", libc.capset(header, none))
    _call("no_new_privs", libc.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0))
    libc.prctl(_DUMPABLE, 1, 0, 0, 0)  # else its keeper can't see how much memory it has
    _call("pdeathsig", libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    program = _filter()
    buffer = ctypes.create_string_buffer(program)
    table = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer))
    _call("seccomp", libc.prctl(_SECCOMP, 2, ctypes.create_string_buffer(table), 0, 0))


def _filter() -> bytes:
    """Return a seccomp program that lets everything pass but ``_DENIED`` and new namespaces."""
    column, arch, clone = _MACHINES[platform.machine()]
    load, equal, at_least, bits, give = 0x20, 0x15, 0x35, 0x45, 0x06
    refuse = (give, 0, 0, 0x50000 | errno.EPERM)
    lines = [(load, 0, 0, 4), (equal, 1, 0, arch), refuse, (load, 0, 0, 0)]
    lines += [(at_least, 0, 1, 0x40000000), refuse]  # x86's other calling convention
    lines += [(equal, 0, 1, _CLONE3), (give, 0, 0, 0x50000 | errno.ENOSYS)]  # its flags lie hidden
    for numbers in _DENIED.values():
        lines += [(equal, 0, 1, numbers[column]), refuse]
    new = _ALL_NEW | _NEWUSER | _NEWCGROUP
    lines += [(equal, 0, 3, clone), (load, 0, 0, 16), (bits, 0, 1, new), refuse]
    lines += [(give, 0, 0, 0x7FFF0000)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _limit(limits: Limits) -> None:
    import resource  # Windows has none

    size = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    room = limits.memory_mb * _MB
    for kind, value in (
        (resource.RLIMIT_AS, size + room),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_FSIZE, limits.disk_mb * _MB),
        (resource.RLIMIT_CPU, 2 * limits.seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def _keep(inside: int, limits: Limits, line: socket.socket | None) -> int:
    """Wait for the sandbox's end; end it in time, and in it what takes too much memory."""
    end, poll = time.monotonic() + limits.seconds, select.poll()
    if line is not None:
        poll.register(line, select.POLLIN | select.POLLHUP)
    life = os.pidfd_open(inside)
    poll.register(life, select.POLLIN)
    at_first, looked = _own_mb(inside), 0.0
    while True:
        woken = [descriptor for descriptor, _ in poll.poll(50)]
        if any(descriptor != life for descriptor in woken) or time.monotonic() > end:
            os.kill(inside, signal.SIGKILL)
            woken = [life]
        if woken:
            return os.waitstatus_to_exitcode(os.waitpid(inside, 0)[1])
        sizes = {process: _own_mb(process) for process in _processes(inside)}
        # What forks share counts once. To tell it takes time: it is done at once where the rest
        # alone is too much, else now and then.
        grown = sum(max(0.0, size - at_first) for size in sizes.values())
        is_due = grown > limits.memory_mb or time.monotonic() > looked + _LOOK_SECONDS
        if sum(sizes.values()) > limits.memory_mb and is_due:
            shares, looked = {p: _share_mb(p) for p in sizes}, time.monotonic()
            if sum(shares.values()) > limits.memory_mb:
                greedy = max(sizes, key=lambda p: (p != inside, shares[p]))
                with suppress(ProcessLookupError):
                    os.kill(greedy, signal.SIGKILL)


def _processes(inside: int) -> list[int]:
    found = [inside]
    for process in found:
        with suppress(OSError, ValueError):
            for task in Path(f"/proc/{process}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
    return found


def _own_mb(process: int) -> float:
    with suppress(OSError, ValueError, IndexError):
        size = Path(f"/proc/{process}/statm").read_text().split()
        return (int(size[1]) - int(size[2])) * os.sysconf("SC_PAGE_SIZE") / _MB
    return 0.0


def _share_mb(process: int) -> float:
    with suppress(OSError, ValueError, IndexError):
        rows = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return sum(int(row.split()[1]) for row in rows if row.startswith("Pss_Anon:")) / 1024
    return 0.0


@cache
def refuse_without() -> None:
    """Raise ``Unavailable`` unless a sandbox can be made here: one is tried, the first time."""
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        raise Unavailable(f"这台机器（{sys.platform} {platform.machine()}）没有沙箱，只有 Linux 有")
    program = (
        "import os, sys; from pathlib import Path; from smeprofile.sandbox import Limits, confine\n"
        "work, place = map(Path, sys.argv[1:])\n"
        "try:\n"
        "    code = confine(work, [], Limits(seconds=20), place=place)\n"
        "except OSError as error:\n"
        "    print(error)\n"
        "    os._exit(1)\n"
        "os._exit(code or 0)\n"
    )
    with TemporaryDirectory() as folder:
        for name in ("work", "place"):
            Path(folder, name).mkdir()
        command = [sys.executable, "-c", program, f"{folder}/work", f"{folder}/place"]
        tried = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if tried.returncode:
        raise Unavailable(f"系统不让建沙箱（{(tried.stdout + tried.stderr).strip()[-200:]}）")


def is_available() -> bool:
    """Return whether a sandbox can be made here."""
    try:
        refuse_without()
    except Unavailable:
        return False
    return True
