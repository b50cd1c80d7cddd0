"""Cells that try to get out of the sandbox, or to stay: each says what it won, which is nothing."""

import os
import socket
import subprocess
import threading

import pytest

from boxes import boxed_run
from conftest import ROOT
from smeprofile.nursery import nursery

CANARY = "canary-5d1c77"
MARK = "sme-survivor-4242"

# name → what the cell does; it prints WON and why when it got what it mustn't.
HOSTILE = {
    "gradebook": "print('WON', open({secret!r}).read())",
    "peers": "print('WON') if len(os.listdir({folder!r})) > 1 else print('none')",
    "solutions": f"print('WON', os.listdir({str(ROOT / 'solutions')!r}))",
    "parent folder": "print('WON' if {canary!r} in str([open(p).read() for p in Path('..').rglob('*') if p.is_file()]) else 'none')",
    "shadow": "print('WON', open('/etc/shadow').read())",
    "home": "print('WON', os.listdir('/root'), os.listdir('/home')) if os.listdir('/root') != ['.pyenv'] else print('python only')",
    "environment": "print('WON') if {canary!r} in str(os.environ) else print('none')",
    "proc environ": "print('WON') if {canary!r}.encode() in open('/proc/1/environ', 'rb').read() else print('none')",
    "other processes": "print('WON', os.listdir('/proc')) if [p for p in os.listdir('/proc') if p.isdigit() and int(p) > 400] else print('none')",
    "loopback": "s = socket.create_connection(('127.0.0.1', {port}), 2); print('WON', s)",
    "outside": "s = socket.create_connection(('1.1.1.1', 53), 2); print('WON', s)",
    "abstract socket": "s = socket.socket(socket.AF_UNIX); s.connect('\\0{mark}'); print('WON')",
    "packet socket": "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW); print('WON', s)",
    "write libraries": "Path(sys.prefix, 'x').write_text('x'); print('WON')",
    "write package": "import smeprofile; Path(smeprofile.__file__).write_text('x'); print('WON')",
    "write class data": f"Path({str(ROOT / 'datasets' / 'cohort.yml')!r}).write_text('x'); print('WON')",
    "write root": "Path('/x').write_text('x'); print('WON')",
    "write etc": "Path('/etc/passwd').write_text('x'); print('WON')",
    "become root": "os.setuid(0); print('WON')",
    "become another": "os.setresuid(1, 1, 1); print('WON')",
    "user namespace": "print('WON') if libc.unshare(0x10000000) == 0 else print('refused')",
    "mount namespace": "print('WON') if libc.unshare(0x20000) == 0 else print('refused')",
    "clone": "print('WON') if libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0) >= 0 else print('refused')",
    "mount": "print('WON') if libc.mount(b'x', b'/tmp', b'tmpfs', 0, b'') == 0 else print('refused')",
    "remount": "print('WON') if libc.mount(None, b'/usr', None, 4096 | 32, None) == 0 else print('refused')",
    "umount": "print('WON') if libc.umount2(b'/proc', 2) == 0 else print('refused')",
    "chroot": "os.chroot('/tmp'); print('WON')",
    "ptrace": "print('WON') if libc.ptrace(0, 0, 0, 0) >= 0 else print('refused')",
    "set namespace": "print('WON') if libc.setns(os.open('/proc/self/ns/net', os.O_RDONLY), 0) == 0 else print('refused')",
    "io_uring": "print('WON') if libc.syscall(425, 8, ctypes.create_string_buffer(120)) >= 0 else print('refused')",
    "bpf": "print('WON') if libc.syscall(321, 0, 0, 0) >= 0 else print('refused')",
    "keys": "print('WON') if libc.syscall(250, 0, -3, 1) >= 0 else print('refused')",
    "memory file": "os.memfd_create('x'); print('WON')",
    "shared memory": "print('WON') if libc.shmget(0, 1 << 30, 0o1600) >= 0 else print('refused')",
    "device": "os.mknod('/tmp/sda', 0o60600, os.makedev(8, 0)); open('/tmp/sda', 'rb').read(1); print('WON')",
    "disk devices": "print('WON', os.listdir('/dev')) if set(os.listdir('/dev')) & {{'sda', 'vda', 'mem', 'kmsg', 'fuse'}} else print('none')",
    "kernel settings": "Path('/proc/sys/kernel/core_pattern').write_text('x'); print('WON')",
    "kill all": "import contextlib\nfor p in [{bystander}, *range(2, 400)]:\n    with contextlib.suppress(OSError):\n        if p != os.getpid(): os.kill(p, 9)\nprint('tried')",
    "terminal": "print('WON') if os.fstat(0).st_rdev != os.stat('/dev/null').st_rdev else print('nowhere')",
    "the class's log": "print('WON') if os.stat('/proc/1/fd/2').st_rdev != os.stat('/dev/null').st_rdev else print('nowhere')",
    "another's descriptors": "call = ctypes.CDLL(None).syscall; print('WON' if call(438, call(434, 1, 0), 1, 0) >= 0 else 'refused')",
    "linked file": "print('WON', open('link').read())",
    "linked folder": "print('WON', os.listdir('folder'))",
    "full disk": "[open(f'f{{n}}', 'wb').write(b'x' * 60_000_000) for n in range(4)]; print('WON')",
    "large file": "open('/tmp/large', 'wb').write(b'x' * 100_000_000); print('WON')",
    "many files": "[Path(f'n{{n}}').touch() for n in range(20_000)]; print('WON')",
    "much memory": "x = bytearray(5_000_000_000); print('WON')",
    "open files": "held = [open('/dev/null') for _ in range(5_000)]; print('WON')",
    "core dumps": "import resource; resource.setrlimit(resource.RLIMIT_CORE, (-1, -1)); print('WON')",
    "more memory": "import resource; resource.setrlimit(resource.RLIMIT_AS, (-1, -1)); print('WON')",
    "fork bomb": "kids = [subprocess.Popen(['sleep', '20']) for _ in range(500)]; print('WON')",
    "survivor": "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', {mark!r}], start_new_session=True); print('started')",
}  # fmt: skip


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The hostile cells' outputs by name, of one notebook run in one sandbox, by the grader."""
    folder = tmp_path_factory.mktemp("graded")
    work, secret = folder / "learner", folder / "gradebook.db"
    work.mkdir()
    secret.write_text(CANARY)
    (work / "link").symlink_to(secret)
    (work / "folder").symlink_to(folder)
    os.mkfifo(work / "pipe")
    bystander = subprocess.Popen(["sleep", "300"])
    ends, stdin = os.pipe(), os.dup(0)
    os.dup2(ends[0], 0)  # as of a terminal: something that can be read
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as hidden,
        pytest.MonkeyPatch.context() as patch,
    ):
        hidden.bind(f"\0{MARK}")
        hidden.listen()
        patch.setenv("SMEPROFILE_SECRET", CANARY)
        known = {"secret": str(secret), "folder": str(folder), "canary": CANARY, "mark": MARK, "bystander": bystander.pid,
                 "port": server.getsockname()[1]}  # fmt: skip
        first = (
            "import ctypes, os, socket, subprocess, sys\nfrom pathlib import Path\n"
            "libc = ctypes.CDLL(None, use_errno=True)"
        )
        # Should there be no sandbox, nothing hostile may run: these cells do what they say.
        guard = "assert os.getppid() == 1, 'WON: there is no sandbox'\n"
        cells = [first, *(guard + code.format(**known) for code in HOSTILE.values())]
        said = boxed_run(work, *cells, readable=[ROOT / "datasets"])[1:]
        survivors = subprocess.run(["pgrep", "-f", MARK], capture_output=True, text=True).stdout
    os.dup2(stdin, 0)
    for descriptor in (*ends, stdin):
        os.close(descriptor)
    assert bystander.poll() is None  # not killed
    bystander.kill()
    bystander.wait()
    return dict(zip(HOSTILE, said, strict=True)), survivors, sorted(p.name for p in work.iterdir())


