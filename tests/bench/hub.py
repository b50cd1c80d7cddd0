"""A class on the Hub, without browsers: memory and waiting time of K learners at once.

    PYTHONPATH=tests python tests/bench/hub.py K [K …] [--page FILE]

Needs root and the extra `hub`; accounts are made and removed. For each K, all log in in the same
second, open JupyterLab, start the lesson's kernel and run all of its cells, one after the other
without a pause: a class on its worst minute. Memory is PSS, so what processes share counts once.
`--page` writes what follows from it for larger classes (grading/hub/SIZING.md).
"""

import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil

from classroom import MODULE
from hubroom import HubRoom
from trainee import Trainee

STEPS = ("login", "page", "cell", "lesson")
GB = 2**30


@dataclass
class Seen:
    """What one learner waited for (seconds), and why it failed."""

    seconds: dict[str, float] = field(default_factory=dict)
    problem: str = ""


@dataclass
class Round:
    """K learners at once."""

    k: int
    seen: list[Seen]
    server: float  # bytes of a learner's JupyterLab
    kernel: float
    shared: float  # of Hub, proxy and desk
    total: float  # of everything
    cpu_start: float  # processor seconds of a learner, from login to start page
    cpu_lesson: float

    def wait(self, step: str) -> tuple[float, float]:
        """Return median and most of what the learners waited."""
        waited = [s.seconds[step] for s in self.seen if step in s.seconds]
        return statistics.median(waited), max(waited)

    @property
    def failed(self) -> list[str]:
        return [s.problem for s in self.seen if s.problem]


def main(counts: list[int], page: Path | None) -> None:
    with HubRoom(max(counts)) as room:
        rounds = [measure(room, k) for k in counts]
    if page:
        page.write_text(sizing(rounds), encoding="utf-8")


def measure(room: HubRoom, k: int) -> Round:
    """Have K learners do the lesson; end their servers afterwards."""
    names = [str(1001 + n) for n in range(k)]
    seen = [Seen() for _ in names]
    trainees = [Trainee(room.at(""), n, room.passwords[n], room.account(n)) for n in names]
    opened, cpu = threading.Barrier(k + 1), {}
    threads = [
        threading.Thread(target=learn, args=(trainee, about, opened))
        for trainee, about in zip(trainees, seen, strict=True)
    ]
    for thread in threads:
        thread.start()
    opened.wait()
    cpu["start"] = cpu_of(room, names)
    opened.wait()
    for thread in threads:
        thread.join()
    cpu["lesson"] = cpu_of(room, names) - cpu["start"]
    for trainee in trainees:
        trainee.close()
    time.sleep(5)
    servers = [pss([p]) for n in names if (p := room.server_of(n))]
    everything = [pss(room.processes(n)) for n in names]
    base = [
        *room.processes("course"),
        room_process(room),
        *room_process(room).children(recursive=False),
    ]
    mine = {p.pid for n in names for p in room.processes(n)}
    shared = pss([p for p in base if p.pid not in mine])
    done = Round(
        k, seen, statistics.mean(servers), statistics.mean(everything) - statistics.mean(servers),
        shared, shared + sum(everything), cpu["start"] / k, cpu["lesson"] / k,
    )  # fmt: skip
    report(done)
    for name in names:
        for process in room.processes(name):
            process.kill()
    time.sleep(35)  # the Hub looks every 30 s
    return done


def learn(trainee: Trainee, about: Seen, opened: threading.Barrier) -> None:
    """Do what a learner does; both times all meet, the processor's time is read."""
    try:
        with timed(about, "login"):
            trainee.log_in()
        with timed(about, "page"):
            trainee.open(patience=600)
    except Exception as error:
        about.problem = f"{type(error).__name__}: {error}"[:200]
    opened.wait()
    opened.wait()
    if about.problem:
        return
    try:
        cells = lesson(trainee)
        with timed(about, "cell"):
            trainee.start_kernel(f"{MODULE}/lesson.ipynb")
            trainee.run(cells[0])
        with timed(about, "lesson"):
            said = [trainee.run(cell) for cell in cells[1:]]
        errors = [text for text in said if "Error:" in text]
        about.problem = errors[0][:200] if errors else ""
    except Exception as error:
        about.problem = f"{type(error).__name__}: {error}"[:200]


def lesson(trainee: Trainee) -> list[str]:
    """Return the code cells of the learner's own copy, as JupyterLab reads it."""
    found = trainee.ask("GET", f"api/contents/{MODULE}/lesson.ipynb").json()["content"]
    return [cell.source for cell in nbformat.from_dict(found).cells if cell.cell_type == "code"]


class timed:
    """Note how long something took."""

    def __init__(self, about: Seen, step: str):
        self.about, self.step = about, step

    def __enter__(self) -> None:
        self.began = time.monotonic()

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.about.seconds[self.step] = time.monotonic() - self.began


def room_process(room: HubRoom) -> psutil.Process:
    return psutil.Process(room.hub.pid)


def cpu_of(room: HubRoom, names: list[str]) -> float:
    """Return the processor seconds that accounts used so far."""
    times = [p.cpu_times() for n in names for p in room.processes(n)]
    return sum(t.user + t.system for t in times)


def pss(processes: list[psutil.Process]) -> float:
    """Return the bytes that processes hold, what is shared counted in part."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except (psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
    return total


def report(done: Round) -> None:
    print(f"{done.k} learners: server {done.server / GB:.2f} GB, kernel {done.kernel / GB:.2f} GB, "
          f"Hub {done.shared / GB:.2f} GB, in all {done.total / GB:.1f} GB; "
          f"processor {done.cpu_start:.1f} s to start, {done.cpu_lesson:.1f} s the lesson")  # fmt: skip
    for step in STEPS:
        try:
            median, most = done.wait(step)
        except (statistics.StatisticsError, ValueError):
            continue
        print(f"  {step}: median {median:.1f} s, most {most:.1f} s")
    print(f"  failed: {len(done.failed)} {done.failed[:2]}", flush=True)


def sizing(rounds: list[Round]) -> str:
    """Return the page that sizes larger classes, in Chinese, from what was measured."""
    last = rounds[-1]
    each, base = (last.server + last.kernel) / GB, last.shared / GB
    busy = last.cpu_start + last.cpu_lesson
    ran = "\n".join(
        f"| {r.k} | {r.wait('login')[0]:.1f} / {r.wait('login')[1]:.1f} | {r.wait('page')[0]:.0f} / {r.wait('page')[1]:.0f} "
        f"| {r.wait('cell')[0]:.0f} / {r.wait('cell')[1]:.0f} | {r.wait('lesson')[0]:.0f} / {r.wait('lesson')[1]:.0f} "
        f"| {(r.server + r.kernel) / GB:.2f} GB | {r.total / GB:.1f} GB | {len(r.failed)} |"
        for r in rounds
    )  # fmt: skip

    def row(n: int) -> str:
        at_once = n * last.cpu_start / 300  # all open within five minutes
        working = n * busy / (MINUTES * 60)
        cores = max(2, round(2 * max(at_once, working) + 0.5))  # half of them left for the others
        how = "一台机器" if n <= 300 else "没有跑过；一台放不下就按班分几台，每台一个 Hub"
        return f"| {n:,} | {1.25 * (n * each + base):,.0f} GB | {cores:,} 核 | {how} |"

    rows = "\n".join(row(n) for n in (30, 300, 3000))
    return f"""\
# 全班上课要多大的机器

由 `PYTHONPATH=tests python tests/bench/hub.py {" ".join(str(r.k) for r in rounds)} --page grading/hub/SIZING.md` 生成：{psutil.cpu_count()} 核的机器，K 名学员同一秒登录，打开课程，启动 02 的课程笔记本，不停顿地跑完全部单元格。数字随机器变，换机器请重新运行。

## 跑过的

时间是秒：中位数 / 最慢。内存是 PSS，共用的只算一次，跑完以后量。

| 学员 | 登录 | 登录到首页 | 第一格（含启动内核） | 其余各格 | 每人内存 | 全部内存 | 失败 |
|---|---|---|---|---|---|---|---|
{ran}

- 每人：JupyterLab {last.server / GB:.2f} GB，内核 {last.kernel / GB:.2f} GB；Hub、代理和批改台合计 {base:.2f} GB。
- 每人用处理器：打开课程 {last.cpu_start:.1f} 秒，跑完一节课 {last.cpu_lesson:.1f} 秒；一节课按 {MINUTES} 分钟学。

## 推算的（没有跑过）

内存 = 人数 × 每人内存 + 公共部分，再留四分之一。核数按五分钟内全部打开课程算，再留一半给别人。关掉浏览器一小时后服务自动停掉，内存就还回来。

| 学员 | 内存 | 处理器 | 机器 |
|---|---|---|---|
{rows}
"""


MINUTES = 75  # lesson 02 as planned in cohort.yml


if __name__ == "__main__":
    arguments = sys.argv[1:]
    to = None
    if "--page" in arguments:
        at = arguments.index("--page")
        to = Path(arguments[at + 1])
        del arguments[at : at + 2]
    main([int(k) for k in arguments] or [2], to)