# Backwards: what is looked for must not be in memory by looking for it.
MEMORY = """import ctypes
found = 0
for line in open('/proc/self/maps').read().splitlines():
    where, way, *_ = line.split()
    first, last = (int(end, 16) for end in where.split('-'))
    if way.startswith('rw') and last - first < 100_000_000 and '[v' not in line:
        found += ctypes.string_at(first, last - first)[::-1].count({yranac!r})
print('found' if found else 'not there')
"""


def test_the_cohorts_secret_is_nowhere_in_the_memory_of_a_learners_process(tmp_path, monkeypatch):
    secret = "what-nobody-else-writes-8c40"
    monkeypatch.setenv("SMEPROFILE_SECRET", secret)
    (said,) = boxed_run(tmp_path, MEMORY.format(yranac=secret[::-1].encode()))
    assert said == "not there\n"


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_is_won(ran, name):
    said, _, _ = ran
    assert said[name]
    assert "WON" not in said[name]
    assert CANARY not in said[name]


def test_nothing_survives_and_nothing_is_left_behind(ran):
    _, survivors, left = ran
    assert survivors == ""
    assert left == ["folder", "link", "pipe"]


def test_the_graders_own_module_folders_stay_closed(tmp_path, monkeypatch):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "private.py").write_text("key = 1")
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "own"))
    code = f"import os; print(os.path.exists({str(tmp_path / 'own')!r}))"
    assert ["False\n"] == boxed_run(tmp_path / "work", code)


def test_memory_of_all_processes_together_is_limited(tmp_path):
    greedy = (
        "import subprocess, sys, time\n"
        "code = 'x = bytearray(150_000_000); x[::4096] = b\"1\" * len(x[::4096]); import time; time.sleep(30)'\n"
        "held = [subprocess.Popen([sys.executable, '-c', code]) for _ in range(8)]\n"
        "time.sleep(8)\nprint('WON' if all(h.poll() is None for h in held) else 'some are dead')"
    )
    said = boxed_run(tmp_path, "1 + 1", greedy, "2 + 2", memory_mb=600)
    assert said == ["2", "some are dead\n", "4"]


def test_wall_time_is_limited_whatever_is_caught(tmp_path):
    stubborn = "import time\nwhile True:\n    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
    said = boxed_run(tmp_path, "1 + 1", stubborn, "2 + 2", seconds=4)
    assert said[0] == "2"
    assert "RunStopped" in said[1] and "RunStopped" in said[2]


def test_what_may_be_read_can_lie_below_tmp(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "work").mkdir()
    (tmp_path / "data" / "a").write_text("read")
    code = f"print(open({str(tmp_path / 'data' / 'a')!r}).read())"
    assert ["read\n"] == boxed_run(tmp_path / "work", code, readable=[tmp_path / "data"])


def test_what_lies_beside_the_notebook_is_there_and_stays_as_it_was(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x\n1\n")
    said = boxed_run(
        tmp_path,
        "print(open('data/a.csv').read())",
        "open('data/a.csv', 'w').write('changed'); print(open('data/a.csv').read())",
    )
    assert ["x\n1\n\n", "changed\n"] == said
    assert (tmp_path / "data" / "a.csv").read_text() == "x\n1\n"


def test_runs_side_by_side_do_not_meet(tmp_path):
    """Two sandboxes at once: neither sees the other's files."""
    found = {}

    def one(name):
        (tmp_path / name).mkdir()
        waits = "import os, time; time.sleep(2); print(open('/tmp/mine').read(), os.listdir('..'))"
        found[name] = boxed_run(tmp_path / name, "print('x', file=open('/tmp/mine', 'a'))", waits)

    threads = [threading.Thread(target=one, args=(name,)) for name in ("a", "b")]
    with nursery():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {"a": ["", "x\n ['a']\n"], "b": ["", "x\n ['b']\n"]}
